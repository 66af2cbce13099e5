"""Plans and what is in them, as the reader may see them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, Min, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import N_, tell
from shizheng.domains.planning.models import (
    Goal,
    ImportWarning,
    Item,
    Kpi,
    Plan,
    PlanState,
    ResultRow,
    ResultStatus,
    WorkPlan,
)
from shizheng.kernel.history import queries as history
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries import AsOf, as_of_day
from shizheng.kernel.measures.queries.rewinding import parts_then, rewound, rewound_below, rewound_both

IN_FORCE = (PlanState.ACCEPTED, PlanState.PUBLISHED)
# Who works on an agency's plans, and who may read the whole history, in which drafts are written down too.
DRAFT_READERS = ("planning.import", "planning.edit", "planning.accept", "history.view")
GONE = N_("找不到這份計畫，或您不能看。請從計畫清單進入。")
Part = TypeVar("Part", Goal, Kpi)


def visible_to(actor: Actor) -> QuerySet[Plan]:
    """Plans in force or once in force to all who hold `planning.view`; drafts to those who work on the agency's plans,
    and to auditors, who may change nothing.
    """
    if not actor.may("planning.view"):
        return Plan.objects.none()
    mine = Q()
    for code in DRAFT_READERS:
        units = actor.units_where(code)
        if units is None:
            return Plan.objects.all()
        mine |= Q(agency_id__in=units)
    return Plan.objects.filter(~Q(state=PlanState.DRAFT) | mine)


def published() -> QuerySet[Plan]:
    """Plans that everybody may read."""
    return Plan.objects.filter(state=PlanState.PUBLISHED).select_related("agency", "source")


def plan(actor: Actor, plan_id: int) -> Plan:
    """One plan. Raises NotFound, also where the actor may not see it."""
    found = (
        visible_to(actor).select_related("agency", "source").defer("source__text").filter(pk=plan_id).first()
    )
    if found is None:
        raise NotFound(GONE)
    return found


def published_plan(plan_id: int) -> Plan:
    """One published plan. Raises NotFound for any other."""
    found = published().defer("source__text").filter(pk=plan_id).first()
    if found is None:
        raise NotFound(tell("找不到這份計畫，可能還沒有公布，或已撤回。"))
    return found


def list_rows(actor: Actor) -> QuerySet[Plan]:
    """Plans with how much is in them, for lists."""
    return (
        visible_to(actor)
        .select_related("agency")
        .annotate(
            goal_count=Count("goals", distinct=True),
            kpi_count=Count("goals__kpis", distinct=True),
            warning_count=Count("warnings", distinct=True),
        )
    )


def sees_drafts_of(actor: Actor, agency_id: int) -> bool:
    """Whether the actor may see what the agency's plans said before they were accepted."""
    return any(actor.may(code, agency_id) for code in DRAFT_READERS)


def plans_then(actor: Actor, rows: Iterable[Plan], as_of: AsOf | None) -> list[Plan]:
    """The plans as they stood then, without what did not exist yet or was a draft that the actor may not see."""
    return [plan for plan in rewound(rows, as_of) if _sees(actor, plan)]


def _sees(actor: Actor, plan: Plan) -> bool:
    return plan.state != PlanState.DRAFT or sees_drafts_of(actor, plan.agency_id)


def plan_then(actor: Actor, plan_id: int, day: date | None) -> Plan:
    """One plan as it stood at the end of that day. Raises NotFound where the actor may not see it, now or then."""
    found = plan(actor, plan_id)
    if day is None:
        return found
    rows = plans_then(actor, [found], as_of_day(day))
    if not rows:
        raise NotFound(
            _("那一天這份計畫還沒有匯入，或還是草稿而您不能看。請把「截至」改晚一點，或回到今天。")
        )
    return rows[0]


def part_then(actor: Actor, part: Part, as_of: AsOf | None) -> Part:
    """A goal or KPI as it stood then. Raises NotFound where it did not exist, or its plan was a draft not to be seen."""
    if as_of is None:
        return part
    plan, then = rewound_both(part.plan if isinstance(part, Goal) else part.goal.plan, part, as_of)
    if plan is None or then is None or not _sees(actor, plan):
        raise NotFound(_("那一天還沒有這一筆，或還在草稿裡而您不能看。請把「截至」改晚一點，或回到今天。"))
    return then


