"""Design reviews: list, one with panel and opinions, submitted, led on, answered and confirmed; agencies' own by quarter."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query

from shizheng.common.api_fields import (
    NO_NUL,
    Given,
    Id,
    Key,
    Line,
    Listed,
    Long,
    Match,
    Money,
    Paged,
    PageNumber,
    PageSize,
    Words,
    actor_of,
    read_version,
    tag,
)
from shizheng.common.errors import BadInput, NotFound
from shizheng.common.numbers import LARGEST_KEY
from shizheng.common.words import N_, tell
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.api.answers import (
    AnsweredOut,
    ConfirmedOut,
    MemberRemovedOut,
    OpinionGivenOut,
    OwnReviewsOut,
    PanelMemberOut,
    ReviewInFullOut,
    ReviewOut,
)
from shizheng.domains.procurement.api.routing import router
from shizheng.domains.procurement.models import MemberSource, Stage
from shizheng.domains.procurement.queries import own_reviews, reviews
from shizheng.domains.procurement.queries.review_documents import (
    act_document,
    confirmation_document,
    member_document,
    opinion_document,
    own_document,
    review_document,
)
from shizheng.domains.procurement.rules.reviews import Topic, Verdict
from shizheng.domains.procurement.rules.workflow import TAKES

State = Annotated[str, Query(pattern=r"^[a-z_]*$", max_length=20)]


class NewReview(Given):
    """`files`: ids of held uploads (`/files/held`)."""

    name: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=300)]
    agency_id: Key
    stage: Stage = Stage.BASIC
    control_number: Annotated[str, Field(pattern=NO_NUL, max_length=20)] = ""
    amount: Money
    note: Long = ""
    on: date | None = None
    files: Annotated[list[Annotated[str, Field(max_length=36)]], Field(max_length=10)] = []


class ChangedReview(Given):
    """Fields to set; those left out stay as they are."""

    name: Annotated[str, Field(pattern=NO_NUL, max_length=300)] = ""
    stage: Stage = Stage.BASIC
    control_number: Annotated[str, Field(pattern=NO_NUL, max_length=20)] = ""
    amount: Money | None = None
    note: Long = ""
    reason: Line = ""


class ReviewStepIn(Given):
    """What the step takes; the rest is left out."""

    on: date | None = None
    there: Annotated[list[Annotated[str, Field(pattern=NO_NUL, max_length=100)]], Field(max_length=60)] = []
    amount: Money | None = None
    text: Long = ""
    reason: Line = ""
    files: Annotated[list[Annotated[str, Field(max_length=36)]], Field(max_length=10)] = []


class MemberIn(Given):
    name: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=60)]
    affiliation: Annotated[str, Field(pattern=NO_NUL, max_length=120)] = ""
    speciality: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=120)]
    source: MemberSource
    declared_on: date | None = None
    conflict: bool = False
    conflict_note: Annotated[str, Field(pattern=NO_NUL, max_length=500)] = ""


class ChangedMember(Given):
    """Fields to set; those left out stay as they are."""

    name: Annotated[str, Field(pattern=NO_NUL, max_length=60)] = ""
    affiliation: Annotated[str, Field(pattern=NO_NUL, max_length=120)] = ""
    speciality: Annotated[str, Field(pattern=NO_NUL, max_length=120)] = ""
    source: MemberSource = MemberSource.PCC
    declared_on: date | None = None
    conflict: bool = False
    conflict_note: Annotated[str, Field(pattern=NO_NUL, max_length=500)] = ""
    reason: Line


class RemovedMember(Given):
    reason: Line


class ReviewOpinionIn(Given):
    member_id: Key
    topic: Topic
    text: Long


class AnswerIn(Given):
    verdict: Verdict
    text: Long


class ConfirmationIn(Given):
    accepted: bool
    text: Long = ""


@router.get(
    "/reviews", permission="procurement.view", response=Paged[ReviewOut], summary=N_("基本設計審議清單")
)
def list_reviews(
    request: HttpRequest,
    q: Words = "",
    agency_id: Annotated[int | None, Query(ge=1, le=LARGEST_KEY)] = None,
    state: State = "",
    control_number: Words = "",
    page: PageNumber = 1,
    page_size: PageSize = 100,
) -> Any:
    """Reviews by words, agency, state and control number."""
    actor = actor_of(request)
    wanted = {"agency_id": agency_id, "state": state, "control_number": control_number}
    rows = reviews.found(actor, q).filter(**{name: value for name, value in wanted.items() if value})
    start = (page - 1) * page_size
    shown = rows.order_by("pk")[start : start + page_size]
    return {"count": rows.count(), "items": [review_document(each) for each in shown]}


@router.post("/reviews", permission="procurement.submit_review", response=ReviewOut, summary=N_("送審"))
def submit_review(request: HttpRequest, response: HttpResponse, given: NewReview) -> Any:
    """Submit a design; its number is given by the system."""
    actor = actor_of(request)
    values = given.model_dump(exclude={"on", "files"}, mode="python")
    values["stage"] = given.stage.value
    made = actions.submit_review(actor, values, on=given.on, held=given.files)
    return shown_review(actor, response, made.pk)


@router.get(
    "/reviews/own/{year}",
    permission="procurement.view",
    response=Listed[OwnReviewsOut],
    summary=N_("機關自辦審議"),
)
def list_own(request: HttpRequest, year: Annotated[int, Field(ge=1912, le=2110)]) -> Any:
    """Agencies' own reviews of a western year, by quarter, as locked."""
    rows = own_reviews.quarters([f"{year}-Q{n}" for n in range(1, 5)])
    return {"items": [own_document(each) for each in rows]}


