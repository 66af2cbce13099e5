"""The plans of one tender for its page: curves of each version by months, checkpoints as a Gantt, versions compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shizheng.common.numbers import plain, round_half_up
from shizheng.common.together import Steps, done
from shizheng.domains.projects.models import (
    Happening,
    MonthRecord,
    PlannedCheckpoint,
    PlannedWorks,
    PlanVersion,
    Project,
    Stage,
)
from shizheng.domains.projects.queries.curves import Curve, curve_of
from shizheng.domains.projects.queries.months import stood, told_of
from shizheng.domains.projects.rules.life import Kind
from shizheng.domains.projects.rules.planning import last_day, months_between
from shizheng.kernel.measures.queries import AsOf

OF_STAGE = {
    Stage.COMPLETION: Kind.COMPLETED.value,
    Stage.ACCEPTANCE: Kind.ACCEPTED.value,
    Stage.CLOSING: Kind.CLOSED.value,
}
WIDTH = 240
"""Units of a Gantt row's drawing."""


@dataclass(frozen=True, slots=True)
class Row:
    """One checkpoint of the newest version. Days of earlier versions that differ, the day reached, and where the bar
    stands in a drawing WIDTH wide."""

    point: PlannedCheckpoint
    before: tuple[tuple[int, date], ...]
    reached_on: date | None
    x: str
    width: str
    mark: str
    old: tuple[str, ...]

    @property
    def late(self) -> bool:
        """Whether it was reached after its planned day."""
        return self.reached_on is not None and self.reached_on > self.point.planned_on


@dataclass(frozen=True, slots=True)
class Plans:
    """All versions of a tender, the oldest first, with what a page draws of them."""

    versions: tuple[PlanVersion, ...]
    curves: tuple[Curve, ...]
    points: dict[int, list[PlannedCheckpoint]]
    works: dict[int, list[PlannedWorks]]
    months: tuple[MonthRecord, ...]
    told: tuple[MonthRecord, ...]
    """The months with what was filed before it was corrected."""

    @property
    def newest(self) -> PlanVersion | None:
        """The version that is planned by now."""
        return self.versions[-1] if self.versions else None


def plans(project: Project, as_of: AsOf | None = None) -> Plans:
    """Everything that was planned, and the months as locked, as of then (one query)."""
    return done(plans_steps(project, as_of))


def plans_steps(project: Project, as_of: AsOf | None = None) -> Steps[Plans]:
    """The same beside what else a page reads."""
    by = {} if as_of is None else {"recorded_at__lte": as_of.moment}
    of_plan = {"plan__project": project, **{f"plan__{name}": value for name, value in by.items()}}
    made = project.plans.filter(**by).order_by("number")
    told = told_of(project.pk, as_of)
    all_points = PlannedCheckpoint.objects.filter(**of_plan).order_by("position")
    all_works = PlannedWorks.objects.filter(**of_plan).order_by("period")
    yield made, told, all_points, all_works
    versions, months = tuple(made), tuple(stood(told))
    points: dict[int, list[PlannedCheckpoint]] = {each.pk: [] for each in versions}
    for point in all_points:
        points[point.plan_id].append(point)
    works: dict[int, list[PlannedWorks]] = {each.pk: [] for each in versions}
    for month in all_works:
        works[month.plan_id].append(month)
    curves = tuple(
        curve_of(each, points[each.pk], {month.period: month.percent for month in works[each.pk]})
        for each in versions
    )
    return Plans(versions, curves, points, works, months, tuple(told))


def axis(found: Plans) -> list[str]:
    """The months of the drawing: from the first that is planned or locked to the last."""
    days = [each.planned_on for points in found.points.values() for each in points]
    days += [each for version in found.versions for each in (version.works_from, version.works_to) if each]
    days += [last_day(each.period) for each in found.months]
    return months_between(min(days), max(days)) if days else []


def drawn(found: Plans, x: Sequence[str], *, works: bool) -> list[dict[str, Any]]:
    """Series of a chart: planned of each version from the month on from which it judges, actual as locked.

    `works`: 施工進度, else 標案進度; percent with two decimals, None where there is nothing.
    """
    series: list[dict[str, Any]] = []
    last = found.curves[-1].number if found.curves else 0
    for curve in found.curves:
        data = [_planned(curve, period, works) for period in x]
        if any(value is not None for value in data):
            series.append(
                {"number": curve.number, "role": "plan" if curve.number == last else "old", "data": data}
            )
    by_period = {each.period: each for each in found.months if each.filed}
    name = "actual_works" if works else "actual"
    actual = [_two(getattr(by_period[period], name)) if period in by_period else None for period in x]
    if any(value is not None for value in actual):
        series.insert(0, {"number": 0, "role": "actual", "data": actual})
    return series


def _planned(curve: Curve, period: str, works: bool) -> str | None:
    if curve.number > 1 and period < curve.from_period:
        return None
    day = last_day(period)
    return _two(curve.works(day) if works else curve.planned(day))


def _two(value: Decimal | None) -> str | None:
    return None if value is None else plain(round_half_up(value, 2))


def gantt(found: Plans, today: date, told: Sequence[Happening] = ()) -> tuple[list[Row], str]:
    """The checkpoints of the newest version with bars, and where today stands in the drawing (empty: outside)."""
    if found.newest is None:
        return [], ""
    rows = found.points[found.newest.pk]
    earlier = {
        version.number: {each.code: each.planned_on for each in found.points[version.pk]}
        for version in found.versions[:-1]
    }
    reached = reached_days({each.code: each.stage for each in rows}, found.months, told)
    days = [each.planned_on for points in found.points.values() for each in points] + list(reached.values())
    first, last = min(days), max(days)
    begin = found.newest.works_from or first
    first = min(first, begin)
    span = max((last - first).days, 1)

    def place(day: date) -> float:
        return 4 + (day - first).days / span * (WIDTH - 8)

    out: list[Row] = []
    start = first
    for each in rows:
        before = tuple(
            (number, days_of[each.code])
            for number, days_of in earlier.items()
            if each.code in days_of and days_of[each.code] != each.planned_on
        )
        left, right = place(min(start, each.planned_on)), place(each.planned_on)
        done = reached.get(each.code)
        out.append(
            Row(
                point=each, before=before, reached_on=done, x=f"{left:.1f}", width=f"{max(right - left, 2):.1f}",
                mark=f"{place(done):.1f}" if done else "", old=tuple(f"{place(day):.1f}" for _n, day in before),
            )
        )  # fmt: skip
        start = each.planned_on
    return out, f"{place(today):.1f}" if first <= today <= last else ""


def reached_days(
    stages: Mapping[str, str], months: Sequence[MonthRecord], told: Sequence[Happening]
) -> dict[str, date]:
    """The day on which each checkpoint (code → stage) was first filed as reached; before that the day of what happened,
    where one says the same as the checkpoint: its code is that of the happening (`awarded`), or it closes the stage (竣工,
    驗收, 結案)."""
    by_kind = {each.kind: each.on for each in told}
    reached: dict[str, date] = {}
    for code, stage in stages.items():
        kind = code if code in by_kind else OF_STAGE.get(Stage(stage), "")
        if kind in by_kind:
            reached[code] = by_kind[kind]
    filed: set[str] = set()
    for month in months:
        if month.reached in stages and month.reached not in filed:
            filed.add(month.reached)
            reached[month.reached] = month.reached_on or last_day(month.period)
    return reached
