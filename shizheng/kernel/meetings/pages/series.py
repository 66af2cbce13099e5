"""Series of meetings made and changed in the browser; a meeting planned by hand."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.common import clock
from shizheng.common.routes import requires
from shizheng.kernel.meetings import actions, queries
from shizheng.kernel.meetings.forms import PlanForm, SeriesForm
from shizheng.kernel.meetings.models import MeetingSeries
from shizheng.kernel.meetings.pages.shared import FORMS, changed, crumbs, form_page, month_text, reader, tried

SHOWN = (
    "name", "name_en", "level", "chair", "due_rule", "minutes_rule", "agenda", "looks_back", "starts_on", "note", "in_use",
    "version",
)  # fmt: skip


def _crumbs() -> list[tuple[str, str]]:
    return [*crumbs(), (_("會議系列"), reverse("meetings:series"))]


@requires("meetings.define")
@require_http_methods(FORMS)
def new_series(request: HttpRequest) -> HttpResponse:
    """A series of meetings."""
    initial = {"looks_back": 1, "in_use": True, "minutes_rule": "meeting.minutes"}
    form = SeriesForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = tried(
            form, lambda: actions.create_series(reader(request), form.cleaned_data["code"], form.values())
        )
        if made is not None:
            messages.success(request, _("已建立會議系列「%(series)s」。") % {"series": made.name})
            return redirect("meetings:board", pk=made.pk)
    return form_page(
        request, form, _("新增會議系列"), _("建立"), reverse("meetings:series"), crumbs=_crumbs()
    )


@requires("meetings.define")
@require_http_methods(FORMS)
def edit_series(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a series, with a reason; who saves over somebody else's change sees both first."""
    user = reader(request)
    found = queries.series_of(user, pk)
    form, done, other = changed(
        request,
        partial(SeriesForm, row=found),
        lambda: _shown(queries.series_of(user, pk)),
        lambda form: actions.edit_series(
            user, pk, version=form.cleaned_data["version"], changes=form.values(), reason=form.cleaned_data["reason"],
        ),
    )  # fmt: skip
    if done is not None:
        messages.success(request, _("已存，理由記在歷程裡。"))
        return redirect("meetings:board", pk=pk)
    title = _("修改 %(name)s") % {"name": found.name}
    return form_page(
        request, form, title, _("儲存"), reverse("meetings:series"), crumbs=_crumbs(), other=other
    )


def _shown(row: MeetingSeries) -> dict[str, Any]:
    members = [str(pk) for pk in row.memberships.values_list("unit_id", flat=True)]
    return {**{name: getattr(row, name) for name in SHOWN}, "unit": row.unit_id or "", "members": members}


@requires("meetings.manage")
@require_http_methods(FORMS)
def plan(request: HttpRequest) -> HttpResponse:
    """A meeting outside of what the rules open by themselves, or a further one in the same month."""
    user = reader(request)
    units = user.units_where("meetings.manage")
    this_month = {"month": month_text(f"{clock.today():%Y-%m}")}
    form = PlanForm(request.POST if request.method == "POST" else None, units=units, initial=this_month)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = tried(
            form,
            lambda: actions.plan_meeting(
                user, data["series"], data["month"], unit_id=data["unit"], values=form.values()
            ),
        )
        if made is not None:
            messages.success(request, _("已排定「%(meeting)s」。") % {"meeting": made.title})
            return redirect("meetings:meeting", pk=made.pk)
    return form_page(request, form, _("排定會議"), _("排定"), reverse("meetings:list"), crumbs=crumbs())
