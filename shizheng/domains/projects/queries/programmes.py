"""Programmes: what is planned for a day, what was filed about each, which tenders go to the city meeting (B15, C02, TC-26)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from shizheng.common.together import Steps, beside, done
from shizheng.domains.projects.models import (
    MonthRecord,
    Programme,
    ProgrammeProgress,
    ProgrammeTarget,
    Project,
    ProjectProgramme,
)
from shizheng.domains.projects.models.programmes import ControlLevels, Cycle
from shizheng.domains.projects.queries.judging import judges
from shizheng.domains.projects.queries.months import known as known_months
from shizheng.domains.projects.queries.months import standing
from shizheng.domains.projects.queries.tallying import course_of_record, is_severe_record, lag_of
from shizheng.domains.projects.rules.judging import Course
from shizheng.domains.projects.rules.programmes import Between, Target, planned_on
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.queries.rewinding import rewound_below, rewound_steps
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period
from shizheng.kernel.rulebook import queries as rulebook

BETWEEN, LASTING = "programme.between_targets", "programme.lasting_lag"
CYCLES = {Cycle.MONTH: PeriodKind.MONTH, Cycle.QUARTER: PeriodKind.QUARTER}


def targets_of(programme_ids: Collection[int]) -> dict[int, list[Target]]:
    """Programme → its targets, the first one first; one query. A programme with an end and no targets has that as its one."""
    return done(targets_steps(programme_ids))


def targets_steps(programme_ids: Collection[int]) -> Steps[dict[int, list[Target]]]:
    """The same beside what else is read."""
    rows = ProgrammeTarget.objects.filter(programme_id__in=list(programme_ids)).order_by("on")
    yield rows
    found: dict[int, list[Target]] = {pk: [] for pk in programme_ids}
    for each in rows:
        found[each.programme_id].append(Target(each.on, each.quantity))
    return found


def with_end(programme: Programme, targets: Sequence[Target]) -> list[Target]:
    """The targets with the programme's own target on its last day, where no target of that day stands."""
    found = list(targets)
    end, whole = programme.ends_on, programme.target_quantity
    if end is not None and whole is not None and all(each.on < end for each in found):
        found.append(Target(end, whole))
    return found


def between_on(day: date) -> Between:
    """How quantities between two targets are planned, by the rule of that day."""
    rule = rulebook.value_or_none(BETWEEN, day)
    return Between(str(rule.value)) if rule is not None else Between.BY_DAYS


def planned(programme: Programme, targets: Sequence[Target], day: date) -> Decimal | None:
    """The quantity planned in all by the end of a day, kept with six decimals; None where nothing is counted."""
    found = planned_on(with_end(programme, targets), programme.starts_on, day, between_on(day))
    return None if found is None else round(found, 6)


def progress(
    programme_ids: Collection[int] | None = None, as_of: AsOf | None = None
) -> list[ProgrammeProgress]:
    """What was filed and stands, the oldest first; one query."""
    return done(progress_steps(programme_ids, as_of))


def progress_steps(
    programme_ids: Collection[int] | None = None, as_of: AsOf | None = None
) -> Steps[list[ProgrammeProgress]]:
    """The same beside what else is read."""
    rows = standing(ProgrammeProgress, as_of).select_related("programme")
    if programme_ids is not None:
        rows = rows.filter(programme_id__in=list(programme_ids))
    yield rows
    return sorted(rows, key=lambda each: (parse_period(each.period).last_day, each.pk))


def before(programme_ids: Collection[int], period: Period) -> dict[int, ProgrammeProgress]:
    """The last that was filed about each programme for a time before this period."""
    return {
        each.programme_id: each
        for each in progress(programme_ids)
        if each.filed and parse_period(each.period).last_day < period.start
    }


def latest(rows: Sequence[ProgrammeProgress], day: date) -> ProgrammeProgress | None:
    """Of these, the last one filed about a time until `day`."""
    found = [each for each in rows if each.filed and parse_period(each.period).last_day <= day]
    return found[-1] if found else None


