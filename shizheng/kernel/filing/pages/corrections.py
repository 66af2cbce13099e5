"""Corrections after the lock: asking, the list, deciding with both texts side by side."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.routes import requires, shows_today
from shizheng.kernel.filing import actions, attachments, queries
from shizheng.kernel.filing.models import CorrectionRequest, CorrectionState
from shizheng.kernel.filing.pages.common import reader, whole
from shizheng.kernel.filing.pages.returns import lines_of, show_files, typed_in
from shizheng.kernel.filing.registry import kind_of, suggested
from shizheng.web.columns import MomentColumn, StateColumn
from shizheng.web.lists import Chip, ListPage
from shizheng.web.templatetags import ui

TONES = {"asked": "warn", "approved": "good", "rejected": "bad", "withdrawn": "calm"}
ICONS = {"asked": "clock", "approved": "check", "rejected": "x", "withdrawn": "arrow-back-up"}


class CorrectionTable(tables.Table):
    filing = tables.Column(
        verbose_name=_("填報表"),
        accessor="filing__title",
        linkify=("filing:correction", {"pk": tables.A("pk")}),
    )
    round = tables.Column(verbose_name=_("填報期別"), accessor="filing__round__title")
    state = StateColumn(
        verbose_name=_("狀態"),
        draw=lambda each: ui.state(TONES[each.state], each.get_state_display(), icon=ICONS[each.state]),
    )
    reason = tables.Column(verbose_name=_("理由"))
    asked_by = tables.Column(verbose_name=_("申請者"), accessor="asked_by__display_name", default="")
    asked_at = MomentColumn(verbose_name=_("申請時間"))
    decided_by = tables.Column(verbose_name=_("核可者"), accessor="decided_by__display_name", default="")
    decided_at = MomentColumn(verbose_name=_("核可時間"), default="")


class CorrectionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("狀態"), choices=CorrectionState.choices)

    class Meta:
        model = CorrectionRequest
        fields = ("state",)


class CorrectionList(ListPage):
    permission = "filing.view"
    shows_today = True
    title = _("更正")
    subtitle = _("鎖定以後改了什麼、為什麼、誰核可")
    table_class = CorrectionTable
    filterset_class = CorrectionFilter
    search_fields = ("filing__title", "reason")
    default_sort = ("-asked_at",)
    export_name = "filing-corrections"
    empty_title = _("沒有更正申請")

    def get_queryset(self) -> Any:
        return queries.corrections(reader(self.request))

    def get_breadcrumb(self) -> Any:
        return [(_("填報"), reverse("filing:rounds"))]

    def get_chips(self) -> Any:
        waiting = self.get_queryset().filter(state=CorrectionState.ASKED).count()
        return [Chip(_("全部"), {}), Chip(_("待核可"), {"state": "asked"}, waiting, "clock")]


@shows_today
@requires("filing.view")
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what was, what is asked for, and the decision of a second person."""
    user = reader(request)
    found = queries.correction(user, pk)
    mine = found.asked_by_id == user.pk
    message, fields, reason = "", {}, ""
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            said = _decide(
                user, request.POST.get("act", ""), found, whole(request.POST.get("version")), reason
            )
            messages.success(request, said)
            return HttpResponseRedirect(request.path)
        except BadInput as failure:
            message, fields = failure.message, failure.fields
        except CannotDo as failure:
            message = failure.message
        found = queries.correction(user, pk)
    open_now = found.state == CorrectionState.ASKED
    context = {
        "request_for": found,
        "changes": attachments.told(found.changes, kind_of(found.filing.round.kind).rows(found.filing)),
        "filing": found.filing,
        "tone": TONES[found.state],
        "state_icon": ICONS[found.state],
        "may_decide": open_now and not mine and user.may("filing.approve_correction", found.filing.unit_id),
        "may_withdraw": open_now and mine,
        "open_now": open_now,
        "waits_for": queries.people_who_approve(found) if open_now else [],
        "message": message,
        "reason": reason,
        "reason_problem": " ".join(fields.get("reason", ())),
    }
    return render(request, "filing/correction.html", context, status=422 if message else 200)


def _decide(user: Any, act: str, found: CorrectionRequest, version: int | None, reason: str) -> str:
    if act == "approve":
        actions.approve_correction(user, found.pk, version=version, reason=reason)
        return gettext("已更正；原來的內容和理由都留著。")
    if act == "reject":
        actions.reject_correction(user, found.pk, version=version, reason=reason)
        return gettext("已回覆不同意。")
    actions.withdraw_correction(user, found.pk, version=version, reason=reason)
    return gettext("已收回申請。")


@shows_today
@requires("filing.file")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a correction: the form as it stands, changed where it is wrong, and the reason."""
    user = reader(request)
    found = queries.filing(user, pk)
    kind = kind_of(found.round.kind)
    rows = kind.rows(found)
    entries = queries.entries_of(pk)
    typed: dict[tuple[str, str], str] = {}
    message, fields, reason = "", {}, ""
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        typed, wanted, refused = typed_in(request, rows, entries)
        changed = {(each.row, each.field): each.text for each in wanted}
        try:
            if refused:
                raise BadInput(gettext("有檔案沒有收下，申請沒有送出。"), fields=refused)
            made = actions.request_correction(
                user, pk, version=whole(request.POST.get("version")), changes=changed, reason=reason
            )
            messages.success(request, gettext("已申請更正；核可以前，原來的內容照舊。"))
            return HttpResponseRedirect(reverse("filing:correction", args=[made.pk]))
        except BadInput as failure:
            message, fields = failure.message, failure.fields
        except CannotDo as failure:
            message = failure.message
    lines = lines_of(kind, rows, entries, typed, fields, {})
    show_files(user, pk, lines)
    context = {
        "filing": found,
        "kind": kind,
        "lines": lines,
        "message": message,
        "reason": reason,
        "reason_problem": " ".join(fields.get("reason", ())),
        "may_write": True,
        "suggested": suggested(rows),
    }
    return render(request, "filing/correct.html", context, status=422 if message else 200)
