"""Tenders entered, changed, read in, withdrawn and restored; what happened recorded, corrected, struck."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common import clock
from shizheng.common.permissions import require
from shizheng.common.roc import FIRST_YEAR
from shizheng.common.routes import requires
from shizheng.domains.projects import actions
from shizheng.domains.projects.forms.tenders import (
    HappeningForm,
    ProjectForm,
    ReasonForm,
    RestoreForm,
    WithdrawForm,
    plain_text,
    shown_values,
)
from shizheng.domains.projects.models import Happening, Project
from shizheng.domains.projects.pages.shared import (
    FORMS,
    asked,
    changed,
    form_page,
    posted,
    revised,
    revision,
)
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.queries.happenings import happening as happening_of
from shizheng.domains.projects.queries.sheets import sheet_rows
from shizheng.domains.projects.rules.life import KIND_LABELS, Kind, State, possible_in
from shizheng.web import exports
from shizheng.web.maps import picking_map
from shizheng.web.uploading import sheet_page

BY_APPROVAL = (Kind.WITHDRAWN, Kind.RESTORED)


def back_to(project_id: int) -> str:
    """The page of a tender."""
    return reverse("projects:project", args=[project_id])


@requires("projects.edit")
@require_http_methods(FORMS)
def new(request: HttpRequest) -> HttpResponse:
    """建檔: the number is given by the system."""
    user: Any = request.user
    units = user.units_where("projects.edit")
    sent = posted(request)
    initial: dict[str, Any] = {"roc_year": clock.today().year - FIRST_YEAR, "level": "agency"}
    if units is not None:  # of one agency: who enters a tender mostly carries it out
        initial["officer_id"] = user.username
    form = ProjectForm(sent, units=units, initial=initial)
    more = {"template": "projects/project_form.html", "map": picking_map(form, "name")}
    return asked(
        request,
        form,
        lambda: actions.create_project(user, form.values()),
        _("標案建檔"),
        _("建檔"),
        reverse("projects:list"),
        said=lambda made: _("已建檔，列管編號 %(number)s。接著訂定預定進度。") % {"number": made.number},
        then=lambda made: back_to(made.pk),
        **more,
    )


@requires("projects.edit")
@require_http_methods(FORMS)
def edit(request: HttpRequest, project_id: int) -> HttpResponse:
    """修改, with a reason; who saves over somebody else's change sees both first."""
    user: Any = request.user
    found = queries.project(user, project_id)
    require(user, "projects.edit", queries.unit_in_charge(found))
    tree = queries.units_below(found.agency_id)
    form, done, other = changed(
        request,
        partial(ProjectForm, row=found, units=tree),
        lambda: shown_values(queries.project(user, project_id)),
        lambda form: actions.edit_project(user, project_id, **revision(form)),
    )
    if done is not None:
        messages.success(request, _("已存，理由記在經過裡。"))
        return redirect(back_to(project_id))
    more = {
        "template": "projects/project_form.html",
        "map": picking_map(form, "name"),
        "subtitle": found.number,
    }
    title = _("修改 %(name)s") % {"name": found.name}
    return form_page(request, form, title, _("儲存"), back_to(project_id), other=other, **more)


@requires("projects.edit")
@require_http_methods(FORMS)
def happen(request: HttpRequest, project_id: int) -> HttpResponse:
    """登錄事件: only what can happen now is offered, and what belongs before."""
    user: Any = request.user
    found = queries.project(user, project_id)
    require(user, "projects.edit", queries.unit_in_charge(found))
    likely = [each for each in possible_in(State(found.state)) if each not in BY_APPROVAL]
    kinds = (*likely, *(each for each in Kind if each not in likely and each not in BY_APPROVAL))
    form, done, other = changed(
        request,
        partial(HappeningForm, kinds=kinds),
        lambda: {"version": queries.project(user, project_id).version, "on": clock.today()},
        lambda form: actions.record_happening(
            user, project_id, version=form.cleaned_data["version"], values=form.values()
        ),
    )
    if done is not None:
        return _told(request, done)
    title = _("登錄事件：%(name)s") % {"name": found.name}
    return form_page(
        request, form, title, _("登錄"), back_to(project_id), other=other, subtitle=found.get_state_display()
    )


def _told(request: HttpRequest, done: Happening) -> HttpResponse:
    state = queries.visible_to(request.user).get(pk=done.project_id)  # type: ignore[arg-type]
    words = {"kind": _(KIND_LABELS[Kind(done.kind)]), "state": state.get_state_display()}
    messages.success(request, _("已登錄%(kind)s；標案現在是「%(state)s」。") % words)
    return redirect(back_to(done.project_id))


