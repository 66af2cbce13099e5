"""工程會標案管理系統: its XML read in, the fill rate of a month, agencies urged by day 7 (B11; TC-21 to TC-24)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.common.errors import CannotDo
from shizheng.common.numbers import LARGEST_KEY, whole_number
from shizheng.common.routes import requires
from shizheng.common.words import called
from shizheng.domains.projects import actions
from shizheng.domains.projects.forms.external import XmlForm
from shizheng.domains.projects.pages.month_common import month_in
from shizheng.domains.projects.queries import pcc as queries
from shizheng.kernel.organisations import queries as organisations
from shizheng.web import exports
from shizheng.web.changing import FORMS, form_page
from shizheng.web.refusals import show_refusal


def _agency(request: HttpRequest) -> int | None:
    return whole_number(request.GET.get("agency"), LARGEST_KEY)


@requires("projects.view")
@require_safe
def fill(request: HttpRequest) -> HttpResponseBase:
    """填報率: of the month's works tenders, which have no data in the national system."""
    user: Any = request.user
    period = month_in(request) or queries.last_month()
    found = queries.fill_rate(period, _agency(request))
    kind = request.GET.get("export", "")
    if kind in exports.FORMATS:
        head = [_("主辦機關"), _("列管編號"), _("標案名稱"), _("採購案號"), _("承辦單位")]
        lines = [
            [each.name, one.number, one.name, one.tender_no, called(one.unit) if one.unit else ""]
            for each in found.agencies
            for one in each.missing
        ]
        return exports.response(
            kind, [head, *lines], _("工程會系統沒有資料的標案"), f"pcc-missing-{period.code}"
        )
    base = reverse("projects:pcc")
    return render(
        request,
        "projects/pcc.html",
        {
            "found": found,
            "period": period,
            "chips": [
                {"label": each.label, "url": f"{base}?period={each.code}", "active": each == period, "count": None}
                for each in queries.months_told()
            ],
            "strip": [
                {"label": _("還沒有發包"), "text": f"{found.waiting:,}"},
                {"label": _("應有資料"), "text": f"{found.owed:,}"},
                {"label": _("已有資料"), "text": f"{found.filled:,}"},
                {"label": _("沒有資料"), "text": f"{found.owed - found.filled:,}", "tone": "bad" if found.filled < found.owed else ""},
                {"label": _("填報率"), "value": found.rate.percent, "places": 2, "unit": "%"},
            ],
            "may": user.may("projects.reconcile"),
            "export": f"{base}?period={period.code}&export=",
            "agency": organisations.unit(agency) if (agency := _agency(request)) else None,
        },
    )  # fmt: skip


@requires("projects.reconcile")
@require_POST
def urge(request: HttpRequest) -> HttpResponse:
    """催辦."""
    user: Any = request.user
    period = month_in(request) or queries.last_month()
    try:
        done = actions.urge(user, period)
    except CannotDo as failure:
        messages.error(request, failure.message)
    else:
        messages.success(
            request, _("已催辦 %(n)s 個機關，通知 %(m)s 人。") % {"n": done.agencies, "m": done.told}
        )
    return redirect(f"{reverse('projects:pcc')}?period={period.code}")


@requires("projects.reconcile")
@require_http_methods(FORMS)
def read_in(request: HttpRequest) -> HttpResponse:
    """讀入標案管理 XML: kept as told; ours changes only by decisions."""
    user: Any = request.user
    sent = request.method == "POST"
    form = XmlForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        given = form.cleaned_data
        file = given["file"]
        try:
            report = actions.import_pcc_xml(
                user, file.read(), file.name, reason=given["reason"], leave_out=given["leave_out"]
            )
        except CannotDo as failure:
            show_refusal(form, failure)
        else:
            messages.success(request, _("已讀入，報告在這一頁；與我方不同的欄位在標案對帳。"))
            return redirect("intake:report", report.pk)
    crumbs = [(_("標案對帳"), reverse("projects:differences"))]
    return form_page(
        request,
        form,
        _("讀入標案管理 XML"),
        _("讀入"),
        reverse("projects:differences"),
        crumbs=crumbs,
        multipart=True,
    )
