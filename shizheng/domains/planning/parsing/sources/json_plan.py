"""The JSON of a published plan, or of an exported one, set as text again: one parser reads every source."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from shizheng.common.words import tell
from shizheng.kernel.publication.documents.text import to_text

from ..errors import CannotReadPlan

_TEXTS = {
    "goals": ("name", "description", "name_in_text"),
    "kpis": ("name", "system", "method", "formula_text", "target_text", "unit", "direction"),
    "items": ("number", "title"),
    "results": ("goal", "kpi", "target_text", "narrative", "period_text"),
}


def json_text(data: bytes, filename: str) -> str | None:
    """The text of a plan's JSON; None for JSON that is no plan of ours. Raises CannotReadPlan for one that is broken."""
    try:
        read = json.loads(data)
    except (ValueError, RecursionError):
        return None
    plan = read.get("data", read) if isinstance(read, dict) else None
    if not isinstance(plan, dict) or not {"goals", "work_plans", "roc_year"} <= set(plan):
        return None
    from shizheng.domains.planning.rules.layout import plan_document

    try:
        return to_text(plan_document(_checked(plan), {}))
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as problem:
        raise CannotReadPlan(
            "bad_json",
            tell(
                "「%(file)s」是施政計畫的 JSON，但欄位不完整或型別不對（%(why)s），沒有讀入任何資料。請重新匯出後再上傳。",
                file=filename,
                why=problem,
            ),
        ) from problem


def _checked(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with every field that the layout needs, of the type that it needs. Raises TypeError, ValueError."""
    year = plan["roc_year"]
    if not isinstance(year, int) or isinstance(year, bool) or not 1 <= year <= 300:
        raise ValueError("roc_year")
    return {
        "agency": _text(plan.get("agency")),
        "roc_year": year,
        "goals": [_goal(each) for each in _rows(plan["goals"])],
        "work_plans": [_work_plan(each) for each in _rows(plan["work_plans"])],
        "results": [_result(each) for each in _rows(plan.get("results") or [])],
    }


def _rows(value: Any) -> Sequence[Mapping[str, Any]]:
    if not isinstance(value, list) or len(value) > 5_000 or not all(isinstance(each, dict) for each in value):
        raise TypeError("list")
    return value


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError("text")
    return None if value is None else value.replace("\t", " ")


def _number(value: Any) -> int | None:
    if value is not None and (
        not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10_000
    ):
        raise TypeError("number")
    return value


def _decimal(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > 40 or not Decimal(value).is_finite():
        raise TypeError("decimal")
    return value


def _goal(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: _text(row.get(name)) for name in _TEXTS["goals"]},
        "number": _number(row.get("number")),
        "weight": _decimal(row.get("weight")),
        "kpis": [
            {
                **{name: _text(kpi.get(name)) for name in _TEXTS["kpis"]},
                "number": _number(kpi.get("number")),
                "weight": _decimal(kpi.get("weight")),
                "target_value": _decimal(kpi.get("target_value")),
            }
            for kpi in _rows(row["kpis"])
        ],
    }


def _work_plan(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": _number(row.get("number")),
        "name": _text(row.get("name")),
        "items": [
            {
                "number": _text(item.get("number")),
                "title": _text(item.get("title")) or "",
                "points": [_text(point) or "" for point in item["points"]],
                "content": [_text(line) or "" for line in item.get("content") or []],
            }
            for item in _rows(row["items"])
        ],
    }


def _result(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: _text(row.get(name)) for name in _TEXTS["results"]},
        "year": _number(row.get("year")),
        "goal_number": _number(row.get("goal_number")),
        "goal_weight": _decimal(row.get("goal_weight")),
        "kpi_number": _number(row.get("kpi_number")),
        "kpi_weight": _decimal(row.get("kpi_weight")),
    }
