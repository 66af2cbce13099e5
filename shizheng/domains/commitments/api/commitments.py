"""Commitments: list, one with all that happened, entered, changed; the board of agencies."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query

from shizheng.common import clock
from shizheng.common.api_fields import (
    NO_NUL,
    Amount,
    Given,
    Id,
    Key,
    Line,
    Listed,
    Long,
    Match,
    Paged,
    PageNumber,
    PageSize,
    actor_of,
    read_version,
    tag,
)
from shizheng.common.numbers import LARGEST_KEY
from shizheng.common.words import N_
from shizheng.domains.commitments import actions
from shizheng.domains.commitments.api.answers import (
    CommitmentBoardOut,
    CommitmentInFullOut,
    CommitmentOut,
    NearOut,
)
from shizheng.domains.commitments.api.routing import router
from shizheng.domains.commitments.models import Commitment
from shizheng.domains.commitments.queries import boards
from shizheng.domains.commitments.queries import commitments as queries
from shizheng.domains.commitments.queries.documents import (
    agency_document,
    commitment_document,
    line_document,
    tally_document,
)
from shizheng.domains.commitments.queries.near import near_ones
from shizheng.domains.commitments.queries.reading import linked, reached
from shizheng.domains.commitments.queries.timeline import timeline
from shizheng.domains.commitments.rules.workflow import State
from shizheng.kernel.organisations import queries as organisations

Words = Annotated[str, Query(pattern=NO_NUL, max_length=200)]
Code = Annotated[str, Query(pattern=r"^[a-z0-9-]*$", max_length=20)]
Own = Annotated[str, Field(pattern=NO_NUL, max_length=500)]


class CommitmentIn(Given):
    """Fields to set; those left out stay as they are."""

    text: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=5000)] = ""
    agreed_on: date | None = None
    agreed_due: date | None = None
    main_id: Key | None = None
    joint_ids: Annotated[list[Key], Field(max_length=30)] = []
    target_quantity: Amount | None = None
    quantity_unit: Annotated[str, Field(pattern=NO_NUL, max_length=20)] = ""
    source_label: Annotated[str, Field(pattern=NO_NUL, max_length=300)] = ""
    source_url: Annotated[str, Field(pattern=NO_NUL, max_length=300)] = ""
    link_kind: Annotated[str, Field(pattern=NO_NUL, max_length=60)] = ""
    link_key: Annotated[str, Field(pattern=NO_NUL, max_length=60)] = ""
    extra: Annotated[dict[str, Own], Field(max_length=8)] = {}
    note: Long = ""


class NewCommitment(CommitmentIn):
    list_id: Key


class ChangedCommitment(CommitmentIn):
    reason: Line = ""


class NearIn(Given):
    text: Annotated[str, Field(pattern=NO_NUL, max_length=5000)]
    unit_ids: Annotated[list[Key], Field(min_length=1, max_length=31)]


def shown(actor: Any, response: HttpResponse, commitment_id: int) -> dict[str, Any]:
    """A commitment as it stands, with its ETag."""
    row = queries.commitment(actor, commitment_id)
    tag(response, row.version)
    return document(row)


def document(row: Commitment) -> dict[str, Any]:
    """With how far each unit is, linked progress included."""
    links = linked([row])
    return commitment_document(row, {each.pk: reached(row, each, links) for each in row.units.all()})


@router.get("/", permission="commitments.view", response=Paged[CommitmentOut], summary=N_("列管事項清單"))
def list_commitments(
    request: HttpRequest,
    q: Words = "",
    list: Code = "",
    unit_id: Annotated[int | None, Query(ge=1, le=LARGEST_KEY)] = None,
    state: Annotated[State | None, Query()] = None,
    overdue: bool = False,
    roc_year: Annotated[int | None, Query(ge=1, le=300)] = None,
    page: PageNumber = 1,
    page_size: PageSize = 100,
) -> Any:
    """Commitments by words, list, unit (with what is below it), state, being late, year."""
    actor = actor_of(request)
    wanted = {"list__code": list, "state": state and state.value, "roc_year": roc_year}
    rows = queries.found(actor, q).filter(**{name: value for name, value in wanted.items() if value})
    if unit_id is not None:
        rows = rows.filter(queries.owing(organisations.subtree_ids(unit_id)))
    if overdue:
        rows = rows.filter(queries.overdue(clock.today()))
    start = (page - 1) * page_size
    items = queries.with_units(rows.order_by("number"))[start : start + page_size]
    return {"count": rows.count(), "items": [commitment_document(each) for each in items]}


@router.post("/", permission="commitments.edit", response=CommitmentOut, summary=N_("新增列管事項"))
def create_commitment(request: HttpRequest, response: HttpResponse, given: NewCommitment) -> Any:
    """Enter a commitment; its number is given by the system."""
    actor = actor_of(request)
    row = actions.create_commitment(actor, given.model_dump(exclude_unset=True))
    return shown(actor, response, row.pk)


@router.post("/near", permission="commitments.view", response=Listed[NearOut], summary=N_("查是否已列管"))
def list_near(request: HttpRequest, given: NearIn) -> Any:
    """Open commitments of these units with a near text, the likest first (C05)."""
    actor = actor_of(request)
    found = near_ones(actor, given.text, given.unit_ids)
    return {
        "items": [
            {"id": each.commitment.pk, "number": each.commitment.number, "text": each.commitment.text,
             "percent": str(round(each.percent, 2))}
            for each in found
        ]
    }  # fmt: skip


@router.get(
    "/board", permission="commitments.view", response=CommitmentBoardOut, summary=N_("列管事項機關看板")
)
def read_board(request: HttpRequest, list: Code = "") -> Any:
    """How every agency stands today, every rate with what it is made of (C08)."""
    actor = actor_of(request)
    chosen = queries.list_by_code(list) if list else None
    found = boards.board(actor, clock.today(), list_id=(chosen.pk if chosen else 0) if list else None)
    return {
        "on": found.today,
        "total": tally_document(found.total),
        "items": [agency_document(each) for each in found.lines],
    }


@router.get(
    "/{int:commitment_id}",
    permission="commitments.view",
    response=CommitmentInFullOut,
    summary=N_("一件列管事項"),
)
def read_commitment(request: HttpRequest, response: HttpResponse, commitment_id: Id) -> Any:
    """One commitment with all that was told, asked and decided, the newest first."""
    actor = actor_of(request)
    row = queries.commitment(actor, commitment_id)
    tag(response, row.version)
    return {**document(row), "timeline": [line_document(each) for each in timeline(row)]}


@router.patch(
    "/{int:commitment_id}", permission="commitments.edit", response=CommitmentOut, summary=N_("修改列管事項")
)
def edit_commitment(
    request: HttpRequest,
    response: HttpResponse,
    commitment_id: Id,
    given: ChangedCommitment,
    if_match: Match = None,
) -> Any:
    """Change a commitment, with a reason; If-Match carries the version read."""
    actor = actor_of(request)
    version = read_version(if_match, queries.commitment(actor, commitment_id).version)
    actions.edit_commitment(
        actor,
        commitment_id,
        version=version,
        changes=given.model_dump(exclude_unset=True, exclude={"reason"}),
        reason=given.reason,
    )
    return shown(actor, response, commitment_id)