def owing(period: Period) -> list[Programme]:
    """Programmes about which their lead agency files for a period: in use, of that cycle, within their days."""
    cycles = [cycle.value for cycle, kind in CYCLES.items() if kind is period.kind]
    rows = Programme.objects.filter(in_use=True, cycle__in=cycles, lead__isnull=False)
    return [
        each
        for each in rows.select_related("lead").order_by("pk")
        if (each.starts_on is None or each.starts_on <= period.last_day)
        and (each.ends_on is None or each.ends_on >= period.start)
    ]


def members(programme_id: int, as_of: AsOf | None = None) -> frozenset[int]:
    """Ids of the tenders that belong to a programme, as of a day those that did then; one query (two as of a day)."""
    return done(members_steps(programme_id, as_of))


def members_steps(programme_id: int, as_of: AsOf | None = None) -> Steps[frozenset[int]]:
    """The same beside what else is read; the second query, as of a day, is asked alone."""
    rows = ProjectProgramme.objects.filter(programme_id=programme_id)
    yield rows
    then = rewound_below([programme_id], rows, ProjectProgramme, "programme", as_of)
    return frozenset(each.project_id for each in then)


def programmes_of(project_ids: Collection[int]) -> dict[int, list[int]]:
    """Tender → ids of the programmes that it belongs to now; one query. Those without one are left out."""
    rows = ProjectProgramme.objects.filter(project_id__in=list(project_ids)).order_by("project", "programme")
    found: dict[int, list[int]] = {}
    for project_id, programme_id in rows.values_list("project_id", "programme_id"):
        found.setdefault(project_id, []).append(programme_id)
    return found


def belonged(programme_id: int, belonging: Collection[int]) -> Q:
    """The condition that a record is of a tender that was in the programme when its month was locked.

    What was locked before this was kept counts for the tenders of `belonging`.
    """
    return Q(programmes__contains=[programme_id]) | Q(programmes=None, project_id__in=list(belonging))


def tenders_of(
    programme_id: int, as_of: AsOf | None = None, among: Collection[int] | None = None
) -> list[Project]:
    """The tenders of a programme, withdrawn ones as well, as they stood then; `among`: its members where they are known."""
    return done(tenders_steps(members(programme_id, as_of) if among is None else among, as_of))


def tenders_steps(ids: Collection[int], as_of: AsOf | None = None) -> Steps[list[Project]]:
    """Tenders by their numbers as they stood then, beside what else is read."""
    rows = Project.objects.filter(pk__in=ids).select_related("agency").order_by("number")
    return (yield from rewound_steps(rows, as_of))


@dataclass(frozen=True, slots=True)
class ToMeeting:
    """A tender for the city meeting: lagging through all these months, or in need of other agencies' help, or both."""

    project: Project
    record: MonthRecord | None
    months: Sequence[tuple[Period, Decimal | None]]
    """The months in which it lagged, with the gap in percentage points; empty where that is not why."""
    coordination: str

    @property
    def lasting(self) -> bool:
        return bool(self.months)


def all_to_city_meeting_steps(
    quarter: Period, as_of: AsOf | None = None
) -> Steps[list[tuple[Programme, list[ToMeeting]]]]:
    """Of each programme in use with a third level what RDEC sends to the city's meeting, by code: in four steps, however
    many programmes there are."""
    rows = Programme.objects.filter(in_use=True, control_levels=ControlLevels.THREE).order_by("code")
    yield rows
    found = yield from beside([_to_meeting_steps(each.pk, quarter, as_of) for each in rows])
    return list(zip(rows, found, strict=True))


def to_city_meeting(programme_id: int, quarter: Period, as_of: AsOf | None = None) -> list[ToMeeting]:
    """Which tenders of a programme RDEC sends to the city meeting after a quarter (B15 level 3, TC-26).

    Those that lagged in each of the last months up to the end of the quarter (how many: `programme.lasting_lag`, 待確認),
    and those of which the lead agency filed that others have to help. Nothing for a programme without a third level, and
    nothing for a month that was not locked or not filed. The farthest behind first.
    """
    programme = Programme.objects.filter(pk=programme_id).first()
    if programme is None or programme.control_levels < ControlLevels.THREE:
        return []
    return done(_to_meeting_steps(programme_id, quarter, as_of))


