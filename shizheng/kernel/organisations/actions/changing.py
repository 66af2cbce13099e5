"""Names, parents and control levels that change on a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput
from shizheng.common.permissions import Actor, require
from shizheng.common.words import listed
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations.actions.keeping import (
    keep,
    lock_tree,
    locked_unit,
    need_basis,
    not_in_force,
    periods_of,
)
from shizheng.kernel.organisations.models import ControlLevel, Unit, UnitAlias, UnitKind
from shizheng.kernel.organisations.rules import CHANGEABLE, NotInForce, change_from


def change_unit(
    actor: Actor,
    unit_id: int,
    *,
    on: date,
    version: int | None,
    changes: Mapping[str, Any],
    legal_basis: str = "",
    reason: str = "",
    action: str = "organisations.change_unit",
) -> Unit:
    """Change `name`, `short_name`, `name_en`, `parent_id` or `control_level` from `on`; what it was before stays."""
    require(actor, "organisations.change", unit_id)
    if changes.get("parent_id"):
        require(actor, "organisations.change", changes["parent_id"])
    unknown = set(changes) - set(CHANGEABLE)
    if unknown or changes.get("control_level", "none") not in ControlLevel.values:
        raise BadInput(_("不能這樣改：%(what)s。") % {"what": listed(unknown) or changes["control_level"]})
    with recorded(by=actor, action=action, reason=need_basis(legal_basis, reason)):
        lock_tree()
        unit = locked_unit(unit_id, version)
        apply(unit, on, changes, legal_basis)
        return unit


def apply(unit: Unit, on: date, changes: Mapping[str, Any], legal_basis: str) -> None:
    """Write a change; the caller holds the lock and has asked for permission."""
    if "name" in changes and not changes["name"].strip():
        raise BadInput(_("請寫名稱。"), fields={"name": [_("請寫名稱。")]})
    if "parent_id" in changes:
        _check_place(unit, changes["parent_id"])
    try:
        keep(unit, change_from(periods_of(unit.pk), on, changes, legal_basis.strip()))
    except NotInForce as failure:
        raise not_in_force(unit, on) from failure


def _check_place(unit: Unit, parent_id: int | None) -> None:
    parent = Unit.objects.filter(pk=parent_id).first() if parent_id else None
    if unit.kind == UnitKind.CITY:
        raise BadInput(_("市政府沒有上級機關。"), fields={"parent": [_("市政府沒有上級機關。")]})
    if parent is None:
        raise BadInput(_("請選上級機關。"), fields={"parent": [_("請選上級機關。")]})
    if unit.kind in (UnitKind.AGENCY, UnitKind.DISTRICT) and parent.kind != UnitKind.CITY:
        raise BadInput(
            _("一級機關和區公所直屬市政府；要改隸為所屬機關，請用「整併」設立新的所屬機關承接。"),
            fields={"parent": [_("一級機關和區公所直屬市政府。")]},
        )


def rename_unit(
    actor: Actor,
    unit_id: int,
    *,
    on: date,
    name: str,
    version: int | None,
    short_name: str | None = None,
    name_en: str | None = None,
    legal_basis: str = "",
    reason: str = "",
) -> Unit:
    """Give a unit another name from `on`; None leaves the short or English name as it is."""
    given = {"name": name.strip(), "short_name": short_name, "name_en": name_en}
    changes = {key: value.strip() for key, value in given.items() if value is not None}
    return change_unit(
        actor, unit_id, on=on, version=version, changes=changes, legal_basis=legal_basis, reason=reason,
        action="organisations.rename_unit",
    )  # fmt: skip


def move_unit(
    actor: Actor,
    unit_id: int,
    *,
    on: date,
    parent_id: int,
    version: int | None,
    legal_basis: str = "",
    reason: str = "",
) -> Unit:
    """Put a unit, with all below it, under another one from `on`."""
    return change_unit(
        actor, unit_id, on=on, version=version, changes={"parent_id": parent_id}, legal_basis=legal_basis,
        reason=reason, action="organisations.move_unit",
    )  # fmt: skip


def set_aliases(
    actor: Actor, unit_id: int, names: Sequence[str], *, version: int | None, reason: str = ""
) -> Unit:
    """Replace the other names under which documents speak of the unit (X-26)."""
    require(actor, "organisations.change", unit_id)
    wanted = {name.strip() for name in names if name.strip()}
    if any(len(name) > 100 for name in wanted):
        raise BadInput(_("別名最多 100 字。"), fields={"aliases": [_("別名最多 100 字。")]})
    with recorded(by=actor, action="organisations.set_aliases", reason=reason):
        unit = locked_unit(unit_id, version)
        existing = {alias.name: alias for alias in unit.aliases.all()}
        for name in set(existing) - wanted:
            existing[name].delete()
        for name in sorted(wanted - set(existing)):
            UnitAlias.objects.create(unit=unit, name=name)
        unit.version += 1
        unit.save()
        return unit