@requires("projects.edit")
@require_http_methods(FORMS)
def correct(request: HttpRequest, happening_id: int) -> HttpResponse:
    """更正一件事: told again with a reason; what stood before stays readable."""
    user: Any = request.user
    row = happening_of(user, happening_id)
    found = row.project
    require(user, "projects.edit", queries.unit_in_charge(found))
    kinds = (
        (Kind(row.kind),) if Kind(row.kind) in BY_APPROVAL else tuple(k for k in Kind if k not in BY_APPROVAL)
    )
    shown = {
        "kind": row.kind, "on": row.on, "contractor": row.contractor, "amount": plain_text(row.amount),
        "bidders": row.bidders, "tender_no": row.tender_no, "text": row.text,
    }  # fmt: skip
    title = _("更正 %(kind)s") % {"kind": _(KIND_LABELS[Kind(row.kind)])}
    return revised(
        request,
        partial(HappeningForm, kinds=kinds, correcting=True),
        lambda: {**shown, "version": queries.project(user, found.pk).version},
        lambda form: actions.correct_happening(user, happening_id, **revision(form)),
        title,
        _("更正"),
        back_to(found.pk),
        said=_("已更正；原來寫的還看得到。"),
        subtitle=str(found),
    )


@requires("projects.edit")
@require_http_methods(FORMS)
def strike(request: HttpRequest, happening_id: int) -> HttpResponse:
    """刪除一件沒有發生的事, with a reason."""
    user: Any = request.user
    row = happening_of(user, happening_id)
    require(user, "projects.edit", queries.unit_in_charge(row.project))
    return _with_reason(
        request,
        row.project,
        ReasonForm,
        lambda given: actions.strike_happening(
            user, happening_id, version=given["version"], reason=given["reason"]
        ),
        (
            _("刪除 %(kind)s") % {"kind": _(KIND_LABELS[Kind(row.kind)])},
            _("刪除"),
            _("已刪除；原來寫的還看得到。"),
        ),
    )


@requires("projects.withdraw")
@require_http_methods(FORMS)
def withdraw(request: HttpRequest, project_id: int) -> HttpResponse:
    """撤銷列管, on a ground, by who may approve it."""
    user: Any = request.user
    found = queries.project(user, project_id)
    return _with_reason(
        request,
        found,
        WithdrawForm,
        lambda given: actions.withdraw_project(
            user, project_id, version=given["version"], ground=given["ground"], on=given["on"], reason=given["reason"]
        ),
        (_("撤銷列管"), _("撤銷列管"), _("已撤銷列管；登錄過的都留著。")),
    )  # fmt: skip


@requires("projects.withdraw")
@require_http_methods(FORMS)
def restore(request: HttpRequest, project_id: int) -> HttpResponse:
    """恢復列管."""
    user: Any = request.user
    found = queries.project(user, project_id)
    return _with_reason(
        request,
        found,
        RestoreForm,
        lambda given: actions.restore_project(
            user, project_id, version=given["version"], on=given["on"], reason=given["reason"]
        ),
        (_("恢復列管"), _("恢復列管"), _("已恢復列管。")),
    )


def _with_reason(
    request: HttpRequest, found: Project, kind: Any, act: Any, words: tuple[str, str, str]
) -> HttpResponse:
    title, submit, said = words
    sent = posted(request)
    form = kind(sent, initial={"version": found.version, "on": clock.today()})
    return asked(
        request,
        form,
        lambda: act(form.cleaned_data),
        title,
        submit,
        back_to(found.pk),
        said=said,
        subtitle=str(found),
    )


@requires("projects.edit")
@require_http_methods(FORMS)
def upload(request: HttpRequest) -> HttpResponse:
    """匯入: all of it or nothing, with a report for each row."""
    user: Any = request.user
    return sheet_page(
        request,
        lambda data, name, reason: actions.import_projects(user, data, name, reason=reason),
        "projects/import.html",
        reverse("projects:list"),
    )


@requires("projects.edit")
@require_safe
def sheet(request: HttpRequest, format: str) -> HttpResponseBase:
    """The tenders that the reader may change as CSV, XLSX or ODS, to be changed and read in again."""
    user: Any = request.user
    name = f"projects-{clock.today().isoformat()}"
    return exports.sheet(format, lambda: sheet_rows(queries.editable_by(user)), "標案", name)
