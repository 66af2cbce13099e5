"""Items of the agenda: added, dropped with a reason, put back, moved."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shizheng.common.errors import CannotDo
from shizheng.common.routes import requires
from shizheng.kernel.meetings import actions, queries
from shizheng.kernel.meetings.forms import ReasonForm
from shizheng.kernel.meetings.models import AgendaItem, MeetingState
from shizheng.kernel.meetings.pages.shared import FORMS, crumbs, form_page, reader, tried, whole
from shizheng.kernel.meetings.record_forms import ItemForm

STEPS = {"up": -1, "down": 1}


def back_to(item: AgendaItem) -> str:
    """Where an act on an item leads: the running meeting at that item, else the meeting's page."""
    if item.meeting.state == MeetingState.RUNNING:
        return reverse("meetings:run", args=[item.meeting_id]) + f"?item={item.pk}"
    return reverse("meetings:meeting", args=[item.meeting_id]) + f"#item-{item.pk}"


@requires("meetings.view")
@require_http_methods(FORMS)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """自行增列, also 臨時動議 while it runs."""
    user = reader(request)
    found = queries.meeting(user, pk)
    form = ItemForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = tried(form, lambda: actions.add_item(user, pk, form.cleaned_data))
        if made is not None:
            messages.success(request, _("已增列「%(item)s」。") % {"item": made.title})
            return redirect(back_to(made))
    back = reverse("meetings:meeting", args=[pk])
    return form_page(
        request, form, _("增列議程項目"), _("增列"), back, crumbs=crumbs(found), subtitle=found.title
    )


@requires("meetings.view")
@require_http_methods(FORMS)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """不討論, with a reason that stays beside it."""
    user = reader(request)
    item = queries.item(user, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None, initial={"version": item.version})
    if request.method == "POST" and form.is_valid():
        done = tried(form, lambda: actions.drop_item(user, pk, **form.cleaned_data))
        if done is not None:
            messages.success(request, _("「%(item)s」改成不討論，理由會印在紀錄上。") % {"item": item.title})
            return redirect(back_to(item))
    return form_page(
        request, form, _("不討論"), _("不討論"), back_to(item), crumbs=crumbs(item.meeting), subtitle=item.title
    )  # fmt: skip


@requires("meetings.view")
@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a dropped item back."""
    return _act(request, pk, lambda user, version: actions.keep_item(user, pk, version=version))


@requires("meetings.view")
@require_POST
def move(request: HttpRequest, pk: int, where: str) -> HttpResponse:
    """One place up or down within its section."""
    if where not in STEPS:
        raise Http404
    return _act(
        request, pk, lambda user, version: actions.move_item(user, pk, steps=STEPS[where], version=version)
    )


def _act(request: HttpRequest, pk: int, act: Any) -> HttpResponse:
    user = reader(request)
    item = queries.item(user, pk)
    try:
        act(user, whole(request.POST.get("version")))
    except CannotDo as failure:
        messages.error(request, failure.message)
    return redirect(back_to(item))
