"""預定進度: the first version out of the type's checkpoints and a start day, later ones out of the version before."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.numbers import plain
from shizheng.common.permissions import require
from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.common.routes import requires
from shizheng.domains.projects import actions
from shizheng.domains.projects.forms.plans import PlanForm, PlanPointForm, points_of
from shizheng.domains.projects.forms.tenders import plain_text
from shizheng.domains.projects.models import PlanKind, PlanVersion, Project
from shizheng.domains.projects.pages.editing import back_to
from shizheng.domains.projects.pages.shared import FORMS
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.rules import planning
from shizheng.domains.projects.templatetags.projects import month_label
from shizheng.web.refusals import show_refusal

SPARE = 3
"""Empty rows for further checkpoints."""
PointSet = forms.formset_factory(PlanPointForm, extra=0, max_num=60, absolute_max=80)


def _start_in(request: HttpRequest, name: str = "start") -> date:
    """The start day that the form or the address asks for; today where there is none."""
    try:
        return parse_date((request.POST or request.GET).get(name, "").strip())
    except DateNotUnderstood:
        return clock.today()


def _to_arrange(request: HttpRequest) -> bool:
    """Whether the days are to be put anew: asked for, or another start was typed and not yet put to use."""
    if "start" not in request.POST:
        return False
    return "arrange" in request.POST or _start_in(request) != _start_in(request, "arranged")


def _arranged(
    request: HttpRequest, found: Project, rows: list[dict[str, Any]], shown: dict[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What was typed, with the type's days from the new start; a curve of the works that was typed over is kept."""
    days = {each["code"]: each["planned_on"] for each in rows}
    typed = PointSet(request.POST, prefix="points")
    points = []
    for form in typed.forms if typed.management_form.is_valid() else ():
        row = {name: form[name].data for name in form.fields}
        if row["name"]:
            points.append({**row, "planned_on": days.get(row["code"], row["planned_on"])})
    before = actions.proposed(found, _start_in(request, "arranged"))
    works = request.POST.get("works", "").replace("\r\n", "\n").strip()
    if works and works != _works_text(before.works):
        shown = {**shown, "works": works}
    return points or rows, {**shown, "contract_amount": request.POST.get("contract_amount", "")}


def _works_text(months: Mapping[str, Any]) -> str:
    return "\n".join(f"{month_label(period)} {plain(value)}" for period, value in sorted(months.items()))


def _from_type(found: Project, start: date) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    given = actions.proposed(found, start)
    shown: dict[str, Any] = {"number": 0, "contract_amount": plain_text(found.award_amount)}
    if given.works:
        shown |= {
            "works_from": given.works_from, "works_to": given.works_to, "works": _works_text(given.works),
        }  # fmt: skip
    return [dict(each) for each in given.checkpoints], shown


def _from_version(found: Project, version: PlanVersion) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    rows = [
        {
            "code": each.code, "name": each.name, "name_en": each.name_en, "stage": each.stage, "weight": each.weight,
            "planned_on": each.planned_on,
        }
        for each in version.checkpoints.all()
    ]  # fmt: skip
    today = clock.today()
    shown = {
        "number": version.number,
        "kind": PlanKind.RESCHEDULED,
        "from_period": month_label(f"{today:%Y-%m}"),
        "contract_amount": plain_text(version.contract_amount or found.award_amount),
        "works_from": version.works_from,
        "works_to": version.works_to,
        "works": _works_text({each.period: each.percent for each in version.works.all()}),
    }
    return rows, shown


@requires("projects.plan")
@require_http_methods(FORMS)
def plan(request: HttpRequest, project_id: int) -> HttpResponse:
    """訂定或變更預定進度."""
    user: Any = request.user
    found = queries.project(user, project_id)
    require(user, "projects.plan", queries.unit_in_charge(found))
    newest = found.plans.order_by("-number").first()
    start = _start_in(request)
    rows, shown = _from_version(found, newest) if newest else _from_type(found, start)
    by_works = found.type.has_works or any(each["stage"] == planning.WORKS for each in rows)
    make = partial(PlanForm, first=newest is None, has_works=by_works)
    if newest is None and _to_arrange(request):
        rows, shown = _arranged(request, found, rows, shown)
        messages.info(request, _("日期已依新的起算日重排，還沒有存；您打的其他內容都在。"))
    elif request.method == "POST":
        form, points = make(request.POST), PointSet(request.POST, prefix="points")
        done = _saved(request, found, form, points)
        if done is not None:
            messages.success(request, _("已訂第 %(n)s 版預定進度。") % {"n": done.number})
            return redirect(back_to(found.pk))
        return _page(request, found, newest, form, points, _start_in(request, "arranged"))
    form = make(initial=shown)
    points = PointSet(initial=[*rows, *({} for _n in range(SPARE))], prefix="points")
    return _page(request, found, newest, form, points, start)


def _page(
    request: HttpRequest, found: Project, newest: PlanVersion | None, form: Any, points: Any, start: date
) -> HttpResponse:
    return render(
        request,
        "projects/plan.html",
        {
            "project": found,
            "form": form,
            "points": points,
            "newest": newest,
            "start": start,
            "back": back_to(found.pk),
            "address": reverse("projects:plan", args=[found.pk]),
            "title": _("變更預定進度") if newest else _("訂定預定進度"),
        },
        status=422 if form.errors or (points.is_bound and not points.is_valid()) else 200,
    )


def _saved(request: HttpRequest, found: Project, form: Any, points: Any) -> PlanVersion | None:
    """The new version; None where something is wrong, and then the form says what."""
    user: Any = request.user
    if not all([form.is_valid(), points.is_valid()]):
        if points.non_form_errors() or any(points.errors):
            form.add_error(None, _("檢核點有地方要改，見下表。"))
        return None
    given = form.cleaned_data
    try:
        return actions.set_plan(
            user,
            found.pk,
            number=given["number"],
            given=actions.PlanGiven(
                checkpoints=points_of(points),
                kind=given.get("kind") or PlanKind.ORIGINAL,
                from_period=given.get("from_period") or "",
                works_from=given.get("works_from"),
                works_to=given.get("works_to"),
                works=given.get("works") or {},
                contract_amount=given.get("contract_amount"),
                reason=given.get("reason") or "",
            ),
        )
    except CannotDo as failure:
        show_refusal(form, failure)
        return None
