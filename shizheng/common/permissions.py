"""The vocabulary of permissions: what apps declare, what an actor can answer, and the one check.

An app lists its permissions in its `permissions.py` as `PERMISSIONS`; `declared()` gathers them all.
Roles, people and units live in `kernel.people`; everything below it needs only the `Actor` protocol.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from shizheng.common.errors import NotPermitted
from shizheng.common.words import english, tell


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that a role may allow. `code` is `<app>.<verb>`; `group` is the heading in the matrix.

    `whole_city`: what it opens cannot be cut by unit, so a role brings it only where it is held in the city government.
    """

    code: str
    label: str
    label_en: str
    group: str
    whole_city: bool = False

    @property
    def shown(self) -> str:
        """The label in the reader's language."""
        return self.label_en if english() else self.label


class Actor(Protocol):
    """Who acts: a user, an API token's user with fewer permissions, or the system itself."""

    @property
    def pk(self) -> int | None: ...

    @property
    def display_name(self) -> str: ...

    def may(self, code: str, unit_id: int | None = None) -> bool:
        """Whether the actor holds `code`, for `unit_id` when given, anywhere otherwise."""
        ...

    def units_where(self, code: str) -> frozenset[int] | None:
        """Units in which the actor holds `code`; None means the whole city; empty means nowhere."""
        ...


@dataclass(frozen=True, slots=True)
class System:
    """The system itself: jobs, migrations, the command line of the machine's administrator."""

    pk: int | None = None
    display_name: str = "系統"

    def may(self, code: str, unit_id: int | None = None) -> bool:
        return True

    def units_where(self, code: str) -> frozenset[int] | None:
        return None


SYSTEM = System()


@dataclass(frozen=True, slots=True)
class Carrying:
    """The actor, with the permissions that an act carries with it in the units that it is about (`unit_ids` None: the city).

    Who may lock a round thereby lets its figures count, who may accept a plan brings its definitions into force, without
    holding these permissions alone; in other units nothing is carried.
    """

    actor: Actor
    codes: frozenset[str]
    unit_ids: frozenset[int] | None = None

    @property
    def pk(self) -> int | None:
        return self.actor.pk

    @property
    def display_name(self) -> str:
        return self.actor.display_name

    def may(self, code: str, unit_id: int | None = None) -> bool:
        here = unit_id is None or self.unit_ids is None or unit_id in self.unit_ids
        return (code in self.codes and here) or self.actor.may(code, unit_id)

    def units_where(self, code: str) -> frozenset[int] | None:
        own = self.actor.units_where(code)
        if code not in self.codes or own is None:
            return own
        return None if self.unit_ids is None else own | self.unit_ids


def require(actor: Actor, code: str, unit_id: int | None = None) -> None:
    """Raise NotPermitted unless `actor` holds `code` (for that unit)."""
    if not actor.may(code, unit_id):
        label = next((p.shown for p in declared() if p.code == code), code)
        if unit_id is not None and actor.may(code):
            raise NotPermitted(
                tell(
                    "您有「%(label)s」的權限，但不包括這個單位的資料，這個動作沒有執行。"
                    "請由該單位有這項權限的人辦理。",
                    label=label,
                )
            )
        if code not in getattr(actor, "scopes", (code,)):  # a token: its owner's roles may well hold it
            raise NotPermitted(
                tell(
                    "這個權杖的範圍沒有「%(label)s」，這個動作沒有執行。"
                    "請在「我的帳號」另建範圍含這項權限的權杖。",
                    label=label,
                )
            )
        raise NotPermitted(
            tell(
                "您的角色沒有「%(label)s」的權限，這個動作沒有執行。需要時請洽貴機關的系統管理者。",
                label=label,
            )
        )
    note_use = getattr(actor, "note_use", None)
    if note_use is not None:
        note_use(code, unit_id)  # who stands in for somebody else is recorded with both names


@cache
def of_the_whole_city() -> frozenset[str]:
    """Codes that only an assignment in the city government brings."""
    return frozenset(permission.code for permission in declared() if permission.whole_city)


def in_words(codes: Iterable[str]) -> list[str]:
    """What permissions are called, for the reader; a code that no app declares any more stays as it is."""
    known = {permission.code: permission for permission in declared()}
    return [known[code].shown if code in known else code for code in codes]


def declared() -> tuple[Permission, ...]:
    """Every permission of every installed app, in the order of the apps."""
    from django.apps import apps

    found: list[Permission] = []
    for config in apps.get_app_configs():
        if config.name.startswith("shizheng.") and find_spec(f"{config.name}.permissions"):
            found.extend(import_module(f"{config.name}.permissions").PERMISSIONS)
    return tuple(found)
