"""The rows of grant returns: set-up with twelve months of allocation, and the money of a month where the tender does not say it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import format_decimal, plain
from shizheng.common.permissions import SYSTEM
from shizheng.common.words import written
from shizheng.domains.projects.models import GrantAllocation, GrantItem, GrantMonth
from shizheng.domains.projects.queries import grants as queries
from shizheng.domains.projects.queries.months import known as known_months
from shizheng.domains.projects.queries.months import standing
from shizheng.domains.projects.rules import months as month_rules
from shizheng.domains.projects.rules.grants import to_date
from shizheng.kernel.filing.queries import entries_of_all, returns_visible_to, values_of
from shizheng.kernel.filing.registry import Field, Row, Supplied
from shizheng.kernel.filing.rules.workflow import FILED
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period

MONEY = ("allocated", "paid", "payable", "surplus")
MONTHS = tuple(f"m{number}" for number in range(1, 13))


@dataclass(frozen=True, slots=True)
class ItemLine(Row):
    """A row for one item. `annual`: granted and own money of the year, NTD."""

    item: GrantItem | None = None
    annual: Decimal = Decimal(0)
    planned: bool = True
    standing: GrantMonth | GrantAllocation | None = None


def _items_of(returns: Sequence[Any], locked: Mapping[int, Collection[int]]) -> dict[int, list[GrantItem]]:
    """Return → its items: what was locked in it, or what it owes now (a year and an agency)."""
    found: dict[int, list[GrantItem]] = {each.pk: [] for each in returns}
    rows = GrantItem.objects.filter(year_id__in={each.subject_pk for each in returns})
    items = list(rows.select_related("project__agency", "year__programme").order_by("project__number"))
    for each in returns:
        day = parse_period(each.round.period).last_day
        for item in items:
            if item.year_id != each.subject_pk:
                continue
            if locked[each.pk]:
                wanted = item.pk in locked[each.pk]
            else:
                out = item.dropped_on is not None and item.dropped_on <= day
                wanted = item.project.agency_id == each.unit_id and not out
            if wanted:
                found[each.pk].append(item)
    return found


def setup_rows(returns: Sequence[Any]) -> dict[int, Sequence[ItemLine]]:
    """What an agency enters about its items at the beginning of the year (GR-07, GR-14)."""
    ids = [each.pk for each in returns]
    rows = standing(GrantAllocation).filter(filing_id__in=ids)
    there: dict[int, dict[int, GrantAllocation]] = {pk: {} for pk in ids}
    for each in rows:
        there[each.filing_id][each.item_id] = each
    items = _items_of(returns, {pk: tuple(some) for pk, some in there.items()})
    every = {item.project_id for some in items.values() for item in some}
    planned = queries.with_plan(every)
    return {
        pk: [_setup_line(item, item.project_id in planned, there[pk].get(item.pk)) for item in some]
        for pk, some in items.items()
    }


def _setup_line(item: GrantItem, planned: bool, stands: GrantAllocation | None) -> ItemLine:
    annual = item.grant_amount + item.own_share
    note = _("年度經費 %(annual)s 元（補助 %(grant)s、自籌 %(own)s）") % {
        "annual": format_decimal(annual),
        "grant": format_decimal(item.grant_amount),
        "own": format_decimal(item.own_share),
    }
    if not planned:
        note += _("；標案還沒有預定進度")
    fields = [
        Field(name, gettext_lazy("%(n)s 月分配數") % {"n": number}, "number", unit="元", required=False)
        for number, name in enumerate(MONTHS, 1)
    ]
    return ItemLine(
        key=str(item.pk), title=f"{item.project.number} {item.project.name}", fields=fields, note=note,
        url=reverse("projects:project", args=[item.project_id]), item=item, annual=annual, planned=planned,
        standing=stands,
    )  # fmt: skip


def month_rows(returns: Sequence[Any]) -> dict[int, Sequence[ItemLine]]:
    """What an agency files about the money of its items; what the tender's month says already stands in the row."""
    ids = [each.pk for each in returns]
    there: dict[int, dict[int, GrantMonth]] = {pk: {} for pk in ids}
    for each in standing(GrantMonth).filter(filing_id__in=ids):
        there[each.filing_id][each.item_id] = each
    items = _items_of(returns, {pk: tuple(some) for pk, some in there.items()})
    every = [item for some in items.values() for item in some]
    allocated = queries.allocations({item.pk for item in every})
    found: dict[int, Sequence[ItemLine]] = {}
    known: dict[str, tuple[dict[int, Any], dict[int, GrantMonth]]] = {}
    for each in returns:
        period = parse_period(each.round.period)
        if period.code not in known:
            known[period.code] = (
                tender_money({item.project_id for item in every}, period),
                queries.before({item.pk for item in every}, period),
            )
        money, earlier = known[period.code]
        found[each.pk] = [
            _month_line(
                item, period, money.get(item.project_id), allocated.get(item.pk), earlier.get(item.pk),
                there[each.pk].get(item.pk),
            )
            for item in items[each.pk]
        ]  # fmt: skip
    return found


