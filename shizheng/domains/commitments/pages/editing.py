"""Commitments entered, changed, read in from a spreadsheet and written out as one."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common import clock
from shizheng.common.numbers import whole_number
from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.domains.commitments import actions
from shizheng.domains.commitments.forms import CommitmentForm, shown_values
from shizheng.domains.commitments.models import Commitment, CommitmentList
from shizheng.domains.commitments.pages.shared import back_to, crumbs
from shizheng.domains.commitments.queries import commitments as queries
from shizheng.domains.commitments.queries.near import near_ones
from shizheng.domains.commitments.queries.sheets import sheet_rows
from shizheng.domains.commitments.queries.waiting import may_control
from shizheng.domains.commitments.rules.workflow import EDIT, Releaser
from shizheng.kernel.organisations import queries as organisations
from shizheng.web import exports
from shizheng.web.changing import FORMS, form_page, revised, revision, tried
from shizheng.web.uploading import sheet_page


def lists_open_to(user: Any) -> list[CommitmentList]:
    """Lists on which the reader may enter: those that agencies release for their people, all for the city's."""
    rows = [each for each in queries.lists() if each.in_use]
    if user.may(EDIT, organisations.city().pk):
        return rows
    return [each for each in rows if each.releaser == Releaser.AGENCY]


@requires(EDIT)
@require_http_methods(FORMS)
def new(request: HttpRequest) -> HttpResponse:
    """新增列管事項: the list first, then what is on it; what is near is shown once before it is saved (C05)."""
    user: Any = request.user
    lists = lists_open_to(user)
    wanted = whole_number(request.GET.get("list", ""))
    of_list = next((each for each in lists if each.pk == wanted), None)
    if of_list is None:
        return render(request, "commitments/choose_list.html", {"lists": lists})
    units = user.units_where(EDIT)
    make = partial(CommitmentForm, of_list=of_list, actor=user, units=units)
    form = make(request.POST) if request.method == "POST" else make(initial={"agreed_on": clock.today()})
    near: list[Any] = []
    if request.method == "POST" and form.is_valid():
        given = form.values()
        near = [] if form.cleaned_data["near_seen"] else near_ones(user, given["text"], [given["main_id"], *given["joint_ids"]])  # fmt: skip
        if near:
            data = request.POST.copy()
            data["near_seen"] = "on"
            form = make(data)
        else:
            made = tried(form, lambda: actions.create_commitment(user, {**given, "list_id": of_list.pk}))
            if made is not None:
                messages.success(request, _("已列管，編號 %(number)s。") % {"number": made.number})
                return redirect(back_to(made.pk))
    return form_page(
        request,
        form,
        _("新增列管事項"),
        _("仍要列管") if near else _("列入列管"),
        reverse("commitments:list"),
        template="commitments/form.html",
        crumbs=crumbs(),
        subtitle=str(of_list),
        near=near,
    )


@requires(EDIT)
@require_http_methods(FORMS)
def edit(request: HttpRequest, commitment_id: int) -> HttpResponse:
    """修改, with a reason; who saves over somebody else's change sees both first."""
    user: Any = request.user
    row = queries.commitment(user, commitment_id)
    if not may_control(user, EDIT, row, organisations.city().pk):
        require(user, EDIT, organisations.city().pk)
    title = _("修改 %(name)s") % {"name": row.number}
    return revised(
        request,
        partial(CommitmentForm, of_list=row.list, actor=user, row=row, units=user.units_where(EDIT)),
        lambda: shown_values(queries.commitment(user, commitment_id)),
        lambda form: actions.edit_commitment(user, commitment_id, **revision(form)),
        title,
        _("儲存"),
        back_to(commitment_id),
        said=_("已存，理由記在經過裡。"),
        crumbs=crumbs(row),
        subtitle=str(row.list),
    )


@requires(EDIT)
@require_http_methods(FORMS)
def upload(request: HttpRequest) -> HttpResponse:
    """匯入: all of it or nothing, with a report for each row."""
    user: Any = request.user
    return sheet_page(
        request,
        lambda data, name, reason: actions.import_commitments(user, data, name, reason=reason),
        "commitments/import.html",
        reverse("commitments:list"),
    )


@requires(EDIT)
@require_safe
def sheet(request: HttpRequest, format: str) -> HttpResponseBase:
    """The open commitments that the reader may change as CSV, XLSX or ODS, to be changed and read in again."""
    user: Any = request.user
    name = f"commitments-{clock.today().isoformat()}"
    return exports.sheet(format, lambda: sheet_rows(_changeable(user)), "列管事項", name)


def _changeable(user: Any) -> list[Commitment]:
    city = organisations.city().pk
    rows = queries.with_units(queries.visible_to(user).filter(state__in=queries.OPEN_STATES)).order_by(
        "number"
    )
    return [each for each in rows if may_control(user, EDIT, each, city)]
