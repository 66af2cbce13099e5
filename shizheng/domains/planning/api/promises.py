"""Promises: programmes, their items at the end of a quarter, one item with all that was filed, and changes."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query

from shizheng.common.api_fields import (
    NO_NUL,
    Amount,
    DayText,
    Given,
    Id,
    Line,
    Long,
    Match,
    PageNumber,
    PageSize,
    actor_of,
    read_version,
    tag,
)
from shizheng.common.errors import BadInput
from shizheng.common.numbers import LARGEST_KEY
from shizheng.common.words import N_, tell
from shizheng.domains.planning.actions import promises as actions
from shizheng.domains.planning.api.fields import PeriodText, moment_of
from shizheng.domains.planning.api.routing import router
from shizheng.domains.planning.models.promises import PromiseKind
from shizheng.domains.planning.queries import promises as queries
from shizheng.domains.planning.queries.promise_documents import (
    filed_document,
    item_document,
    programme_document,
    promise_document,
)
from shizheng.domains.planning.rules.promises import State
from shizheng.kernel.measures import view as measure_view
from shizheng.kernel.measures.rules.periods import Period, PeriodKind

Unit = Annotated[int, Field(ge=1, le=LARGEST_KEY)]


class PromiseIn(Given):
    """Fields to set; those left out stay as they are. Only action plans have days, joint agencies and a target."""

    title: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=300)] = ""
    description: Long = ""
    happiness: bool = False
    main_agency_id: Unit | None = None
    joint: Annotated[list[Unit], Field(max_length=30)] = []
    starts_on: date | None = None
    ends_on: date | None = None
    target_quantity: Amount | None = None
    unit: Annotated[str, Field(pattern=NO_NUL, max_length=20)] = ""
    measure_id: Unit | None = None
    measure_unit_id: Unit | None = None


class NewPromise(PromiseIn):
    code: Annotated[str, Field(pattern=NO_NUL, max_length=40)]


class ChangedPromise(PromiseIn):
    reason: Line = ""


class PromiseMoveIn(Given):
    code: Annotated[str, Field(pattern=NO_NUL, max_length=40)]
    reason: Line = ""


class RetireIn(Given):
    reason: Line = ""


def _quarter(text: str) -> Period | None:
    if not text:
        return None
    found = measure_view.period_from(text)
    if found.kind is not PeriodKind.QUARTER:
        message = tell("政見按季檢討，請給一季，例如 2026-Q3。")
        raise BadInput(message, fields={"quarter": [message]})
    return found


@router.get("/promises/programmes", permission="planning.view", summary=N_("政見管考計畫"))
def list_programmes(request: HttpRequest) -> Any:
    """Programmes, the newest term first."""
    actor = actor_of(request)
    return {
        "items": [
            {
                "id": each.pk,
                "title": each.title,
                "term_from": each.term_from.isoformat(),
                "term_to": each.term_to.isoformat(),
                "published": each.published_at is not None,
                "version": each.version,
            }
            for each in queries.programmes(actor)
        ]
    }


@router.get(
    "/promises/programmes/{programme_id}",
    permission="planning.view",
    summary=N_("一份政見管考計畫在一季底的樣子"),
)
def read_programme(
    request: HttpRequest, programme_id: Id, quarter: PeriodText = "", as_of: DayText = ""
) -> Any:
    """A programme at the end of a quarter: tally and every item with its state."""
    actor = actor_of(request)
    made = queries.programme(actor, programme_id)
    return programme_document(queries.board(made, _quarter(quarter), moment_of(as_of)[1]))


@router.get(
    "/promises/programmes/{programme_id}/items",
    permission="planning.view",
    summary=N_("政見、子項與行動計畫"),
)
def list_promises(
    request: HttpRequest,
    programme_id: Id,
    quarter: PeriodText = "",
    kind: Annotated[PromiseKind | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
    agency_id: Annotated[int | None, Query(ge=1, le=LARGEST_KEY)] = None,
    as_of: DayText = "",
    page: PageNumber = 1,
    page_size: PageSize = 100,
) -> Any:
    """Items by kind, state and main agency."""
    actor = actor_of(request)
    board = queries.board(queries.programme(actor, programme_id), _quarter(quarter), moment_of(as_of)[1])
    found = [
        each
        for each in board.items
        if (kind is None or each.promise.kind == kind)
        and (state is None or each.state is state)
        and (agency_id is None or each.promise.main_agency_id == agency_id)
    ]
    start = (page - 1) * page_size
    return {
        "count": len(found),
        "page": page,
        "quarter": board.period.code,
        "items": [item_document(each) for each in found[start : start + page_size]],
    }


@router.post(
    "/promises/programmes/{programme_id}/items",
    permission="planning.manage_promises",
    summary=N_("新增政見、子項或行動計畫"),
)
def create_promise(request: HttpRequest, response: HttpResponse, programme_id: Id, given: NewPromise) -> Any:
    """Add a promise, a part or an action plan; its code says which."""
    actor = actor_of(request)
    values = given.model_dump(exclude_unset=True, exclude={"code"})
    made = actions.create_promise(actor, programme_id, given.code, values)
    tag(response, made.version)
    return promise_document(made)


@router.get("/promises/{promise_id}", permission="planning.view", summary=N_("一項與歷次填報"))
def read_promise(request: HttpRequest, response: HttpResponse, promise_id: Id, as_of: DayText = "") -> Any:
    """One item with all that was filed about it, quarter by quarter, corrections included."""
    actor = actor_of(request)
    found = queries.promise(actor, promise_id)
    tag(response, found.version)
    filed = queries.filed_quarters(found, moment_of(as_of)[1])
    return {**promise_document(found), "quarters": [filed_document(each) for each in filed]}


@router.patch("/promises/{promise_id}", permission="planning.manage_promises", summary=N_("修改一項"))
def edit_promise(
    request: HttpRequest,
    response: HttpResponse,
    promise_id: Id,
    given: ChangedPromise,
    if_match: Match = None,
) -> Any:
    """Change an item, with a reason; If-Match carries the version read."""
    actor = actor_of(request)
    version = read_version(if_match, queries.promise(actor, promise_id).version)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"})
    row = actions.edit_promise(actor, promise_id, version=version, changes=changes, reason=given.reason)
    tag(response, row.version)
    return promise_document(row)


@router.post(
    "/promises/{promise_id}/move", permission="planning.manage_promises", summary=N_("移到另一項之下")
)
def move_promise(
    request: HttpRequest, response: HttpResponse, promise_id: Id, given: PromiseMoveIn, if_match: Match = None
) -> Any:
    """Give another code; what is below goes along."""
    actor = actor_of(request)
    version = read_version(if_match, queries.promise(actor, promise_id).version)
    row = actions.move_promise(actor, promise_id, version=version, code=given.code, reason=given.reason)
    tag(response, row.version)
    return promise_document(row)


@router.post(
    "/promises/{promise_id}/retire", permission="planning.manage_promises", summary=N_("停止列管一項")
)
def retire_promise(
    request: HttpRequest, response: HttpResponse, promise_id: Id, given: RetireIn, if_match: Match = None
) -> Any:
    """Follow it no longer, with a reason."""
    actor = actor_of(request)
    version = read_version(if_match, queries.promise(actor, promise_id).version)
    row = actions.retire_promise(actor, promise_id, version=version, reason=given.reason)
    tag(response, row.version)
    return promise_document(row)


@router.get("/public/promises/{programme_id}", permission=None, summary=N_("公布的政見管考計畫"))
def read_published_programme(request: HttpRequest, programme_id: Id, quarter: PeriodText = "") -> Any:
    """A published programme at the end of a quarter, for everybody."""
    return programme_document(queries.board(queries.published_programme(programme_id), _quarter(quarter)))
