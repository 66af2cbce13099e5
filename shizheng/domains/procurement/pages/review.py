"""The page of one design review: where it stands, panel, opinions one by one, what was done when with its files."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common import clock
from shizheng.common.routes import requires
from shizheng.domains.procurement.actions.panel import FORMING, UNDECIDED
from shizheng.domains.procurement.actions.review_corrections import right_to_take_back, what_keeps
from shizheng.domains.procurement.actions.reviews import SUBJECT
from shizheng.domains.procurement.models import PanelMember, ReviewAct, ReviewCase
from shizheng.domains.procurement.queries import reviews as queries
from shizheng.domains.procurement.rules.reviews import OpinionState
from shizheng.domains.procurement.rules.workflow import BY_AGENCY, ENDS, SUBMIT, possible_in
from shizheng.kernel.files import queries as files
from shizheng.kernel.history import queries as history
from shizheng.kernel.history.queries import Beside

MEMBER = PanelMember._meta.label_lower


@requires("procurement.view")
@require_safe
def review(request: HttpRequest, case_id: int) -> HttpResponse:
    """One review."""
    user: Any = request.user
    found = queries.review(user, case_id)
    kept = {str(each.pk): each for each in files.files_of(SUBJECT, case_id)}
    steps = queries.steps_of(case_id)
    last = next(each for each, back in steps if back is None)
    acts = [
        {"act": each, "back": back, "files": [kept[pk] for pk in each.files if pk in kept]}
        for each, back in steps
    ]
    agency = user.may("procurement.submit_review", found.agency_id)
    group = user.may("procurement.conduct_review")
    opinions, struck = queries.told_of(case_id)
    panel, removed = queries.panel_of(case_id), history.gone(MEMBER, case_id=case_id)
    return render(
        request,
        "procurement/review.html",
        {
            "review": found,
            "checklist": checklist(found),
            "late": found.due_on is not None and found.due_on < clock.today() and found.state not in ENDS,
            "by_agency": found.state in BY_AGENCY,
            "limit": queries.threshold(found.since),
            "acts": acts_now(user, found, last, opinions),
            "acts_done": acts,
            "panel": panel,
            "opinions": opinions,
            "struck": struck,
            "may_panel": group and found.state in FORMING,
            "may_opine": group and found.state == "reviewing",
            "may_correct": group and found.state in UNDECIDED,
            "may_answer": agency and found.state == "answering",
            "may_confirm": group and found.state == "revised",
            "entries": course(found, panel, removed)[:60],
            "beside": beside(panel, removed),
        },
    )


def course(found: ReviewCase, panel: Sequence[PanelMember], removed: Collection[Mapping[str, Any]]) -> Any:
    """The changes of a review and of its panel, members taken out of it too; newest first."""
    members = [*(each.pk for each in panel), *(each["id"] for each in removed)]
    return history.entries_of_rows({found._meta.label_lower: [found.pk], MEMBER: members})


def beside(
    panel: Sequence[PanelMember], removed: Collection[Mapping[str, Any]]
) -> dict[tuple[str, str], Beside]:
    """Which member a change of the panel is about."""
    names = {each.pk: each.name for each in panel} | {each["id"]: each["name"] for each in removed}
    return {(MEMBER, str(pk)): Beside(name, "#panel") for pk, name in names.items()}


def checklist(found: ReviewCase) -> list[tuple[str, bool]]:
    """The documents that were checked, in the order of the rulebook."""
    order = queries.documents(found.since)
    names = sorted(found.checklist, key=lambda name: order.index(name) if name in order else len(order))
    return [(name, bool(found.checklist[name])) for name in names]


def acts_now(
    user: Any, found: ReviewCase, last: ReviewAct, opinions: Sequence[OpinionState]
) -> list[dict[str, Any]]:
    """What the reader may do with a review now, whose last step is `last`; first what is to be done next."""
    to_do = "" if found.state in ENDS else queries.next_act(user, found, opinions)
    out: list[dict[str, Any]] = []
    for each in possible_in(found.state):
        unit = found.agency_id if each.permission == SUBMIT else None
        if user.may(each.permission, unit):
            address = reverse("procurement:review_step", args=[found.pk, each.name])
            main = not out and each.name not in ("withdraw_review", "return_documents")
            if found.state == "revised":
                main = each.label == to_do
            out.append({"label": _(each.label), "url": address, "main": main})
    if user.may(*right_to_take_back(last, found.agency_id)) and not what_keeps(last):
        label = _("收回「%(act)s」") % {"act": last.get_act_display()}
        out.append({"label": label, "url": reverse("procurement:take_back_step", args=[found.pk])})
    if user.may(SUBMIT, found.agency_id) and found.state not in ENDS:
        out.append({"label": _("修改"), "url": reverse("procurement:edit_review", args=[found.pk])})
    return out
