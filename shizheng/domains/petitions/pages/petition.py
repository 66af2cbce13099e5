"""The page of one petition: what was said, the clock and why this day, who handles it, replies, what can be done now."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common.routes import requires, shows_today
from shizheng.common.words import N_
from shizheng.domains.petitions.models import Petition
from shizheng.domains.petitions.queries import petitions as queries
from shizheng.domains.petitions.queries.near import near_to
from shizheng.domains.petitions.queries.possible import possible_acts
from shizheng.domains.petitions.queries.proposals import offer
from shizheng.domains.petitions.queries.whole import read_whole
from shizheng.domains.petitions.rules.classes import LIMITS, PetitionClass
from shizheng.kernel.cases import parts
from shizheng.kernel.cases import queries as cases
from shizheng.web.maps import map_spec

SEALED_NAMES = {
    "name": N_("姓名"), "phone": N_("電話"), "email": N_("電子郵件"), "address": N_("地址"), "id_number": N_("身分證字號"),
}  # fmt: skip


@requires("petitions.view")
@shows_today
@require_safe
def petition(request: HttpRequest, case_id: int) -> HttpResponse:
    """One petition."""
    user: Any = request.user
    row = queries.petition(user, case_id)
    case, photographs = row.case, read_whole(row)
    reads = queries.may_read_words(user, case)
    return render(
        request,
        "petitions/petition.html",
        {
            "row": row,
            "case": case,
            "reads": reads,
            "rule": LIMITS[PetitionClass(row.petition_class)],
            "public": queries.public_state(case),
            "acts": shown_acts(user, row),
            "offer": offer(row) if user.may("petitions.assign", case.unit_id) else None,
            "sealed": sealed_names(case),
            "may_unseal": case.anonymised_at is None and user.may("petitions.read_sealed", case.unit_id),
            "readings": cases.readings_of(case) if user.may("petitions.read_sealed", case.unit_id) else [],
            "replies": row.replies.all() if reads else [],
            "contributed": row.parts.all() if reads else [],
            "checks": row.checks.all(),
            "photographs": photographs if reads else [],
            "map": place_map(row) if reads else None,
            "may_handle": user.may("petitions.handle", case.unit_id) and case.merged_into_id is None,
            "themes": row.themes.all(),
            "near": near_to(user, row) if case.closed_at is None else [],
            "entries": cases.timeline(case),
            **parts.clock_part(case),
            **parts.assignment_part(case),
            **parts.links_part(user, case),
        },
    )


def place_map(row: Petition) -> dict[str, Any] | None:
    """Where it is, where somebody pointed at the map."""
    case = row.case
    if case.longitude is None or case.latitude is None:
        return None
    named = row.place or case.title
    pins = [{"longitude": case.longitude, "latitude": case.latitude, "name": named}]
    return map_spec(named, pins)


def sealed_names(case: Any) -> list[tuple[str, str]]:
    """What is sealed of the citizen: names of the parts, never what is in them."""
    kept = cases.sealed_names(case)
    return [(name, _(label)) for name, label in SEALED_NAMES.items() if name in kept]


def shown_acts(user: Any, row: Petition) -> list[dict[str, Any]]:
    """What the reader may do now, the next step of the petition first."""
    return [
        {
            "label": each.label,
            "url": reverse(f"petitions:{each.page}", args=[row.case_id, *each.more]),
            "main": number == 0 and each.next_step,
        }
        for number, each in enumerate(possible_acts(user, row))
    ]
