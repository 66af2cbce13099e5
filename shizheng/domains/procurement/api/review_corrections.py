"""Corrections of a design review: opinions corrected or struck, confirmations corrected, the last step taken back (E04)."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field

from shizheng.common.api_fields import NO_NUL, Given, Id, Key, Line, Match, actor_of, read_version
from shizheng.common.words import N_
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.api.answers import ConfirmedOut, OpinionGivenOut, ReviewOut
from shizheng.domains.procurement.api.reviews import shown_review
from shizheng.domains.procurement.api.routing import router
from shizheng.domains.procurement.queries import reviews
from shizheng.domains.procurement.queries.review_documents import confirmation_document
from shizheng.domains.procurement.rules.reviews import Topic


class CorrectedOpinion(Given):
    """Fields to set; those left out stay as they are."""

    member_id: Key = 1
    topic: Topic = Topic.OTHER
    text: Annotated[str, Field(pattern=NO_NUL, max_length=20_000)] = ""
    reason: Line


class CorrectedConfirmation(Given):
    """The confirmation as it should have been."""

    accepted: bool
    text: Annotated[str, Field(pattern=NO_NUL, max_length=20_000)] = ""
    reason: Line


class CorrectionReasonIn(Given):
    reason: Line


@router.post(
    "/reviews/opinions/{opinion_id}/correct",
    permission="procurement.conduct_review",
    response=OpinionGivenOut,
    summary=N_("更正審議意見"),
)
def correct_opinion(request: HttpRequest, opinion_id: Id, given: CorrectedOpinion) -> Any:
    """Tell an opinion again as it was given, with a reason; what was told before stays, its number too."""
    actor = actor_of(request)
    reviews.opinion(actor, opinion_id)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"})
    if "topic" in changes:
        changes["topic"] = given.topic.value
    made = actions.correct_opinion(actor, opinion_id, changes=changes, reason=given.reason)
    return {"id": made.pk, "number": made.number}


@router.post(
    "/reviews/opinions/{opinion_id}/strike",
    permission="procurement.conduct_review",
    response=OpinionGivenOut,
    summary=N_("刪除審議意見"),
)
def strike_opinion(request: HttpRequest, opinion_id: Id, given: CorrectionReasonIn) -> Any:
    """It was not given after all; it stays readable."""
    actor = actor_of(request)
    reviews.opinion(actor, opinion_id)
    made = actions.strike_opinion(actor, opinion_id, reason=given.reason)
    return {"id": made.pk, "number": made.number}


@router.post(
    "/reviews/confirmations/{confirmation_id}/correct",
    permission="procurement.conduct_review",
    response=ConfirmedOut,
    summary=N_("更正複核"),
)
def correct_confirmation(request: HttpRequest, confirmation_id: Id, given: CorrectedConfirmation) -> Any:
    """Tell the confirmation of an answer again, with a reason; what was confirmed before stays."""
    made = actions.correct_confirmation(
        actor_of(request), confirmation_id, accepted=given.accepted, text=given.text, reason=given.reason
    )
    return confirmation_document(made)


@router.post(
    "/reviews/{case_id}/take-back",
    permission="procurement.view",
    response=ReviewOut,
    summary=N_("收回審議步驟"),
)
def take_back_step(
    request: HttpRequest,
    response: HttpResponse,
    case_id: Id,
    given: CorrectionReasonIn,
    if_match: Match = None,
) -> Any:
    """Take the last step back, with a reason; it asks for the permission of that step. If-Match carries the version read."""
    actor = actor_of(request)
    row = reviews.review(actor, case_id)
    version = read_version(if_match, row.version) if if_match else row.version
    actions.take_back_step(actor, case_id, version=version, reason=given.reason)
    return shown_review(actor, response, case_id)