def _month_line(
    item: GrantItem,
    period: Period,
    money: tuple[Mapping[str, Decimal | None], str] | None,
    allocation: GrantAllocation | None,
    earlier: GrantMonth | None,
    stands: GrantMonth | None,
) -> ItemLine:
    annual = item.grant_amount + item.own_share
    url = reverse("projects:project", args=[item.project_id])
    prefill: dict[str, Supplied] = {}
    if money is not None and money[0].get("year_budget") == annual:  # the same pot: nothing is typed twice
        for name in MONEY:
            value = money[0].get(name)
            if value is not None:
                prefill[name] = Supplied(plain(value), money[1], url, period.last_day)
    if "allocated" not in prefill and allocation is not None:
        value = to_date(allocation.amounts, period.last_day.month)
        prefill["allocated"] = Supplied(plain(value), written("補助案年度分配"), url)
    fields = [
        Field(
            name, gettext_lazy(month_rules.MONEY_LABELS[name]), "number", unit="元", help=_last(earlier, name)
        )
        for name in MONEY
    ]
    fields.append(
        Field(
            "text", gettext_lazy("辦理情形"), "long_text", required=False,
            help=gettext_lazy("工程進度與落後原因寫在標案月進度，這裡只寫補助款的事。"),
        )
    )  # fmt: skip
    note = _("年度經費 %(annual)s 元") % {"annual": format_decimal(annual)}
    return ItemLine(
        key=str(item.pk), title=f"{item.project.number} {item.project.name}", fields=fields, prefill=prefill, note=note,
        url=url, item=item, annual=annual, standing=stands,
    )  # fmt: skip


def _last(earlier: GrantMonth | None, name: str) -> str:
    value = getattr(earlier, name) if earlier is not None else None
    if value is None or earlier is None:
        return ""
    return _("%(period)s填 %(value)s") % {
        "period": parse_period(earlier.period).label,
        "value": format_decimal(Decimal(plain(value))),
    }


def tender_money(
    project_ids: Collection[int], period: Period
) -> dict[int, tuple[dict[str, Decimal | None], str]]:
    """Tender → the money of its own return of the last month of the period, and what that is called (four queries).

    As locked; before the lock as sent in by the agency (the tender's month is due two days before the grant's).
    """
    month = period.parts(PeriodKind.MONTH)[-1] if period.kind is not PeriodKind.MONTH else period
    source = written("%(period)s標案月進度", period=month.label)
    names = ("year_budget", *MONEY)
    found: dict[int, tuple[dict[str, Decimal | None], str]] = {}
    for record in known_months().filter(project_id__in=list(project_ids), period=month.code, filed=True):
        found[record.project_id] = ({name: getattr(record, name) for name in names}, source)
    missing = set(project_ids) - found.keys()
    if not missing:
        return found
    returns = returns_visible_to(SYSTEM).filter(
        round__kind="projects.month", round__period=month.code, state__in=sorted(FILED)
    )
    for entries in entries_of_all(list(returns.values_list("pk", flat=True))).values():
        for pk in missing:
            texts = values_of(entries, str(pk))
            if not texts:
                continue
            try:
                typed = month_rules.read(texts)
            except month_rules.NotReadable:
                continue
            found[pk] = (dict(typed.money), source)
    return found
