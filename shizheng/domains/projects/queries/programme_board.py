"""The board of a programme: its tenders in a month, quantities against targets, checkpoints of the quarter (B15, C02, C10)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from shizheng.common.permissions import Actor, require
from shizheng.common.together import Steps, beside, reading, side_by_side
from shizheng.domains.projects.models import Programme, ProgrammeProgress, Project
from shizheng.domains.projects.models.programmes import ControlLevels
from shizheng.domains.projects.queries import programmes as queries
from shizheng.domains.projects.queries.boards import (
    TREND,
    AgencyRow,
    MonthBoard,
    case_of,
    day_of,
    in_order,
    names_of,
)
from shizheng.domains.projects.queries.curves import curves_steps
from shizheng.domains.projects.queries.judging import judges
from shizheng.domains.projects.queries.months import known, locked_periods
from shizheng.domains.projects.queries.programmes import ToMeeting, quarter_of
from shizheng.domains.projects.queries.tallying import tallies
from shizheng.domains.projects.rules.life import State
from shizheng.domains.projects.rules.programmes import Target, planned_on, share
from shizheng.domains.projects.rules.tallies import total
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period
from shizheng.kernel.organisations import queries as organisations


@dataclass(frozen=True, slots=True)
class Due:
    """A checkpoint of a tender that is planned within the quarter, and whether the last filed month has reached it."""

    project: Project
    name: str
    on: date
    reached: bool


@dataclass(frozen=True, slots=True)
class Point:
    """A day with what was planned, and what was filed for it, in all."""

    label: str
    day: date
    planned: Decimal | None
    actual: Decimal | None


@dataclass(frozen=True)
class ProgrammeBoard:
    """A programme as of a month; `month` holds its tenders, agencies and trend, like any other board."""

    programme: Programme
    day: date
    month: MonthBoard
    planned: Decimal | None = None
    filed: ProgrammeProgress | None = None
    targets: Sequence[Target] = ()
    points: Sequence[Point] = ()
    progress: Sequence[ProgrammeProgress] = ()
    due: Sequence[Due] = ()
    meeting: Sequence[ToMeeting] = ()
    without_month: Sequence[Project] = field(default_factory=tuple)
    """Tenders about which nothing was locked for the month: not planned yet, closed, or entered later."""
    joined: Sequence[Project] = ()
    """Tenders in it now whose month was locked before they belonged to it: not counted."""
    left: Sequence[Project] = ()
    """Tenders counted because they belonged to it at the lock, and no longer do."""

    @property
    def quarter(self) -> Period:
        return quarter_of(self.day)

    @property
    def reached(self) -> Decimal | None:
        """Quantity filed against planned, in percent."""
        return share(self.filed.quantity, self.planned) if self.filed is not None else None


def programme_board(
    actor: Actor, programme_id: int, period: Period | None = None, as_of: AsOf | None = None
) -> ProgrammeBoard:
    """A programme in a month (the last one that was locked where None; a quarter stands for its last locked month)."""
    require(actor, "projects.view")
    from shizheng.domains.projects.queries.projects import programme as one

    programme = one(programme_id)
    periods = [each for each in locked_periods(as_of)]
    chosen = _chosen(period, periods)
    day = min(chosen.last_day, day_of(as_of)) if chosen is not None else day_of(as_of)
    belonging, progress, of_programmes = side_by_side(
        [
            queries.members_steps(programme_id, as_of),
            queries.progress_steps([programme_id], as_of),
            queries.targets_steps([programme_id]),
        ]
    )
    targets, quarter = of_programmes[programme_id], quarter_of(day)
    deep = programme.control_levels >= ControlLevels.THREE
    (projects, due), (month, locked), meeting = side_by_side(
        [
            _projects(belonging, quarter, as_of),
            _month(programme_id, belonging, chosen, periods, as_of),
            queries.to_meeting_steps(programme_id, belonging, progress, quarter, as_of)
            if deep
            else reading(),
        ]
    )
    within = queries.with_end(programme, targets)
    there = {each.record.project_id for each in month.cases}
    return ProgrammeBoard(
        programme=programme,
        day=day,
        month=month,
        planned=queries.planned(programme, targets, day),
        filed=queries.latest(progress, day),
        targets=within,
        points=_points(programme, within, progress),
        progress=list(reversed(progress)),
        due=due,
        meeting=meeting or (),
        without_month=[each for each in projects if each.pk not in there | locked],
        joined=[each for each in projects if each.pk in locked - there],
        left=[each.record.project for each in month.cases if each.record.project_id not in belonging],
    )


def _chosen(period: Period | None, periods: Sequence[Period]) -> Period | None:
    if period is not None and period.kind is PeriodKind.MONTH:
        return period
    if period is not None:
        return next((each for each in periods if period.contains(each)), None)
    return periods[0] if periods else None


def _month(
    programme_id: int,
    belonging: Collection[int],
    period: Period | None,
    periods: Sequence[Period],
    as_of: AsOf | None,
) -> Steps[tuple[MonthBoard, set[int]]]:
    """The month by the tags of its lock, each month of the trend by its own; and who of today has a record of it at all."""
    if period is None:
        return MonthBoard(None, periods, None), set()
    of_lock = queries.belonged(programme_id, belonging)
    of_month = known(as_of).filter(period=period.code)
    rows = of_month.filter(of_lock).select_related("project")
    locked = of_month.filter(project_id__in=list(belonging)).values_list("project_id", flat=True)
    yield rows, locked
    rules = judges(period.last(TREND), as_of)
    found = tallies(rules, as_of, among=of_lock)
    tree = organisations.tree(day_of(as_of))
    names = names_of(tree, {agency for _code, agency in found})
    rule = rules[period.code]
    agencies = [
        AgencyRow(agency, names.get(agency, ""), tally, rule)
        for (code, agency), tally in found.items()
        if code == period.code
    ]
    agencies.sort(key=lambda each: (each.matching.percent or Decimal(0), -each.matching.whole, each.name))
    trend = []
    for code, judged_by in rules.items():
        whole = total(tally for (each, _agency), tally in found.items() if each == code)
        if whole.all:
            trend.append((judged_by.period, whole, whole.matching(judged_by.counted)))
    cases = in_order([case_of(each, rule) for each in rows])
    return MonthBoard(period, periods, rule, agencies, cases, names, trend), set(locked)


def _points(
    programme: Programme, targets: Sequence[Target], progress: Sequence[ProgrammeProgress]
) -> list[Point]:
    """Quarter by quarter from the first day or target to the last; empty where nothing is counted."""
    if not targets:
        return []
    first = quarter_of(programme.starts_on or targets[0].on)
    last = quarter_of(max(targets[-1].on, programme.ends_on or targets[-1].on))
    found, each = [], first
    while each.start <= last.start:
        plan = planned_on(targets, programme.starts_on, each.last_day, queries.between_on(each.last_day))
        rows = [one for one in progress if one.filed and each.contains(parse_period(one.period))]
        actual = rows[-1].quantity if rows else None
        found.append(Point(each.short_label, each.last_day, plan, actual))
        each = each.next()
    return found


def _projects(
    belonging: Collection[int], quarter: Period, as_of: AsOf | None
) -> Steps[tuple[list[Project], list[Due]]]:
    """The tenders, and their checkpoints planned within the quarter, by the newest plan; withdrawn ones have none."""
    rows = known(as_of).filter(project_id__in=list(belonging), filed=True).order_by("project_id", "-period")
    newest = rows.distinct("project_id")
    projects, curves, _read = yield from beside(
        [queries.tenders_steps(belonging, as_of), curves_steps(belonging), reading(newest)]
    )
    going = {each.pk: each for each in projects if each.state != State.WITHDRAWN.value}
    last = {each.project_id: each for each in newest}
    found = []
    for pk, curve in curves.items():
        if pk not in going:
            continue
        codes = [each.code for each in curve.checkpoints]
        filed = last.get(pk)
        reached = codes.index(filed.reached) if filed and filed.reached in codes else -1
        for position, each in enumerate(curve.checkpoints):
            if quarter.start <= each.planned_on <= quarter.last_day:
                found.append(Due(going[pk], curve.names[each.code], each.planned_on, position <= reached))
    return projects, sorted(found, key=lambda each: (each.reached, each.on, each.project.number))
