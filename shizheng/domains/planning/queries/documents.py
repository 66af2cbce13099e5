"""A stored plan in the importer's own shape, with figures and addresses of their traces."""

from decimal import Decimal
from typing import Any

from shizheng.common.numbers import plain
from shizheng.domains.planning.models import Kpi, Plan
from shizheng.domains.planning.queries.plans import goals_with_kpis, results, warnings, work_plans
from shizheng.domains.planning.rules.definitions import ROC_OFFSET
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.periods import Period, PeriodKind


def text_of(value: Decimal | None) -> str | None:
    """A decimal as a string without needless zeros; None stays None."""
    return None if value is None else plain(value)


def plan_document(plan: Plan, as_of: AsOf | None = None) -> dict[str, Any]:
    """Everything in the plan (a fixed number of queries)."""
    goals = goals_with_kpis(plan.pk, as_of)
    period = Period(PeriodKind.YEAR, plan.roc_year + ROC_OFFSET)
    ids = [kpi.measure_id for _goal, kpis in goals for kpi in kpis if kpi.measure_id]
    figures = measures.figures_of_unit(ids, plan.agency_id, period, as_of)
    return {
        "id": plan.pk,
        "title": plan.title,
        "agency": plan.agency.name,
        "roc_year": plan.roc_year,
        "edition": plan.edition,
        "state": plan.state,
        "source": {"file_name": plan.source.file_name, "sha256": plan.source.sha256},
        "goals": [
            {
                "number": goal.number,
                "name": goal.name,
                "weight": text_of(goal.weight),
                "kpis": [kpi_document(kpi, figures.get(kpi.measure_id or 0), plan) for kpi in kpis],
            }
            for goal, kpis in goals
        ],
        "work_plans": [
            {
                "name": each.name,
                "items": [
                    {
                        "number": item.number or None,
                        "title": item.title,
                        "points": [point.text for point in item.points.all()],
                    }
                    for item in each.items.all()
                ],
            }
            for each in work_plans(plan.pk)
        ],
        "results": [
            {
                "year": row.roc_year,
                "period": row.period_text or None,
                "goal": row.goal_name,
                "kpi": row.kpi_name,
                "target_text": row.target_text,
                "narrative": row.narrative,
                "status": row.status,
                "figures": [
                    {
                        "text": figure.text,
                        "value": text_of(figure.value),
                        "unit": figure.unit,
                        "role": figure.role,
                        "input": figure.input_name or None,
                    }
                    for figure in row.figures.all()
                ],
            }
            for row in results(plan.pk)
        ],
        "warnings": [
            {"code": each.code, "message": each.message, "line": each.line_from} for each in warnings(plan.pk)
        ],
    }


def kpi_document(kpi: Kpi, figure: Figure | None, plan: Plan) -> dict[str, Any]:
    """A KPI as printed, and the figure of the plan's year with the address of its trace."""
    return {
        "id": kpi.pk,
        "number": kpi.number,
        "name": kpi.name,
        "weight": text_of(kpi.weight),
        "system": kpi.system,
        "method": kpi.method,
        "formula_text": kpi.formula_text,
        "target_text": kpi.target_text,
        "target_value": text_of(kpi.target_value),
        "unit": kpi.unit,
        "direction": kpi.direction,
        "measure_id": kpi.measure_id,
        "definition_version": kpi.definition_version,
        "figure": None if figure is None else figure_document(figure),
    }


def public_document(plan: Plan) -> dict[str, Any]:
    """A published plan for everybody: without the remarks of the importer and the name that the file had inside."""
    document = plan_document(plan)
    del document["warnings"]
    for goal in document["goals"]:
        for kpi in goal["kpis"]:
            if figure := kpi["figure"]:
                query = figure["trace"].partition("?")[2]
                figure["trace"] = f"/planning/public/{plan.pk}/figures/{kpi['measure_id']}/trace.json?{query}"
    document["source"] = {"sha256": plan.source.sha256}
    return document


def figure_document(figure: Figure) -> dict[str, Any]:
    """A figure as programs read it: the value as shown, what is missing, the verdict, the trace."""
    query = f"unit={figure.unit_id}&period={figure.period.code}"
    return {
        "id": figure.id,
        "period": figure.period.code,
        "value": figure.value_text,
        "exact": figure.exact_text,
        "unit": figure.unit,
        "missing": figure.missing.kind.value if figure.missing else None,
        "verdict": figure.verdict.code.value,
        "trace": f"/measures/{figure.measure_id}/trace.json?{query}",
    }
