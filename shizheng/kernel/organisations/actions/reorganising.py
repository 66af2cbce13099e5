"""Mergers and splits: who took over from whom stays known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput
from shizheng.common.permissions import Actor, require
from shizheng.common.words import listed
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations.actions.changing import apply
from shizheng.kernel.organisations.actions.keeping import lock_tree, locked_unit, need_basis
from shizheng.kernel.organisations.actions.opening import end, open_unit
from shizheng.kernel.organisations.models import Succession, SuccessionKind, Unit, UnitKind
from shizheng.kernel.organisations.queries import periods_on, tree


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that a merger or a split opens; kind and parent are those of the unit it comes from unless given."""

    code: str
    name: str
    short_name: str = ""
    name_en: str = ""
    kind: str | None = None
    parent_id: int | None = None


def _open_from(actor: Actor, source: Unit, new: NewUnit, on: date, legal_basis: str, reason: str) -> Unit:
    before = periods_on(on).get(unit=source)
    return open_unit(
        actor,
        code=new.code,
        kind=new.kind or source.kind,
        name=new.name,
        parent_id=new.parent_id or before.parent_id,
        on=on,
        short_name=new.short_name,
        name_en=new.name_en,
        control_level=before.control_level,
        order=source.order,
        legal_basis=legal_basis,
        reason=reason,
    )


def _living(unit: Unit, on: date) -> None:
    if unit.kind == UnitKind.CITY:
        raise BadInput(_("市政府不能整併或分設。"))
    if not periods_on(on).filter(unit=unit).exists():
        raise BadInput(
            _("「%(name)s」在生效日不存在，沒有調整。") % {"name": unit.name},
            fields={"on": [_("請改生效日。")]},
        )


def merge_units(
    actor: Actor,
    unit_ids: Sequence[int],
    *,
    into: int | NewUnit,
    on: date,
    versions: Mapping[int, int] | None = None,
    legal_basis: str = "",
    reason: str = "",
) -> Unit:
    """Several units become one on `on`: a new unit, or one of them (or another) that lives on and takes them in.

    What belonged to them belongs to the successor from that day. Returns the successor.
    """
    why = need_basis(legal_basis, reason)
    chosen = list(dict.fromkeys(unit_ids))
    target_id = None if isinstance(into, NewUnit) else into
    for unit_id in {*chosen, *([target_id] if target_id else [])}:
        require(actor, "organisations.change", unit_id)
    ending = [unit_id for unit_id in chosen if unit_id != target_id]
    if not ending:
        raise BadInput(_("請選至少一個要併入的機關。"), fields={"units": [_("至少選一個。")]})
    with recorded(by=actor, action="organisations.merge_units", reason=why):
        lock_tree()
        units = {unit_id: locked_unit(unit_id, (versions or {}).get(unit_id)) for unit_id in sorted(chosen)}
        for unit_id in ending:
            _living(units[unit_id], on)
        if isinstance(into, NewUnit):
            successor = _open_from(actor, units[ending[0]], into, on, legal_basis, why)
        else:
            successor = units.get(into) or locked_unit(into, None)
            _living(successor, on)
        for unit_id in ending:
            _hand_over(units[unit_id], {}, successor, on, legal_basis)
            end(units[unit_id], on)
            _link(units[unit_id], successor, SuccessionKind.MERGE, on, legal_basis)
        successor.refresh_from_db()
        return successor


def split_unit(
    actor: Actor,
    unit_id: int,
    *,
    on: date,
    parts: Sequence[NewUnit],
    keeps: bool = False,
    children: Mapping[int, str] | None = None,
    version: int | None = None,
    legal_basis: str = "",
    reason: str = "",
) -> list[Unit]:
    """One unit becomes several on `on`. With `keeps` it lives on beside its parts, else it ends.

    `children` says which part (by code) takes which unit below it; the others stay with the unit if it lives on,
    else they go to the first part. Returns the parts.
    """
    require(actor, "organisations.change", unit_id)
    why = need_basis(legal_basis, reason)
    if len(parts) < (1 if keeps else 2):
        raise BadInput(
            _("分設要至少兩個新機關（原機關保留時至少一個）。"), fields={"parts": [_("請再加一個。")]}
        )
    with recorded(by=actor, action="organisations.split_unit", reason=why):
        lock_tree()
        unit = locked_unit(unit_id, version)
        _living(unit, on)
        opened = [_open_from(actor, unit, part, on, legal_basis, why) for part in parts]
        by_code = {part.code: part for part in opened}
        unknown = sorted(set((children or {}).values()) - set(by_code))
        if unknown:
            raise BadInput(
                _("沒有代碼是 %(codes)s 的新機關。") % {"codes": listed(unknown)},
                fields={"children": [_("請選這次分設的機關。")]},
            )
        given = {child: by_code[code] for child, code in (children or {}).items()}
        _hand_over(unit, given, None if keeps else opened[0], on, legal_basis)
        if not keeps:
            end(unit, on)
        for part in opened:
            _link(unit, part, SuccessionKind.SPLIT, on, legal_basis)
        return opened


def _hand_over(unit: Unit, given: Mapping[int, Unit], other: Unit | None, on: date, legal_basis: str) -> None:
    """Put the units below `unit` under whom they are given to from `on`, the rest under `other` (None: they stay)."""
    child_ids = {node.id for node in tree(on).children(unit.pk)}
    child_ids |= set(unit.child_periods.filter(start_date__gte=on).values_list("unit_id", flat=True))
    for child in Unit.objects.select_for_update().filter(pk__in=child_ids).order_by("order", "code"):
        new_parent = given.get(child.pk, other)
        if new_parent is not None and new_parent.pk != child.pk:
            first = max(on, min(child.periods.filter(parent=unit).values_list("start_date", flat=True)))
            apply(child, first, {"parent_id": new_parent.pk}, legal_basis)


def _link(predecessor: Unit, successor: Unit, kind: SuccessionKind, on: date, legal_basis: str) -> None:
    Succession.objects.create(
        predecessor=predecessor, successor=successor, kind=kind, effective_date=on, legal_basis=legal_basis
    )
