"""The shape in which a plan is told to programs: one for documents as read, the same for plans as stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

KPI_KEYS = (
    "number", "name", "weight", "system", "method", "formula_text", "target_text", "target_value", "unit", "direction",
)  # fmt: skip
RESULT_KEYS = ("year", "period", "goal", "kpi", "target_text", "narrative", "figures")


def as_document(read: Mapping[str, Any]) -> dict[str, Any]:
    """The document alone: agency, year, goals with KPIs, work plans with items, results, warnings."""
    return {
        "agency": read["agency"],
        "roc_year": read["roc_year"],
        "goals": [
            {
                **_only(goal, ("number", "name", "weight")),
                "kpis": [_only(kpi, KPI_KEYS) for kpi in goal["kpis"]],
            }
            for goal in read["goals"]
        ],
        "work_plans": [
            {
                "name": each["name"],
                "items": [_only(item, ("number", "title", "points")) for item in each["items"]],
            }
            for each in read["work_plans"]
        ],
        "results": [_only(row, RESULT_KEYS) for row in read["results"]],
        "warnings": list(read["warnings"]),
    }


def _only(row: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: row[key] for key in keys}
