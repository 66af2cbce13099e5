"""B09 流廢標追蹤, B10 應發包而未發包 and 發包預告, as of a day, each with its denominators and the rule that was applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.domains.projects.models import PlannedCheckpoint, PlanVersion, Project, Stage
from shizheng.domains.projects.queries.happenings import standing_of
from shizheng.domains.projects.queries.projects import visible_to
from shizheng.domains.projects.rules.life import CONTINUING, UNAWARDED, CannotHappen, Kind, State, state_after
from shizheng.domains.projects.rules.tendering import (
    Failures,
    failures,
    is_due_to_tender,
    is_forecast,
    is_tracked,
)
from shizheng.kernel.calendar.rules.deadlines import add_months
from shizheng.kernel.history import queries as history
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue

FAILED_RULE, FORECAST_RULE = "TC-08", "tender.forecast"


@dataclass(frozen=True, slots=True)
class Stand:
    """One tender on the day looked at: its state then, its failed openings, when it was to be announced."""

    project: Project
    state: State
    kinds: tuple[Kind, ...]
    failures: Failures
    last_failed_on: date | None
    planned_on: date | None


@dataclass(frozen=True, slots=True)
class Failed:
    """B09. `unawarded`: tenders under control that are not awarded, the denominator."""

    on: date
    rule: RuleValue
    rows: tuple[Stand, ...]
    unawarded: int

    @property
    def failed(self) -> int:
        """流標 of all rows together."""
        return sum(each.failures.failed for each in self.rows)

    @property
    def void(self) -> int:
        """廢標 of all rows together."""
        return sum(each.failures.void for each in self.rows)


@dataclass(frozen=True, slots=True)
class Due:
    """B10. `due`: to have been announced by now and not announced, out of `had_to`; `forecast`: until `until`, out of
    the `preparing` ones; `unplanned` have no planned day, and are in neither list."""

    on: date
    until: date
    rule: RuleValue
    due: tuple[Stand, ...]
    forecast: tuple[Stand, ...]
    had_to: int
    preparing: int
    unplanned: int


def failed(
    actor: Actor, on: date | None = None, *, known_now: bool = False, proposed: RuleValue | None = None
) -> Failed:
    """流廢標追蹤 on a day: failed as often as TC-08 (or a `proposed` version of it) says or more, and still not awarded;
    as known then, or `known_now`."""
    day, rows = _stands(actor, on, known_now)
    rule = proposed or rulebook.value_of(FAILED_RULE, day, None if known_now else as_of_day(on))
    least = _whole(rule)
    found = [each for each in rows if is_tracked(each.kinds, each.state, least)]
    found.sort(key=lambda each: (-each.failures.all, each.project.number))
    return Failed(day, rule, tuple(found), sum(each.state in UNAWARDED for each in rows))


def due(actor: Actor, on: date | None = None) -> Due:
    """應發包而未發包 and 發包預告 on a day, the planned day of announcing taken from the plan that judges its month."""
    day, rows = _stands(actor, on)
    rule = rulebook.value_of(FORECAST_RULE, day, as_of_day(on))
    until = add_months(day, _whole(rule))
    order = sorted(rows, key=lambda each: (each.planned_on or date.max, each.project.number))
    preparing = [each for each in rows if each.state is State.PREPARING]
    return Due(
        on=day,
        until=until,
        rule=rule,
        due=tuple(each for each in order if is_due_to_tender(each.state, each.planned_on, day)),
        forecast=tuple(each for each in order if is_forecast(each.state, each.planned_on, day, until)),
        had_to=sum(each.planned_on is not None and each.planned_on <= day for each in rows),
        preparing=len(preparing),
        unplanned=sum(each.planned_on is None for each in preparing),
    )


def _whole(rule: RuleValue) -> int:
    return int(rule.value) if isinstance(rule.value, Decimal) else 0


def _stands(actor: Actor, on: date | None, known_now: bool = False) -> tuple[date, list[Stand]]:
    """Every tender under control on the day (four queries)."""
    day = on or clock.today()
    moment = None if known_now else as_of_day(on)
    known_by = moment.moment if moment else None
    found = visible_to(actor)
    if not (known_now and on is not None):  # of a day that is over, also those that have ended since
        found = there_then(found, known_by)
    projects = list(found.select_related("agency", "type", "officer"))
    ids = [each.pk for each in projects]
    told = standing_of(ids, day, known_by)
    planned = _announcing(ids, f"{day:%Y-%m}", known_by)
    stands = [_stand(each, told.get(each.pk, []), planned.get(each.pk)) for each in projects]
    return day, [each for each in stands if each.state in CONTINUING]


def there_then(rows: QuerySet[Project], known_by: datetime | None) -> QuerySet[Project]:
    if known_by is None:
        return rows.filter(state__in=[each.value for each in CONTINUING])
    made = history.entries_of_all("projects.project", rows.values_list("pk", flat=True))
    later = made.filter(operation="I", recorded_at__gt=known_by).values_list("object_id", flat=True)
    return rows.exclude(pk__in=[int(pk) for pk in later])


def _stand(project: Project, happenings: Sequence[Any], planned_on: date | None) -> Stand:
    kinds = tuple(Kind(each.kind) for each in happenings)
    try:
        state = state_after(kinds)
    except CannotHappen:  # told in part only, as of a day before the rest was told
        state = State(project.state)
    gone = [each.on for each in happenings if each.kind in (Kind.FAILED, Kind.VOID)]
    return Stand(project, state, kinds, failures(kinds), max(gone, default=None), planned_on)


def _announcing(ids: Sequence[int], period: str, known_by: datetime | None) -> dict[int, date]:
    """The planned day of announcing of each tender, by the version that judges the month (two queries)."""
    versions = PlanVersion.objects.filter(project_id__in=ids)
    if known_by is not None:
        versions = versions.filter(recorded_at__lte=known_by)
    judging: dict[int, int] = {}
    for each in versions.order_by("number"):
        if each.number == 1 or each.from_period <= period:
            judging[each.project_id] = each.pk
    days: dict[int, date] = {}
    points = PlannedCheckpoint.objects.filter(plan_id__in=judging.values(), stage=Stage.TENDER)
    for point in points.order_by("-position"):
        days[point.plan_id] = point.planned_on
    return {pk: days[plan_id] for pk, plan_id in judging.items() if plan_id in days}
