"""The page of one meeting, before and after it is held; everything that is done to it as a whole."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common import clock
from shizheng.common.clock import TAIPEI
from shizheng.common.routes import requires, shows_today
from shizheng.kernel.history import queries as history
from shizheng.kernel.meetings import actions, queries, registry
from shizheng.kernel.meetings.forms import ReasonForm, SureForm, WhenForm
from shizheng.kernel.meetings.models import Meeting, MeetingState
from shizheng.kernel.meetings.pages.shared import (
    FORMS,
    changed,
    crumbs,
    form_page,
    month_text,
    reader,
    state_tag,
    tried,
)
from shizheng.kernel.meetings.queries import letters
from shizheng.kernel.meetings.record_forms import ProofForm
from shizheng.kernel.meetings.rules.workflow import CORRECTABLE, MEETING, OWN_ITEMS, RECORD, SEATED
from shizheng.kernel.people.holders import names_of, user_ids_within
from shizheng.kernel.publication import queries as publications
from shizheng.kernel.rulebook import queries as rulebook

ACTS: dict[str, tuple[str, Any, Callable[..., Any]]] = {
    "fix": ("fix_agenda", gettext_lazy("定案議程"), actions.fix_agenda),
    "reopen": ("reopen_agenda", gettext_lazy("重開議程"), actions.reopen_agenda),
    "start": ("start_meeting", gettext_lazy("開始會議"), actions.start_meeting),
    "close": ("close_meeting", gettext_lazy("散會"), actions.close_meeting),
    "resume": ("resume_meeting", gettext_lazy("續行會議"), actions.resume_meeting),
    "issue": ("issue_minutes", gettext_lazy("核定並發出紀錄"), actions.issue_minutes),
    "cancel": ("cancel_meeting", gettext_lazy("取消會議"), actions.cancel_meeting),
    "restore": ("restore_meeting", gettext_lazy("恢復會議"), actions.restore_meeting),
}
"""Act in the address → its name in the table of states, its label, the action."""
MAIN = {"planned": "fix", "fixed": "start", "running": "close", "held": "issue"}
NOTES = {
    "fix": gettext_lazy("定案後議程不再隨資料變動；要讓它再跟著資料走，請重開議程。"),
    "start": gettext_lazy("從現在起可以寫討論、記錄決議。"),
    "close": gettext_lazy("散會後開始計算紀錄期限；紀錄發出以前還可以補寫。"),
    "issue": gettext_lazy("發出的紀錄連同檔案與雜湊值一起保存；之後更正決議要重發。"),
}


@shows_today
@requires("meetings.view")
@require_safe
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: its agenda before, its record afterwards."""
    user = reader(request)
    found = queries.meeting(user, pk)
    may = {code: user.may(f"meetings.{code}", found.unit_id) for code in ("manage", "record", "chair")}
    entries = history.entries_of(found)[:40]
    record = queries.record_of(found, also=[entries])
    issued = found.state == MeetingState.ISSUED
    context = {
        "meeting": found,
        "record": record,
        "outcomes": registry.outcomes_of(record.resolutions),
        "crumbs": crumbs(),
        "state_tag": state_tag(found),
        "late": queries.is_late(found, clock.today()),
        "stale": queries.is_stale(found),
        "acts": _acts(found, user),
        "may": may,
        "may_change_items": (may["manage"] or (may["record"] and found.state == MeetingState.RUNNING)) and found.state in OWN_ITEMS,
        "may_seat": may["record"] and found.state in SEATED,
        "may_correct": may["record"] and found.state in CORRECTABLE,
        "may_prove": may["record"] and found.state in CORRECTABLE,
        "month": month_text(found.period),
        "rules": [rulebook.version(each) for each in found.rule_versions.values()],
        "minutes": publications.of_subject(queries.LABEL, found.pk, "meetings.minutes")[:5] if issued or found.minutes_code else [],
        "letters": letters.letters_of(found) if issued else [],
        "entries": entries,
        "fixed": queries.is_fixed(found),
        "moves": (("up", _("上移"), "arrow-up"), ("down", _("下移"), "arrow-down")),
        "formats": (("minutes.pdf", "PDF"), ("minutes.odt", "ODT"), ("resolutions.csv", "CSV")),
    }  # fmt: skip
    return render(request, "meetings/meeting.html", context)


