"""The beginning and the end of a unit."""

import re
from datetime import date

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import SYSTEM, Actor, require
from shizheng.common.words import listed, written
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations.actions.keeping import (
    keep,
    lock_tree,
    locked_unit,
    need_basis,
    not_in_force,
    period_of,
    show_name,
)
from shizheng.kernel.organisations.models import Installation, Unit, UnitKind, UnitPeriod
from shizheng.kernel.organisations.rules import NotInForce, Period, close_on

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")


def set_up_city(
    actor: Actor,
    *,
    city_name: str,
    on: date,
    city_name_en: str = "",
    code: str = "city",
    government_name: str = "",
    is_demonstration: bool = False,
) -> Unit:
    """Say whose installation this is, and open the city government itself, once. Returns the government."""
    require(actor, "organisations.change")
    with recorded(by=actor, action="organisations.set_up_city", reason=city_name):
        lock_tree()
        if Installation.objects.exists():
            raise CannotDo(_("這個安裝已經設定過城市，不能再設定一次。"))
        Installation.objects.create(
            city_name=city_name, city_name_en=city_name_en, is_demonstration=is_demonstration
        )
        return _open(
            code,
            UnitKind.CITY,
            Period(on, None, government_name or f"{city_name}政府", control_level="city"),
            0,
        )


def open_unit(
    actor: Actor,
    *,
    code: str,
    kind: str,
    name: str,
    parent_id: int | None,
    on: date,
    short_name: str = "",
    name_en: str = "",
    control_level: str = "agency",
    order: int = 1000,
    legal_basis: str = "",
    reason: str = "",
) -> Unit:
    """Open a unit on a day. Needs `organisations.change` for the parent (for the city when there is none)."""
    require(actor, "organisations.change", parent_id)
    with recorded(by=actor, action="organisations.open_unit", reason=reason or legal_basis):
        lock_tree()
        period = Period(
            on,
            None,
            name.strip(),
            short_name.strip(),
            name_en.strip(),
            parent_id,
            control_level,
            legal_basis.strip(),
        )
        return _open(code.strip(), kind, period, order)


def _open(code: str, kind: str, period: Period, order: int) -> Unit:
    _check_new(code, kind, period)
    unit = Unit(code=code, kind=kind, order=order, version=0)
    show_name(unit, [period])
    unit.save()
    keep(unit, [period])
    return unit


def _check_new(code: str, kind: str, period: Period) -> None:
    fields: dict[str, list[str]] = {}
    if not CODE.fullmatch(code):
        fields["code"] = [_("代碼用英文、數字、點、底線、連字號，最多 40 字。")]
    elif Unit.objects.filter(code=code).exists():
        fields["code"] = [_("這個代碼已有機關使用；裁撤的機關也保留代碼。")]
    if kind not in UnitKind.values:
        fields["kind"] = [_("種類要是下列之一：%(kinds)s。") % {"kinds": listed(UnitKind.values)}]
    if not period.name:
        fields["name"] = [_("請寫名稱。")]
    parent = Unit.objects.filter(pk=period.parent_id).first() if period.parent_id else None
    if kind == UnitKind.CITY and (period.parent_id or Unit.objects.filter(kind=UnitKind.CITY).exists()):
        fields["kind"] = [_("市政府只有一個，沒有上級。")]
    elif kind != UnitKind.CITY and parent is None:
        fields["parent"] = [_("請選上級機關。")]
    elif kind in (UnitKind.AGENCY, UnitKind.DISTRICT) and parent and parent.kind != UnitKind.CITY:
        fields["parent"] = [_("一級機關和區公所直屬市政府。")]
    if fields:
        raise BadInput(_("機關沒有設立，有欄位要改。"), fields=fields)


def close_unit(
    actor: Actor, unit_id: int, *, on: date, version: int | None, legal_basis: str = "", reason: str = ""
) -> Unit:
    """End a unit: `on` is the first day without it. Refused while another unit still belongs to it."""
    require(actor, "organisations.change", unit_id)
    with recorded(by=actor, action="organisations.close_unit", reason=need_basis(legal_basis, reason)):
        lock_tree()
        unit = locked_unit(unit_id, version)
        end(unit, on)
        return unit


def end(unit: Unit, on: date) -> None:
    """Cut the unit's periods at `on`; the caller holds the lock."""
    if unit.kind == UnitKind.CITY:
        raise CannotDo(_("市政府不能裁撤。"))
    try:
        keep(unit, close_on([period_of(row) for row in unit.periods.all()], on))
    except NotInForce as failure:
        raise not_in_force(unit, on) from failure


def show_todays_names() -> int:
    """Bring the names on units up to today, after a renaming that was recorded ahead. Returns how many changed."""
    changed = 0
    with recorded(by=SYSTEM, action="organisations.show_todays_names", reason=written("生效日到了")):
        rows: dict[int, list[Period]] = {}
        for row in UnitPeriod.objects.all():
            rows.setdefault(row.unit_id, []).append(period_of(row))
        for unit in Unit.objects.select_for_update():
            if rows.get(unit.pk) and show_name(unit, rows[unit.pk]):
                unit.save(update_fields=["name", "short_name", "name_en"])
                changed += 1
    return changed
