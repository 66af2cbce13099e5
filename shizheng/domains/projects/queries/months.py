"""The months of tenders: which are owed, what was filed before, what stands today or stood on an earlier day."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Exists, OuterRef, Q, QuerySet

from shizheng.domains.projects.models import Happening, MonthRecord, PlanVersion, Project
from shizheng.domains.projects.rules.life import CONTINUING, CannotHappen, Kind, State, state_after
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.rules.periods import Period, parse_period

LOOK_BACK = 12
"""How many months back the last filed month is looked for."""
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
    if as_of is not None:
        then = Q(recorded_at__lte=as_of.moment)
        if as_of.horizon is not None:
            then &= Q(transaction_id__lt=as_of.horizon)
        rows, later = rows.filter(then), later.filter(then)
    return cast(QuerySet[Any], rows.filter(~Exists(later)))


def states_on(projects: Collection[Project], day: date) -> dict[int, State]:
    """The state of each tender at the end of `day`, by its happenings until then; one query."""
    kinds: dict[int, list[Kind]] = defaultdict(list)
    rows = Happening.objects.filter(
        project_id__in=[each.pk for each in projects], on__lte=day, struck=False, superseded_by=None
    )
    for project_id, kind in rows.order_by("on", "id").values_list("project_id", "kind"):
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
    still = Q(state__in=[state.value for state in CONTINUING]) | Exists(
        Happening.objects.filter(project=OuterRef("pk"), kind__in=ENDINGS, on__gt=period.last_day)
    )
    rows = Project.objects.filter(still, _has_plan(period)).select_related("type")
    if unit_ids is not None:
        rows = rows.filter(agency_id__in=list(unit_ids))
    projects = list(rows.order_by("agency_id", "number"))
    states = states_on(projects, period.last_day)
    found: dict[int, list[Owed]] = defaultdict(list)
    for each in projects:
        if states[each.pk] in CONTINUING:
            found[each.agency_id].append(Owed(each, states[each.pk]))
    return dict(found)


def _has_plan(period: Period) -> Exists:
    return Exists(PlanVersion.objects.filter(project=OuterRef("pk"), from_period__lte=period.code))


def before(project_ids: Collection[int], period: Period) -> dict[int, MonthRecord]:
    """The last month that was filed about each tender before this one; one query."""
    first = period.moved(-LOOK_BACK)
    rows = known().filter(
        project_id__in=list(project_ids), filed=True, period__gte=first.code, period__lt=period.code
    )
    return {each.project_id: each for each in rows.order_by("project_id", "-period").distinct("project_id")}


def of_filings(filing_ids: Collection[int]) -> dict[int, list[MonthRecord]]:
    """Return → the records that stand of what it was locked with; one query."""
    found: dict[int, list[MonthRecord]] = {pk: [] for pk in filing_ids}
    rows = known().filter(filing_id__in=list(filing_ids)).select_related("project__type")
    for each in rows.order_by("project__number"):
        if each.filing_id is not None:
            found[each.filing_id].append(each)
    return found


def months_of(project_id: int, as_of: AsOf | None = None) -> list[MonthRecord]:
    """Every month of one tender that stands, the oldest first; one query."""
    return list(known(as_of).filter(project_id=project_id).select_related("plan").order_by("period"))


def latest(project_ids: Collection[int]) -> dict[int, MonthRecord]:
    """The last month that was filed about each tender; one query."""
    rows = known().filter(project_id__in=list(project_ids), filed=True)
    return {each.project_id: each for each in rows.order_by("project_id", "-period").distinct("project_id")}


def superseded(project_id: int) -> dict[str, list[MonthRecord]]:
    """Period → what was filed for it before it was corrected, the newest first; one query."""
    found: dict[str, list[MonthRecord]] = defaultdict(list)
    for each in MonthRecord.objects.filter(project_id=project_id, superseded_by__isnull=False).order_by(
        "-id"
    ):
        found[each.period].append(each)
    return dict(found)


def locked_periods(as_of: AsOf | None = None, limit: int | None = None) -> list[Period]:
    """Months of which anything was locked, the newest first; one query."""
    rows = MonthRecord.objects.all()
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of.moment)
    codes = rows.order_by("-period").values_list("period", flat=True).distinct()
    return [parse_period(code) for code in (codes[:limit] if limit else codes)]


def replanned(records: Sequence[MonthRecord]) -> set[int]:
    """Ids of the records whose month is the first of a later plan version (their plans have to be there)."""
    return {
        each.pk
        for each in records
        if each.plan is not None and each.plan.number > 1 and each.plan.from_period == each.period
    }
