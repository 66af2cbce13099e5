"""The month's boards: agencies with their rates, severe cases, who has not filed; as of today or of an earlier day.

Counted by the database and kept until something is written about tenders, filings or units, or a rule counts otherwise.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from shizheng.common import clock
from shizheng.common.permissions import Actor, require
from shizheng.common.together import Steps, beside, done
from shizheng.domains.projects.models import MonthRecord
from shizheng.domains.projects.queries.judging import Judge, judge, judges
from shizheng.domains.projects.queries.months import (
    known,
    locked_periods,
    replanned,
    stood,
    told_of,
)
from shizheng.domains.projects.queries.tallying import (
    course_of_record,
    is_severe_record,
    judged,
    lag_of,
    tallies,
    tallies_steps,
    works_lag_of,
)
from shizheng.domains.projects.rules.judging import Course, Rate
from shizheng.domains.projects.rules.tallies import Tally, total
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.queries.remembering import mark, rows_kept
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.organisations.rules import Tree

READ = ("projects", "filing", "organisations")
"""Apps whose changes a board is made anew after."""
MOST_CASES = 200
TREND = 12
ORDER = (Course.BEHIND, Course.NOT_FILED, Course.SUSPENDED, Course.ON_PLAN, Course.AHEAD)


@dataclass(frozen=True, slots=True)
class Case:
    """One tender in one month, judged. Lags in percentage points."""

    record: MonthRecord
    course: Course
    severe: bool
    lag: Decimal | None
    works_lag: Decimal | None

    @property
    def executed(self) -> Decimal | None:
        """Paid, payable and surplus to date, in NTD; None where one of them is missing."""
        each = self.record
        if each.paid is None or each.payable is None or each.surplus is None:
            return None
        return each.paid + each.payable + each.surplus

    @property
    def execution(self) -> Decimal | None:
        """預算執行率 in percent."""
        if self.executed is None or not self.record.allocated:
            return None
        return Decimal(100) * self.executed / self.record.allocated


def case_of(record: MonthRecord, rule: Judge) -> Case:
    """A record, judged by the rules of its month."""
    return Case(
        record,
        course_of_record(record, rule.thresholds),
        is_severe_record(record, rule.thresholds),
        lag_of(record),
        works_lag_of(record),
    )


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """One agency in one month."""

    agency_id: int
    name: str
    tally: Tally
    rule: Judge
    before: Rate | None = None
    """進度相符率 of the month before, by the rules of that month."""

    @property
    def matching(self) -> Rate:
        return self.tally.matching(self.rule.counted)

    @property
    def reports(self) -> bool:
        """Whether it reports at the city meeting (TC-17)."""
        return self.rule.has_to_report(self.matching.percent, self.tally.execution)

    @property
    def change(self) -> Decimal | None:
        """進度相符率 against the month before, in percentage points."""
        if self.before is None or self.before.percent is None or self.matching.percent is None:
            return None
        return self.matching.percent - self.before.percent


@dataclass(frozen=True)
class MonthBoard:
    """A month of the city or of one agency. Without `period` nothing has been locked yet."""

    period: Period | None
    periods: Sequence[Period]
    rule: Judge | None
    agencies: Sequence[AgencyRow] = ()
    cases: Sequence[Case] = ()
    names: Mapping[int, str] = field(default_factory=dict)
    trend: Sequence[tuple[Period, Tally, Rate]] = ()
    before: Mapping[int, Rate] = field(default_factory=dict)
    """Agency → its 進度相符率 of the month before, by the rules of that month: also of those that have no tender any more."""

    @property
    def tally(self) -> Tally:
        return total(each.tally for each in self.agencies)

    @property
    def matching(self) -> Rate:
        assert self.rule is not None
        return self.tally.matching(self.rule.counted)

    @property
    def severe(self) -> list[Case]:
        """Severe ones, the farthest behind first."""
        return [each for each in self.cases if each.severe]

    @property
    def unfiled(self) -> list[Case]:
        return [each for each in self.cases if not each.record.filed]

    @property
    def unfiled_agencies(self) -> list[AgencyRow]:
        """Agencies with tenders about which nothing was filed, the most first."""
        rows = [each for each in self.agencies if each.tally.filed.part < each.tally.filed.whole]
        return sorted(rows, key=lambda each: each.tally.filed.part - each.tally.filed.whole)

    @property
    def reporting(self) -> list[AgencyRow]:
        """Those that report at the city meeting, lowest first."""
        return [each for each in self.agencies if each.reports]


def city_board(actor: Actor, period: Period | None = None, as_of: AsOf | None = None) -> MonthBoard:
    """The whole city, agencies lowest first, with severe cases and those not filed (at most twelve queries)."""
    require(actor, "projects.view")
    return _kept(("projects.city", period, as_of), period, as_of, None)


def agency_board(
    actor: Actor, unit_id: int, period: Period | None = None, as_of: AsOf | None = None
) -> MonthBoard:
    """One agency with all below it: every tender of the month, the worst first, and the trend of its rate."""
    require(actor, "projects.view")
    return _kept(("projects.agency", unit_id, period, as_of), period, as_of, unit_id)


def city_month(actor: Actor, period: Period, as_of: AsOf | None = None) -> MonthBoard:
    """The same with every tender of the month, for what goes out as a document; not kept."""
    return done(city_month_steps(actor, period, as_of))


def city_month_steps(actor: Actor, period: Period, as_of: AsOf | None = None) -> Steps[MonthBoard]:
    """The same beside what else the document reads, in one step."""
    require(actor, "projects.view")
    rules = judges(period.last(2), as_of)
    return (yield from _board_steps(period, (), rules, as_of, None, cases="every"))


def agencies_steps(actor: Actor, period: Period, as_of: AsOf | None = None) -> Steps[MonthBoard]:
    """The agencies of a month with their rates and no tender, for what reads its tenders itself; in one step, not kept."""
    require(actor, "projects.view")
    rules = judges(period.last(2), as_of)
    return (yield from _board_steps(period, (), rules, as_of, None, cases="none"))


def day_of(as_of: AsOf | None) -> date:
    """The day that is looked at."""
    return as_of.moment.astimezone(clock.TAIPEI).date() if as_of else clock.today()


def _kept(key: Hashable, period: Period | None, as_of: AsOf | None, unit_id: int | None) -> MonthBoard:
    now = mark()
    periods: list[Period] = rows_kept(
        now, ("projects.periods", as_of), READ, lambda: locked_periods(as_of), lambda made: 5
    )
    chosen = _chosen(period, periods)
    if chosen is None:
        return MonthBoard(None, periods, None)
    # the rules are asked each time: what is kept was counted by exactly these
    wanted = chosen.last(TREND if unit_id is not None else 2)
    rules = judges(wanted, as_of)
    used = tuple((code, tuple(sorted(rule.versions.items()))) for code, rule in rules.items())
    return rows_kept(
        now, (key, chosen, used), READ, lambda: done(_board_steps(chosen, periods, rules, as_of, unit_id)),
        lambda made: 20 + len(made.cases) + len(made.agencies),
    )  # fmt: skip


def _chosen(period: Period | None, periods: Sequence[Period]) -> Period | None:
    if period is not None and period.kind is PeriodKind.MONTH:
        return period
    if period is not None:  # a longer one stands for its last month that was locked
        return next((each for each in periods if period.contains(each)), None)
    return periods[0] if periods else None


def _board_steps(
    period: Period, periods: Sequence[Period], rules: Mapping[str, Judge], as_of: AsOf | None,
    unit_id: int | None, cases: Literal["every", "worst", "none"] = "worst",
) -> Steps[MonthBoard]:  # fmt: skip
    rule, previous = rules[period.code], rules.get(period.previous().code)
    trees = organisations.tree_steps(day_of(as_of))
    if unit_id is None:
        read = {
            "every": lambda: _cases(None, rule, as_of), "worst": lambda: _city_cases(rule, as_of), "none": _no_cases,
        }[cases]  # fmt: skip
        tree, found, shown = yield from beside([trees, tallies_steps(rules, as_of), read()])
    else:
        tree = yield from trees
        within = sorted(tree.subtree_ids(unit_id) | {unit_id})
        found, shown = yield from beside([tallies_steps(rules, as_of, within), _cases(within, rule, as_of)])
    names = names_of(tree, {agency for _code, agency in found})
    agencies = []
    for (code, agency_id), tally in found.items():
        if code == period.code:
            earlier = found.get((period.previous().code, agency_id))
            before = earlier.matching(previous.counted) if earlier and previous else None
            agencies.append(AgencyRow(agency_id, names.get(agency_id, ""), tally, rule, before))
    agencies.sort(key=lambda each: (each.matching.percent or Decimal(0), -each.matching.whole, each.name))
    trend = []
    for code, judged_by in rules.items():
        whole = total(tally for (each, _agency), tally in found.items() if each == code)
        if whole.all:
            trend.append((judged_by.period, whole, whole.matching(judged_by.counted)))
    earlier_rates = {} if previous is None else {
        agency_id: tally.matching(previous.counted)
        for (code, agency_id), tally in found.items()
        if code == previous.period.code
    }  # fmt: skip
    return MonthBoard(period, periods, rule, agencies, shown, names, trend, earlier_rates)


def _no_cases() -> Steps[list[Case]]:
    yield ()
    return []


def _cases(agency_ids: Sequence[int] | None, rule: Judge, as_of: AsOf | None) -> Steps[list[Case]]:
    rows = known(as_of).filter(period=rule.period.code).select_related("project")
    if agency_ids is not None:
        rows = rows.filter(project__agency_id__in=agency_ids)
    yield rows
    return in_order([case_of(each, rule) for each in rows])


def _city_cases(rule: Judge, as_of: AsOf | None) -> Steps[list[Case]]:
    """Severe ones, the farthest behind first, then those not filed; each so many as a page can show."""
    rows: Any = judged({rule.period.code: rule}, as_of).select_related("project")
    severe = rows.filter(is_severe=True).order_by("lag", "works_lag")[:MOST_CASES]
    unfiled = rows.filter(filed=False).order_by("project__agency_id", "project__number")[:MOST_CASES]
    yield severe, unfiled
    return in_order([case_of(each, rule) for each in [*severe, *unfiled]])


def in_order(cases: list[Case]) -> list[Case]:
    """What has to be asked about first: severe, behind, not filed, suspended, on plan, ahead."""
    worst = Decimal(1000)
    return sorted(
        cases,
        key=lambda each: (
            not each.severe,
            ORDER.index(each.course),
            each.lag if each.lag is not None else worst,
            each.works_lag if each.works_lag is not None else worst,
            each.record.project.number,
        ),
    )


def names_of(tree: Tree, wanted: set[int]) -> dict[int, str]:
    """Short names of agencies, also of those that are no longer in the tree."""
    found = {pk: tree.by_id[pk].short_name or tree.by_id[pk].name for pk in wanted if pk in tree.by_id}
    left = wanted - found.keys()
    former = organisations.units(left) if left else {}
    return found | {pk: (former[pk].short_name or former[pk].name) if pk in former else "" for pk in left}


@dataclass(frozen=True, slots=True)
class MonthShown:
    """One month of one tender, judged by that month's rules, with what was filed before it was corrected."""

    period: Period
    case: Case
    replanned: bool
    earlier: Sequence[MonthRecord] = ()


