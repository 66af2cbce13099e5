"""A parsed plan as plain values for JSON: decimals as strings, unknown as null."""

from decimal import Decimal
from typing import Any

from .model import Figure, Goal, Item, Kpi, ParsedPlan, Remark, Result, Span, WorkPlan


def to_json(parsed: ParsedPlan) -> dict[str, Any]:
    """The shape that `shizheng import-plan --json` prints."""
    return {
        "agency": parsed.agency,
        "roc_year": parsed.roc_year,
        "goals": [_goal(goal) for goal in parsed.goals],
        "work_plans": [_work_plan(plan) for plan in parsed.work_plans],
        "results": [_result(result) for result in parsed.results],
        "warnings": [_remark(remark) for remark in parsed.warnings],
    }


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _span(span: Span) -> dict[str, int]:
    return {"start_line": span.start_line, "end_line": span.end_line}


def _goal(goal: Goal) -> dict[str, Any]:
    return {
        "number": goal.number,
        "name": goal.name,
        "weight": _decimal(goal.weight),
        "kpis": [_kpi(kpi) for kpi in goal.kpis],
        "name_in_text": goal.name_in_text,
        "description": goal.description,
        "source": _span(goal.source),
    }


def _kpi(kpi: Kpi) -> dict[str, Any]:
    return {
        "number": kpi.number,
        "name": kpi.name,
        "weight": _decimal(kpi.weight),
        "system": kpi.system,
        "method": kpi.method,
        "formula_text": kpi.formula_text,
        "target_text": kpi.target_text,
        "target_value": _decimal(kpi.target_value),
        "unit": kpi.unit,
        "direction": kpi.direction,
        "source": _span(kpi.source),
    }


def _work_plan(plan: WorkPlan) -> dict[str, Any]:
    return {
        "number": plan.number,
        "name": plan.name,
        "items": [_item(item) for item in plan.items],
        "source": _span(plan.source),
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "number": item.number,
        "title": item.title,
        "points": list(item.points),
        "content": list(item.content),
        "pairing": item.pairing,
        "source": _span(item.source),
    }


def _result(result: Result) -> dict[str, Any]:
    return {
        "year": result.year,
        "period": result.period,
        "period_text": result.period_text,
        "goal": result.goal,
        "goal_number": result.goal_number,
        "goal_weight": _decimal(result.goal_weight),
        "kpi": result.kpi,
        "kpi_number": result.kpi_number,
        "kpi_weight": _decimal(result.kpi_weight),
        "target_text": result.target_text,
        "narrative": result.narrative,
        "figures": [_figure(figure) for figure in result.figures],
        "source": _span(result.source),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "text": figure.text,
        "value": _decimal(figure.value),
        "unit": figure.unit,
        "start": figure.start,
        "end": figure.end,
    }


def _remark(remark: Remark) -> dict[str, Any]:
    return {"code": remark.code, "message": remark.message, "line": remark.line}