def entries_shown(actor: Actor, row: Plan | Goal | Kpi, plan: Plan) -> QuerySet[Any]:
    """What happened to a plan or a part of it, newest first: from acceptance on for those who may not see drafts."""
    entries = history.entries_of(row)
    if sees_drafts_of(actor, plan.agency_id):
        return entries
    acceptance = (
        history.entries_of("planning.plan", plan.pk)
        .filter(before__state=PlanState.DRAFT)
        .exclude(after__state=PlanState.DRAFT)
        .order_by("id")
    )
    with_it = Q(
        transaction_id=Subquery(acceptance.values("transaction_id")[:1]),
        action=Subquery(acceptance.values("action")[:1]),
    )
    return entries.filter(Q(id__gt=Coalesce(Subquery(acceptance.values("id")[:1]), 0)) | with_it)


def goals_with_kpis(plan_id: int, as_of: AsOf | None = None) -> list[tuple[Goal, list[Kpi]]]:
    """Goals and their KPIs in order (two queries, two more to look back)."""
    now = Goal.objects.filter(plan_id=plan_id).order_by("position")
    goals = rewound_below([plan_id], now, Goal, "plan", as_of)
    by_id = {goal.pk: goal for goal in goals}
    rows = Kpi.objects.filter(goal__plan_id=plan_id).select_related("goal").order_by("position")
    kpis = rewound_below(by_id, rows, Kpi, "goal", as_of)
    by_goal: dict[int, list[Kpi]] = {}
    for kpi in kpis:
        if as_of is not None:
            kpi.goal = by_id[kpi.goal_id]
        by_goal.setdefault(kpi.goal_id, []).append(kpi)
    return [(goal, by_goal.get(goal.pk, [])) for goal in goals]


def work_plans(plan_id: int, as_of: AsOf | None = None) -> list[WorkPlan]:
    """Work plans with items and points (three queries, three more to look back)."""
    rows = WorkPlan.objects.filter(plan_id=plan_id).prefetch_related("items__points").order_by("position")
    found = rewound_below([plan_id], rows, WorkPlan, "plan", as_of)
    items = [each for part in parts_then(found, "items", as_of) for each in part]
    parts_then(items, "points", as_of)
    return found


def results(plan_id: int, as_of: AsOf | None = None) -> list[ResultRow]:
    """Result rows with their figures and KPI (two queries, two more to look back)."""
    rows = (
        ResultRow.objects.filter(plan_id=plan_id)
        .select_related("kpi__goal")
        .prefetch_related("figures")
        .order_by("position")
    )
    found = rewound_below([plan_id], rows, ResultRow, "plan", as_of)
    parts_then(found, "figures", as_of)
    return found


def warnings(plan_id: int) -> QuerySet[ImportWarning]:
    """What the reader of the document was unsure of, in order."""
    return ImportWarning.objects.filter(plan_id=plan_id)


def goal(actor: Actor, goal_id: int) -> Goal:
    """A goal of a visible plan."""
    return _found(Goal.objects.select_related("plan__agency").filter(pk=goal_id, plan__in=visible_to(actor)))


def kpi(actor: Actor, kpi_id: int) -> Kpi:
    """A KPI of a visible plan."""
    rows = Kpi.objects.select_related("goal__plan__agency", "measure")
    return _found(rows.filter(pk=kpi_id, goal__plan__in=visible_to(actor)))


def work_plan(actor: Actor, work_plan_id: int) -> WorkPlan:
    """A work plan of a visible plan."""
    rows = WorkPlan.objects.select_related("plan__agency")
    return _found(rows.filter(pk=work_plan_id, plan__in=visible_to(actor)))


def item(actor: Actor, item_id: int) -> Item:
    """An item of a visible plan."""
    rows = Item.objects.select_related("work_plan__plan__agency").prefetch_related("points")
    return _found(rows.filter(pk=item_id, work_plan__plan__in=visible_to(actor)))


def result(actor: Actor, row_id: int) -> ResultRow:
    """A result row of a visible plan."""
    rows = ResultRow.objects.select_related("plan__agency", "kpi__goal").prefetch_related("figures")
    return _found(rows.filter(pk=row_id, plan__in=visible_to(actor)))