def months_shown(actor: Actor, project_id: int, as_of: AsOf | None = None) -> list[MonthShown]:
    """Every month of a tender, the newest first (at most two queries)."""
    require(actor, "projects.view")
    return shown_of(list(told_of(project_id, as_of)), as_of)


def shown_of(told: Sequence[MonthRecord], as_of: AsOf | None = None) -> list[MonthShown]:
    """The same of all records of a tender at hand, the oldest first (at most one query)."""
    records = stood(told)
    rules = judges([parse_period(each.period) for each in records], as_of)
    anew, standing = replanned(records), {each.pk for each in records}
    before: dict[str, list[MonthRecord]] = defaultdict(list)
    for each in told:
        if each.pk not in standing:
            before[each.period].insert(0, each)
    return [
        MonthShown(
            rules[each.period].period,
            case_of(each, rules[each.period]),
            each.pk in anew,
            [old for old in before.get(each.period, ()) if old.pk < each.pk],
        )
        for each in reversed(records)
    ]


def major_rate(period: Period, as_of: AsOf | None = None, agency_ids: Sequence[int] | None = None) -> Rate:
    """進度相符率 of major works: the city's level, at least the threshold (B14, TC-16); nothing before there is one."""
    return major_of(judge(period, as_of), as_of, agency_ids)


def major_of(rule: Judge, as_of: AsOf | None = None, agency_ids: Sequence[int] | None = None) -> Rate:
    """The same of a month judged by these rules."""
    if rule.major is None:
        return Rate(0, 0)
    found = tallies({rule.period.code: rule}, as_of, agency_ids=agency_ids, major=rule.major)
    return total(found.values()).matching(rule.counted)
