"""What stands on the page of a tender in the pack of a meeting: many tenders at once, in a number of queries that does not
grow with them (B03)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shizheng.common.together import Steps, beside, done, reading, side_by_side
from shizheng.domains.projects.models import Happening, MonthRecord, Project, ProjectPhoto
from shizheng.domains.projects.queries.boards import Case, case_of
from shizheng.domains.projects.queries.curves import Curve, by_version_steps, curves_steps
from shizheng.domains.projects.queries.happenings import standing_steps
from shizheng.domains.projects.queries.judging import Judge, judge
from shizheng.domains.projects.queries.months import known
from shizheng.domains.projects.queries.photos import newest_steps
from shizheng.domains.projects.queries.planned import reached_days
from shizheng.domains.projects.rules.judging import Money
from shizheng.domains.projects.rules.planning import last_day, months_between
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.rules.periods import Period, parse_period

YEARS_BACK = 8
"""Months older than that are on no page."""


@dataclass(frozen=True, slots=True)
class Point:
    """One checkpoint: when it is to be reached, when it was; `done` also where no day was filed."""

    name: str
    weight: Decimal
    planned_on: date
    reached_on: date | None
    done: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Curves:
    """The S-curve, month by month (`2025-03`), in percent; None where nothing is known."""

    months: tuple[str, ...]
    planned: tuple[Decimal | None, ...]
    reached: tuple[Decimal | None, ...]
    works_planned: tuple[Decimal | None, ...]
    works_reached: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """What was filed about being behind: cause, remedy, and the day by which to catch up."""

    period: Period
    cause: str
    remedy: str
    catch_up_on: date | None
    kept: bool | None
    """Whether that day is over without being behind; None as long as it lies ahead."""


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One tender at the end of a month. Without `case` nothing was locked about it for this month."""

    project: Project
    period: Period
    case: Case | None
    version: int | None
    curves: Curves | None
    points: tuple[Point, ...]
    money: Money | None
    promises: tuple[Promise, ...]
    photographs: tuple[ProjectPhoto, ...] = ()


def item_pages(
    project_ids: Collection[int], period: Period, as_of: AsOf | None = None
) -> dict[int, ItemPage]:
    """Tender → its page for a month; at most four queries for any number of them."""
    ids = list(project_ids)
    projects = Project.objects.filter(pk__in=ids).select_related("agency", "unit", "type")
    known_by = as_of.moment if as_of else None
    records, told, taken, _read = side_by_side(
        [
            _records(ids, period, as_of),
            standing_steps(ids, period.last_day, known_by),
            newest_steps(ids, period.code, known_by),
            reading(projects),
        ]
    )
    curves = done(_curves(ids, records, period))
    rule = judge(period, as_of)
    return {
        each.pk: _page(
            each,
            period,
            rule,
            records.get(each.pk, []),
            curves.get(each.pk),
            told.get(each.pk, []),
            taken.get(each.pk, []),
        )
        for each in projects
    }


def _records(ids: Sequence[int], period: Period, as_of: AsOf | None) -> Steps[dict[int, list[MonthRecord]]]:
    first = f"{period.year - YEARS_BACK}-01"
    rows = known(as_of).filter(project_id__in=ids, period__gte=first, period__lte=period.code)
    ordered = rows.order_by("project_id", "period")
    yield ordered
    found: dict[int, list[MonthRecord]] = defaultdict(list)
    for each in ordered:
        found[each.project_id].append(each)
    return found


def _curves(
    ids: Sequence[int], records: Mapping[int, list[MonthRecord]], period: Period
) -> Steps[dict[int, Curve]]:
    """The version that judged the month; where none did, the one that would (those whose version is known are not asked for)."""
    judged = {pk: rows[-1].plan_id for pk, rows in records.items() if rows[-1].plan_id is not None}
    missing = [pk for pk in ids if pk not in judged]
    by_version, would = yield from beside(
        [by_version_steps([each for each in judged.values() if each is not None]), curves_steps(missing, period.code)]
    )  # fmt: skip
    return would | {pk: by_version[plan] for pk, plan in judged.items()}


def _page(
    project: Project, period: Period, rule: Judge, records: Sequence[MonthRecord], curve: Curve | None,
    told: Sequence[Happening], taken: Sequence[ProjectPhoto],
) -> ItemPage:  # fmt: skip
    last = records[-1] if records and records[-1].period == period.code else None
    if last is not None:
        last.project = project
    return ItemPage(
        project=project,
        period=period,
        case=case_of(last, rule) if last is not None else None,
        version=curve.number if curve else None,
        curves=_drawn(curve, records) if curve else None,
        points=_points(curve, records, told, period) if curve else (),
        money=_money(last),
        promises=tuple(_promises(records, rule, period)),
        photographs=tuple(taken),
    )


def _drawn(curve: Curve, records: Sequence[MonthRecord]) -> Curves:
    days = [each.planned_on for each in curve.checkpoints] + [last_day(each.period) for each in records]
    days += [each for each in (curve.works_from, curve.works_to) if each]
    months = months_between(min(days), max(days))
    by_period = {each.period: each for each in records if each.filed}
    ends = [last_day(each) for each in months]
    works = [curve.works(day) for day in ends]
    return Curves(
        tuple(months),
        tuple(curve.planned(day) for day in ends),
        tuple(by_period[each].actual if each in by_period else None for each in months),
        tuple(works),
        tuple(by_period[each].actual_works if each in by_period else None for each in months),
    )


def _points(
    curve: Curve, records: Sequence[MonthRecord], told: Sequence[Happening], period: Period
) -> tuple[Point, ...]:
    reached = reached_days(curve.stages, records, told)
    codes = [each.code for each in curve.checkpoints]
    filed = next((each.reached for each in reversed(records) if each.filed), "")
    upto = codes.index(filed) if filed in codes else -1
    out = []
    for place, each in enumerate(curve.checkpoints):
        day, done = reached.get(each.code), place <= upto or each.code in reached
        late = day is not None and day > each.planned_on
        overdue = not done and each.planned_on <= period.last_day
        out.append(Point(curve.names[each.code], each.weight, each.planned_on, day, done, late or overdue))
    return tuple(out)


def _money(record: MonthRecord | None) -> Money | None:
    if record is None or record.year_budget is None or record.allocated is None:
        return None
    if record.paid is None or record.payable is None or record.surplus is None:
        return None
    return Money(record.year_budget, record.allocated, record.paid, record.payable, record.surplus)


def _promises(records: Sequence[MonthRecord], rule: Judge, period: Period) -> list[Promise]:
    """What is promised now, then what was promised the time before; the newest first."""
    said = [each for each in records if each.remedy or each.catch_up_on or each.cause]
    now = case_of(records[-1], rule) if records and records[-1].period == period.code else None
    caught_up = now is not None and now.record.filed and not now.severe and now.course.value != "behind"
    out = []
    for each in reversed(said[-2:]):
        over = each.catch_up_on is not None and each.catch_up_on <= period.last_day
        out.append(
            Promise(
                parse_period(each.period),
                str(each.get_cause_display()) if each.cause else "",
                each.remedy,
                each.catch_up_on,
                caught_up if over or caught_up else None,
            )
        )
    return out
