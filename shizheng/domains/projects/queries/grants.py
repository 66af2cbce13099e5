"""Grant years: items, allocations, months as locked, what they come to, and which stage targets they reach (B16)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.words import N_, tell
from shizheng.domains.projects.models import GrantAllocation, GrantItem, GrantMonth, GrantYear, PlanVersion
from shizheng.domains.projects.queries.boards import day_of, names_of
from shizheng.domains.projects.queries.months import standing as standing_rows
from shizheng.domains.projects.rules import grants as rules
from shizheng.domains.projects.rules.grants import Counting, ItemMonth, Rate, Ratio, Standing, Sums
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.rules.periods import ROC_OFFSET, Period, PeriodKind, parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue

COUNTS = "grant.rate_counts"
GONE = N_("找不到這個補助年度計畫，或您不能看。請從補助款清單進入。")
GONE_ITEM = N_("找不到這個補助案。請從補助年度計畫進入。")


def grant_years(actor: Actor) -> QuerySet[GrantYear]:
    """All grant years for who holds `projects.view`, else none."""
    rows = GrantYear.objects.select_related("programme")
    return rows if actor.may("projects.view") else rows.none()


def grant_year(actor: Actor, year_id: int) -> GrantYear:
    """One grant year. Raises NotFound."""
    found = grant_years(actor).filter(pk=year_id).first()
    if found is None:
        raise NotFound(tell(GONE))
    return found


def grant_item(actor: Actor, item_id: int) -> GrantItem:
    """One item with its tender and year. Raises NotFound."""
    rows = GrantItem.objects.select_related("project__agency", "year__programme")
    found = rows.filter(pk=item_id).first() if actor.may("projects.view") else None
    if found is None:
        raise NotFound(tell(GONE_ITEM))
    return found


def items_of(year_id: int, on: date | None = None) -> list[GrantItem]:
    """The items of a year; with `on`, only those that were not taken out by then. One query."""
    rows = GrantItem.objects.filter(year_id=year_id).select_related("project__agency", "project__type")
    if on is not None:
        rows = rows.filter(Q(dropped_on=None) | Q(dropped_on__gt=on))
    return list(rows.order_by("project__agency__order", "project__number"))


def owing(period: Period, year_id: int | None = None) -> list[GrantItem]:
    """The items about which a period is filed: of years that hold it, not taken out by its end; one query."""
    rows = GrantItem.objects.filter(year__roc_year=period.year - ROC_OFFSET)
    if year_id is not None:
        rows = rows.filter(year_id=year_id)
    rows = rows.filter(Q(dropped_on=None) | Q(dropped_on__gt=period.last_day))
    return list(
        rows.select_related("project__agency", "year__programme").order_by(
            "year_id", "project__agency_id", "project__number"
        )
    )


def allocations(item_ids: Collection[int], as_of: AsOf | None = None) -> dict[int, GrantAllocation]:
    """Item → its allocation that stands; one query."""
    rows = standing_rows(GrantAllocation, as_of).filter(item_id__in=list(item_ids))
    return {each.item_id: each for each in rows}


def months_of(year_id: int, as_of: AsOf | None = None) -> QuerySet[GrantMonth]:
    """Every month of a year that stands."""
    return standing_rows(GrantMonth, as_of).filter(item__year_id=year_id)


def before(item_ids: Collection[int], period: Period) -> dict[int, GrantMonth]:
    """The last that was filed about each item earlier in the same year; one query."""
    rows = standing_rows(GrantMonth).filter(item_id__in=list(item_ids), filed=True)
    found: dict[int, GrantMonth] = {}
    for each in sorted(rows, key=lambda one: parse_period(one.period).last_day):
        if parse_period(each.period).last_day < period.start:
            found[each.item_id] = each
    return found


def locked_periods(year_id: int, as_of: AsOf | None = None) -> list[Period]:
    """Periods of which anything was locked, the newest first; one query."""
    codes = months_of(year_id, as_of).order_by().values_list("period", flat=True).distinct()
    return sorted((parse_period(each) for each in codes), key=lambda each: each.last_day, reverse=True)


def periods_of_years(year_ids: Collection[int]) -> "QuerySet[GrantMonth, tuple[int, str]]":
    """Of each of these years the periods of which anything was locked: the year's number and the period's code."""
    rows = (
        standing_rows(GrantMonth).filter(item__year_id__in=list(year_ids)).order_by("item__year_id", "period")
    )
    return rows.values_list("item__year_id", "period").distinct()


def with_plan(project_ids: Collection[int]) -> set[int]:
    """The tenders that have planned progress; one query."""
    rows = PlanVersion.objects.filter(project_id__in=list(project_ids))
    return set(rows.values_list("project_id", flat=True))


def item_month(record: GrantMonth) -> ItemMonth:
    """A record as the rules count it."""
    return ItemMonth(
        record.annual, record.awarded, record.completed, record.filed, record.allocated, record.paid, record.payable,
        record.surplus,
    )  # fmt: skip


def counting_on(day: date) -> tuple[Counting, RuleValue | None]:
    """What award and completion rates count, by the rule of that day."""
    rule = rulebook.value_or_none(COUNTS, day)
    return (Counting(str(rule.value)) if rule is not None else Counting.CASES), rule


@dataclass(frozen=True, slots=True)
class AgencySums:
    """One agency in a period."""

    agency_id: int
    name: str
    sums: Sums
    counting: Counting

    def ratio(self, rate: Rate) -> Ratio:
        return self.sums.ratio(rate, self.counting)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage target of a rate, with what was reached by its day. `period`: that of the figure, None before it is locked."""

    rate: Rate
    on: date
    target: Decimal
    rule: RuleValue
    standing: Standing
    ratio: Ratio | None
    period: Period | None

    @property
    def short(self) -> Decimal | None:
        """How many percentage points are missing; None where it is reached or not known."""
        if self.ratio is None or self.standing is not Standing.MISSED:
            return None
        return self.target - (self.ratio.percent or Decimal(0))


