"""標案類型 with their checkpoints."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common.errors import CannotDo, Conflict
from shizheng.common.routes import requires
from shizheng.domains.projects import actions
from shizheng.domains.projects.forms.plans import TypeForm, TypePointForm, points_of
from shizheng.domains.projects.models import ProjectType, TypeCheckpoint
from shizheng.domains.projects.pages.shared import FORMS
from shizheng.domains.projects.queries import projects as queries
from shizheng.kernel.history import queries as history
from shizheng.web import conflicts
from shizheng.web.refusals import show_refusal

SPARE = 3
PointSet = forms.formset_factory(TypePointForm, extra=0, max_num=40, absolute_max=60)
OF_POINT = ("code", "name", "name_en", "stage", "weight", "days")


@requires("projects.view")
@require_safe
def types(request: HttpRequest) -> HttpResponse:
    """All types with their checkpoints."""
    user: Any = request.user
    return render(
        request,
        "projects/types.html",
        {"types": queries.types(), "may_manage": user.may("projects.manage_types")},
    )


@requires("projects.manage_types")
@require_http_methods(FORMS)
def new_type(request: HttpRequest) -> HttpResponse:
    """新增標案類型."""
    user: Any = request.user
    return _type_page(request, None, lambda values, _given: actions.create_type(user, values))


@requires("projects.manage_types")
@require_http_methods(FORMS)
def edit_type(request: HttpRequest, type_id: int) -> HttpResponse:
    """修改標案類型: tenders that are there keep their checkpoints."""
    user: Any = request.user
    row = queries.project_type(type_id)
    return _type_page(
        request,
        row,
        lambda values, given: actions.edit_type(
            user, row.pk, version=given["version"], changes=values, reason=given["reason"]
        ),
    )


def _type_page(
    request: HttpRequest,
    row: ProjectType | None,
    act: Callable[[dict[str, Any], dict[str, Any]], ProjectType],
) -> HttpResponse:
    other: list[conflicts.Difference] = []
    if request.method == "POST":
        form, points = TypeForm(request.POST, new=row is None), PointSet(request.POST, prefix="points")
        if all([form.is_valid(), points.is_valid()]):
            values = {**form.values(), "checkpoints": points_of(points)}
            try:
                act(values, form.cleaned_data)
            except Conflict as failure:
                assert row is not None
                form, other = _conflict(request, row.pk, points, failure.message)
            except CannotDo as failure:
                show_refusal(form, failure)
            else:
                messages.success(request, _("已存。新建的標案用新的檢核點，原有的不變。"))
                return redirect("projects:types")
        elif points.non_form_errors() or any(points.errors):
            form.add_error(None, _("檢核點有地方要改，見下表。"))
    else:
        form = TypeForm(initial=_type_values(row), new=row is None)
        rows = _point_values(row)
        points = PointSet(initial=[*rows, *({} for _n in range(SPARE))], prefix="points")
    wrong = form.errors or (points.is_bound and not points.is_valid())
    return render(
        request,
        "projects/type_form.html",
        {
            "form": form,
            "points": points,
            "row": row,
            "other": other,
            "back": reverse("projects:types"),
            "entries": _course(row)[:40] if row else [],
            "title": _("修改標案類型") if row else _("新增標案類型"),
        },
        status=409 if other else 422 if wrong else 200,
    )


def _course(row: ProjectType) -> Any:
    """The changes of a type and of its checkpoints, those taken out since among them, newest first."""
    label = TypeCheckpoint._meta.label_lower
    gone = [each["id"] for each in history.gone(label, type_id=row.pk)]
    points = [*row.checkpoints.values_list("pk", flat=True), *gone]
    return history.entries_of_rows({row._meta.label_lower: [row.pk], label: points})


def _type_values(row: ProjectType | None) -> dict[str, Any]:
    if row is None:
        return {"in_use": True}
    return {name: getattr(row, name) for name in ("version", "name", "name_en", "has_works", "in_use")}


def _point_values(row: ProjectType | None) -> list[dict[str, Any]]:
    points = row.checkpoints.all() if row else []
    return [{name: getattr(each, name) for name in OF_POINT} for each in points]


def _conflict(
    request: HttpRequest, type_id: int, points: Any, message: str
) -> tuple[Any, list[conflicts.Difference]]:
    """The form with what was typed, and how it and its checkpoints differ from what the other saved."""
    now = queries.project_type(type_id)
    form, other = conflicts.met(request, TypeForm, _type_values(now), message)
    there = [f"{each.name} {each.weight:f}% {each.days}" for each in now.checkpoints.all()]
    typed = [f"{each['name']} {each['weight']:f}% {each['days']}" for each in points_of(points)]
    if there != typed:
        other.append((_("檢核點"), "\n".join(there), "\n".join(typed)))
    return form, other
