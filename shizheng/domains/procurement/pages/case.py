"""The page of one case: where it stands, what happened, what its agency did each month, who changed what."""

from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common.retelling import standing
from shizheng.common.routes import requires
from shizheng.domains.procurement.models import FailedTenderCase
from shizheng.domains.procurement.queries import failed as queries
from shizheng.domains.procurement.queries.months import months_of
from shizheng.domains.procurement.rules.failed import course_of
from shizheng.kernel.history import queries as history
from shizheng.kernel.measures.rules.periods import parse_period


@requires("procurement.view")
@require_safe
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case."""
    user: Any = request.user
    found = queries.case(user, case_id)
    lines = queries.timeline(case_id)
    events = standing([row for line in lines for row in (line.event, *line.earlier)])
    months = [
        {
            "period": parse_period(each.period),
            "record": each,
            "earlier": [(old, newer) for newer, old in pairwise([each, *earlier])],
        }
        for each, earlier in months_of(case_id)
    ]
    return render(
        request,
        "procurement/case.html",
        {
            "case": found,
            "course": course_of(events),
            "listing": queries.listing(found, events),
            "lines": lines,
            "months": months,
            "acts": acts(user, found),
            "may_write": user.may("procurement.edit", found.agency_id),
            "may_group": user.may("procurement.supervise"),
            "entries": history.entries_of(found)[:60],
        },
    )


def acts(user: Any, found: FailedTenderCase) -> list[dict[str, Any]]:
    """What the reader may do with a case now, and what not with the reason."""
    out: list[dict[str, Any]] = []
    edits, group = user.may("procurement.edit", found.agency_id), user.may("procurement.supervise")

    def add(name: str, label: str, main: bool = False) -> None:
        out.append({"label": label, "url": reverse(f"procurement:{name}", args=[found.pk]), "main": main})

    if edits or group:
        add("record_event", _("登錄事件"), main=True)
    if edits:
        add("edit_case", _("修改"))
    if edits and found.tender_ref:
        out.append({"label": _("流標、廢標、決標"), "refused": _("在標案登錄，這裡跟著更新")})
    return out
