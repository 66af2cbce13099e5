"""Correcting what was read: one form a row; who saves over somebody else's change sees both before deciding."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from shizheng.common.errors import CannotDo, Conflict
from shizheng.common.routes import requires
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.actions.editing import plan_of
from shizheng.domains.planning.forms import (
    ActForm,
    GoalForm,
    ItemForm,
    KpiForm,
    ReasonForm,
    Versioned,
    WorkPlanForm,
)
from shizheng.domains.planning.models import Goal, Item, Kpi, Plan, PlanState, WorkPlan
from shizheng.web import conflicts
from shizheng.web.refusals import show_refusal


@dataclass(frozen=True)
class Kind:
    """How one kind of row is read, shown in a form and saved."""

    model: type[Any]
    form: type[Versioned]
    label: Any
    find: Callable[[Any, int], Any]
    edit: Callable[..., Any]
    add: Callable[..., Any]
    back: str


KINDS: dict[str, Kind] = {
    "goal": Kind(
        Goal,
        GoalForm,
        gettext_lazy("策略績效目標"),
        queries.goal,
        actions.edit_goal,
        actions.add_goal,
        "plan",
    ),
    "kpi": Kind(
        Kpi, KpiForm, gettext_lazy("衡量指標"), queries.kpi, actions.edit_kpi, actions.add_kpi, "plan"
    ),
    "work-plan": Kind(
        WorkPlan,
        WorkPlanForm,
        gettext_lazy("工作計畫"),
        queries.work_plan,
        actions.edit_work_plan,
        actions.add_work_plan,
        "plan_work",
    ),
    "item": Kind(
        Item,
        ItemForm,
        gettext_lazy("施政計畫項目"),
        queries.item,
        actions.edit_item,
        actions.add_item,
        "plan_work",
    ),
}


def kind_of(code: str) -> Kind:
    """The kind by its name in the address."""
    if code not in KINDS:
        raise Http404
    return KINDS[code]


def _back(request: HttpRequest, made: Kind) -> str:
    """Where the reader came from: the review beside the source, or the part of the plan."""
    return "planning:review" if request.GET.get("back") == "review" else f"planning:{made.back}"


def _initial(row: Any, form: type[Versioned]) -> dict[str, Any]:
    values: dict[str, Any] = {name: _shown(getattr(row, name)) for name in form.names}
    values["version"] = row.version
    if isinstance(row, Item):
        values["points"] = "\n".join(point.text for point in row.points.all())
    return values


def _shown(value: Any) -> Any:
    if hasattr(value, "normalize"):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value


@requires("planning.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Change one row."""
    user: Any = request.user
    made = kind_of(kind)
    row = made.find(user, pk)
    plan = plan_of(row)
    needs_reason = plan.state != PlanState.DRAFT
    other: list[conflicts.Difference] = []
    if request.method == "POST":
        form = made.form(request.POST, needs_reason=needs_reason)
        if form.is_valid():
            try:
                _save(user, made, row, form)
            except Conflict as failure:
                row = made.find(user, pk)
                form, other = conflicts.met(
                    request,
                    partial(made.form, needs_reason=needs_reason),
                    _initial(row, made.form),
                    failure.message,
                )
            except CannotDo as failure:
                show_refusal(form, failure)
            else:
                messages.success(request, _("已儲存。"))
                return redirect(_back(request, made), plan.pk)
    else:
        form = made.form(initial=_initial(row, made.form), needs_reason=needs_reason)
    return render(
        request,
        "planning/edit.html",
        {
            "form": form,
            "row": row,
            "plan": plan,
            "kind": kind,
            "label": made.label,
            "other": other,
            "back": reverse(_back(request, made), args=[plan.pk]),
            "is_draft": not needs_reason,
            "in_force": needs_reason and isinstance(row, Kpi),
        },
        status=409 if other else 422 if form.errors else 200,
    )


def _save(user: Any, made: Kind, row: Any, form: Versioned) -> None:
    given: dict[str, Any] = {"version": form.cleaned_data["version"], "changes": form.changes()}
    given["reason"] = form.cleaned_data.get("reason", "")
    if isinstance(form, ItemForm):
        given["points"] = form.lines()
    made.edit(user, row.pk, **given)


@requires("planning.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, kind: str, parent: int) -> HttpResponse:
    """Add a row at the end: a goal or work plan to a plan, a KPI to a goal, an item to a work plan."""
    user: Any = request.user
    made = kind_of(kind)
    plan = _plan_of_parent(user, kind, parent)
    form = made.form(
        request.POST if request.method == "POST" else None, initial={"version": 0}, needs_reason=False
    )
    if request.method == "POST" and form.is_valid():
        try:
            more = {"points": form.lines()} if isinstance(form, ItemForm) else {}
            made.add(user, parent, form.changes(), **more)
        except CannotDo as failure:
            show_refusal(form, failure)
        else:
            messages.success(request, _("已新增。"))
            return redirect(_back(request, made), plan.pk)
    return render(
        request,
        "planning/edit.html",
        {
            "form": form,
            "plan": plan,
            "label": made.label,
            "new": True,
            "back": reverse(_back(request, made), args=[plan.pk]),
        },
        status=422 if form.errors else 200,
    )


def _plan_of_parent(user: Any, kind: str, parent: int) -> Plan:
    if kind == "kpi":
        return queries.goal(user, parent).plan
    if kind == "item":
        return queries.work_plan(user, parent).plan
    return queries.plan(user, parent)


@requires("planning.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take a row out of a draft: asks for the reason."""
    user: Any = request.user
    made = kind_of(kind)
    row = made.find(user, pk)
    plan = plan_of(row)
    form = ReasonForm(request.POST if request.method == "POST" else None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.remove(
                user, made.model, pk, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"]
            )
        except CannotDo as failure:
            form.add_error(None, failure.message)
        else:
            messages.success(request, _("已刪除，經過裡查得到。"))
            return redirect(_back(request, made), plan.pk)
    title = _("刪除「%(name)s」") % {"name": row}
    return render(
        request,
        "planning/reason.html",
        {"plan": plan, "form": form, "title": title, "submit": _("刪除")},
        status=422 if form.errors else 200,
    )


@requires("planning.edit")
@require_POST
def move(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One place up or down in a draft."""
    user: Any = request.user
    made = kind_of(kind)
    row = made.find(user, pk)
    form = ActForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    try:
        actions.move(user, made.model, pk, version=version, up=request.POST.get("to") == "up")
    except CannotDo as failure:
        messages.error(request, failure.message)
    return redirect(_back(request, made), plan_of(row).pk)