@router.get(
    "/reviews/{case_id}", permission="procurement.view", response=ReviewInFullOut, summary=N_("一個審議案")
)
def read_review(request: HttpRequest, response: HttpResponse, case_id: Id) -> Any:
    """One review with its steps, panel and opinions."""
    actor = actor_of(request)
    shown = shown_review(actor, response, case_id)
    standing, struck = reviews.told_of(case_id)
    return {
        **shown,
        "steps": [act_document(*each) for each in reviews.steps_of(case_id)],
        "panel": [member_document(each) for each in reviews.panel_of(case_id)],
        "opinions": [opinion_document(each) for each in standing],
        "struck_opinions": [opinion_document(each) for each in struck],
    }


@router.patch(
    "/reviews/{case_id}", permission="procurement.submit_review", response=ReviewOut, summary=N_("修改審議案")
)
def edit_review(
    request: HttpRequest, response: HttpResponse, case_id: Id, given: ChangedReview, if_match: Match = None
) -> Any:
    """Change a review that is not decided, with a reason; If-Match carries the version read."""
    actor = actor_of(request)
    version = read_version(if_match, reviews.review(actor, case_id).version)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"})
    if "stage" in changes:
        changes["stage"] = given.stage.value
    actions.edit_review(actor, case_id, version=version, changes=changes, reason=given.reason)
    return shown_review(actor, response, case_id)


@router.post(
    "/reviews/{case_id}/steps/{step}",
    permission="procurement.view",
    response=ReviewOut,
    summary=N_("審議步驟"),
)
def take_step(
    request: HttpRequest,
    response: HttpResponse,
    case_id: Id,
    step: str,
    given: ReviewStepIn,
    if_match: Match = None,
) -> Any:
    """Lead a review on; the step asks for its own permission. If-Match carries the version read."""
    actor = actor_of(request)
    row = reviews.review(actor, case_id)
    if step not in TAKES:
        raise NotFound(tell("沒有這個步驟。請從審議案的頁面進入。"))
    takes = TAKES[step]
    sent = given.model_dump(exclude_unset=True)
    extra = sorted(set(sent) - {"on", *takes})
    if extra:
        raise BadInput(
            tell("這個步驟不收這些欄位，沒有執行。"),
            fields={name: [tell("這一欄不能改。")] for name in extra},
        )
    version = read_version(if_match, row.version) if if_match else row.version
    values = {name: getattr(given, name) for name in ("on", *takes) if name != "files"}
    if "files" in takes:
        values["held"] = given.files
    getattr(actions, step)(actor, case_id, version=version, **values)
    return shown_review(actor, response, case_id)


