"""Agencies ranked by a rate over up to three years, and tenders three months in a row ahead or behind (B05, TC-05)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Q

from shizheng.common.permissions import Actor, require
from shizheng.common.together import Steps, done
from shizheng.domains.projects.models import MonthRecord
from shizheng.domains.projects.queries.boards import READ, day_of, names_of
from shizheng.domains.projects.queries.judging import Judge, judge, judges
from shizheng.domains.projects.queries.months import known, locked_periods
from shizheng.domains.projects.queries.tallying import judged, tallies
from shizheng.domains.projects.rules.curves import lag
from shizheng.domains.projects.rules.life import State
from shizheng.domains.projects.rules.streaks import Month, Streak, StreakRule, Why, run, streak
from shizheng.domains.projects.rules.tallies import Tally
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.queries.remembering import Mark, mark, rows_kept
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.organisations import queries as organisations

LENGTHS = (12, 24, 36)
"""How many months a ranking may show."""
RATES = ("matching", "execution", "filed")
WINDOW = 24
"""Months in which a streak is looked for: skipped ones lie between those that count."""
FEW = 2
"""So many months more than a streak needs are read of every tender that may have one."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One agency: its place (the same rate, the same place), and the rate's parts for each month shown."""

    place: int | None
    agency_id: int
    name: str
    percent: Decimal | None
    part: Decimal
    whole: Decimal
    severe: int
    series: tuple[Decimal | None, ...]
    """Percent for each month, the oldest first; None where nothing was to be counted."""
    before: int | None
    """Its place the month before."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order of one month. Without `period` nothing has been locked."""

    period: Period | None
    periods: Sequence[Period]
    shown: Sequence[Period]
    rate: str
    rows: Sequence[Ranked]
    rule: Judge | None


def parts_of(tally: Tally, rule: Judge, rate: str) -> tuple[Decimal, Decimal]:
    """What is divided by what: the two numbers of a rate (cases, or NTD for 預算執行率)."""
    if rate == "execution":
        return tally.executed, tally.allocated
    found = tally.filed if rate == "filed" else tally.matching(rule.counted)
    return Decimal(found.part), Decimal(found.whole)


def percent_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """Unrounded; None where there is nothing to count."""
    return Decimal(100) * part / whole if whole > 0 else None


def ranking(
    actor: Actor, period: Period | None = None, as_of: AsOf | None = None, *, rate: str = "matching",
    months: int = 12,
) -> Ranking:  # fmt: skip
    """Agencies by a rate, the highest first, with the months before (at most eight queries, whatever the number of tenders)."""
    require(actor, "projects.view")
    now = mark()
    periods = _periods(now, as_of)
    chosen = period or (periods[0] if periods else None)
    if chosen is None:
        return Ranking(None, periods, (), rate, (), None)
    shown = chosen.last(months)
    rules = judges(shown, as_of)
    used = tuple((code, tuple(sorted(rule.versions.items()))) for code, rule in rules.items())

    def make() -> tuple[dict[tuple[str, int], Tally], dict[int, str]]:
        found = tallies(rules, as_of)
        return found, names_of(organisations.tree(day_of(as_of)), {agency for _code, agency in found})

    found, names = rows_kept(
        now, ("projects.ranking", as_of, used), READ, make, lambda made: 10 + len(made[0]) // 4
    )
    rows = _ranked(found, names, rules, shown, rate)
    return Ranking(chosen, periods, shown, rate, rows, rules[chosen.code])


