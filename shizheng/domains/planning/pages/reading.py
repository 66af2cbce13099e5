"""One goal, one KPI: as printed, as defined, and its figures over time."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common.routes import requires
from shizheng.domains.planning import queries
from shizheng.domains.planning.models import Goal, Kpi, PlanState
from shizheng.domains.planning.pages.boards import asked
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures import view as measure_view
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.periods import Period, PeriodKind

SHOWN_PERIODS = 12


@requires("planning.view")
@require_safe
def goal(request: HttpRequest, goal_id: int) -> HttpResponse:
    """A goal: what it says, and its KPIs with their figures."""
    user: Any = request.user
    _year, period, as_of = asked(request)
    found: Goal = queries.part_then(user, queries.goal(user, goal_id), as_of)
    plan = found.plan
    span = period or Period(PeriodKind.YEAR, plan.roc_year + 1911)
    kpis = next((kpis for each, kpis in queries.goals_with_kpis(plan.pk, as_of) if each.pk == found.pk), [])
    ids = [kpi.measure_id for kpi in kpis if kpi.measure_id]
    figures = measures.figures_of_unit(ids, plan.agency_id, span, as_of)
    rows = [(kpi, figures.get(kpi.measure_id or 0)) for kpi in kpis]
    return render(
        request,
        "planning/goal.html",
        {
            "goal": found,
            "plan": plan,
            "rows": rows,
            "span": span,
            "can_edit": _can_edit(request, plan.agency_id, plan.state),
        },
    )


@requires("planning.view")
@require_safe
def kpi(request: HttpRequest, kpi_id: int) -> HttpResponse:
    """A KPI: the figure, its series, what is printed, and what the definition makes of it."""
    user: Any = request.user
    _year, period, as_of = asked(request)
    found: Kpi = queries.part_then(user, queries.kpi(user, kpi_id), as_of)
    plan = found.goal.plan
    span = period or Period(PeriodKind.YEAR, plan.roc_year + 1911)
    figure, series = None, list[Figure]()
    if found.measure_id:
        figure, series = measures.figure_and_series(
            found.measure_id, plan.agency_id, span, as_of, SHOWN_PERIODS
        )
    return render(
        request,
        "planning/kpi.html",
        {
            "kpi": found,
            "goal": found.goal,
            "plan": plan,
            "span": span,
            "figure": figure,
            "trace": measure_view.figure_url(figure) if figure else "",
            "chart": _chart(found, series),
            "series": series[::-1],
            "can_edit": _can_edit(request, plan.agency_id, plan.state),
            "entries": queries.entries_shown(user, found, plan)[:20],
        },
    )


def _can_edit(request: HttpRequest, agency_id: int, state: str) -> bool:
    user: Any = request.user
    as_of = getattr(request, "as_of", None)
    return as_of is None and state != PlanState.SUPERSEDED and bool(user.may("planning.edit", agency_id))


def _chart(kpi: Kpi, series: list[Any]) -> dict[str, Any] | None:
    values = [figure.value for figure in series]
    if sum(value is not None for value in values) < 2:
        return None
    last = series[-1]
    target = float(last.target) if last.target is not None else None
    spec: dict[str, Any] = {
        "id": f"kpi-{kpi.pk}",
        "kind": "bar" if last.unit != "%" else "line",
        "title": _("各期的值"),
        "note": _("單位：%(unit)s；沒有數字的留空") % {"unit": last.unit or "—"},
        "unit": last.unit,
        "places": last.places,
        "x": [figure.period.label for figure in series],
        "series": [
            {"name": _("實際"), "role": "actual", "data": [None if v is None else float(v) for v in values]}
        ],
    }
    # A yearly amount is no target for a quarter; a rate is.
    if target is not None and (last.period.kind is PeriodKind.YEAR or last.unit == "%"):
        spec["target"] = {"value": target, "label": _("目標 %(n)s") % {"n": f"{target:g}"}}
    return spec