def _to_meeting_steps(programme_id: int, quarter: Period, as_of: AsOf | None) -> Steps[list[ToMeeting]]:
    filed, belonging = yield from beside(
        [progress_steps([programme_id], as_of), members_steps(programme_id, as_of)]
    )
    return (yield from to_meeting_steps(programme_id, belonging, filed, quarter, as_of))


def to_meeting_steps(
    programme_id: int,
    belonging: Collection[int],
    filed: Iterable[ProgrammeProgress],
    quarter: Period,
    as_of: AsOf | None = None,
) -> Steps[list[ToMeeting]]:
    """The same of a programme with a third level: its members and what was filed about it are at hand.

    Who lagged is looked for among those that were in it when the last of the months was locked.
    """
    needing = _needing_help(filed, quarter)
    wanted = _last_months(quarter)
    rules = judges(wanted, as_of)
    then = known_months(as_of).filter(belonged(programme_id, belonging), period=wanted[-1].code)
    rows = known_months(as_of).filter(
        Q(project_id__in=then.values("project_id")) | Q(project_id__in=list(needing)),
        period__in=[each.code for each in wanted],
    )
    rows = rows.select_related("project", "project__agency")
    yield rows
    of_project: dict[int, dict[str, MonthRecord]] = {}
    for each in rows:
        of_project.setdefault(each.project_id, {})[each.period] = each
    found: dict[int, ToMeeting] = {}
    for pk, months in of_project.items():
        ended = months.get(wanted[-1].code)
        lagging = ended is not None and _was_in(ended, programme_id, belonging)
        lagging = lagging and all(_lags(months.get(each.code), rules[each.code]) for each in wanted)
        if lagging or pk in needing:
            last = months[max(months)]
            gaps = [(each, lag_of(months[each.code])) for each in wanted] if lagging else []
            found[pk] = ToMeeting(last.project, last, gaps, needing.get(pk, ""))
    others = Project.objects.filter(pk__in=set(needing) - set(found)).select_related("agency")
    yield others
    for project in others:
        found[project.pk] = ToMeeting(project, None, (), needing[project.pk])
    return sorted(found.values(), key=_worst_first)


def _was_in(record: MonthRecord, programme_id: int, belonging: Collection[int]) -> bool:
    """The same as `belonged` says, of a record at hand."""
    if record.programmes is None:
        return record.project_id in belonging
    return programme_id in record.programmes


def _worst_first(each: ToMeeting) -> tuple[Any, ...]:
    gap = lag_of(each.record) if each.record is not None else None
    return (not each.lasting, gap if gap is not None else Decimal(1000), each.project.number)


def _lags(record: MonthRecord | None, rule: Any) -> bool:
    if record is None or not record.filed:
        return False
    behind = course_of_record(record, rule.thresholds) is Course.BEHIND
    return behind or is_severe_record(record, rule.thresholds)


def _last_months(quarter: Period) -> list[Period]:
    rule = rulebook.value_or_none(LASTING, quarter.last_day)
    count = int(Decimal(str(rule.value))) if rule is not None else 3
    return Period(PeriodKind.MONTH, quarter.end.year, quarter.end.month).previous().last(max(count, 1))


def _needing_help(filed: Iterable[ProgrammeProgress], quarter: Period) -> dict[int, str]:
    """Tender → what others have to help with, by the last that was filed within the quarter."""
    found: Mapping[str, str] = {}
    for each in filed:
        if each.filed and quarter.contains(parse_period(each.period)):
            found = each.coordination
    return {int(pk): text for pk, text in found.items() if text}


def quarter_of(day: date) -> Period:
    """The quarter in which a day lies."""
    return Period(PeriodKind.MONTH, day.year, day.month).within(PeriodKind.QUARTER)


def measure_code(programme: Programme) -> str:
    """The code of the measure that a programme's quantities are facts of."""
    return f"programme.{programme.code}"
