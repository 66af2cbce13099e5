"""Upload or paste a plan, and look at what was read beside its source before anybody accepts it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common.errors import CannotDo
from shizheng.common.routes import requires
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.forms import ImportForm
from shizheng.domains.planning.models import Plan, PlanState, Printed
from shizheng.domains.planning.pages.plans import acts
from shizheng.web.refusals import show_refusal

MAX_LINES = 40


@requires("planning.import")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """匯入計畫."""
    user: Any = request.user
    sent = request.method == "POST"
    form = ImportForm(request.POST if sent else None, request.FILES if sent else None, actor=user)
    if sent and form.is_valid():
        data, name = form.content()
        try:
            done = actions.import_plan(
                user,
                data,
                name,
                agency_id=form.cleaned_data["agency"],
                roc_year=form.cleaned_data["roc_year"],
            )
        except CannotDo as failure:
            show_refusal(form, failure)
        else:
            if done.created:
                messages.success(request, _("已讀入並存成草稿。請對照來源檢查，再由機關首長採認。"))
            else:
                messages.info(request, _("這個檔案先前已經匯入，沒有再存一次；這就是那份計畫。"))
            created = done.created or done.plan.state == PlanState.DRAFT
            return redirect("planning:review" if created else "planning:plan", done.plan.pk)
    return render(request, "planning/import.html", {"form": form}, status=422 if form.errors else 200)


@requires("planning.view")
@require_safe
def review(request: HttpRequest, plan_id: int) -> HttpResponse:
    """對照來源檢查: what was read, each with the lines that it was read from; warnings first."""
    user: Any = request.user
    plan = queries.plan(user, plan_id)
    text = plan.source.text.split("\n")
    goals = [
        (goal, _source(text, goal), [(kpi, _source(text, kpi)) for kpi in kpis])
        for goal, kpis in queries.goals_with_kpis(plan.pk)
    ]
    works = [
        (each, [(item, _source(text, item)) for item in each.items.all()])
        for each in queries.work_plans(plan.pk)
    ]
    results = [(row, _source(text, row)) for row in queries.results(plan.pk)]
    counts = {
        "goals": len(goals),
        "kpis": sum(len(kpis) for _goal, _lines, kpis in goals),
        "work_plans": len(works),
        "items": sum(len(items) for _each, items in works),
        "points": sum(len(item.points.all()) for _each, items in works for item, _lines in items),
        "results": len(results),
    }
    return render(
        request,
        "planning/review.html",
        {
            "plan": plan,
            "goals": goals,
            "works": works,
            "results": results,
            "counts": counts,
            "warnings": [(each, _source(text, each)) for each in queries.warnings(plan.pk)],
            "acts": [act for act in acts(user, plan) if not str(act.get("url", "")).endswith("/review/")],
            "can_edit": _may_edit(user, plan),
            "is_draft": plan.state == PlanState.DRAFT,
        },
    )


def _may_edit(user: Any, plan: Plan) -> bool:
    return plan.state != PlanState.SUPERSEDED and bool(user.may("planning.edit", plan.agency_id))


def _source(text: list[str], row: Printed) -> list[tuple[int, str]]:
    """The source lines of a row with their numbers, empty ones left out, at most `MAX_LINES`."""
    if not row.line_from:
        return []
    last = min(row.line_to or row.line_from, row.line_from + MAX_LINES - 1, len(text))
    return [(n, text[n - 1].strip()) for n in range(row.line_from, last + 1) if text[n - 1].strip()]
