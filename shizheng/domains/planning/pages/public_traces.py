"""Where a published figure comes from: a page and JSON that everybody may read."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from shizheng.common.errors import CannotDo
from shizheng.common.routes import public
from shizheng.domains.planning.queries.public_traces import public_trace
from shizheng.kernel.measures import view
from shizheng.kernel.measures.rules.figures import Figure


def public_url(plan_id: int, figure: Figure, suffix: str = "") -> str:
    """The address of a published figure's trace; `suffix` "json" gives the JSON."""
    name = "planning:public_trace_json" if suffix == "json" else "planning:public_trace"
    query = urlencode({"unit": figure.unit_id, "period": figure.period.code})
    return f"{reverse(name, args=[plan_id, figure.measure_id])}?{query}"


@public
@require_safe
def trace(request: HttpRequest, plan_id: int, measure_id: int) -> HttpResponse:
    """The formula with its values put in, who filed them (role and unit), when, and by which definition."""
    found = public_trace(
        plan_id, measure_id, request.GET.get("unit", "").strip(), request.GET.get("period", "").strip()
    )
    figure = found.trace.figure
    context: dict[str, Any] = {
        "found": found,
        "plan": found.plan,
        "kpi": found.kpi,
        "trace": found.trace,
        "figure": figure,
        "period": figure.period,
        "hero": view.hero(found.trace),
        "track": [(each, view.event_words(each.event), reason) for each, reason in found.track],
        "members": [(each, public_url(plan_id, each.figure)) for each in found.trace.members],
        "json_url": public_url(plan_id, figure, "json"),
    }
    return render(request, "planning/public_trace.html", context)


@public
@require_safe
def trace_json(request: HttpRequest, plan_id: int, measure_id: int) -> JsonResponse:
    """The same for programs; failures are JSON too."""
    try:
        found = public_trace(
            plan_id, measure_id, request.GET.get("unit", "").strip(), request.GET.get("period", "").strip()
        )
    except CannotDo as failure:
        return JsonResponse({"code": failure.code, "message": failure.message}, status=failure.status)
    return JsonResponse(found.as_json(), json_dumps_params={"ensure_ascii": False, "indent": 1})
