"""Who may read a file: whoever may read what it belongs to. Each app that takes files says so here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from shizheng.common.permissions import Actor

MayRead = Callable[[Actor, int], bool]


@dataclass(frozen=True, slots=True)
class Subject:
    """What files can belong to. `address(pk)`: its page, empty where there is none."""

    label: str
    name: str | Promise
    may_read: MayRead
    address: Callable[[int], str]


_subjects: dict[str, Subject] = {}


def register(
    label: str, may_read: MayRead, *, name: str | Promise = "", address: Callable[[int], str] | None = None
) -> None:
    """Say who may read files of `label` (call it from `AppConfig.ready`); the same label again replaces it."""
    _subjects[label] = Subject(label, name or label, may_read, address or (lambda pk: ""))


def forget(label: str) -> None:
    """Take a label away (for tests)."""
    _subjects.pop(label, None)


def subject(label: str) -> Subject | None:
    """What was registered; None where no installed app answers for it."""
    return _subjects.get(label)


def name_of(label: str) -> Any:
    """What such a subject is called."""
    found = _subjects.get(label)
    return found.name if found else label


def may_read(actor: Actor | None, label: str, pk: int) -> bool:
    """Whether the actor may read files of that subject. Nobody may where no installed app answers for it."""
    found = _subjects.get(label)
    return actor is not None and found is not None and bool(found.may_read(actor, pk))
