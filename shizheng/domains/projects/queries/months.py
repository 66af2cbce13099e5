"""The months of tenders: which are owed, what was filed before, what stands today or stood on an earlier day."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Exists, OuterRef, Q, QuerySet

from shizheng.common import clock
from shizheng.common.together import Steps, done
from shizheng.domains.projects.models import Happening, MonthRecord, PlanVersion, Project
from shizheng.domains.projects.rules.life import CONTINUING, CannotHappen, Kind, State, state_after
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.queries.knowledge import rows as rows_of
from shizheng.kernel.measures.rules.periods import Period, parse_period

LOOK_BACK = 12
"""How many months back the last filed month is looked for."""
# from one month to the next one before it, in the index: the months are few, their records are not
_MONTHS = """
WITH RECURSIVE m(period) AS (
  SELECT max(period) FROM {rows} WHERE period <= %s
  UNION ALL
  SELECT (SELECT max(r.period) FROM {rows} r WHERE r.period < m.period) FROM m WHERE m.period IS NOT NULL
)
SELECT m.period FROM m WHERE m.period IS NOT NULL"""
ENDINGS = (Kind.CLOSED.value, Kind.WITHDRAWN.value)


def known(as_of: AsOf | None = None) -> QuerySet[MonthRecord]:
    """The records that stand: not superseded by another, as far as was known as of then."""
    return standing(MonthRecord, as_of)


def standing(model: Any, as_of: AsOf | None = None) -> QuerySet[Any]:
    """Rows of an append-only model whose corrections supersede: those that stand, as far as was known as of then."""
    # that corrections are few has to be said: PostgreSQL then reads these alone, not an index of all rows
    rows, later = (
        model.objects.all(),
        model.objects.filter(supersedes__isnull=False, supersedes=OuterRef("pk")),
    )
    by_then = then(as_of)
    return cast(QuerySet[Any], rows.filter(by_then).filter(~Exists(later.filter(by_then))))


def then(as_of: AsOf | None) -> Q:
    """The condition that an append-only row was known as of then."""
    if as_of is None:
        return Q()
    stamped = Q(recorded_at__lte=as_of.moment)
    return stamped if as_of.horizon is None else stamped & Q(transaction_id__lt=as_of.horizon)


def states_on(projects: Collection[Project], day: date) -> dict[int, State]:
    """The state of each tender at the end of `day`, by its happenings until then; one query."""
    return done(states_steps(projects, day))


def states_steps(projects: Collection[Project], day: date) -> Steps[dict[int, State]]:
    """The same beside what else is read."""
    kinds: dict[int, list[Kind]] = defaultdict(list)
    rows = Happening.objects.filter(
        project_id__in=[each.pk for each in projects], on__lte=day, struck=False, superseded_by=None
    )
    told = rows.order_by("on", "id").values_list("project_id", "kind")
    yield told
    for project_id, kind in told:
        kinds[project_id].append(Kind(kind))
    found: dict[int, State] = {}
    for each in projects:
        try:
            found[each.pk] = state_after(kinds[each.pk])
        except (
            CannotHappen
        ):  # what was entered later for earlier days may leave no order; then what stands today
            found[each.pk] = State(each.state)
    return found


@dataclass(frozen=True, slots=True)
class Owed:
    """A tender about which a month is to be filed, with its state at the end of that month."""

    project: Project
    state: State


def owed(period: Period, unit_ids: Collection[int] | None = None) -> dict[int, list[Owed]]:
    """Agency → its tenders that are 繼續列管 at the end of the month and have a plan for it; two queries.

    Suspended ones owe a row too. Those without a plan have no month to judge (`unplanned`).
    """
    rows = owing(period, unit_ids)
    return owed_of(rows, states_on(rows, period.last_day))


def owing(period: Period, unit_ids: Collection[int] | None = None) -> QuerySet[Project]:
    """Tenders that may owe the month, by agency: with a plan for it, and not over before it ended."""
    still = Q(state__in=[state.value for state in CONTINUING]) | Exists(
        Happening.objects.filter(project=OuterRef("pk"), kind__in=ENDINGS, on__gt=period.last_day)
    )
    rows = Project.objects.filter(still, _has_plan(period)).select_related("type")
    if unit_ids is not None:
        rows = rows.filter(agency_id__in=list(unit_ids))
    return rows.order_by("agency_id", "number")


def owed_of(rows: Iterable[Project], states: Mapping[int, State]) -> dict[int, list[Owed]]:
    """Agency → those of them that owe the month, by their states at its end."""
    found: dict[int, list[Owed]] = defaultdict(list)
    for each in rows:
        if states[each.pk] in CONTINUING:
            found[each.agency_id].append(Owed(each, states[each.pk]))
    return dict(found)


def _has_plan(period: Period) -> Exists:
    return Exists(PlanVersion.objects.filter(project=OuterRef("pk"), from_period__lte=period.code))


def before(project_ids: Collection[int], period: Period) -> dict[int, MonthRecord]:
    """The last month that was filed about each tender before this one; one query."""
    return done(before_steps(project_ids, period))


def before_steps(project_ids: Collection[int], period: Period) -> Steps[dict[int, MonthRecord]]:
    """The same beside what else is read."""
    first = period.moved(-LOOK_BACK)
    rows = known().filter(
        project_id__in=list(project_ids), filed=True, period__gte=first.code, period__lt=period.code
    )
    last = rows.order_by("project_id", "-period").distinct("project_id")
    yield last
    return {each.project_id: each for each in last}


def newest(project_ids: Collection[int]) -> dict[int, MonthRecord]:
    """The last month that was ever filed about each tender, however long ago; one query."""
    rows = known().filter(project_id__in=list(project_ids), filed=True)
    last = rows.order_by("project_id", "-period").distinct("project_id")
    return {each.project_id: each for each in last}


def of_filings(filing_ids: Collection[int]) -> dict[int, list[MonthRecord]]:
    """Return → the records that stand of what it was locked with; one query."""
    return done(of_filings_steps(filing_ids))


def of_filings_steps(filing_ids: Collection[int]) -> Steps[dict[int, list[MonthRecord]]]:
    """The same beside what else is read."""
    found: dict[int, list[MonthRecord]] = {pk: [] for pk in filing_ids}
    rows = known().filter(filing_id__in=list(filing_ids)).select_related("project__type")
    ordered = rows.order_by("project__number")
    yield ordered
    for each in ordered:
        if each.filing_id is not None:
            found[each.filing_id].append(each)
    return found


def told_of(project_id: int, as_of: AsOf | None = None) -> QuerySet[MonthRecord]:
    """Every record of one tender's months with its plan, corrected ones too, the oldest first."""
    rows = MonthRecord.objects.filter(then(as_of), project_id=project_id)
    return rows.select_related("plan").order_by("period", "id")


