"""B09 流廢標追蹤, B10 應發包而未發包 and 發包預告, as of a day, each with its denominators and the rule that was applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM, Actor
from shizheng.common.together import Steps, beside, done
from shizheng.domains.projects.models import Happening, PlannedCheckpoint, PlanVersion, Project, Stage
from shizheng.domains.projects.queries.happenings import standing_steps
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
from shizheng.kernel.measures.queries import AsOf, as_of_day
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
class Controlled:
    """Every tender under control on a day, as known as of `moment`."""

    on: date
    moment: AsOf | None
    rows: tuple[Stand, ...]


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
    actor: Actor, on: date | None = None, *, known_now: bool = False, proposed: RuleValue | None = None,
    among: Controlled | None = None,
) -> Failed:  # fmt: skip
    """流廢標追蹤 on a day: failed as often as TC-08 (or a `proposed` version of it) says or more, and still not awarded;
    as known then, or `known_now`. `among`: the tenders of the day, where they are at hand."""
    found_then = among or done(controlled_steps(actor, on, known_now))
    day, rows = found_then.on, found_then.rows
    rule = proposed or rulebook.value_of(FAILED_RULE, day, found_then.moment)
    least = _whole(rule)
    found = [each for each in rows if is_tracked(each.kinds, each.state, least)]
    found.sort(key=lambda each: (-each.failures.all, each.project.number))
    return Failed(day, rule, tuple(found), sum(each.state in UNAWARDED for each in rows))


def tracked_steps(actor: Actor) -> Steps[set[int]]:
    """The tenders on today's list of `failed`, beside what else is read: only those that failed at all are looked at."""
    gone = Happening.objects.filter(project=OuterRef("pk"), kind__in=[Kind.FAILED.value, Kind.VOID.value])
    rows = visible_to(actor).filter(Exists(gone), state__in=[each.value for each in CONTINUING])
    yield rows
    today = clock.today()
    told = yield from standing_steps([each.pk for each in rows], today)
    if not rows:
        return set()
    least = _whole(rulebook.value_of(FAILED_RULE, today))
    stands = [_stand(each, told.get(each.pk, []), None) for each in rows]
    return {each.project.pk for each in stands if is_tracked(each.kinds, each.state, least)}


def due(actor: Actor, on: date | None = None, *, among: Controlled | None = None) -> Due:
    """應發包而未發包 and 發包預告 on a day, the planned day of announcing taken from the plan that judges its month."""
    found_then = among or done(controlled_steps(actor, on))
    day, rows = found_then.on, found_then.rows
    rule = rulebook.value_of(FORECAST_RULE, day, found_then.moment)
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


def controlled_steps(actor: Actor, on: date | None, known_now: bool = False) -> Steps[Controlled]:
    """Every tender under control on the day, in two steps beside what else is read."""
    day = on or clock.today()
    moment = None if known_now else as_of_day(on)
    known_by = moment.moment if moment else None
    found = visible_to(actor)
    if not (known_now and on is not None):  # of a day that is over, also those that have ended since
        found = there_then(found, known_by)
    projects = found.select_related("agency", "type", "officer")
    yield projects
    ids = [each.pk for each in projects]
    told, planned = yield from beside(
        [standing_steps(ids, day, known_by), _announcing(ids, f"{day:%Y-%m}", known_by)]
    )
    stands = [_stand(each, told.get(each.pk, []), planned.get(each.pk)) for each in projects]
    return Controlled(day, moment, tuple(each for each in stands if each.state in CONTINUING))


def there_then(rows: QuerySet[Project], known_by: datetime | None) -> QuerySet[Project]:
    if known_by is None:
        return rows.filter(state__in=[each.value for each in CONTINUING])
    made = history.visible_to(SYSTEM).filter(
        model="projects.project", operation="I", recorded_at__gt=known_by
    )
    return rows.exclude(pk__in=made.order_by().values(key=Cast("object_id", BigIntegerField())))


def _stand(project: Project, happenings: Sequence[Any], planned_on: date | None) -> Stand:
    kinds = tuple(Kind(each.kind) for each in happenings)
    try:
        state = state_after(kinds)
    except CannotHappen:  # told in part only, as of a day before the rest was told
        state = State(project.state)
    gone = [each.on for each in happenings if each.kind in (Kind.FAILED, Kind.VOID)]
    return Stand(project, state, kinds, failures(kinds), max(gone, default=None), planned_on)


def _announcing(ids: Sequence[int], period: str, known_by: datetime | None) -> Steps[dict[int, date]]:
    """The planned day of announcing of each tender, by the version that judges the month."""
    by = {} if known_by is None else {"recorded_at__lte": known_by}
    versions = (
        PlanVersion.objects.filter(project_id__in=ids, **by)
        .order_by("number")
        .values_list("project_id", "pk", "number", "from_period")
    )
    points = (
        PlannedCheckpoint.objects.filter(plan__project_id__in=ids, stage=Stage.TENDER)
        .order_by("-position")
        .values_list("plan_id", "planned_on")
    )
    yield versions, points
    judging: dict[int, int] = {}
    for project_id, pk, number, from_period in versions:
        if number == 1 or from_period <= period:
            judging[project_id] = pk
    days = dict(points)
    return {pk: days[plan_id] for pk, plan_id in judging.items() if plan_id in days}
