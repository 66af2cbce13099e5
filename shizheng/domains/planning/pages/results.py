"""One result row: what is printed, what the numbers may be, and the officer's decision."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.common.errors import CannotDo
from shizheng.common.numbers import LARGEST_INTEGER, whole_number
from shizheng.common.routes import requires
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.forms import FiguresForm, MatchForm
from shizheng.domains.planning.models import PlanState, ResultRow
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.rules.tree import inputs_of
from shizheng.web.refusals import show_refusal


@requires("planning.view")
@require_http_methods(["GET", "HEAD", "POST"])
def result(request: HttpRequest, row_id: int) -> HttpResponse:
    """Show a row; an officer of the agency confirms which number is which."""
    user: Any = request.user
    row = queries.result(user, row_id)
    plan = row.plan
    may = bool(user.may("planning.edit", plan.agency_id)) and getattr(request, "as_of", None) is None
    in_force = plan.state in (PlanState.ACCEPTED, PlanState.PUBLISHED)
    period = queries.result_period(row)
    figure = labels = tree = None
    if row.kpi and row.kpi.measure_id and period:
        figure = measures.figure(row.kpi.measure_id, plan.agency_id, period)
        if figure.definition:
            tree, labels = figure.definition.tree, figure.definition.labels
    inputs = [(use.name, (labels or {}).get(use.name, "")) for use in inputs_of(tree)] if tree else []
    lists = any(use.is_list for use in inputs_of(tree)) if tree else False
    proposals = queries.proposals_for(row)
    printed = [(each.position, each.text) for each in row.figures.all()]
    form = match_form = None
    if may and in_force and inputs and not lists and figure is not None and figure.value is None:
        form = _figures_form(request, row, inputs, printed, proposals)
    if may and plan.state == PlanState.DRAFT:
        match_form = _match_form(request, row)
    if request.method == "POST" and may:
        answer = _posted(request, user, row, form, match_form)
        if answer is not None:
            return answer
    wrong = bool((form and form.errors) or (match_form and match_form.errors))
    return render(
        request,
        "planning/result.html",
        {
            "row": row,
            "plan": plan,
            "period": period,
            "figure": figure,
            "proposals": proposals,
            "form": form,
            "match_form": match_form,
            "marked": marked_narrative(row),
            "may": may,
            "in_force": in_force,
            "settle": may
            and in_force
            and figure is not None
            and figure.value is not None
            and row.status == "to_confirm",
            "missing": may and in_force and inputs and figure is not None and not figure.fact_ids,
            "lists": lists,
        },
        status=422 if wrong else 200,
    )


def _figures_form(
    request: HttpRequest, row: ResultRow, inputs: Any, printed: Any, proposals: Any
) -> FiguresForm:
    initial: dict[str, Any] = {"version": row.version}
    if proposals:
        best = proposals[0]
        initial |= {f"pick_{name}": position for name, position in best.inputs.items()}
        initial["reason"] = best.reason if best.exact else ""
    data = request.POST if request.method == "POST" and request.POST.get("act") == "confirm" else None
    return FiguresForm(data, inputs=inputs, printed=printed, initial=initial)


def _match_form(request: HttpRequest, row: ResultRow) -> MatchForm:
    kpis = [(kpi.pk, kpi.name) for _goal, kpis in queries.goals_with_kpis(row.plan_id) for kpi in kpis]
    data = request.POST if request.method == "POST" and request.POST.get("act") == "match" else None
    return MatchForm(data, kpis=kpis, initial={"version": row.version, "kpi": row.kpi_id})


def _posted(
    request: HttpRequest, user: Any, row: ResultRow, form: FiguresForm | None, match_form: MatchForm | None
) -> HttpResponse | None:
    """Do what was asked; None where the form has to be shown again."""
    act = request.POST.get("act")
    chosen_form: Any = form if act == "confirm" else match_form if act == "match" else None
    read = whole_number(request.POST.get("version"), LARGEST_INTEGER)
    try:
        if act == "settle":
            actions.confirm_from_figure(user, row.pk, version=read)
        elif act == "not_yet":
            actions.mark_not_yet_measurable(
                user,
                row.pk,
                version=read,
                reason=request.POST.get("reason", "").strip()[:2000] or _("期末才能衡量"),
            )
        elif chosen_form is None or not chosen_form.is_valid():
            return None
        elif act == "confirm":
            data = chosen_form.cleaned_data
            actions.confirm_figures(
                user,
                row.pk,
                version=data["version"],
                chosen=chosen_form.chosen(),
                typed=chosen_form.typed(),
                reason=data["reason"],
            )
        else:
            data = chosen_form.cleaned_data
            actions.match_result(user, row.pk, version=data["version"], kpi_id=data["kpi"])
    except CannotDo as failure:
        if chosen_form is None:
            messages.error(request, failure.message)
            return redirect("planning:result", row.pk)
        show_refusal(chosen_form, failure, prefix="pick_")
        return None
    messages.success(
        request, _("已登錄；數字點開就看得到怎麼算。") if act != "match" else _("已儲存對應的指標。")
    )
    return redirect("planning:result", row.pk)


def marked_narrative(row: ResultRow) -> SafeString:
    """The narrative with its figures marked and numbered, as the form names them."""
    pieces: list[tuple[str | SafeString]] = []
    at = 0
    for figure in row.figures.all():
        if figure.start < at:
            continue
        pieces.append((row.narrative[at : figure.start],))
        pieces.append((format_html("<mark>{}</mark>", row.narrative[figure.start : figure.end]),))
        at = figure.end
    pieces.append((row.narrative[at:],))
    return format_html_join("", "{}", pieces)
