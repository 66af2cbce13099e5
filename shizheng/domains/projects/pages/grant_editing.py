"""Grant years, items and the report made and changed in the browser."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.common.numbers import whole_number
from shizheng.common.roc import year_number
from shizheng.common.routes import requires
from shizheng.domains.projects import actions
from shizheng.domains.projects.forms.grants import (
    DropItemForm,
    GrantItemForm,
    GrantReportForm,
    GrantYearForm,
    item_values,
    report_values,
    year_values,
)
from shizheng.domains.projects.pages.shared import (
    FORMS,
    asked,
    posted,
    revised,
    revision,
)
from shizheng.domains.projects.publications import GRANT_REPORT
from shizheng.domains.projects.queries import grants as queries
from shizheng.domains.projects.queries.grant_report import drafted, keeps_report, report_of
from shizheng.kernel.organisations import queries as organisations

PERMISSION = "projects.grants"


@requires(PERMISSION)
@require_http_methods(FORMS)
def new_year(request: HttpRequest) -> HttpResponse:
    """新增補助年度計畫."""
    user: Any = request.user
    form = GrantYearForm(posted(request), new=True)
    return asked(
        request,
        form,
        lambda: actions.create_grant_year(user, form.values()),
        _("新增補助年度計畫"),
        _("新增"),
        reverse("projects:grants"),
        said=_("已新增。開過選案審查會議後，列入補助案。"),
        then=lambda made: reverse("projects:grant_year", args=[made.pk]),
    )


@requires(PERMISSION)
@require_http_methods(FORMS)
def edit_year(request: HttpRequest, year_id: int) -> HttpResponse:
    """修改補助年度計畫, with the day of the selection meeting (GR-13)."""
    user: Any = request.user
    queries.grant_year(user, year_id)
    back = reverse("projects:grant_year", args=[year_id])
    return revised(
        request,
        GrantYearForm,
        lambda: year_values(queries.grant_year(user, year_id)),
        lambda form: actions.edit_grant_year(user, year_id, **revision(form)),
        _("修改補助年度計畫"),
        _("儲存"),
        back,
        said=_("已存。"),
    )


@requires(PERMISSION)
@require_http_methods(FORMS)
def new_item(request: HttpRequest, year_id: int) -> HttpResponse:
    """列入補助案, as the selection meeting decided."""
    user: Any = request.user
    queries.grant_year(user, year_id)
    form = GrantItemForm(
        posted(request), new=True, initial=_taken_out(user, year_id, request.GET.get("item", ""))
    )
    back = reverse("projects:grant_year", args=[year_id])
    return asked(
        request,
        form,
        lambda: actions.add_grant_item(user, year_id, form.values()),
        _("列入補助案"),
        _("列入"),
        back,
        said=_("已列入。執行機關會收到建檔的填報表。"),
    )


def _taken_out(user: Any, year_id: int, given: str) -> dict[str, Any]:
    """What stood in an item of the year that was taken out, to be listed again; nothing where none is named."""
    number = whole_number(given)
    if number is None:
        return {}
    row = queries.grant_item(user, number)
    if row.year_id != year_id or row.dropped_on is None:
        return {}
    return {**item_values(row), "version": None, "project_id": row.project.number}


@requires(PERMISSION)
@require_http_methods(FORMS)
def edit_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """修改補助案."""
    user: Any = request.user
    queries.grant_item(user, item_id)
    back = reverse("projects:grant_item", args=[item_id])
    return revised(
        request,
        GrantItemForm,
        lambda: item_values(queries.grant_item(user, item_id)),
        lambda form: actions.edit_grant_item(user, item_id, **revision(form)),
        _("修改補助案"),
        _("儲存"),
        back,
        said=_("已存。已鎖定的期別仍用當時的年度經費。"),
    )


@requires(PERMISSION)
@require_http_methods(FORMS)
def drop_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """剔除補助案."""
    user: Any = request.user
    queries.grant_item(user, item_id)
    back = reverse("projects:grant_item", args=[item_id])
    return revised(
        request,
        DropItemForm,
        lambda: {"version": queries.grant_item(user, item_id).version},
        lambda form: actions.drop_grant_item(
            user,
            item_id,
            version=form.cleaned_data["version"],
            on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
        ),
        _("剔除補助案"),
        _("剔除"),
        back,
        said=_("已剔除。先前鎖定的期別不變。"),
    )


@requires(PERMISSION)
@require_http_methods(FORMS)
def report(request: HttpRequest, year_id: int) -> HttpResponse:
    """The year's performance report: the officer writes the words, the figures are the system's (GR-01)."""
    user: Any = request.user
    year = queries.grant_year(user, year_id)
    back = reverse("projects:grant_year", args=[year_id])
    issue, keeps = reverse("publication:issue", args=[GRANT_REPORT, year_id]), keeps_report(year)
    return revised(
        request,
        GrantReportForm,
        lambda: report_values(report_of(year_id), drafted(user, year_id)),
        lambda form: actions.save_grant_report(
            user, year_id, version=form.cleaned_data["version"], changes=form.values()
        ),
        _("%(year)s 年度補助款績效報告") % {"year": year_number(year.roc_year)},
        _("儲存"),
        back,
        said=_("已存。主任委員發布後，就是提送中央的版本。"),
        then=reverse("projects:grant_report", args=[year_id]),
        template="projects/grant_report.html",
        issue=issue if not keeps and user.may("publication.issue", organisations.city().pk) else "",
        keeps=keeps,
        year=year,
    )
