"""What boards are made of: plans in force and their KPIs as bare rows, because a city has thousands of them.

Nothing here is a model: a board reads some ten columns of each KPI and writes none.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from shizheng.common.permissions import Actor
from shizheng.domains.planning.models import Goal, Kpi, PlanState, ResultRow
from shizheng.domains.planning.queries.plans import IN_FORCE, visible_to
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.queries.figures import Names, names_of
from shizheng.kernel.measures.queries.rewinding import states_before


class PlanRow(NamedTuple):
    """A plan as far as boards need it."""

    pk: int
    agency_id: int
    roc_year: int
    state: str


class GoalRow(NamedTuple):
    """A goal as far as boards need it."""

    pk: int
    number: int | None
    position: int
    name: str
    weight: Decimal | None


class KpiRow(NamedTuple):
    """One KPI of a year; `result_id` is set where it comes from a results part, for want of that year's plan."""

    plan: PlanRow
    goal: GoalRow
    pk: int
    number: int | None
    position: int
    name: str
    weight: Decimal | None
    target_text: str
    measure_id: int | None
    goal_weight: Decimal | None
    year: int
    result_id: int | None = None

    @property
    def label(self) -> str:
        """Number of the goal and number within the goal (`1-2`)."""
        return f"{self.goal.number or self.goal.position}-{self.number or self.position}"


Row = TypeVar("Row", PlanRow, KpiRow)
_GOAL = ("goal_id", "goal__number", "goal__position", "goal__name", "goal__weight")
_KPI = ("pk", "number", "position", "name", "weight", "target_text", "measure_id")


def plans_in_force(actor: Actor, as_of: AsOf | None) -> list[PlanRow]:
    """Plans in force then, of all years (one query, one more to look back)."""
    rows = visible_to(actor).exclude(state=PlanState.DRAFT)
    if as_of is None:
        rows = rows.filter(state__in=IN_FORCE)
    found = [PlanRow(*row) for row in rows.values_list("pk", "agency_id", "roc_year", "state")]
    if as_of is not None and found:
        before = states_before("planning.plan", [plan.pk for plan in found], as_of)
        found = [then for plan in found if (then := _then(plan, before, ("agency_id", "roc_year", "state")))]
    return [plan for plan in found if plan.state in IN_FORCE]


def kpis_of_years(
    plans: Sequence[PlanRow], years: Collection[int], as_of: AsOf | None
) -> tuple[list[KpiRow], dict[int, Names]]:
    """The KPIs of these years with what their measures are called: from each year's plans, and where an agency has none,
    from what its other plans report about the year. Two queries, one more to look back, whatever the number of years.
    """
    of_years = {plan.pk: plan for plan in plans if plan.roc_year in years}
    with_plan = {(plan.agency_id, plan.roc_year) for plan in of_years.values()}
    rows, names = _planned(of_years, as_of) if of_years else ([], {})
    others = {
        plan.pk: plan for plan in plans if any((plan.agency_id, year) not in with_plan for year in years)
    }
    if others:
        reported, more = _reported(others, years, with_plan)
        rows, names = rows + reported, names | more
    return rows, names


def _planned(plans: Mapping[int, PlanRow], as_of: AsOf | None) -> tuple[list[KpiRow], dict[int, Names]]:
    found = list(
        Kpi.objects.filter(goal__plan_id__in=list(plans))
        .order_by("goal__plan_id", "goal__position", "position")
        .values_list("goal__plan_id", *_GOAL, *_KPI, "measure__code", "measure__name")
    )
    names = {row[12]: Names(row[13], row[14]) for row in found if row[12] is not None}
    rows = []
    for plan_id, *columns in found:
        plan, goal = plans[plan_id], GoalRow(*columns[:5])
        pk, number, position, name, weight, target, measure_id = columns[5:12]
        rows.append(
            KpiRow(
                plan, goal, pk, number, position, name, weight, target or "", measure_id, goal.weight, plan.roc_year
            )
        )  # fmt: skip
    return (rows, names) if as_of is None or not rows else _rewound(rows, names, plans, as_of)


def _rewound(
    rows: Sequence[KpiRow], names: dict[int, Names], plans: Mapping[int, PlanRow], as_of: AsOf
) -> tuple[list[KpiRow], dict[int, Names]]:
    """The rows with what they said then; goals and measures that a KPI has left since are read again."""
    before = states_before("planning.kpi", [row.pk for row in rows], as_of)
    if not before:
        return list(rows), names
    goals = {row.goal.pk: (row.plan, row.goal) for row in rows}
    then = [state for state in before.values() if state is not None]
    left = {state["goal_id"] for state in then if "goal_id" in state} - goals.keys()
    if left:
        read = Goal.objects.filter(pk__in=left, plan_id__in=list(plans))
        for plan_id, *columns in read.values_list("plan_id", *GoalRow._fields):
            moved = GoalRow(*columns)
            goals[moved.pk] = (plans[plan_id], moved)
    measures = {state.get("measure_id") for state in then} - names.keys() - {None}
    if measures:
        names = names | names_of(pk for pk in measures if pk is not None)
    out = []
    for row in rows:
        made = _then(row, before, ("number", "position", "name", "weight", "target_text", "measure_id"))
        if made is None:
            continue
        goal_id = (before.get(str(row.pk)) or {}).get("goal_id", row.goal.pk)
        if goal_id != row.goal.pk and goal_id in goals:
            plan, goal = goals[goal_id]
            made = made._replace(plan=plan, goal=goal, goal_weight=goal.weight, year=plan.roc_year)
        out.append(made._replace(target_text=made.target_text or ""))
    return out, names


def _then(row: Row, before: Mapping[str, dict[str, Any] | None], columns: Iterable[str]) -> Row | None:
    """The row with its columns of then; None where it did not exist."""
    if str(row.pk) not in before:
        return row
    state = before[str(row.pk)]
    if state is None:
        return None
    taken = {name: state[name] for name in columns if name in state}
    if taken.get("weight") is not None:
        taken["weight"] = Decimal(str(taken["weight"]))
    return row._replace(**taken)


def _reported(
    plans: Mapping[int, PlanRow], years: Collection[int], with_plan: Collection[tuple[int, int]]
) -> tuple[list[KpiRow], dict[int, Names]]:
    """What next year's plan reports about a year, for agencies whose plan of that year is not in."""
    found = (
        ResultRow.objects.filter(plan_id__in=list(plans), roc_year__in=years, kpi__measure__isnull=False)
        .order_by("plan_id", "position")
        .values_list(
            "pk", "plan_id", "roc_year", "kpi_weight", "goal_weight", "target_text",
            *(f"kpi__{name}" for name in (*_GOAL, "pk", "number", "position", "name", "measure_id")),
            "kpi__measure__code", "kpi__measure__name",
        )
    )  # fmt: skip
    rows, names = [], dict[int, Names]()
    for result_id, plan_id, year, weight, goal_weight, target, *rest in found:
        plan, goal = plans[plan_id], GoalRow(*rest[:5])
        pk, number, position, name, measure_id, code, called = rest[5:]
        if (plan.agency_id, year) in with_plan:
            continue
        names[measure_id] = Names(code, called)
        rows.append(
            KpiRow(
                plan, goal, pk, number, position, name, weight, target or "", measure_id, goal_weight, year, result_id
            )
        )  # fmt: skip
    return rows, names
