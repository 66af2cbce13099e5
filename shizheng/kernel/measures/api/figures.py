"""Figures, their trace and their series."""

from typing import Any

from django.http import HttpRequest
from ninja import Query

from shizheng.common.api_fields import actor_of
from shizheng.common.words import N_
from shizheng.kernel.measures import queries, uses, view
from shizheng.kernel.measures.api.fields import AsOfQuery, FigureQuery, RowId
from shizheng.kernel.measures.api.routing import router
from shizheng.kernel.measures.rules.telling import value_json


@router.get("/{measure_id}/figure", permission="measures.view", summary=N_("一個數字"))
def figure(request: HttpRequest, measure_id: RowId, wanted: Query[FigureQuery]) -> dict[str, Any]:
    return {key: value for key, value in trace(request, measure_id, wanted).items() if key in _FIGURE}


_FIGURE = frozenset(
    [
        "figure",
        "measure",
        "unit_id",
        "unit_name",
        "period",
        "value",
        "exact",
        "missing",
        "unit",
        "formula",
        "expression",
        "verdict",
        "target",
        "direction",
        "progress",
        "rounding",
        "as_of",
        "coverage",
        "made_from",
        "rule",
        "superseded_by",
    ]
)


@router.get("/{measure_id}/trace", permission="measures.view", summary=N_("一個數字的來歷"))
def trace(request: HttpRequest, measure_id: RowId, wanted: Query[FigureQuery]) -> dict[str, Any]:
    queries.readable(measure_id, actor_of(request))
    as_of = queries.as_of_day(view.day_from(wanted.as_of))
    period = view.period_from(wanted.period)
    found = queries.trace(measure_id, wanted.unit, period, as_of)
    return view.trace_document(found, uses.evidence_of(measure_id, wanted.unit, period, as_of))


@router.get("/{measure_id}/series", permission="measures.view", summary=N_("一個指標各期的數"))
def series(request: HttpRequest, measure_id: RowId, wanted: Query[AsOfQuery]) -> list[dict[str, Any]]:
    found = queries.readable(measure_id, actor_of(request))
    as_of = queries.as_of_day(view.day_from(wanted.as_of))
    return [
        {"period": each.period.code, "label": each.period.label, "value": each.value_text,
         "missing": each.missing.kind.value if each.missing else None, "unit": each.unit,
         "verdict": each.verdict.code.value, "figure": each.id,
         "inputs": {name: value_json(value) for name, value in each.inputs.items()}}
        for each in queries.series(measure_id, wanted.unit or found.owner_id, as_of)
    ]  # fmt: skip
