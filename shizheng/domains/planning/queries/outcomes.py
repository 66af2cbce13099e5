"""The results of a plan for a period: the figure as of the day looked at, and what was locked with it (A04)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from shizheng.domains.planning.models import Goal, Kpi, Outcome, Plan
from shizheng.domains.planning.queries.plans import goals_with_kpis
from shizheng.domains.planning.queries.result_forms import label_of
from shizheng.domains.planning.rules import result_forms as forms
from shizheng.domains.planning.rules.tallies import Status, Tally, status_of, tally
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.queries.rewinding import rewound
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.measures.uses import Evidence


@dataclass(frozen=True, slots=True)
class KpiOutcome:
    """One KPI of a plan: the figure now (or as of the day), how it is judged, and the outcome that was locked."""

    kpi: Kpi
    goal: Goal
    label: str
    figure: Figure | None
    status: Status
    outcome: Outcome | None

    @property
    def narrative(self) -> str:
        """What the agency wrote, with the figure in it."""
        if self.outcome is None:
            return ""
        return forms.told(self.outcome.narrative, self.outcome.sentence)

    @property
    def judged_otherwise(self) -> bool:
        """Whether the figure is judged otherwise now than when it was locked."""
        return self.outcome is not None and self.outcome.status != self.status.value


@dataclass(frozen=True, slots=True)
class PlanOutcomes:
    """Every KPI of a plan for a period. `filing` is the return, where a round asked for one."""

    plan: Plan
    period: Period
    rows: Sequence[KpiOutcome]
    filing: Any

    @property
    def tally(self) -> Tally:
        """How many stand how: what is missing counts in no share."""
        return tally((row.status, row.kpi.weight) for row in self.rows)


def plan_outcomes(actor: Any, plan: Plan, period: Period, as_of: AsOf | None = None) -> PlanOutcomes:
    """The results of a plan, in at most eleven queries (two more to look back)."""
    goals = goals_with_kpis(plan.pk, as_of)
    ids = [kpi.measure_id for _goal, kpis in goals for kpi in kpis if kpi.measure_id]
    figures = measures.figures_of_unit(ids, plan.agency_id, period, as_of)
    locked = {each.kpi_id: each for each in _outcomes_of(plan, period, as_of)}
    rows = [
        KpiOutcome(
            kpi, goal, label_of(kpi), figure := figures.get(kpi.measure_id or 0), status_of(figure), locked.get(kpi.pk)
        )
        for goal, kpis in goals
        for kpi in kpis
    ]  # fmt: skip
    filing = (
        filing_queries.returns_visible_to(actor)
        .filter(round__kind="planning.results", round__period=period.code, unit_id=plan.agency_id)
        .first()
        if actor.may("filing.view")
        else None
    )
    return PlanOutcomes(plan, period, rows, filing)


def _outcomes_of(plan: Plan, period: Period, as_of: AsOf | None) -> list[Outcome]:
    return rewound(Outcome.objects.filter(plan=plan, period=period.code), as_of)


def evidence_of_figure(
    measure_id: int, unit_id: int, period: Period, as_of: AsOf | None
) -> Iterable[Evidence]:
    """The files that were handed in with the result of a KPI, once its return is locked."""
    rows = Outcome.objects.filter(kpi__measure_id=measure_id, plan__agency_id=unit_id, period=period.code)
    once = {
        each["id"]: each["name"] for row in rewound(rows.order_by("pk"), as_of) for each in row.evidence_files
    }
    return [Evidence(file, name) for file, name in once.items()]


def evidence_names_of(plan_id: int, period: str) -> dict[int, list[str]]:
    """KPI → the names of its evidence, for the publication of the results."""
    rows = Outcome.objects.filter(plan_id=plan_id, period=period).exclude(evidence_files=[])
    return {each.kpi_id: [file["name"] for file in each.evidence_files] for each in rows}


def narratives_of(plan_id: int, period: str) -> dict[int, str]:
    """What the agency wrote about each KPI, for the publication of the results, whose first sentence is the system's."""
    found: dict[int, str] = {}
    rows: Iterable[Outcome] = Outcome.objects.filter(plan_id=plan_id, period=period).select_related("kpi")
    for each in rows:
        text = forms.without_lead(each.narrative, each.kpi.name).replace(forms.MARK, each.sentence)
        lines = [line for line in (each.why_missing, text) if line]
        if lines:
            found[each.kpi_id] = "\n".join(lines)
    return found
