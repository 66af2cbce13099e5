"""The screen while the meeting runs: the agenda left, the item right; what is said is saved as typed, what is resolved at once."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.common.errors import BadInput, CannotDo, Conflict
from shizheng.common.routes import requires, shows_today
from shizheng.kernel.meetings import actions, queries, registry
from shizheng.kernel.meetings.forms import ReasonForm
from shizheng.kernel.meetings.models import Meeting, MeetingState
from shizheng.kernel.meetings.pages.shared import (
    FORMS,
    crumbs,
    form_page,
    month_text,
    reader,
    state_tag,
    tried,
    whole,
)
from shizheng.kernel.meetings.queries.record import Record, Treated
from shizheng.kernel.meetings.record_forms import ChangeResolutionForm, ResolutionForm
from shizheng.kernel.meetings.rules.workflow import WRITABLE
from shizheng.kernel.publication.documents.model import Document
from shizheng.kernel.publication.pages.showing import shown_document


@shows_today
@requires("meetings.view")
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One item at a time; without a choice the first on which nothing is written yet."""
    user = reader(request)
    found = queries.meeting(user, pk)
    if not queries.is_fixed(found):
        return redirect("meetings:meeting", pk=pk)
    return _screen(request, found, None)


def _screen(request: HttpRequest, found: Meeting, form: Any, chosen: int | None = None) -> HttpResponse:
    user = reader(request)
    record = queries.record_of(found)
    here = _here(record, chosen or whole(request.GET.get("item")))
    items = record.items
    place = items.index(here) if here is not None else 0
    writes = user.may("meetings.record", found.unit_id) and found.state in WRITABLE
    if form is None and writes:
        form = ResolutionForm(first=here.entry.unit_ids if here else ())
    context = {
        "meeting": found,
        "record": record,
        "outcomes": registry.outcomes_of([each.row for each in here.resolutions] if here else []),
        "here": here,
        "before": items[place - 1] if place else None,
        "after": items[place + 1] if place + 1 < len(items) else None,
        "form": form,
        "writes": writes,
        "may_close": writes and found.state == MeetingState.RUNNING,
        "page": _subject_page(found, here),
        "state_tag": state_tag(found),
        "month": month_text(found.period),
        "crumbs": crumbs(found),
    }
    return render(
        request, "meetings/run.html", context, status=422 if form is not None and form.errors else 200
    )


def _here(record: Record, chosen: int | None) -> Treated | None:
    items = record.items
    for each in items:
        if each.entry.item is not None and each.entry.item.pk == chosen:
            return each
    untouched = (
        each
        for each in items
        if not each.resolutions and not (each.entry.item and each.entry.item.discussion)
    )
    return next(untouched, items[0] if items else None)


def _subject_page(found: Meeting, here: Treated | None) -> Any:
    """What the item is about, as in the pack."""
    subject = here.entry.subject if here else None
    shown = registry.subject(subject[0]) if subject else None
    if subject is None or shown is None:
        return None
    blocks = tuple(shown.page(subject[1], queries.frame_of(found), queries.fixed_moment(found)))
    return shown_document(Document("", "", blocks))


@requires("meetings.record")
@require_POST
def discussion(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was said: as JSON from the screen as it is typed, or as a plain form."""
    user = reader(request)
    item = queries.item(user, pk)
    typed = request.headers.get("Content-Type", "").startswith("application/json")
    given = _json(request) if typed else request.POST
    text, version = str(given.get("text", "")), whole(str(given.get("version", "")))
    try:
        done = actions.write_discussion(user, pk, version=version, text=text)
    except CannotDo as failure:
        if not typed:
            messages.error(request, failure.message)
            return redirect(reverse("meetings:run", args=[item.meeting_id]) + f"?item={pk}")
        now = queries.item(user, pk)
        clash = {"text": now.discussion, "version": now.version} if isinstance(failure, Conflict) else None
        return JsonResponse({"message": failure.message, "clash": clash}, status=failure.status)
    if typed:
        return JsonResponse({"version": done.version})
    messages.success(request, _("已存。"))
    return redirect(reverse("meetings:run", args=[item.meeting_id]) + f"?item={pk}")


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.body)
    except ValueError as failure:
        raise BadInput(_("看不懂送來的內容，沒有存。")) from failure
    return found if isinstance(found, dict) else {}


@requires("meetings.record")
@require_http_methods(FORMS)
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a resolution on an item (`?item=`), or on none; a refusal shows the screen with what was typed."""
    user = reader(request)
    found = queries.meeting(user, pk)
    item = whole(request.GET.get("item"))
    if request.method != "POST":
        return redirect(_at(pk, item))
    form = ResolutionForm(request.POST)
    made = None
    if form.is_valid():
        made = tried(form, lambda: actions.record_resolution(user, pk, {**form.values(), "item": item}))
    if made is None:
        return _screen(request, found, form, item)
    messages.success(request, _("已記錄第 %(n)s 項決議。") % {"n": made.number})
    return redirect(_at(pk, item))


def _at(pk: int, item: int | None) -> str:
    return reverse("meetings:run", args=[pk]) + (f"?item={item}" if item else "")


@requires("meetings.record")
@require_http_methods(FORMS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a resolution, with a reason; what stood before stays readable."""
    user = reader(request)
    row = queries.resolution(user, pk)
    initial = {
        "text": row.text, "kind": row.kind, "main_unit": row.main_unit_id or "", "due_on": row.due_on,
        "joint_units": [str(each) for each in row.joint_units],
    }  # fmt: skip
    form = ChangeResolutionForm(request.POST if request.method == "POST" else None, initial=initial)
    back = _back(row)
    if request.method == "POST" and form.is_valid():
        done = tried(
            form,
            lambda: actions.change_resolution(user, pk, form.values(), reason=form.cleaned_data["reason"]),
        )
        if done is not None:
            messages.success(request, _("已更正；原來的內容還查得到。"))
            return redirect(back)
    title = _("更正第 %(n)s 項決議") % {"n": row.number}
    return form_page(
        request, form, title, _("更正"), back, crumbs=crumbs(row.meeting), earlier=queries.versions_of(row)
    )


@requires("meetings.record")
@require_http_methods(FORMS)
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it was not resolved after all, with a reason."""
    user = reader(request)
    row = queries.resolution(user, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    del form.fields["version"]
    back = _back(row)
    if request.method == "POST" and form.is_valid():
        done = tried(form, lambda: actions.strike_resolution(user, pk, reason=form.cleaned_data["reason"]))
        if done is not None:
            messages.success(request, _("已刪除；原來的內容與理由還查得到。"))
            return redirect(back)
    title = _("刪除第 %(n)s 項決議") % {"n": row.number}
    return form_page(request, form, title, _("刪除"), back, crumbs=crumbs(row.meeting), subtitle=row.text)


def _back(row: Any) -> str:
    if row.meeting.state in WRITABLE and row.item_id:
        return _at(row.meeting_id, row.item_id)
    return reverse("meetings:meeting", args=[row.meeting_id]) + f"#resolution-{row.number}"
