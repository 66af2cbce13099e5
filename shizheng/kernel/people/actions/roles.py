"""Roles and the matrix role × permission."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, NotPermitted
from shizheng.common.permissions import SYSTEM, Actor, declared, require
from shizheng.common.reasons import need_reason
from shizheng.common.words import listed, written
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.history.queries import entries_of_all
from shizheng.kernel.people.actions.keeping import keeping_an_administrator, locked
from shizheng.kernel.people.models import Role

CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


def shipped_roles() -> dict[str, dict[str, Any]]:
    """The roles of `data/roles.toml` by code."""
    return tomllib.loads(files("shizheng.kernel.people").joinpath("data/roles.toml").read_text("utf-8"))


LOADING = "people.load_shipped_roles"


def load_shipped_roles() -> int:
    """Make the roles of `data/roles.toml` that are missing, and bring those that exist to what this release ships.

    A shipped permission that a role has never held is new to it: it is added once, and the record says so. One that
    was taken away in the browser stands in the role's history and stays away; so does whatever else was changed.
    A permission under `withdrawn`, which an earlier release gave, is taken back; whom people gave it keeps it.
    Returns how many roles were made or changed.
    """
    existing = {role.code: role for role in Role.objects.all()}
    held, given_by = _history_of(existing.values())
    changed = 0
    with recorded(by=SYSTEM, action=LOADING, reason=written("隨附的角色")):
        for order, (code, role) in enumerate(shipped_roles().items(), start=1):
            if code not in existing:
                Role.objects.create(
                    code=code,
                    name=role["name"],
                    name_en=role["name_en"],
                    description=role["description"],
                    permissions=sorted(set(role["permissions"])),
                    requires_second_factor=role.get("second_factor", False),
                    order=order * 10,
                )
                changed += 1
                continue
            found = existing[code]
            new = set(role["permissions"]) - held[found.pk]
            withdrawn = set(role.get("withdrawn", ())) & set(found.permissions)
            gone = {code for code in withdrawn if given_by[found.pk].get(code) == LOADING}
            if new:
                _bring(found.pk, new, set(), written("這一版新增的權限：%(codes)s", codes=_codes(new)))
            if gone:
                _bring(found.pk, set(), gone, written("這一版收回的權限：%(codes)s", codes=_codes(gone)))
            changed += bool(new or gone)
    return changed


def _history_of(roles: Iterable[Role]) -> tuple[dict[int, set[str]], dict[int, dict[str, str]]]:
    """By role: every permission that it has or once had, and the act that gave each one last (one query)."""
    held = {role.pk: set(role.permissions) for role in roles}
    given_by: dict[int, dict[str, str]] = {pk: {} for pk in held}
    rows = entries_of_all("people.role", held).values_list("object_id", "action", "before", "after")
    for pk, action, *sides in rows:  # the newest first
        before, after = (set((side or {}).get("permissions") or ()) for side in sides)
        held[int(pk)] |= before | after
        for code in after - before:
            given_by[int(pk)].setdefault(code, action)
    return held, given_by


def _codes(codes: Iterable[str]) -> str:
    return "、".join(sorted(codes))


def _bring(role_id: int, new: set[str], gone: set[str], reason: str) -> None:
    role = locked(Role, role_id, None, _("這個角色"))
    with recorded(by=SYSTEM, action=LOADING, reason=reason):
        role.permissions = sorted({*role.permissions, *new} - gone)
        role.version += 1
        role.save()


def _whole_city(actor: Actor) -> None:
    """A role counts in every unit, so only who manages the whole city changes what it allows."""
    require(actor, "people.manage")
    if actor.units_where("people.manage") is not None:
        raise NotPermitted(_("角色的內容全市共用，只有全市的系統管理者能改。沒有儲存。"))


def _known(codes: Sequence[str], already: Sequence[str] = ()) -> list[str]:
    known = {permission.code for permission in declared()} | set(already)
    unknown = sorted(set(codes) - known)
    if unknown:
        raise BadInput(
            _("沒有這些權限：%(codes)s。角色沒有儲存。") % {"codes": listed(unknown)},
            fields={"permissions": [_("沒有這個權限：%(code)s") % {"code": code} for code in unknown]},
        )
    return sorted(set(codes))


def create_role(
    actor: Actor,
    *,
    code: str,
    name: str,
    name_en: str = "",
    description: str = "",
    permissions: Sequence[str] = (),
    requires_second_factor: bool = False,
    reason: str = "",
) -> Role:
    """Make a role beside those that ship."""
    _whole_city(actor)
    fields: dict[str, list[str]] = {}
    if not CODE.fullmatch(code):
        fields["code"] = [_("代碼用小寫英文、數字、底線，2 到 40 字，以英文開頭。")]
    elif Role.objects.filter(code=code).exists():
        fields["code"] = [_("這個代碼已經有角色使用。")]
    if not name.strip() or len(name) > 40:
        fields["name"] = [_("請寫名稱，最多 40 字。")]
    elif Role.objects.filter(name=name.strip()).exists():
        fields["name"] = [_("已有同名的角色。")]
    if fields:
        raise BadInput(_("角色沒有建立，有欄位要改。"), fields=fields)
    with recorded(by=actor, action="people.create_role", reason=reason):
        return Role.objects.create(
            code=code,
            name=name.strip(),
            name_en=name_en.strip()[:80],
            description=description.strip()[:300],
            permissions=_known(permissions),
            requires_second_factor=requires_second_factor,
        )


def change_role(
    actor: Actor, role_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> Role:
    """Change `name`, `name_en`, `description`, `permissions`, `requires_second_factor` or `is_active` of a role."""
    _whole_city(actor)
    allowed = {"name", "name_en", "description", "permissions", "requires_second_factor", "is_active"}
    if set(changes) - allowed or ("name" in changes and not changes["name"].strip()):
        raise BadInput(_("角色沒有儲存，有欄位要改。"), fields={"name": [_("請寫名稱。")]})
    same_name = Role.objects.filter(name=changes.get("name", "").strip()).exclude(pk=role_id)
    if "name" in changes and same_name.exists():
        raise BadInput(_("已有同名的角色，沒有儲存。"), fields={"name": [_("已有同名的角色。")]})
    with recorded(by=actor, action="people.change_role", reason=need_reason(reason)):
        with keeping_an_administrator():
            role = locked(Role, role_id, version, _("這個角色"))
            for name, value in changes.items():
                if name == "permissions":
                    value = _known(value, role.permissions)
                setattr(role, name, value.strip() if isinstance(value, str) else value)
            role.version += 1
            role.save()
        return role


def set_matrix(
    actor: Actor,
    matrix: Mapping[int, Sequence[str]],
    *,
    versions: Mapping[int, int],
    reason: str,
) -> list[Role]:
    """Set what several roles allow at once, all or nothing. Returns the roles that changed.

    A role whose list stays the same is not touched, so two administrators may edit different roles at once;
    of two who edit one role, the second gets a Conflict.
    """
    _whole_city(actor)
    changed: list[Role] = []
    with (
        recorded(by=actor, action="people.set_matrix", reason=need_reason(reason)),
        keeping_an_administrator(),
    ):
        for role_id in sorted(matrix):
            role = locked(Role, role_id, None, _("這個角色"))
            wanted = _known(matrix[role_id], role.permissions)
            if wanted == sorted(role.permissions):
                continue
            role = locked(Role, role_id, versions.get(role_id), _("這個角色"))
            role.permissions = wanted
            role.version += 1
            role.save()
            changed.append(role)
    return changed
