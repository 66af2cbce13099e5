"""分案 by the model: what it proposes of a petition, accepting that, and the month's figures (J03)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema

from shizheng.common.api_fields import MONTH, Given, Id, actor_of
from shizheng.common.permissions import require
from shizheng.common.words import N_
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.api.answers import PetitionOut
from shizheng.domains.petitions.api.petitions import shown
from shizheng.domains.petitions.api.routing import router
from shizheng.domains.petitions.queries import assigning
from shizheng.domains.petitions.queries import petitions as queries
from shizheng.domains.petitions.queries.proposals import offer
from shizheng.kernel.measures.rules.periods import parse_period


class ProposedLabelOut(Schema):
    """An answer and its confidence, 0 to 1."""

    label: str
    confidence: float


class ProposedWordOut(Schema):
    """A word that decided, and its part, 0 to 1."""

    text: str
    part: float


class ProposedOut(Schema):
    """What one model says. `by_itself`: it is above the `threshold`, so that no person need decide."""

    model: str
    version: int
    label: str
    confidence: float
    alternatives: Sequence[ProposedLabelOut]
    words: Sequence[ProposedWordOut]
    unit_id: int | None
    threshold: float | None
    by_itself: bool


class OfficerLoadOut(Schema):
    """What lies with an officer; `weight` is what is compared, `absent` ones are passed over."""

    user_id: int
    name: str
    open: int
    serious: int
    late: int
    weight: int
    absent: bool


class PetitionProposalOut(Schema):
    """What is proposed of a petition that nobody has been given; empty where no model answers. `officer_id`: whose turn it is there."""

    proposals: Sequence[ProposedOut]
    unit_id: int | None
    officer_id: int | None
    loads: Sequence[OfficerLoadOut]


class AcceptProposalIn(Given):
    version: Annotated[int | None, Field(ge=0, le=2**31 - 1)] = None


class AssigningRowOut(Schema):
    """Petitions first given away in the month: how, of how many it was changed since; rates in percent, of `given`."""

    unit_id: int
    unit: str
    given: int
    by: dict[str, int]
    by_hand: int
    hand_rate: str | None
    moved: int
    moved_rate: str | None


class AssigningOut(Schema):
    """分案情形 of a month. `coverage_95`: share (0 to 1) that could be given away by itself with 95 in 100 right."""

    month: str
    total: AssigningRowOut
    agencies: Sequence[AssigningRowOut]
    coverage_95: float | None


@router.get(
    "/assigning",
    permission="petitions.view",
    response=AssigningOut,
    summary=N_("分案情形：人工分案比例與改分率"),
)
def read_assigning(
    request: HttpRequest, month: Annotated[str, Query(pattern=f"^{MONTH}$", description=N_("例如 2025-06"))]
) -> Any:
    """How petitions were given away in a month, each rate with what it is made of."""
    found = assigning.assigning(actor_of(request), parse_period(month))
    return {
        "month": month,
        "total": _row(0, "", found.total),
        "agencies": [_row(getattr(unit, "id", 0), unit.name, given) for unit, given in found.agencies],
        "coverage_95": found.coverage_95,
    }


def _row(unit_id: int, name: str, given: assigning.Given) -> dict[str, Any]:
    return {
        "unit_id": unit_id, "unit": name, "given": given.all, "by": given.by, "by_hand": given.by_hand,
        "hand_rate": _rate(given.hand_rate), "moved": given.all_moved, "moved_rate": _rate(given.moved_rate),
    }  # fmt: skip


def _rate(rate: Decimal | None) -> str | None:
    return None if rate is None else str(round(rate, 2))


@router.get(
    "/{int:case_id}/proposal",
    permission="petitions.assign",
    response=PetitionProposalOut,
    summary=N_("分案建議"),
)
def read_proposal(request: HttpRequest, case_id: Id) -> Any:
    """What the models say of a petition, with confidence and the words that decided, and whose turn it is."""
    actor: Any = actor_of(request)
    row = queries.petition(actor, case_id)
    require(actor, "petitions.assign", row.case.unit_id)
    found = offer(row) or {"said": [], "to": None, "turn": None, "loads": []}
    return {
        "proposals": [
            {
                "model": each.model, "version": each.version, "label": each.choices[0][0], "confidence": each.confidence,
                "alternatives": [{"label": label, "confidence": share} for label, share in each.choices[1:]],
                "words": [{"text": text, "part": part} for text, part in each.words],
                "unit_id": each.unit_id, "threshold": each.threshold, "by_itself": each.by_itself,
            }
            for each in found["said"]
        ],
        "unit_id": found["to"].unit_id if found["to"] else None,
        "officer_id": found["turn"].user_id if found["turn"] else None,
        "loads": [
            {
                "user_id": each.user_id, "name": each.name, "open": each.open, "serious": each.serious, "late": each.late,
                "weight": each.weight, "absent": each.absent,
            }
            for each in found["loads"]
        ],
    }  # fmt: skip


@router.post(
    "/{int:case_id}/accept-proposal",
    permission="petitions.assign",
    response=PetitionOut,
    summary=N_("照建議分案"),
)
def accept_proposal(
    request: HttpRequest, response: HttpResponse, case_id: Id, given: AcceptProposalIn
) -> Any:
    """Give a petition to the agency that is proposed, and to whose turn it is there."""
    actor = actor_of(request)
    actions.accept_proposal(actor, case_id, version=given.version)
    return shown(actor, response, case_id)
