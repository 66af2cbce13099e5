"""Petitions: the list, one with all that happened, taken in; the table of the month."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query

from shizheng.common.api_fields import (
    MONTH,
    NO_NUL,
    Given,
    Id,
    Key,
    Line,
    Paged,
    PageNumber,
    PageSize,
    Words,
    actor_of,
    tag,
)
from shizheng.common.numbers import LARGEST_KEY
from shizheng.common.words import N_
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.api.answers import (
    PetitionInFullOut,
    PetitionMonthOut,
    PetitionOut,
    ReceivedOut,
)
from shizheng.domains.petitions.api.routing import router
from shizheng.domains.petitions.queries import boards
from shizheng.domains.petitions.queries import petitions as queries
from shizheng.domains.petitions.queries.documents import petition_document, reply_document, tally_document
from shizheng.domains.petitions.queries.possible import possible_acts
from shizheng.domains.petitions.rules.classes import PetitionClass, Source
from shizheng.kernel.cases import queries as cases
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.organisations import queries as organisations

Short = Annotated[str, Field(pattern=NO_NUL, max_length=300)]
State = Annotated[str, Query(pattern=r"^[a-z]*$", max_length=30)]


class PetitionerIn(Given):
    """Who the citizen is; kept sealed."""

    name: Short = ""
    phone: Short = ""
    email: Short = ""
    address: Short = ""
    id_number: Short = ""


class NewPetitionIn(Given):
    """A petition to be taken in. Nothing personal belongs into `subject`: it is kept for ever."""

    subject: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=300)]
    words: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=5000)]
    petition_class: PetitionClass
    channel: Annotated[str, Field(pattern=NO_NUL, max_length=40)]
    source: Source | None = None
    category_id: Key | None = None
    unit_id: Key | None = None
    received_at: datetime | None = None
    language: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{2,20}$")] = "zh-Hant"
    place: Annotated[str, Field(pattern=NO_NUL, max_length=200)] = ""
    petitioner: PetitionerIn = PetitionerIn()
    read_back: bool = False
    signed: bool = False
    letter_number: Annotated[str, Field(pattern=NO_NUL, max_length=100)] = ""
    letter_from: Annotated[str, Field(pattern=NO_NUL, max_length=100)] = ""
    restricted: bool = False
    reason: Line = ""


def shown(actor: Any, response: HttpResponse, case_id: int) -> dict[str, Any]:
    """A petition as it stands, with its ETag."""
    row = queries.petition(actor, case_id)
    tag(response, row.case.version)
    return petition_document(row, words=queries.may_read_words(actor, row.case))


@router.get("/", permission="petitions.view", response=Paged[PetitionOut], summary=N_("陳情案件清單"))
def list_petitions(
    request: HttpRequest,
    q: Words = "",
    state: State = "",
    petition_class: Annotated[PetitionClass | None, Query()] = None,
    source: Annotated[Source | None, Query()] = None,
    unit_id: Annotated[int | None, Query(ge=1, le=LARGEST_KEY)] = None,
    overdue: bool = False,
    page: PageNumber = 1,
    page_size: PageSize = 100,
) -> Any:
    """Petitions by words, state (`open` for all that are), class, source, unit (with what is below it), being late."""
    actor = actor_of(request)
    rows = queries.found(actor, q)
    if state:
        rows = rows.filter(queries.is_open()) if state == "open" else rows.filter(case__state=state)
    if petition_class:
        rows = rows.filter(petition_class=petition_class.value)
    if source:
        rows = rows.filter(source=source.value)
    if unit_id is not None:
        rows = rows.filter(case__unit__in=organisations.subtree_ids(unit_id))
    if overdue:
        rows = rows.filter(queries.late())
    start = (page - 1) * page_size
    items = rows.order_by("-case__received_at", "-id")[start : start + page_size]
    return {"count": rows.count(), "items": [petition_document(each) for each in items]}


@router.post("/", permission="petitions.open", response=ReceivedOut, summary=N_("登錄陳情"))
def receive_petition(request: HttpRequest, response: HttpResponse, given: NewPetitionIn) -> Any:
    """Take in a petition; the look-up code is in this answer alone."""
    actor = actor_of(request)
    values = given.model_dump(exclude={"petitioner", "reason"})
    received = actions.receive_petition(
        actor, actions.NewPetition(**values, petitioner=given.petitioner.model_dump())
    )
    case = received.petition.case
    tag(response, case.version)
    return {
        "id": case.pk,
        "number": case.number,
        "code": received.code,
        "due_at": case.due_at,
        "version": case.version,
    }


@router.get(
    "/month", permission="petitions.view", response=PetitionMonthOut, summary=N_("陳情辦理情形月報表")
)
def read_month(
    request: HttpRequest, month: Annotated[str, Query(pattern=f"^{MONTH}$", description=N_("例如 2025-06"))]
) -> Any:
    """What came and ended in a month, each rate with what it is made of (CP-07, CP-11)."""
    found = boards.month(actor_of(request), parse_period(month))
    return {
        "month": month,
        "total": tally_document(found.total),
        "agencies": [
            {"unit_id": getattr(unit, "id", 0), "unit": unit.name, "tally": tally_document(tally)}
            for unit, tally in found.agencies
        ],
        "classes": {each.value: tally_document(tally) for each, tally in found.classes},
        "target": None if found.target is None else str(found.target),
    }


@router.get("/{int:case_id}", permission="petitions.view", response=PetitionInFullOut, summary=N_("一件陳情"))
def read_petition(request: HttpRequest, response: HttpResponse, case_id: Id) -> Any:
    """One petition, why its deadline is that day, all that happened, and what the caller may do now."""
    actor = actor_of(request)
    document = shown(actor, response, case_id)
    row = queries.petition(actor, case_id)
    reads = queries.may_read_words(actor, row.case)
    return {
        **document,
        "timeline": [
            {"title": each.title, "at": each.at, "by": each.by, "text": each.text}
            for each in cases.timeline(row.case)
        ],
        "why": [each.text for each in cases.why_this_day(row.case)],
        "replies": [reply_document(each) for each in row.replies.all()] if reads else [],
        "sealed": sorted(cases.sealed_names(row.case)),
        "possible": [
            {"name": each.more[0] if each.page == "act" else each.page, "label": each.label}
            for each in possible_acts(actor, row)
        ],
    }