@router.post(
    "/reviews/{case_id}/members",
    permission="procurement.conduct_review",
    response=PanelMemberOut,
    summary=N_("登錄審議委員"),
)
def add_member(request: HttpRequest, case_id: Id, given: MemberIn) -> Any:
    """Put an expert on the panel."""
    actor = actor_of(request)
    values = {**given.model_dump(), "source": given.source.value}
    return member_document(actions.add_member(actor, case_id, values))


@router.patch(
    "/reviews/members/{member_id}",
    permission="procurement.conduct_review",
    response=PanelMemberOut,
    summary=N_("修改審議委員"),
)
def edit_member(request: HttpRequest, member_id: Id, given: ChangedMember, if_match: Match = None) -> Any:
    """Change an expert or write down the declaration, with a reason; If-Match carries the version read."""
    actor = actor_of(request)
    version = read_version(if_match, reviews.member(actor, member_id).version)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"}, mode="python")
    if "source" in changes:
        changes["source"] = given.source.value
    made = actions.edit_member(actor, member_id, version=version, changes=changes, reason=given.reason)
    return member_document(made)


@router.post(
    "/reviews/members/{member_id}/remove",
    permission="procurement.conduct_review",
    response=MemberRemovedOut,
    summary=N_("移除審議委員"),
)
def remove_member(request: HttpRequest, member_id: Id, given: RemovedMember) -> Any:
    """Take an expert off the panel before the meeting, with a reason."""
    actor = actor_of(request)
    found = reviews.member(actor, member_id)
    actions.remove_member(actor, member_id, reason=given.reason)
    return {"id": member_id, "case_id": found.case_id, "removed": True}


@router.post(
    "/reviews/{case_id}/opinions",
    permission="procurement.conduct_review",
    response=OpinionGivenOut,
    summary=N_("登錄審議意見"),
)
def give_opinion(request: HttpRequest, case_id: Id, given: ReviewOpinionIn) -> Any:
    """Write down an opinion of one expert about one topic."""
    actor = actor_of(request)
    made = actions.give_opinion(
        actor, case_id, member_id=given.member_id, topic=given.topic.value, text=given.text
    )
    return {"id": made.pk, "number": made.number}


@router.post(
    "/reviews/opinions/{opinion_id}/answer",
    permission="procurement.submit_review",
    response=AnsweredOut,
    summary=N_("回應審議意見"),
)
def answer_opinion(request: HttpRequest, opinion_id: Id, given: AnswerIn) -> Any:
    """Answer an opinion: adopted, partly, or not adopted with the reason."""
    actor = actor_of(request)
    made = actions.answer_opinion(actor, opinion_id, verdict=given.verdict.value, text=given.text)
    return {"id": made.pk, "verdict": made.verdict, "text": made.text}


@router.post(
    "/reviews/opinions/{opinion_id}/confirm",
    permission="procurement.conduct_review",
    response=ConfirmedOut,
    summary=N_("複核回應"),
)
def confirm_answer(request: HttpRequest, opinion_id: Id, given: ConfirmationIn) -> Any:
    """Accept the answer that holds, or say what is missing."""
    actor = actor_of(request)
    made = actions.confirm_answer(actor, opinion_id, accepted=given.accepted, text=given.text)
    return confirmation_document(made)


def shown_review(actor: Any, response: HttpResponse, case_id: int) -> dict[str, Any]:
    row = reviews.review(actor, case_id)
    tag(response, row.version)
    return review_document(row)
