"""Design reviews as a spreadsheet: taken out, changed, and read in again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common import clock
from shizheng.common.routes import requires
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.queries import reviews as queries
from shizheng.domains.procurement.queries.review_sheets import sheet_rows
from shizheng.web import exports
from shizheng.web.changing import FORMS
from shizheng.web.uploading import sheet_page


@requires("procurement.submit_review")
@require_http_methods(FORMS)
def import_reviews(request: HttpRequest) -> HttpResponse:
    """匯入: all of it or nothing, with a report for each row."""
    user: Any = request.user
    return sheet_page(
        request,
        lambda data, name, reason: actions.import_reviews(user, data, name, reason=reason),
        "procurement/import_reviews.html",
        reverse("procurement:reviews"),
    )


@requires("procurement.view")
@require_safe
def sheet(request: HttpRequest, format: str) -> HttpResponseBase:
    """The reviews as CSV, XLSX or ODS, to be changed and read in again."""
    user: Any = request.user
    name = f"design-reviews-{clock.today().isoformat()}"
    return exports.sheet(format, lambda: sheet_rows(queries.visible_to(user)), "基本設計審議", name)