def _found(rows: "QuerySet[Any]") -> Any:
    row = rows.first()
    if row is None:
        raise NotFound(tell("找不到這一筆，或您不能看。請從計畫進入。"))
    return row


def measures_shown_to(actor: Actor) -> QuerySet[Kpi]:
    """Ids of the measures of KPIs in visible plans: what is shown there may be asked where it comes from."""
    rows = Kpi.objects.filter(goal__plan__in=visible_to(actor), measure__isnull=False)
    return rows.order_by().values("measure_id")  # type: ignore[return-value]


def kpis_found(actor: Actor, words: str) -> QuerySet[Kpi]:
    """KPIs of visible plans whose name holds every word."""
    rows = Kpi.objects.filter(goal__plan__in=visible_to(actor)).select_related("goal__plan__agency")
    for word in words.split()[:6]:
        rows = rows.filter(Q(name__icontains=word) | Q(goal__plan__agency__name__icontains=word))
    return rows.order_by("-goal__plan__roc_year", "goal__position", "position")


def goals_found(actor: Actor, words: str) -> QuerySet[Goal]:
    """Goals of visible plans whose name (also as printed in part one) or agency holds every word."""
    rows = Goal.objects.filter(plan__in=visible_to(actor)).select_related("plan__agency")
    for word in words.split()[:6]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(name_in_part_one__icontains=word)
            | Q(plan__agency__name__icontains=word)
        )
    return rows.order_by("-plan__roc_year", "plan__agency__order", "position")


def plans_found(actor: Actor, words: str) -> QuerySet[Plan]:
    """Visible plans whose title or agency holds every word."""
    rows = visible_to(actor).select_related("agency")
    for word in words.split()[:6]:
        rows = rows.filter(Q(title__icontains=word) | Q(agency__name__icontains=word))
    return rows


def drafts_to_accept(actor: Actor) -> QuerySet[Plan]:
    """Drafts that the actor may accept."""
    return _in_units(actor, "planning.accept", Plan.objects.filter(state=PlanState.DRAFT)).select_related(
        "agency"
    )


def to_publish(actor: Actor) -> QuerySet[Plan]:
    """Accepted plans that the actor may publish."""
    return _in_units(actor, "planning.publish", Plan.objects.filter(state=PlanState.ACCEPTED)).select_related(
        "agency"
    )


def results_to_confirm(actor: Actor) -> QuerySet[Plan]:
    """Plans in force with result rows whose figures nobody has confirmed, with their number as `open_results`."""
    rows = Plan.objects.filter(state__in=IN_FORCE, results__status=ResultStatus.TO_CONFIRM)
    return _in_units(actor, "planning.edit", rows.annotate(open_results=Count("results"))).select_related(
        "agency"
    )


def readings_to_confirm(actor: Actor) -> QuerySet[Kpi, tuple[str, int, int]]:
    """Name of an agency, how many measures of its plans in force are 待確認, the first of them: in the units where the
    actor defines measures (no definition is read)."""
    plans = _in_units(actor, "measures.define", Plan.objects.filter(state__in=IN_FORCE))
    return (
        Kpi.objects.filter(goal__plan__in=plans, measure__in=measures.to_be_confirmed())
        .order_by()
        .values("goal__plan__agency_id", "goal__plan__agency__name")
        .annotate(count=Count("measure_id", distinct=True), first=Min("measure_id"))
        .order_by("goal__plan__agency__order", "goal__plan__agency_id")
        .values_list("goal__plan__agency__name", "count", "first")
    )


def _in_units(actor: Actor, code: str, rows: "QuerySet[Plan]") -> "QuerySet[Plan]":
    units = actor.units_where(code)
    return rows if units is None else rows.filter(agency_id__in=units)


def uses_of(measure_ids: Sequence[int]) -> QuerySet[Kpi]:
    """KPIs in force that rest on these measures."""
    return (
        Kpi.objects.filter(measure_id__in=list(measure_ids), goal__plan__state__in=IN_FORCE)
        .select_related("goal__plan__agency")
        .order_by("-goal__plan__roc_year")
    )
