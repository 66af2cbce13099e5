"""All tenders on the map (C03), filtered as the register is, with the same in a list; no tile server is asked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common.routes import requires
from shizheng.common.words import called, read
from shizheng.domains.projects.models import Project
from shizheng.domains.projects.pages.register import ProjectFilter, fits
from shizheng.domains.projects.queries import places
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.rules.life import CONTINUING, STATE_LABELS, State
from shizheng.domains.projects.templatetags.projects import TONES
from shizheng.kernel.measures.queries import AsOf, as_of_day
from shizheng.kernel.organisations import queries as organisations
from shizheng.web.addresses import address
from shizheng.web.lists import say_all

MOST = 5000
SHOWN = ("pk", "name", "state", "agency_id", "longitude", "latitude")
"""All that a pin needs: a city has thousands of them, of thirty agencies."""


@requires("projects.view")
@require_safe
def tender_map(request: HttpRequest) -> HttpResponse:
    """Where the tenders are: by default those under control, severely late ones marked as such."""
    user: Any = request.user
    rows = queries.visible_to(user)
    form = ProjectFilter(request.GET, queryset=rows, request=request)
    say_all(form)
    as_of = as_of_day(getattr(request, "as_of", None))
    found = _now(request, form, rows) if as_of is None else _then(request, form, as_of)
    late, month = places.severe_at(as_of)
    placed = [each for each in found if each.longitude is not None][:MOST]
    agencies = organisations.units({each.agency_id for each in placed}) if placed else {}
    pins = [_pin(each, agencies[each.agency_id], each.pk in late) for each in placed]
    spec = {
        "id": "tender-map",
        "title": _("標案地圖"),
        "note": _("點數字放大，點圖釘看標案；清單內容相同"),
        "places": [],
        "pins": pins,
        "cluster": True,
    }
    context = {
        "form": form.form,
        "spec": spec,
        "placed": len(placed),
        "all": len(found),
        "severe": sum(each.pk in late for each in placed),
        "month": month,
        "legend": [(TONES[state], read(STATE_LABELS[state])) for state in State if state in CONTINUING],
        "query": request.GET.urlencode(),
    }
    return render(request, "projects/map.html", context)


def _now(request: HttpRequest, form: ProjectFilter, rows: Any) -> list[Any]:
    found = form.qs if form.is_valid() else rows.none()
    if not request.GET.get("state"):
        found = found.filter(state__in=[state.value for state in CONTINUING])
    return list(found.order_by("number").values_list(*SHOWN, named=True))


def _then(request: HttpRequest, form: ProjectFilter, as_of: AsOf) -> list[Project]:
    """As of a day the tenders are read as they stood then, and picked by what they said then, as the register does."""
    user: Any = request.user
    if not form.is_valid():
        return []
    found = [each for each in queries.register_then(user, as_of) if fits(each, form.form.cleaned_data, ())]
    if not request.GET.get("state"):
        found = [each for each in found if State(each.state) in CONTINUING]
    return sorted(found, key=lambda each: each.number)


def _pin(each: Any, agency: Any, severe: bool) -> dict[str, Any]:
    state = State(each.state)
    words = [called(agency, short=True), _(STATE_LABELS[state])]
    if severe:
        words.append(_("嚴重落後"))
    return {
        "longitude": float(each.longitude),
        "latitude": float(each.latitude),
        "name": each.name,
        "note": "　".join(words),
        "url": address("projects:project", [each.pk]),
        "look": "severe" if severe else TONES[state][0],
    }