def _acts(found: Meeting, user: Any) -> list[dict[str, Any]]:
    """What the reader may do to the meeting now, the main act first."""
    out: list[dict[str, Any]] = []
    if found.state == MeetingState.RUNNING and user.may(RECORD, found.unit_id):
        url = reverse("meetings:run", args=[found.pk])
        out.append({"label": _("進入開會畫面"), "url": url, "main": True})
    first = MAIN.get(found.state)
    for act in sorted(ACTS, key=lambda each: each != first):
        name, label, _action = ACTS[act]
        step = MEETING[name]
        if found.state not in step.sources or not user.may(step.permission, found.unit_id):
            continue
        url = reverse("meetings:act", args=[found.pk, act])
        main = act == first and not out
        out.append({"label": label, "url": url, "main": main})
    if found.state in MEETING["edit_meeting"].sources and user.may("meetings.manage", found.unit_id):
        out.append({"label": _("修改時間、地點"), "url": reverse("meetings:edit", args=[found.pk])})
    return out


@requires("meetings.view")
@require_http_methods(FORMS)
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act on a meeting; a refusal keeps what was typed."""
    user = reader(request)
    found = queries.meeting(user, pk)
    if act not in ACTS:
        raise Http404
    name, label, action = ACTS[act]
    step = MEETING[name]
    if not user.may(step.permission, found.unit_id):
        raise Http404
    made = ReasonForm if step.needs_reason else SureForm
    form: Any = made(request.POST if request.method == "POST" else None, initial={"version": found.version})
    if not step.needs_reason and act != "issue":
        del form.fields["reason"]
    back = reverse("meetings:meeting", args=[pk])
    if request.method == "POST" and form.is_valid():
        done = tried(form, lambda: action(user, pk, **form.cleaned_data))
        if done is not None:
            messages.success(request, _("「%(meeting)s」已%(act)s。") % {"meeting": found, "act": label})
            return HttpResponseRedirect(
                reverse("meetings:run", args=[pk]) if act in ("start", "resume") else back
            )
    return form_page(
        request, form, str(label), str(label), back, crumbs=crumbs(found), subtitle=found.title,
        note=NOTES.get(act, ""),
    )  # fmt: skip


@requires("meetings.manage")
@require_http_methods(FORMS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """When, where, who leads, who records."""
    user = reader(request)
    found = queries.meeting(user, pk)
    people = names_of(user_ids_within(RECORD, found.unit_id))
    form, done, other = changed(
        request,
        partial(WhenForm, people=people),
        lambda: _shown(queries.meeting(user, pk)),
        lambda form: actions.edit_meeting(
            user, pk, version=form.cleaned_data["version"], changes=form.values()
        ),
    )
    if done is not None:
        messages.success(request, _("已存。"))
        return redirect("meetings:meeting", pk=pk)
    return form_page(
        request, form, _("修改會議"), _("儲存"), reverse("meetings:meeting", args=[pk]), crumbs=crumbs(found), other=other,
    )  # fmt: skip


def _shown(found: Meeting) -> dict[str, Any]:
    at = found.at.astimezone(TAIPEI) if found.at else None
    return {
        "version": found.version, "title": found.title, "on": at.date() if at else None,
        "clock": f"{at:%H:%M}" if at else "", "place": found.place, "chair": found.chair,
        "secretary": found.secretary_id or "",
    }  # fmt: skip


@requires("meetings.record")
@require_http_methods(FORMS)
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach what proves the meeting, such as the sign-in sheet."""
    user = reader(request)
    found = queries.meeting(user, pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ProofForm(*sent)
    form.fields["proof"].actor = user  # type: ignore[attr-defined]
    back = reverse("meetings:meeting", args=[pk])
    if request.method == "POST" and form.is_valid():
        held = [each.pk for each in form.cleaned_data["proof"]]
        kept = tried(form, lambda: actions.keep_proof(user, pk, held))
        if kept is not None:
            messages.success(request, _("已附上 %(n)s 個檔案。") % {"n": kept})
            return redirect(back)
    return form_page(
        request, form, _("附開會證明"), _("附上"), back, crumbs=crumbs(found), subtitle=found.title, multipart=True
    )  # fmt: skip