def stood(told: Iterable[MonthRecord]) -> list[MonthRecord]:
    """Those of all of a tender's records that no other one supersedes."""
    found = list(told)
    gone = {each.supersedes_id for each in found}
    return [each for each in found if each.pk not in gone]


def latest(project_ids: Collection[int]) -> dict[int, MonthRecord]:
    """The last month that was filed about each tender; one query."""
    rows = known().filter(project_id__in=list(project_ids), filed=True)
    return {each.project_id: each for each in rows.order_by("project_id", "-period").distinct("project_id")}


def locked_periods(as_of: AsOf | None = None, limit: int | None = None) -> list[Period]:
    """Months of which anything was locked, the newest first; one query."""
    known_by, parameters = "", []
    if as_of is not None:
        known_by, parameters = (
            " AND EXISTS (SELECT FROM {rows} r WHERE r.period = m.period AND r.recorded_at <= %s)",
            [as_of.moment],
        )
    statement = (_MONTHS + known_by).format(
        rows=MonthRecord._meta.db_table
    ) + " ORDER BY m.period DESC LIMIT %s"
    # what was known by then is of months that had begun
    newest = "9999-12" if as_of is None else f"{as_of.moment.astimezone(clock.TAIPEI):%Y-%m}"
    return [parse_period(code) for (code,) in rows_of(statement, [newest, *parameters, limit])]


def replanned(records: Sequence[MonthRecord]) -> set[int]:
    """Ids of the records whose month is the first of a later plan version (their plans have to be there)."""
    return {
        each.pk
        for each in records
        if each.plan is not None and each.plan.number > 1 and each.plan.from_period == each.period
    }