def _ranked(
    found: Mapping[tuple[str, int], Tally], names: Mapping[int, str], rules: Mapping[str, Judge],
    shown: Sequence[Period], rate: str,
) -> list[Ranked]:  # fmt: skip
    last, before = shown[-1], shown[-2] if len(shown) > 1 else None
    places = _places(found, rules, last, rate)
    earlier = _places(found, rules, before, rate) if before else {}
    rows = []
    for (code, agency_id), tally in found.items():
        if code != last.code:
            continue
        part, whole = parts_of(tally, rules[code], rate)
        series = tuple(
            percent_of(*parts_of(found[each.code, agency_id], rules[each.code], rate))
            if (each.code, agency_id) in found
            else None
            for each in shown
        )
        rows.append(
            Ranked(
                places.get(agency_id), agency_id, names.get(agency_id, ""), percent_of(part, whole), part, whole,
                tally.severe, series, earlier.get(agency_id),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda each: (each.place is None, each.place or 0, -each.whole, each.name))


def _places(
    found: Mapping[tuple[str, int], Tally], rules: Mapping[str, Judge], period: Period, rate: str
) -> dict[int, int]:
    """Agency → place: one more than the number of those with a higher rate."""
    percents = {
        agency: value
        for (code, agency), tally in found.items()
        if code == period.code and (value := percent_of(*parts_of(tally, rules[code], rate))) is not None
    }
    return {
        agency: 1 + sum(other > value for other in percents.values()) for agency, value in percents.items()
    }


@dataclass(frozen=True, slots=True)
class Evidence:
    """One month that a proposal rests on: progress in percent, `lag` in percentage points, the plan version that judged."""

    period: Period
    lag: Decimal
    planned: Decimal | None = None
    actual: Decimal | None = None
    plan: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A reward (ahead) or a penalty (behind), with the months that make it; `record` is the last of them."""

    ahead: bool
    record: MonthRecord
    agency_id: int
    months: Sequence[Evidence]


class Light(NamedTuple):
    """Of a record what a streak needs: thousands are read for the few that make a proposal."""

    project_id: int
    period: str
    filed: bool
    state: str
    actual: Decimal | None
    planned: Decimal | None
    plan: int | None
    plan_from: str | None


LIGHT = ("project_id", "period", "filed", "state", "actual", "planned", "plan__number", "plan__from_period")


@dataclass(frozen=True, slots=True)
class Streaks:
    """The proposals of one month, penalties first, and the rules that made them."""

    period: Period | None
    periods: Sequence[Period]
    rule: Judge | None
    proposals: Sequence[Proposal]
    names: Mapping[int, str]


def streaks(
    actor: Actor, period: Period | None = None, as_of: AsOf | None = None, unit_id: int | None = None
) -> Streaks:
    """Tenders that the month makes a proposal of (at most eight queries): by the rules at its end, for all of its months."""
    require(actor, "projects.view")
    now = mark()
    periods = _periods(now, as_of)
    chosen = period or (periods[0] if periods else None)
    if chosen is None:
        return Streaks(None, periods, None, (), {})
    rule = judge(chosen, as_of)
    if rule.streak is None:
        return Streaks(chosen, periods, rule, (), {})
    key = ("projects.streaks", chosen.code, tuple(sorted(rule.versions.items())), as_of, unit_id)
    found, names = rows_kept(
        now, key, READ, lambda: _proposals(chosen, rule, as_of, unit_id), lambda made: 10 + 5 * len(made[0])
    )
    return Streaks(chosen, periods, rule, found, names)


def proposals_of(period: Period, rule: Judge) -> Sequence[Proposal]:
    """The proposals that a month makes by these rules, whether they are in force or only proposed."""
    return done(proposals_steps(period, rule))


def proposals_steps(period: Period, rule: Judge, as_of: AsOf | None = None) -> Steps[Sequence[Proposal]]:
    """The proposals of a month judged by these rules, beside what else is read, in three steps; not kept."""
    if rule.streak is None:
        return []
    return (yield from _found(period, rule, rule.streak, as_of))


def _periods(now: Mark, as_of: AsOf | None) -> list[Period]:
    return rows_kept(now, ("projects.periods", as_of), READ, lambda: locked_periods(as_of), lambda made: 5)


def _proposals(
    chosen: Period, rule: Judge, as_of: AsOf | None, unit_id: int | None
) -> tuple[list[Proposal], dict[int, str]]:
    assert rule.streak is not None
    tree = organisations.tree(day_of(as_of))
    within = None if unit_id is None else tree.subtree_ids(unit_id) | {unit_id}
    found = done(_found(chosen, rule, rule.streak, as_of, within))
    return found, names_of(tree, {each.agency_id for each in found})


def _found(
    chosen: Period, rule: Judge, by: StreakRule, as_of: AsOf | None, agency_ids: Collection[int] | None = None
) -> Steps[list[Proposal]]:
    rows = judged({chosen.code: rule}, as_of).exclude(state=State.SUSPENDED.value)
    if agency_ids is not None:
        rows = rows.filter(project__agency_id__in=agency_ids)
    far = rows.filter(Q(lag__gte=by.threshold) | Q(lag__lte=-by.threshold))
    made = yield from _runs(far.order_by().values("project_id"), chosen, by, as_of)
    last = known(as_of).filter(period=chosen.code, project_id__in=list(made)).select_related("project")
    yield last
    found = [_proposal(each, *made[each.project_id]) for each in last]
    found.sort(key=lambda each: (each.ahead, each.agency_id, each.record.project.number))
    return found


def _runs(
    candidates: Any, until: Period, rule: StreakRule, as_of: AsOf | None
) -> Steps[dict[int, tuple[Streak, Sequence[Light]]]]:
    """Tender → its streak, and its months as read. Most runs end within a few months: only of the others all months are read (two queries)."""
    made: dict[int, tuple[Streak, Sequence[Light]]] = {}
    wanted = candidates
    for window in (min(rule.length + FEW, WINDOW), WINDOW):
        rows = known(as_of).filter(
            project_id__in=wanted, period__gte=until.moved(1 - window).code, period__lte=until.code
        )
        told = rows.order_by("project_id", "period").values_list(*LIGHT)
        yield told
        lights: dict[int, list[Light]] = {}
        for row in told:
            lights.setdefault(row[0], []).append(Light(*row))
        longer = []
        for pk, each in lights.items():
            months = months_in_row(each, until)
            _found, reaches_further = run(months, rule)
            if reaches_further and window < WINDOW:
                longer.append(pk)
            elif (there := streak(months, rule)) is not None:
                made[pk] = there, each
        if not longer:
            break
        wanted = longer
    return made


def _proposal(record: MonthRecord, run: Streak, lights: Sequence[Light]) -> Proposal:
    there = {each.period: each for each in lights}
    evidence = [
        Evidence(
            parse_period(each.period), each.lag, there[each.period].planned, there[each.period].actual,
            there[each.period].plan,
        )
        for each in run.months
        if each.lag is not None
    ]  # fmt: skip
    return Proposal(run.ahead, record, record.project.agency_id, evidence)


def months_in_row(rows: Sequence[Light], until: Period) -> list[Month]:
    """Consecutive months, the oldest first, up to `until`; one without a record counts as 未填報."""
    there = {each.period: each for each in rows}
    first = min(there, default=until.code)
    return [_month(code, there.get(code)) for code in _codes(until, first)]


@lru_cache(maxsize=256)
def _codes(until: Period, first: str) -> tuple[str, ...]:
    """The codes of the months from the first to the last; the same few runs of months for thousands of tenders."""
    begins = parse_period(first)
    count = (until.year - begins.year) * 12 + until.number - begins.number + 1
    return tuple(each.code for each in until.last(count)) if count > 0 else ()


def _month(code: str, row: Light | None) -> Month:
    if row is None or not row.filed:
        return Month(code, None, Why.NOT_FILED)
    gap = lag(row.actual, row.planned)
    if row.state == State.SUSPENDED.value:
        return Month(code, gap, Why.SUSPENDED)
    anew = row.plan is not None and row.plan > 1 and row.plan_from == row.period
    return Month(code, gap, Why.REPLANNED if anew else None)
