"""What units tell and ask, what is decided about it, and how a commitment ends before its time and begins again."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field

from shizheng.common.api_fields import NO_NUL, Amount, Given, Id, Key, Line, actor_of
from shizheng.common.words import N_
from shizheng.domains.commitments import actions
from shizheng.domains.commitments.api.answers import CommitmentOut, MoreTimeOut, ToldOut
from shizheng.domains.commitments.api.commitments import shown
from shizheng.domains.commitments.api.routing import router
from shizheng.domains.commitments.queries import commitments as queries
from shizheng.domains.commitments.queries.documents import unit_document
from shizheng.domains.commitments.queries.parts import extension, owed_part
from shizheng.domains.commitments.rules.workflow import Ground

Version = Annotated[int | None, Field(ge=0, le=2**31 - 1)]


class ToldIn(Given):
    """辦理情形: `evidence` are numbers of held uploads (`/api/v1/files/held`)."""

    text: Annotated[str, Field(pattern=NO_NUL, max_length=5000)]
    on: date | None = None
    progress: Amount | None = None
    quantity: Amount | None = None
    evidence: Annotated[list[UUID], Field(max_length=10)] = []


class AskedIn(Given):
    reason: Line = ""
    version: Version = None


class MoreTimeIn(AskedIn):
    until: date


class DecidedIn(AskedIn):
    accept: bool


class EndedIn(AskedIn):
    ground: Ground


class ReopenedIn(AskedIn):
    """`units`: parts to be taken up again; may be left out where a single one was released."""

    units: Annotated[list[Key], Field(max_length=40)] | None = None


@router.post(
    "/units/{int:owed_id}/updates",
    permission="commitments.file",
    response=ToldOut,
    summary=N_("填報辦理情形"),
)
def tell(request: HttpRequest, owed_id: Id, given: ToldIn) -> Any:
    """Tell how things stand as of a day; what was told stays."""
    actor = actor_of(request)
    owed_part(actor, owed_id)
    made = actions.tell(actor, owed_id, **given.model_dump())
    return {"id": made.pk, "on": made.on, "unit": unit_document(owed_part(actor, owed_id))}


@router.post(
    "/units/{int:owed_id}/extensions",
    permission="commitments.file",
    response=MoreTimeOut,
    summary=N_("申請展延"),
)
def ask_extension(request: HttpRequest, owed_id: Id, given: MoreTimeIn) -> Any:
    """Ask for more time."""
    actor = actor_of(request)
    owed_part(actor, owed_id)
    made = actions.ask_extension(actor, owed_id, **given.model_dump())
    return {"id": made.pk, "due_then": made.due_then, "until": made.until}


@router.post(
    "/extensions/{int:extension_id}/decide",
    permission="commitments.decide",
    response=CommitmentOut,
    summary=N_("決定展延"),
)
def decide_extension(request: HttpRequest, response: HttpResponse, extension_id: Id, given: DecidedIn) -> Any:
    """Approve or refuse, with the reason."""
    actor = actor_of(request)
    found = extension(actor, extension_id)
    actions.decide_extension(
        actor, extension_id, approve=given.accept, reason=given.reason, version=given.version
    )
    return shown(actor, response, found.owed.commitment_id)


@router.post(
    "/extensions/{int:extension_id}/take-back",
    permission="commitments.file",
    response=CommitmentOut,
    summary=N_("撤回展延申請"),
)
def take_back_extension(
    request: HttpRequest, response: HttpResponse, extension_id: Id, given: AskedIn
) -> Any:
    """Ask no longer."""
    actor = actor_of(request)
    found = extension(actor, extension_id)
    actions.take_back_extension(actor, extension_id, reason=given.reason)
    return shown(actor, response, found.owed.commitment_id)


@router.post(
    "/units/{int:owed_id}/release",
    permission="commitments.file",
    response=CommitmentOut,
    summary=N_("申請解列"),
)
def ask_release(request: HttpRequest, response: HttpResponse, owed_id: Id, given: AskedIn) -> Any:
    """Ask for release; the rule of the list says what must have been told."""
    actor = actor_of(request)
    found = owed_part(actor, owed_id)
    actions.ask_release(actor, owed_id, reason=given.reason, version=given.version)
    return shown(actor, response, found.commitment_id)


@router.post(
    "/units/{int:owed_id}/decide",
    permission="commitments.decide",
    response=CommitmentOut,
    summary=N_("決定解列"),
)
def decide_release(request: HttpRequest, response: HttpResponse, owed_id: Id, given: DecidedIn) -> Any:
    """Accept at the level that is next, or send back, with the reason."""
    actor = actor_of(request)
    found = owed_part(actor, owed_id)
    actions.decide_release(actor, owed_id, accept=given.accept, reason=given.reason, version=given.version)
    return shown(actor, response, found.commitment_id)


@router.post(
    "/units/{int:owed_id}/take-back",
    permission="commitments.file",
    response=CommitmentOut,
    summary=N_("撤回解列申請"),
)
def take_back_release(request: HttpRequest, response: HttpResponse, owed_id: Id, given: AskedIn) -> Any:
    """Ask no longer."""
    actor = actor_of(request)
    found = owed_part(actor, owed_id)
    actions.take_back_release(actor, owed_id, reason=given.reason, version=given.version)
    return shown(actor, response, found.commitment_id)


@router.post(
    "/{int:commitment_id}/withdraw",
    permission="commitments.decide",
    response=CommitmentOut,
    summary=N_("撤銷列管"),
)
def withdraw(request: HttpRequest, response: HttpResponse, commitment_id: Id, given: EndedIn) -> Any:
    """End it before its time, on one of the four grounds."""
    actor = actor_of(request)
    queries.commitment(actor, commitment_id)
    actions.withdraw_commitment(
        actor, commitment_id, version=given.version, ground=given.ground.value, reason=given.reason
    )
    return shown(actor, response, commitment_id)


@router.post(
    "/{int:commitment_id}/restore",
    permission="commitments.decide",
    response=CommitmentOut,
    summary=N_("恢復列管"),
)
def restore(request: HttpRequest, response: HttpResponse, commitment_id: Id, given: AskedIn) -> Any:
    """Every unit stands again where it stood."""
    actor = actor_of(request)
    queries.commitment(actor, commitment_id)
    actions.restore_commitment(actor, commitment_id, version=given.version, reason=given.reason)
    return shown(actor, response, commitment_id)


@router.post(
    "/{int:commitment_id}/reopen",
    permission="commitments.decide",
    response=CommitmentOut,
    summary=N_("重新列管"),
)
def reopen(request: HttpRequest, response: HttpResponse, commitment_id: Id, given: ReopenedIn) -> Any:
    """Released units owe it again."""
    actor = actor_of(request)
    queries.commitment(actor, commitment_id)
    actions.reopen_commitment(
        actor, commitment_id, version=given.version, reason=given.reason, owed_ids=given.units
    )
    return shown(actor, response, commitment_id)
