"""Series: the years of supervision, each with its counts and its rate; opened and changed."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common import clock
from shizheng.common.roc import FIRST_YEAR
from shizheng.common.routes import requires
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.forms import SeriesForm
from shizheng.domains.procurement.pages.editing import crumbs
from shizheng.domains.procurement.queries import failed as queries
from shizheng.domains.procurement.queries.counting import settled_by_series
from shizheng.web.changing import FORMS, asked, posted, revised


@requires("procurement.view")
@require_safe
def series_list(request: HttpRequest) -> HttpResponse:
    """Every series with its rate as the cases stand today."""
    user: Any = request.user
    counts = settled_by_series()
    rows = [{"series": each, "settled": counts[each.pk]} for each in queries.all_series()]
    context = {"rows": rows, "may_group": user.may("procurement.supervise")}
    return render(request, "procurement/series.html", context)


@requires("procurement.supervise")
@require_http_methods(FORMS)
def new_series(request: HttpRequest) -> HttpResponse:
    """開立督導年度."""
    user: Any = request.user
    sent = posted(request)
    form = SeriesForm(sent, initial={"roc_year": clock.today().year - FIRST_YEAR, "opened_on": clock.today()})
    return asked(
        request,
        form,
        lambda: actions.open_series(user, **form.values()),
        _("開立督導年度"),
        _("開立"),
        reverse("procurement:series_list"),
        said=lambda made: _("已開立 %(series)s。") % {"series": made},
        crumbs=crumbs(),
    )


@requires("procurement.supervise")
@require_http_methods(FORMS)
def edit_series(request: HttpRequest, series_id: int) -> HttpResponse:
    """修改開案日與說明, with a reason."""
    user: Any = request.user
    found = queries.series(series_id)

    def now() -> dict[str, Any]:
        row = queries.series(series_id)
        return {"version": row.version, "opened_on": row.opened_on, "note": row.note}

    back = reverse("procurement:series_list")
    title = _("修改 %(name)s") % {"name": found}
    return revised(
        request,
        partial(SeriesForm, row=found),
        now,
        lambda form: actions.edit_series(
            user,
            series_id,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            **form.values(),
        ),
        title,
        _("儲存"),
        back,
        said=_("已存，理由記在經過裡。"),
        crumbs=crumbs(),
    )
