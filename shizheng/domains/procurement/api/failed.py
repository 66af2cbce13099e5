"""Series, cases, what happened to them, and the patterns of a year."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema

from shizheng.common import clock
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
from shizheng.common.numbers import LARGEST_KEY
from shizheng.common.words import N_
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.api.answers import (
    CaseEventOut,
    FailedCaseInFullOut,
    FailedCaseOut,
    PatternsOut,
    SupervisionSeriesOut,
)
from shizheng.domains.procurement.api.routing import router
from shizheng.domains.procurement.models import Category
from shizheng.domains.procurement.queries import failed as queries
from shizheng.domains.procurement.queries.counting import settled_by_series
from shizheng.domains.procurement.queries.documents import (
    case_document,
    event_document,
    line_document,
    series_document,
)
from shizheng.domains.procurement.queries.patterns import patterns
from shizheng.domains.procurement.rules.failed import Cause, Kind, Outcome, settled_of

RocYear = Annotated[int, Field(ge=1, le=300)]


class NewSeries(Given):
    roc_year: RocYear
    opened_on: date | None = None
    note: Long = ""


class ChangedSeries(Given):
    opened_on: date
    note: Long = ""
    reason: Line = ""


class CaseIn(Given):
    """Fields to set; those left out stay as they are."""

    series_id: Key | None = None
    tender_no: Annotated[str, Field(pattern=NO_NUL, max_length=60)] = ""
    name: Annotated[str, Field(pattern=NO_NUL, max_length=300)] = ""
    agency_id: Key | None = None
    category: Category | None = None
    amount: Money | None = None
    listed_on: date | None = None
    note: Long = ""


class ChangedCase(CaseIn):
    reason: Line = ""


class EventIn(Given):
    """What happened; those left out stay as they are."""

    kind: Kind
    on: date
    bidders: Annotated[int, Field(ge=0, le=1000)] | None = None
    amount: Money | None = None
    causes: Annotated[list[Cause], Field(max_length=20)] = []
    text: Long = ""


class CorrectedEvent(Given):
    kind: Kind | None = None
    on: date | None = None
    bidders: Annotated[int, Field(ge=0, le=1000)] | None = None
    amount: Money | None = None
    causes: Annotated[list[Cause], Field(max_length=20)] = []
    text: Long = ""
    reason: Line = ""


class StruckEvent(Given):
    reason: Line = ""


def _values(given: Schema, *left_out: str) -> dict[str, Any]:
    values = given.model_dump(exclude_unset=True, exclude=set(left_out))
    if "causes" in values:
        values["causes"] = [each.value for each in values["causes"]]
    return values


@router.get(
    "/failed/series",
    permission="procurement.view",
    response=Listed[SupervisionSeriesOut],
    summary=N_("督導年度"),
)
def list_series(request: HttpRequest) -> Any:
    """Series with their counts and rates as the cases stand today."""
    counts = settled_by_series()
    return {"items": [series_document(each, counts[each.pk]) for each in queries.all_series()]}


@router.post(
    "/failed/series",
    permission="procurement.supervise",
    response=SupervisionSeriesOut,
    summary=N_("開立督導年度"),
)
def open_series(request: HttpRequest, response: HttpResponse, given: NewSeries) -> Any:
    """Open a year's series, or its next edition."""
    actor = actor_of(request)
    made = actions.open_series(actor, **given.model_dump())
    tag(response, made.version)
    return series_document(made, settled_by_series()[made.pk])


@router.patch(
    "/failed/series/{series_id}",
    permission="procurement.supervise",
    response=SupervisionSeriesOut,
    summary=N_("修改督導年度"),
)
def edit_series(
    request: HttpRequest, response: HttpResponse, series_id: Id, given: ChangedSeries, if_match: Match = None
) -> Any:
    """Change day and note, with a reason."""
    actor = actor_of(request)
    version = read_version(if_match, queries.series(series_id).version)
    row = actions.edit_series(actor, series_id, version=version, **given.model_dump())
    tag(response, row.version)
    return series_document(row, settled_by_series()[row.pk])


@router.get(
    "/failed/cases",
    permission="procurement.view",
    response=Paged[FailedCaseOut],
    summary=N_("流廢標督導案清單"),
)
def list_cases(
    request: HttpRequest,
    q: Words = "",
    series_id: Annotated[int | None, Query(ge=1, le=LARGEST_KEY)] = None,
    agency_id: Annotated[int | None, Query(ge=1, le=LARGEST_KEY)] = None,
    outcome: Annotated[Outcome | None, Query()] = None,
    category: Annotated[Category | None, Query()] = None,
    roc_year: Annotated[int | None, Query(ge=1, le=300)] = None,
    page: PageNumber = 1,
    page_size: PageSize = 100,
) -> Any:
    """Cases by words, series, agency, outcome, category and year."""
    actor = actor_of(request)
    wanted = {
        "series_id": series_id, "agency_id": agency_id, "outcome": outcome and outcome.value, "category": category,
        "series__roc_year": roc_year,
    }  # fmt: skip
    rows = queries.found(actor, q).filter(**{name: value for name, value in wanted.items() if value})
    start = (page - 1) * page_size
    shown = rows.order_by("pk")[start : start + page_size]
    return {"count": rows.count(), "items": [case_document(each) for each in shown]}