@dataclass(frozen=True)
class GrantBoard:
    """A grant year in a period. Without `period` nothing has been locked yet."""

    year: GrantYear
    period: Period | None
    periods: Sequence[Period]
    counting: Counting
    agencies: Sequence[AgencySums]
    stages: Sequence[Stage]
    records: Sequence[GrantMonth]
    items: Sequence[GrantItem]
    allocations: Mapping[int, GrantAllocation]
    names: Mapping[int, str]
    rules: Sequence[RuleValue]

    @property
    def sums(self) -> Sums:
        found = Sums()
        for each in self.agencies:
            found += each.sums
        return found

    def ratio(self, rate: Rate) -> Ratio:
        """Of all agencies together: a ratio of sums."""
        return self.sums.ratio(rate, self.counting)


def grant_board(
    actor: Actor, year_id: int, period: Period | None = None, as_of: AsOf | None = None
) -> GrantBoard:
    """A grant year in a period (the last one locked where None), with all its stage targets."""
    require(actor, "projects.view")
    with rulebook.asked_once():
        return _board(grant_year(actor, year_id), period, as_of)


def _board(year: GrantYear, period: Period | None, as_of: AsOf | None) -> GrantBoard:
    year_id = year.pk
    today = day_of(as_of)
    periods = locked_periods(year_id, as_of)
    chosen = _chosen(period, periods)
    rows = list(months_of(year_id, as_of).select_related("item__project"))
    by_period: dict[str, list[GrantMonth]] = {}
    for each in rows:
        by_period.setdefault(each.period, []).append(each)
    mine = sorted(by_period.get(chosen.code, []), key=lambda one: one.item.project.number) if chosen else []
    items = items_of(year_id, today if chosen is None else None)
    counting, counted_by = counting_on(chosen.last_day if chosen else today)
    tree = organisations.tree(today)
    agency_ids = {each.item.project.agency_id for each in mine} | {each.project.agency_id for each in items}
    names = names_of(tree, agency_ids)
    found = rules.by_agency((each.item.project.agency_id, item_month(each)) for each in mine)
    agencies = [AgencySums(pk, names.get(pk, ""), sums, counting) for pk, sums in found.items()]
    agencies.sort(key=lambda each: (each.ratio(Rate.AWARD).percent or Decimal(0), each.name))
    stages = _stages(year, by_period, today)
    used = {each.rule.version_id: each.rule for each in stages}
    if counted_by is not None:
        used[counted_by.version_id] = counted_by
    return GrantBoard(
        year, chosen, periods, counting, agencies, stages, mine, items, allocations({each.pk for each in items}, as_of),
        names, list(used.values()),
    )  # fmt: skip


def _chosen(period: Period | None, periods: Sequence[Period]) -> Period | None:
    if period is None:
        return periods[0] if periods else None
    if period in periods:
        return period
    return next((each for each in periods if period.contains(each)), None)


def _stages(year: GrantYear, by_period: Mapping[str, Sequence[GrantMonth]], today: date) -> list[Stage]:
    """Every stage target of the year, by the version of its rule in force on its day, the first ones first."""
    found = []
    for rate, on, target, rule in targets_of(year.roc_year + ROC_OFFSET):
        period = period_until(on, by_period)
        records = by_period.get(period.code, ()) if period is not None else ()
        counting, _rule = counting_on(on)
        ratio = rules.sums_of(item_month(each) for each in records).ratio(rate, counting) if records else None
        stands = rules.standing(ratio.percent if ratio else None, target, on, today, locked=ratio is not None)
        found.append(Stage(rate, on, target, rule, stands, ratio, period))
    return sorted(found, key=lambda each: (each.on, list(Rate).index(each.rate)))


def targets_of(year: int) -> list[tuple[Rate, date, Decimal, RuleValue]]:
    """The stage targets of a Gregorian year: those whose own day lies in a version of the rule in force on that day."""
    found = []
    for rate, code in rules.RULE_OF.items():
        days: set[date] = set()
        for looked_at in (date(year, 1, 1), date(year, 12, 31)):
            rule = rulebook.value_or_none(code, looked_at)
            if rule is not None and isinstance(rule.value, tuple):
                days |= {each.at.in_year(year) for each in rule.value}  # type: ignore[union-attr]
        for day in sorted(days):
            rule = rulebook.value_or_none(code, day)
            if rule is None or not isinstance(rule.value, tuple):
                continue
            for each in rule.value:
                if each.at.in_year(year) == day:  # type: ignore[union-attr]
                    found.append((rate, day, each.value, rule))  # type: ignore[union-attr]
    return found


def period_until(day: date, periods: Collection[str]) -> Period | None:
    """The period among these that ends on a day: its month, else its quarter."""
    month = Period(PeriodKind.MONTH, day.year, day.month)
    for each in (month, month.within(PeriodKind.QUARTER)):
        if each.code in periods and each.last_day == day:
            return each
    return None


def quarter_period(year_id: int, quarter: Period, locked: Collection[Period] | None = None) -> Period | None:
    """The period whose figures tell a quarter, where it was locked. `locked` spares the query where they were read already."""
    known = locked_periods(year_id) if locked is None else locked
    return period_until(quarter.last_day, {each.code for each in known})


def measure_code(year: GrantYear, rate: Rate) -> str:
    """The code of the measure of a rate of a grant programme."""
    return f"grant.{year.programme.code}.{rate.value}"
