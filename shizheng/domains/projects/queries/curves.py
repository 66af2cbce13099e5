"""Planned curves of many tenders: the version that judges a month, and what it plans for the end of that month."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Value, When

from shizheng.common.together import Steps, done
from shizheng.common.words import called
from shizheng.domains.projects.models import PlannedCheckpoint, PlannedWorks, PlanVersion, Stage
from shizheng.domains.projects.rules import curves
from shizheng.domains.projects.rules.curves import Checkpoint

OF_POINTS = ("plan_id", "code", "name", "name_en", "stage", "weight", "planned_on")
"""What a curve wants to know of a checkpoint."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One version of one tender's plan. `names` and `stages` map the codes of checkpoints to what they are called and to
    the part of the life that they close (`Stage`).
    """

    version_id: int
    number: int
    from_period: str
    checkpoints: tuple[Checkpoint, ...]
    names: Mapping[str, str]
    stages: Mapping[str, str]
    months: Mapping[str, Decimal]
    works_from: date | None
    works_to: date | None

    def works(self, on: date) -> Decimal | None:
        """Planned 施工進度 at the end of `on`, in percent; None where there are no works."""
        return curves.works_on(self.months, self.works_from, self.works_to, on)

    def planned(self, on: date) -> Decimal:
        """Planned 標案進度 at the end of `on`, in percent."""
        return curves.planned_on(self.checkpoints, on, self.works(on))

    def reached(self, last: str | None, works: Decimal | None) -> Decimal:
        """Actual 標案進度 with the checkpoint `last` reached and so much of the works done, in percent."""
        return curves.reached(self.checkpoints, last, works)


def curves_of(
    project_ids: Collection[int], period: str | None = None, *, only: str | None = None
) -> dict[int, Curve]:
    """The version that judges the month `period` (the newest one where None) of each tender; two queries.

    Of the versions that begin in or before the month the one with the highest number; tenders without one are absent.
    `only`: of the planned works just what holds in this month is read, for who asks about no other (a row for a tender
    instead of one for each of its months).
    """
    return done(curves_steps(project_ids, period, only=only))


def curves_steps(
    project_ids: Collection[int], period: str | None = None, *, only: str | None = None
) -> Steps[dict[int, Curve]]:
    """The same beside what else is read, in two steps."""
    versions = PlanVersion.objects.filter(project_id__in=list(project_ids)).order_by("number")
    if period is not None:
        versions = versions.filter(from_period__lte=period)
    yield versions
    newest = {each.project_id: each for each in versions}
    curves = yield from _curves(list(newest.values()), only)
    return {pk: curve for pk, curve in zip(newest, curves, strict=True)}


def curves_by_version(version_ids: Collection[int], *, only: str | None = None) -> dict[int, Curve]:
    """These versions by their ids, whichever judge today; two queries. `only` as with `curves_of`."""
    return done(by_version_steps(version_ids, only=only))


def by_version_steps(version_ids: Collection[int], *, only: str | None = None) -> Steps[dict[int, Curve]]:
    """The same beside what else is read, in two steps."""
    versions = PlanVersion.objects.filter(pk__in=list(version_ids))
    yield versions
    curves = yield from _curves(list(versions), only)
    return {each.version_id: each for each in curves}


def _curves(versions: list[PlanVersion], only: str | None = None) -> Steps[list[Curve]]:
    ids = [each.pk for each in versions]
    checkpoints: dict[int, list[Any]] = defaultdict(list)
    found = PlannedCheckpoint.objects.filter(plan_id__in=ids).order_by("position")
    points = found.values_list(*OF_POINTS, named=True)
    months: dict[int, dict[str, Decimal]] = defaultdict(dict)
    works = PlannedWorks.objects.filter(plan_id__in=ids)
    if only is not None:
        # the last month planned by then; where all are later, one of these, for then nothing is planned yet
        begun = Case(When(period__lte=only, then=Value(1)), default=Value(0))
        works = works.order_by("plan_id", begun.desc(), "-period").distinct("plan_id")
    planned = works.values_list("plan_id", "period", "percent")
    yield points, planned
    for point in points:
        checkpoints[point.plan_id].append(point)
    for plan_id, period, percent in planned:
        months[plan_id][period] = percent
    return [curve_of(each, checkpoints[each.pk], months[each.pk]) for each in versions]


def curve_of(version: PlanVersion, points: Sequence[Any], months: Mapping[str, Decimal]) -> Curve:
    """The curve of a version whose checkpoints (rows, or `OF_POINTS` of them) and months of works have been read."""
    return Curve(
        version.pk,
        version.number,
        version.from_period,
        tuple(Checkpoint(one.code, one.weight, one.planned_on, one.stage == Stage.WORKS) for one in points),
        {one.code: called(one) for one in points},
        {one.code: one.stage for one in points},
        months,
        version.works_from,
        version.works_to,
    )