@router.post(
    "/failed/cases", permission="procurement.supervise", response=FailedCaseOut, summary=N_("列管流廢標案")
)
def list_case(request: HttpRequest, response: HttpResponse, given: CaseIn) -> Any:
    """List a case of a tender outside of the register."""
    actor = actor_of(request)
    return _shown(actor, response, actions.list_case(actor, _values(given)).pk)


@router.get(
    "/failed/cases/{case_id}",
    permission="procurement.view",
    response=FailedCaseInFullOut,
    summary=N_("一個流廢標督導案"),
)
def read_case(request: HttpRequest, response: HttpResponse, case_id: Id) -> Any:
    """One case with all that happened to it."""
    actor = actor_of(request)
    shown = _shown(actor, response, case_id)
    return {**shown, "events": [line_document(each) for each in queries.timeline(case_id)]}


@router.patch(
    "/failed/cases/{case_id}", permission="procurement.edit", response=FailedCaseOut, summary=N_("修改督導案")
)
def edit_case(
    request: HttpRequest, response: HttpResponse, case_id: Id, given: ChangedCase, if_match: Match = None
) -> Any:
    """Change a case, with a reason; If-Match carries the version read."""
    actor = actor_of(request)
    version = read_version(if_match, queries.case(actor, case_id).version)
    actions.edit_case(actor, case_id, version=version, changes=_values(given, "reason"), reason=given.reason)
    return _shown(actor, response, case_id)


@router.post(
    "/failed/cases/{case_id}/events",
    permission="procurement.edit",
    response=CaseEventOut,
    summary=N_("登錄督導案事件"),
)
def record_event(request: HttpRequest, case_id: Id, given: EventIn) -> Any:
    """Write down what happened; the outcome follows."""
    actor = actor_of(request)
    queries.case(actor, case_id)
    return event_document(actions.record_event(actor, case_id, version=None, values=_values(given)))


@router.post(
    "/failed/events/{event_id}/correct",
    permission="procurement.edit",
    response=CaseEventOut,
    summary=N_("更正督導案事件"),
)
def correct_event(request: HttpRequest, event_id: Id, given: CorrectedEvent) -> Any:
    """Tell it again as it was, with a reason; what was told before stays."""
    actor = actor_of(request)
    queries.event(actor, event_id)
    changes = _values(given, "reason")
    return event_document(
        actions.correct_event(actor, event_id, version=None, changes=changes, reason=given.reason)
    )


@router.post(
    "/failed/events/{event_id}/strike",
    permission="procurement.edit",
    response=CaseEventOut,
    summary=N_("刪除督導案事件"),
)
def strike_event(request: HttpRequest, event_id: Id, given: StruckEvent) -> Any:
    """It did not happen after all; it stays readable."""
    actor = actor_of(request)
    queries.event(actor, event_id)
    return event_document(actions.strike_event(actor, event_id, version=None, reason=given.reason))


@router.get(
    "/failed/patterns/{roc_year}",
    permission="procurement.view",
    response=PatternsOut,
    summary=N_("流廢標樣態"),
)
def read_patterns(request: HttpRequest, roc_year: Id, on: date | None = None) -> Any:
    """The rate of a year with its parts, and its patterns, as the cases stood at the end of a day."""
    day = on or clock.today()
    cases, found = patterns(day, roc_year)
    total = settled_of(each.course.outcome for each in cases)
    return {
        "on": day.isoformat(), "listed": total.listed, "awarded": total.awarded, "dropped": total.dropped,
        "rate": None if total.percent is None else f"{total.percent:.2f}",
        "patterns": {
            each.code: [
                {
                    "code": row.code, "label": row.label, "listed": row.settled.listed, "awarded": row.settled.awarded,
                    "dropped": row.settled.dropped, "failures": row.failures, "repeated": row.repeated, "days": row.days,
                }
                for row in each.rows
            ]
            for each in found
        },
    }  # fmt: skip


def _shown(actor: Any, response: HttpResponse, case_id: int) -> dict[str, Any]:
    row = queries.case(actor, case_id)
    tag(response, row.version)
    return case_document(row)
