"""Series opened, cases listed, changed and read in; what happened recorded, corrected, struck."""

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
from shizheng.common.routes import requires
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.actions.events import BY_GROUP, FROM_REGISTER
from shizheng.domains.procurement.forms import CaseForm, EventForm, ReasonForm, shown_case, shown_event
from shizheng.domains.procurement.models import FailedTenderCase
from shizheng.domains.procurement.queries import failed as queries
from shizheng.domains.procurement.queries.sheets import sheet_rows
from shizheng.domains.procurement.rules.failed import KIND_LABELS, OUTCOME_LABELS, Kind, Outcome
from shizheng.web import exports
from shizheng.web.changing import FORMS, asked, changed, form_page, posted, revised, revision
from shizheng.web.uploading import sheet_page


def back_to(case_id: int) -> str:
    """The page of a case."""
    return reverse("procurement:case", args=[case_id])


def crumbs() -> list[tuple[str, str]]:
    """The way back to the list."""
    return [(_("流廢標督導案"), reverse("procurement:cases"))]


@requires("procurement.supervise")
@require_http_methods(FORMS)
def new_case(request: HttpRequest) -> HttpResponse:
    """列管: a tender that stands in no register; those of the register are taken over from B09."""
    user: Any = request.user
    newest = queries.newest_series()
    sent = posted(request)
    form = CaseForm(sent, initial={"series_id": newest.pk if newest else None, "listed_on": clock.today()})
    return asked(
        request,
        form,
        lambda: actions.list_case(user, form.values()),
        _("列管流廢標案"),
        _("列管"),
        reverse("procurement:cases"),
        said=_("已列管。接著登錄流標、廢標與原因。"),
        then=lambda made: back_to(made.pk),
        crumbs=crumbs(),
    )


@requires("procurement.edit")
@require_http_methods(FORMS)
def edit_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """修改, with a reason; who saves over somebody else's change sees both first."""
    user: Any = request.user
    found = queries.case(user, case_id)
    require(user, "procurement.edit", found.agency_id)
    title = _("修改 %(name)s") % {"name": found.name}
    return revised(
        request,
        partial(CaseForm, row=found, group=user.may("procurement.supervise")),
        lambda: shown_case(queries.case(user, case_id)),
        lambda form: actions.edit_case(user, case_id, **revision(form)),
        title,
        _("儲存"),
        back_to(case_id),
        said=_("已存，理由記在經過裡。"),
        crumbs=crumbs(),
        subtitle=found.tender_no,
    )


def kinds_for(user: Any, found: FailedTenderCase) -> tuple[Kind, ...]:
    """What this reader can tell about a case here."""
    kinds = [each for each in Kind if not (found.tender_ref and each in FROM_REGISTER)]
    if not user.may("procurement.supervise"):
        kinds = [each for each in kinds if each not in BY_GROUP]
    if not user.may("procurement.edit", found.agency_id):
        kinds = [each for each in kinds if each in BY_GROUP]
    return tuple(kinds)


@requires("procurement.edit")
@require_http_methods(FORMS)
def record_event(request: HttpRequest, case_id: int) -> HttpResponse:
    """登錄事件."""
    user: Any = request.user
    found = queries.case(user, case_id)
    if not user.may("procurement.supervise"):
        require(user, "procurement.edit", found.agency_id)
    form, done, other = changed(
        request,
        partial(EventForm, kinds=kinds_for(user, found)),
        lambda: {"version": queries.case(user, case_id).version, "on": clock.today()},
        lambda form: actions.record_event(
            user, case_id, version=form.cleaned_data["version"], values=form.values()
        ),
    )
    if done is not None:
        now = queries.case(user, case_id)
        words = {"kind": _(KIND_LABELS[Kind(done.kind)]), "outcome": _(OUTCOME_LABELS[Outcome(now.outcome)])}
        messages.success(request, _("已登錄%(kind)s；這一案現在是「%(outcome)s」。") % words)
        return redirect(back_to(case_id))
    title = _("登錄事件：%(name)s") % {"name": found.name}
    return form_page(
        request,
        form,
        title,
        _("登錄"),
        back_to(case_id),
        other=other,
        crumbs=crumbs(),
        subtitle=found.tender_no,
    )


@requires("procurement.edit")
@require_http_methods(FORMS)
def correct_event(request: HttpRequest, event_id: int) -> HttpResponse:
    """更正一件事: told again with a reason; of what follows the register only causes and notes."""
    user: Any = request.user
    row = queries.event(user, event_id)
    found = row.case
    if not user.may("procurement.supervise"):
        require(user, "procurement.edit", found.agency_id)
    title = _("更正 %(kind)s") % {"kind": _(KIND_LABELS[Kind(row.kind)])}
    return revised(
        request,
        partial(EventForm, kinds=kinds_for(user, found), correcting=True, followed=bool(row.followed)),
        lambda: {**shown_event(row), "version": queries.case(user, found.pk).version},
        lambda form: actions.correct_event(user, event_id, **revision(form)),
        title,
        _("更正"),
        back_to(found.pk),
        said=_("已更正；原來寫的還看得到。"),
        crumbs=crumbs(),
        subtitle=str(found),
    )


@requires("procurement.edit")
@require_http_methods(FORMS)
def strike_event(request: HttpRequest, event_id: int) -> HttpResponse:
    """刪除一件沒有發生的事, with a reason."""
    user: Any = request.user
    row = queries.event(user, event_id)
    sent = posted(request)
    form = ReasonForm(sent, initial={"version": row.case.version})
    title = _("刪除 %(kind)s") % {"kind": _(KIND_LABELS[Kind(row.kind)])}
    return asked(
        request,
        form,
        lambda: actions.strike_event(
            user, event_id, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"]
        ),
        title,
        _("刪除"),
        back_to(row.case_id),
        said=_("已刪除；原來寫的還看得到。"),
        crumbs=crumbs(),
        subtitle=str(row.case),
    )


@requires("procurement.supervise")
@require_http_methods(FORMS)
def import_cases(request: HttpRequest) -> HttpResponse:
    """匯入: all of it or nothing, with a report for each row."""
    user: Any = request.user
    return sheet_page(
        request,
        lambda data, name, reason: actions.import_cases(user, data, name, reason=reason),
        "procurement/import.html",
        reverse("procurement:cases"),
    )


@requires("procurement.view")
@require_safe
def sheet(request: HttpRequest, format: str) -> HttpResponseBase:
    """The cases as CSV, XLSX or ODS, to be changed and read in again."""
    user: Any = request.user
    name = f"failed-tender-cases-{clock.today().isoformat()}"
    return exports.sheet(format, lambda: sheet_rows(queries.visible_to(user)), "流廢標督導案", name)
