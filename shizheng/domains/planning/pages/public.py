"""What everybody may read: published plans, their KPIs with figures, their results, and the data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common.routes import public
from shizheng.domains.planning import queries
from shizheng.domains.planning.pages.public_traces import public_url
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries import Key
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.periods import Period, PeriodKind
from shizheng.kernel.publication import queries as publication


@public
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Published plans by year, newest first."""
    years: dict[int, list[object]] = {}
    words = request.GET.get("q", "").strip()[:60]
    rows = queries.published().defer("source__text").order_by("-roc_year", "agency__order", "agency__name")
    if words:
        rows = rows.filter(agency__name__icontains=words.replace("\x00", ""))
    for plan in rows:
        years.setdefault(plan.roc_year, []).append(plan)
    return render(request, "planning/public_plans.html", {"years": list(years.items()), "words": words})


@public
@require_safe
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One published plan in plain words."""
    found = queries.published_plan(plan_id)
    goals = queries.goals_with_kpis(found.pk)
    period = Period(PeriodKind.YEAR, found.roc_year + 1911)
    ids = [kpi.measure_id for _goal, kpis in goals for kpi in kpis if kpi.measure_id]
    figures = measures.figures_of_unit(ids, found.agency_id, period)
    results = queries.results(found.pk)
    result_keys = {
        row.pk: Key(row.kpi.measure_id, found.agency_id, span)
        for row in results
        if row.kpi and row.kpi.measure_id and (span := queries.result_period(row))
    }
    known = measures.figures(result_keys.values())
    return render(
        request,
        "planning/public_plan.html",
        {
            "plan": found,
            "goals": [
                (goal, [(kpi, *_shown(found.pk, figures.get(kpi.measure_id or 0))) for kpi in kpis])
                for goal, kpis in goals
            ],
            "results": [
                (row, *_shown(found.pk, known.get(result_keys[row.pk]) if row.pk in result_keys else None))
                for row in results
            ],
            "work_plans": queries.work_plans(found.pk),
            "publications": list(
                publication.standing().filter(subject_label="planning.plan", subject_pk=found.pk)
            ),
            "summary": _summary(
                [figure for figure in figures.values() if figure.value is not None], len(ids)
            ),
        },
    )


def _shown(plan_id: int, figure: Figure | None) -> tuple[Figure | None, str]:
    """A figure with the address of its public trace."""
    return figure, public_url(plan_id, figure) if figure is not None else ""


def _summary(figures: list[Figure], count: int) -> str:
    met = sum(figure.verdict.code.value in ("met", "on_track") for figure in figures)
    if not count:
        return _("這份計畫沒有印出衡量指標。")
    if not figures:
        return _("%(n)s 個指標，都還沒有數字。") % {"n": count}
    return _("%(n)s 個指標，%(judged)s 個有數字，其中 %(met)s 個達標。") % {
        "n": count,
        "judged": len(figures),
        "met": met,
    }
