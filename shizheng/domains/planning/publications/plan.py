"""The plan as published: its content as data, the figures in its results, the document in the official layout."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.domains.planning.models import FigureRole, Kpi, Plan, ResultRow, WorkPlan
from shizheng.domains.planning.publications.datasets import plan_datasets
from shizheng.domains.planning.queries.documents import text_of
from shizheng.domains.planning.queries.plans import goals_with_kpis
from shizheng.domains.planning.queries.plans import results as results_of
from shizheng.domains.planning.queries.plans import work_plans as work_plans_of
from shizheng.domains.planning.queries.proposals import result_period
from shizheng.domains.planning.rules.layout import plan_document
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries import Key
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.publication.documents.model import Document, FigureRef
from shizheng.kernel.publication.registry import Gathered

SERIES = "planning.plan:{agency}:{year}"


def found_plan(plan_id: int) -> Plan:
    """The plan, whatever its state. Raises NotFound."""
    plan = Plan.objects.select_related("agency").filter(pk=plan_id).first()
    if plan is None:
        raise NotFound(_("找不到這份計畫，可能已被捨棄。請從計畫清單進入。"))
    return plan


def gather(plan_id: int, _period: str = "") -> Gathered:
    """The plan as it stands, and the figures of the result rows whose numbers an officer has settled."""
    plan = found_plan(plan_id)
    rows = list(results_of(plan.pk))
    figures = _figures(plan, rows)
    facts = plan_facts(plan, rows, figures)
    title = _("%(agency)s %(year)s 年度施政計畫") % {"agency": plan.agency.name, "year": plan.roc_year}
    series = SERIES.format(agency=plan.agency_id, year=plan.roc_year)
    return Gathered(title, plan.agency_id, series, facts, figures)


def document(facts: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> Document:
    """The plan in the official layout, with its data sets."""
    return replace(plan_document(facts, refs), datasets=plan_datasets(facts))


def plan_facts(plan: Plan, rows: list[ResultRow], figures: Mapping[str, Figure]) -> dict[str, Any]:
    """Everything in the plan as plain JSON: what its document is set from."""
    return {
        "agency": plan.agency.name,
        "roc_year": plan.roc_year,
        "plan_edition": plan.edition,
        "goals": [
            {
                "number": goal.number,
                "name": goal.name,
                "name_in_text": goal.name_in_part_one or None,
                "weight": text_of(goal.weight),
                "description": goal.description,
                "kpis": [_kpi(kpi) for kpi in kpis],
            }
            for goal, kpis in goals_with_kpis(plan.pk)
        ],
        "work_plans": [_work_plan(each) for each in work_plans_of(plan.pk)],
        "results": _results(rows, figures),
    }


def _kpi(kpi: Kpi) -> dict[str, Any]:
    return {
        "number": kpi.number, "name": kpi.name, "weight": text_of(kpi.weight), "system": kpi.system, "method": kpi.method,
        "formula_text": kpi.formula_text, "target_text": kpi.target_text, "target_value": text_of(kpi.target_value),
        "unit": kpi.unit, "direction": kpi.direction,
    }  # fmt: skip


def _work_plan(each: WorkPlan) -> dict[str, Any]:
    return {
        "number": each.number,
        "name": each.name,
        "items": [
            {
                "number": item.number or None,
                "title": item.title,
                "points": [point.text for point in item.points.all()],
                "content": [line for line in item.content.split("\n") if line],
            }
            for item in each.items.all()
        ],
    }


def _results(rows: list[ResultRow], figures: Mapping[str, Figure]) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    groups = groupby(rows, key=lambda row: (row.goal_name, row.goal_weight))
    for position, (_key, group) in enumerate(groups, 1):
        for index, row in enumerate(group, 1):
            goal_number = row.kpi.goal.number if row.kpi and row.kpi.goal.number else position
            ref = _ref(row)
            printed = [figure for figure in row.figures.all() if figure.role == FigureRole.PRINTED_VALUE]
            out.append(
                {
                    "year": row.roc_year, "period_text": row.period_text or None, "goal_number": goal_number,
                    "goal": row.goal_name, "goal_weight": text_of(row.goal_weight), "kpi_number": index,
                    "kpi": row.kpi_name, "kpi_weight": text_of(row.kpi_weight), "target_text": row.target_text,
                    "narrative": row.narrative, "status": row.status,
                    "figures": [
                        {"text": each.text, "start": each.start, "end": each.end, "ref": ref}
                        for each in printed if ref in figures
                    ],
                }
            )  # fmt: skip
    return out


def _ref(row: ResultRow) -> str:
    return f"result-{row.position}"


def _figures(plan: Plan, rows: list[ResultRow]) -> dict[str, Figure]:
    """The figures of the rows that somebody has settled and that have a value."""
    keys = {
        _ref(row): Key(row.kpi.measure_id, plan.agency_id, period)
        for row in rows
        if row.kpi and row.kpi.measure_id and (period := result_period(row))
    }
    known = measures.figures(keys.values())
    return {ref: known[key] for ref, key in keys.items() if known[key].value is not None}
