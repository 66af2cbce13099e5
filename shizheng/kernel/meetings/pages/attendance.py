"""點名: everybody in one table by keyboard; a line for who comes unannounced."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shizheng.common.errors import CannotDo
from shizheng.common.routes import requires
from shizheng.kernel.meetings import actions, queries
from shizheng.kernel.meetings.models import Attendance, Meeting
from shizheng.kernel.meetings.pages.shared import FORMS, crumbs, reader, tried
from shizheng.kernel.meetings.record_forms import SeatForm
from shizheng.kernel.organisations.forms import unit_choices

NEW = "new"


@requires("meetings.record")
@require_http_methods(FORMS)
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is there; what was changed in the table is saved line by line, what is refused stays typed."""
    user = reader(request)
    found = queries.meeting(user, pk)
    if request.method != "POST":
        return _page(request, found, _forms(found, None))
    forms = _forms(found, request.POST)
    saved, wrong = 0, 0
    for key, form in forms:
        if not form.has_changed():
            continue
        done = tried(form, _act(user, found, key, form)) if form.is_valid() else None
        saved, wrong = saved + (done is not None), wrong + (done is None)
    if saved:
        messages.success(request, _("已存 %(n)s 筆出席紀錄。") % {"n": saved})
    return _page(request, found, forms) if wrong else redirect("meetings:attendance", pk=pk)


def _act(user: Any, found: Meeting, key: str, form: SeatForm) -> Any:
    if key == NEW:
        return lambda: actions.add_attendance(user, found.pk, form.values())
    version = form.cleaned_data["version"]
    return lambda: actions.edit_attendance(user, int(key), version=version, changes=form.values())


def _forms(found: Meeting, sent: Any) -> list[tuple[str, SeatForm]]:
    units = unit_choices()
    out = [
        (str(row.pk), SeatForm(sent, prefix=f"r{row.pk}", initial=_shown(row), units=units))
        for row in found.attendances.all()
    ]
    return [*out, (NEW, SeatForm(sent, prefix=NEW, units=units))]


def _shown(row: Attendance) -> dict[str, Any]:
    names = ("version", "name", "post", "role", "presence", "deputy")
    return {**{name: getattr(row, name) for name in names}, "unit": row.unit_id or ""}


def _page(request: HttpRequest, found: Meeting, forms: list[tuple[str, SeatForm]]) -> HttpResponse:
    wrong = any(form.errors for _key, form in forms)
    context = {
        "meeting": found,
        "forms": forms,
        "crumbs": crumbs(found),
        "back": reverse("meetings:meeting", args=[found.pk]),
    }
    return render(request, "meetings/attendance.html", context, status=422 if wrong else 200)


@requires("meetings.record")
@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """A line for the chair, each member unit and each unit that an item concerns."""
    user = reader(request)
    queries.meeting(user, pk)
    try:
        made = actions.invite_members(user, pk)
        messages.success(request, _("已列出 %(n)s 個應出席的單位，先記為缺席。") % {"n": len(made)})
    except CannotDo as failure:
        messages.error(request, failure.message)
    return redirect("meetings:attendance", pk=pk)


@requires("meetings.record")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a line off the list."""
    user = reader(request)
    row = queries.seat(user, pk)
    try:
        actions.remove_attendance(user, pk, version=None)
        messages.success(request, _("已刪除這一筆出席紀錄。"))
    except CannotDo as failure:
        messages.error(request, failure.message)
    return redirect("meetings:attendance", pk=row.meeting_id)
