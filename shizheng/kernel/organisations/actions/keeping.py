"""What every action on the tree shares: the lock, the checks, and writing a unit's periods."""

from collections.abc import Sequence
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound
from shizheng.common.roc import in_words
from shizheng.kernel.organisations.models import Unit, UnitPeriod
from shizheng.kernel.organisations.rules import Period, first_cycle, first_gap


def lock_tree() -> None:
    """One change of the tree at a time: a cycle or a gap can come from two changes that are each right."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('organisations.tree'))")


def locked_unit(unit_id: int, version: int | None) -> Unit:
    """The unit, locked for this transaction. Raises Conflict when it is no longer the version that was read."""
    unit = Unit.objects.select_for_update().filter(pk=unit_id).first()
    if unit is None:
        raise NotFound(_("找不到這個機關，可能已經改過代碼。請回機關頁重新選。"))
    if version is not None and unit.version != version:
        raise Conflict(
            _("「%(name)s」在您打開之後又改過了，您的調整沒有存進去。請看新的內容，再送一次。")
            % {"name": unit.name}
        )
    return unit


def need_basis(legal_basis: str, reason: str) -> str:
    """The reason that history keeps: a change of the organisation has a basis or a reason."""
    text = "；".join(part.strip() for part in (legal_basis, reason) if part.strip())
    if not text:
        raise BadInput(
            _("請寫依據（法規、函號）或理由，組織調整日後要查得到為什麼。"),
            fields={"legal_basis": [_("依據或理由至少寫一項。")]},
        )
    return text


def period_of(row: UnitPeriod) -> Period:
    """A stored period as a pure value."""
    return Period(
        row.start_date, row.end_date, row.name, row.short_name, row.name_en, row.parent_id, row.control_level,
        row.legal_basis,
    )  # fmt: skip


def periods_of(unit_id: int) -> list[Period]:
    """All periods of a unit, oldest first."""
    return [period_of(row) for row in UnitPeriod.objects.filter(unit_id=unit_id).order_by("start_date")]


def keep(unit: Unit, periods: Sequence[Period]) -> None:
    """Write the unit's periods, having checked the tree; the caller holds the lock."""
    check(unit, periods)
    rows = {row.start_date: row for row in UnitPeriod.objects.filter(unit=unit)}
    wanted = {period.start for period in periods}
    for start in set(rows) - wanted:
        rows[start].delete()
    for period in sorted(periods, key=lambda p: (p.start not in rows, p.start)):
        row = rows.get(period.start) or UnitPeriod(unit=unit, start_date=period.start)
        row.end_date, row.name, row.short_name, row.name_en = (
            period.end, period.name, period.short_name, period.name_en,
        )  # fmt: skip
        row.parent_id, row.control_level, row.legal_basis = (
            period.parent_id,
            period.control_level,
            period.legal_basis,
        )
        row.save()
    show_name(unit, periods)
    unit.version += 1
    unit.save()


def show_name(unit: Unit, periods: Sequence[Period]) -> bool:
    """Set the unit's own name to today's (the last one of a closed unit, the first of a coming one)."""
    today = clock.today()
    ordered = sorted(periods, key=lambda p: p.start)
    begun = [p for p in ordered if p.start <= today]
    shown = begun[-1] if begun else ordered[0]
    before = (unit.name, unit.short_name, unit.name_en)
    unit.name, unit.short_name, unit.name_en = shown.name, shown.short_name, shown.name_en
    return before != (unit.name, unit.short_name, unit.name_en)


def check(unit: Unit, periods: Sequence[Period]) -> None:
    """Refuse what no day may show: a parent that does not exist, a circle, two siblings of one name."""
    everything: dict[int, list[Period]] = {}
    for row in UnitPeriod.objects.all():
        everything.setdefault(row.unit_id, []).append(period_of(row))
    everything[unit.pk] = list(periods)
    for period in periods:
        _check_parent(everything, period)
        _check_name(everything, unit.pk, period)
    has_children = any(p.parent_id == unit.pk for theirs in everything.values() for p in theirs)
    day = first_cycle(everything, unit.pk) if has_children else None
    if day is not None:
        raise CannotDo(
            _(
                "這樣一來，%(day)s 起「%(name)s」會隸屬於自己的下級，沒有儲存。請先移動下級，或選別的上級機關。"
            )
            % {"day": in_words(day), "name": periods[-1].name}
        )
    for other_id, theirs in everything.items():
        for period in theirs:
            if period.parent_id == unit.pk:
                gap = first_gap(periods, period.start, period.end)
                if gap is not None:
                    raise CannotDo(
                        _("%(day)s 起「%(child)s」會沒有上級機關，沒有儲存。請先移動或裁撤它。")
                        % {"day": in_words(gap), "child": period.name},
                        code=f"orphan:{other_id}",
                    )


def _check_parent(everything: dict[int, list[Period]], period: Period) -> None:
    if period.parent_id is None:
        return
    gap = first_gap(everything.get(period.parent_id, []), period.start, period.end)
    if gap is not None:
        raise BadInput(
            _("上級機關在 %(day)s 不存在，沒有儲存。請改生效日，或選當時存在的上級機關。")
            % {"day": in_words(gap)},
            fields={"parent": [_("這個上級機關沒有涵蓋整段期間。")]},
        )


def _check_name(everything: dict[int, list[Period]], unit_id: int, period: Period) -> None:
    for other_id, theirs in everything.items():
        for other in theirs:
            same = other.name == period.name and other.parent_id == period.parent_id
            if other_id != unit_id and same and other.overlaps(period):
                raise BadInput(
                    _("同一個上級機關下已有「%(name)s」，沒有儲存。請換名稱，或改用既有的機關。")
                    % {"name": period.name},
                    fields={"name": [_("這段期間已有同名的機關。")]},
                )


def not_in_force(unit: Unit, on: date) -> CannotDo:
    """The failure for a day on which the unit does not exist."""
    return CannotDo(
        _("「%(name)s」在 %(day)s 不存在，沒有調整。請看它的沿革，選它存在的日子。")
        % {"name": unit.name, "day": in_words(on)}
    )
