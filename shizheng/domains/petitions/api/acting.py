"""What is done with a petition: acts of the workflow, assignment, replies, more time, links, what is sealed."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field

from shizheng.common.api_fields import NO_NUL, Given, Id, Key, Line, actor_of
from shizheng.common.words import N_
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.api.answers import PetitionHandedBackOut, PetitionOut, PetitionSealedOut
from shizheng.domains.petitions.api.petitions import shown
from shizheng.domains.petitions.api.routing import router
from shizheng.domains.petitions.queries import petitions as queries
from shizheng.kernel.cases import actions as cases

Version = Annotated[int | None, Field(ge=0, le=2**31 - 1)]
Long = Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=8000)]
Name = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
Told = Annotated[str, Field(pattern=NO_NUL, max_length=300)]


class PetitionActIn(Given):
    """One act: its name as `possible` of the petition gives it, the version read, and what the act asks for."""

    name: Name
    version: Version = None
    reason: Line = ""
    fields: Annotated[dict[Name, Told], Field(max_length=5)] = {}


class PetitionReasonIn(Given):
    version: Version = None
    reason: Line = ""


class PetitionDispatchIn(PetitionReasonIn):
    unit_id: Key
    officer_id: Key | None = None


class PetitionHandBackIn(PetitionReasonIn):
    suggested_unit_id: Key | None = None


class PetitionUnitIn(PetitionReasonIn):
    unit_id: Key


class PetitionDraftIn(Given):
    """A reply; what it promises has a day."""

    version: Version = None
    text: Long
    promise: Told = ""
    promise_on: date | None = None


class PetitionPartIn(Given):
    unit_id: Key
    text: Long


class PetitionMoreTimeIn(PetitionReasonIn):
    amount: Annotated[int, Field(ge=0, le=10_000)] = 0
    until: date | None = None


class PetitionDecidedIn(PetitionReasonIn):
    approve: bool
    told: Told = ""


class PetitionOtherIn(PetitionReasonIn):
    other_id: Key


class PetitionEditedIn(PetitionReasonIn):
    """Fields to set; those left out stay as they are."""

    category_id: Key | None = None
    place: Annotated[str, Field(pattern=NO_NUL, max_length=200)] = ""


class PetitionClassIn(PetitionReasonIn):
    """Another class, and how the citizen was told of the new day."""

    petition_class: Name
    told: Told


class PetitionOpenedIn(Given):
    name: Name
    purpose: Line


@router.post(
    "/{int:case_id}/acts", permission="petitions.view", response=PetitionOut, summary=N_("辦理陳情案件")
)
def act(request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionActIn) -> Any:
    """One act of the workflow; each has a permission of its own."""
    actor = actor_of(request)
    actions.act(
        actor, case_id, given.name, version=given.version, reason=given.reason, fields=dict(given.fields)
    )
    return shown(actor, response, case_id)


@router.post(
    "/{int:case_id}/dispatch", permission="petitions.assign", response=PetitionOut, summary=N_("分案與改分")
)
def dispatch(request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionDispatchIn) -> Any:
    """Give it to a unit, and to an officer of it."""
    actor = actor_of(request)
    actions.dispatch(actor, case_id, **given.model_dump())
    return shown(actor, response, case_id)


@router.post(
    "/{int:case_id}/hand-back",
    permission="petitions.handle",
    response=PetitionHandedBackOut,
    summary=N_("退分"),
)
def hand_back(request: HttpRequest, case_id: Id, given: PetitionHandBackIn) -> Any:
    """Hand it back to who dispatches, with the reason; who did may not see it any more."""
    case = actions.hand_back(actor_of(request), case_id, **given.model_dump())
    return {"id": case.pk, "number": case.number, "state": case.state, "returned": case.returned}


@router.post("/{int:case_id}/rule", permission="petitions.rule", response=PetitionOut, summary=N_("裁定權責"))
def rule(request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionUnitIn) -> Any:
    """Say whose it is; it can be handed back no more."""
    actor = actor_of(request)
    actions.rule_on_responsibility(actor, case_id, **given.model_dump())
    return shown(actor, response, case_id)


@router.post(
    "/{int:case_id}/join", permission="petitions.assign", response=PetitionOut, summary=N_("請他機關會辦")
)
def join(request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionUnitIn) -> Any:
    """Let one more unit handle it beside the main one."""
    actor = actor_of(request)
    actions.ask_to_join(actor, case_id, **given.model_dump())
    return shown(actor, response, case_id)


@router.post(
    "/{int:case_id}/parts", permission="petitions.handle", response=PetitionOut, summary=N_("提供會辦意見")
)
def give_part(request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionPartIn) -> Any:
    """What a unit beside the main one says of its part."""
    actor = actor_of(request)
    actions.give_part(actor, case_id, unit_id=given.unit_id, text=given.text)
    return shown(actor, response, case_id)


@router.post(
    "/{int:case_id}/drafts", permission="petitions.handle", response=PetitionOut, summary=N_("擬答復")
)
def draft(request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionDraftIn) -> Any:
    """Write a reply, or the next draft of it."""
    actor = actor_of(request)
    actions.draft_reply(actor, case_id, **given.model_dump())
    return shown(actor, response, case_id)


@router.post(
    "/{int:case_id}/extensions",
    permission="petitions.handle",
    response=PetitionOut,
    summary=N_("申請陳情展延"),
)
def ask_extension(
    request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionMoreTimeIn
) -> Any:
    """Ask for more time before the deadline."""
    actor = actor_of(request)
    queries.petition(actor, case_id)
    cases.ask_extension(actor, case_id, **given.model_dump())
    return shown(actor, response, case_id)


@router.post(
    "/{int:case_id}/extensions/{int:extension_id}/decide",
    permission="petitions.decide",
    response=PetitionOut,
    summary=N_("核定陳情展延"),
)
def decide_extension(
    request: HttpRequest, response: HttpResponse, case_id: Id, extension_id: Id, given: PetitionDecidedIn
) -> Any:
    """Grant it with the notice to the citizen, or not."""
    actor = actor_of(request)
    row = queries.petition(actor, case_id)
    found = row.case.extensions.filter(pk=extension_id).values_list("pk", flat=True).first()
    cases.decide_extension(actor, found or 0, **given.model_dump())
    return shown(actor, response, case_id)


@router.post(
    "/{int:case_id}/pause", permission="petitions.decide", response=PetitionOut, summary=N_("停止計算期限")
)
def pause(request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionReasonIn) -> Any:
    """Let its clock stand still."""
    actor = actor_of(request)
    queries.petition(actor, case_id)
    cases.pause(actor, case_id, **given.model_dump())
    return shown(actor, response, case_id)


@router.post(
    "/{int:case_id}/resume", permission="petitions.decide", response=PetitionOut, summary=N_("繼續計算期限")
)
def resume(request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionReasonIn) -> Any:
    """Let its clock go on."""
    actor = actor_of(request)
    queries.petition(actor, case_id)
    cases.resume(actor, case_id, **given.model_dump())
    return shown(actor, response, case_id)


@router.post(
    "/{int:case_id}/link", permission="petitions.handle", response=PetitionOut, summary=N_("建立關聯")
)
def link(request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionOtherIn) -> Any:
    """Say that two petitions belong together."""
    actor = actor_of(request)
    queries.petition(actor, case_id)
    cases.link(actor, case_id, given.other_id, kind=cases.LinkKind.RELATED, reason=given.reason)
    return shown(actor, response, case_id)


@router.patch(
    "/{int:case_id}", permission="petitions.handle", response=PetitionOut, summary=N_("修改陳情案件")
)
def edit(request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionEditedIn) -> Any:
    """Put category or place right, with the reason."""
    actor = actor_of(request)
    actions.edit_petition(
        actor,
        case_id,
        version=given.version,
        changes=given.model_dump(exclude_unset=True, exclude={"version", "reason"}),
        reason=given.reason,
    )
    return shown(actor, response, case_id)


@router.post(
    "/{int:case_id}/class", permission="petitions.assign", response=PetitionOut, summary=N_("改陳情類別")
)
def change_class(request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionClassIn) -> Any:
    """Let it be of another class, whose limit then counts from receipt."""
    actor = actor_of(request)
    actions.change_class(actor, case_id, **given.model_dump())
    return shown(actor, response, case_id)


@router.post(
    "/{int:case_id}/merge", permission="petitions.handle", response=PetitionOut, summary=N_("併入另一件")
)
def merge(request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionOtherIn) -> Any:
    """Let it be handled within another; it can be taken out again."""
    actor = actor_of(request)
    queries.petition(actor, case_id)
    cases.merge(actor, case_id, given.other_id, version=given.version, reason=given.reason)
    return shown(actor, response, case_id)


@router.post(
    "/{int:case_id}/unmerge", permission="petitions.handle", response=PetitionOut, summary=N_("解除併案")
)
def unmerge(request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionReasonIn) -> Any:
    """Take it out again, as it was."""
    actor = actor_of(request)
    queries.petition(actor, case_id)
    cases.unmerge(actor, case_id, version=given.version, reason=given.reason)
    return shown(actor, response, case_id)


@router.post(
    "/{int:case_id}/unseal",
    permission="petitions.read_sealed",
    response=PetitionSealedOut,
    summary=N_("開啟彌封資料"),
)
def unseal(request: HttpRequest, response: HttpResponse, case_id: Id, given: PetitionOpenedIn) -> Any:
    """A sealed part, once it is written down who opened it and for what."""
    actor = actor_of(request)
    queries.petition(actor, case_id)
    response["Cache-Control"] = "no-store"
    return {
        "name": given.name,
        "text": cases.read_sealed(actor, case_id, given.name, purpose=given.purpose),
    }
