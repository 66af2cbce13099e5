"""The API of plans, KPIs, boards and results: the same actions and queries as the pages."""

import base64
import binascii
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Header, Path, Query, Schema

from shizheng.common.api import Router
from shizheng.common.errors import BadInput, CannotDo, NotFound
from shizheng.common.numbers import whole_number
from shizheng.common.words import N_, tell
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.models import Plan, PlanState
from shizheng.domains.planning.parsing import to_json
from shizheng.domains.planning.queries import Board, BoardKpi
from shizheng.domains.planning.queries.documents import (
    figure_document,
    kpi_document,
    plan_document,
    public_document,
    text_of,
)
from shizheng.domains.planning.rules.definitions import ROC_OFFSET
from shizheng.domains.planning.rules.document import as_document
from shizheng.domains.planning.rules.tallies import Tally
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures import view as measure_view
from shizheng.kernel.measures.queries import AsOf, as_of_day
from shizheng.kernel.measures.rules.periods import Period, PeriodKind
from shizheng.kernel.organisations import queries as organisations

router = Router()

LARGEST = 2**63 - 1
MAX_FILE = 5 * 1024 * 1024
# What the database cannot hold in a text.
NO_NUL = r"^[^\x00]*$"
Word = Annotated[str, Field(pattern=NO_NUL, max_length=200)]
Line = Annotated[str, Field(pattern=NO_NUL, max_length=2000)]
Long = Annotated[str, Field(pattern=NO_NUL, max_length=20_000)]
Amount = Annotated[Decimal, Field(max_digits=24, decimal_places=6, allow_inf_nan=False)]
Id = Annotated[int, Path(ge=1, le=LARGEST)]
Year = Annotated[int | None, Query(ge=1, le=300, description=N_("民國年度"))]
DayText = Annotated[
    str, Query(pattern=NO_NUL, max_length=20, description=N_("截至哪一天，例如 115-10-05；不給就是今天"))
]
PeriodText = Annotated[
    str, Query(pattern=NO_NUL, max_length=20, description="2017、2017-H1、2017-Q2、2017-06")
]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
PageSize = Annotated[int, Query(ge=1, le=500)]
Match = Annotated[str | None, Header(alias="If-Match", max_length=40, description='讀到的 ETag，例如 "3"')]


class PlanOut(Schema):
    """A plan in a list."""

    id: int
    title: str
    agency_id: int
    agency: str
    roc_year: int
    edition: int
    state: str
    version: int


class PlansOut(Schema):
    count: int
    page: int
    items: list[PlanOut]


class ImportIn(Schema):
    """A document as text, or its bytes in base64. `dry_run` reads and saves nothing."""

    file_name: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=255)]
    text: Annotated[str, Field(pattern=NO_NUL, max_length=MAX_FILE)] | None = None
    content_base64: Annotated[str, Field(max_length=MAX_FILE * 4 // 3 + 4)] | None = None
    agency_id: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    roc_year: Annotated[int, Field(ge=1, le=300)] | None = None
    dry_run: bool = False


class ReasonIn(Schema):
    reason: Annotated[str, Field(pattern=NO_NUL, max_length=2000)] = ""


class GoalIn(Schema):
    """The fields to change; those left out stay."""

    name: Line | None = None
    name_in_part_one: Line | None = None
    weight: Amount | None = None
    description: Long | None = None
    reason: Annotated[str, Field(pattern=NO_NUL, max_length=2000)] = ""


class KpiIn(Schema):
    """The fields to change; those left out stay. In an accepted plan a reason is needed."""

    name: Line | None = None
    weight: Amount | None = None
    system: Line | None = None
    method: Line | None = None
    formula_text: Long | None = None
    target_text: Line | None = None
    target_value: Amount | None = None
    unit: Annotated[str, Field(pattern=NO_NUL, max_length=20)] | None = None
    direction: Literal[">=", "<=", "="] | None = None
    reason: Annotated[str, Field(pattern=NO_NUL, max_length=2000)] = ""


class ConfirmIn(Schema):
    """`chosen`: input → position of a printed figure; `typed`: input → number (with the reason: where it is from)."""

    chosen: dict[Word, Annotated[int, Field(ge=1, le=10_000)]] = {}
    typed: dict[Word, Amount] = {}
    reason: Annotated[str, Field(pattern=NO_NUL, max_length=2000)] = ""


def _moment(text: str) -> tuple[date | None, AsOf | None]:
    day = measure_view.day_from(text)
    return day, as_of_day(day)


def _read_version(given: str | None, version: int) -> int:
    """The version in If-Match; raises 412 where it is missing, or not that of the row."""
    text = (given or "").strip().removeprefix("W/").strip('"')
    if whole_number(text) != version:
        failure = CannotDo(
            tell("If-Match 沒有帶，或與現在的版次不同，沒有存。請重新讀取，帶上新的 ETag 再送。"),
            code="precondition_failed",
        )
        failure.status = 412
        raise failure
    return version


def _optional_version(given: str | None, version: int) -> int | None:
    return _read_version(given, version) if given else None


def _plan_out(plan: Plan) -> dict[str, Any]:
    return {
        "id": plan.pk,
        "title": plan.title,
        "agency_id": plan.agency_id,
        "agency": plan.agency.name,
        "roc_year": plan.roc_year,
        "edition": plan.edition,
        "state": plan.state,
        "version": plan.version,
    }


def _tag(response: HttpResponse, version: int) -> None:
    response["ETag"] = f'"{version}"'


@router.get("/plans", permission="planning.view", response=PlansOut)
def list_plans(
    request: HttpRequest,
    roc_year: Year = None,
    state: Annotated[PlanState | None, Query()] = None,
    agency_id: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    q: Annotated[str, Query(pattern=NO_NUL, max_length=100)] = "",
    as_of: DayText = "",
    page: PageNumber = 1,
    page_size: PageSize = 50,
) -> Any:
    """Plans that the caller may see, newest year first."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    rows = queries.plans_found(actor, q) if q.strip() else queries.visible_to(actor).select_related("agency")
    for name, value in (("roc_year", roc_year), ("agency_id", agency_id)):
        if value is not None:
            rows = rows.filter(**{name: value})
    found = queries.plans_then(actor, rows.order_by("-roc_year", "agency_id", "-edition"), _moment(as_of)[1])
    if state is not None:
        found = [plan for plan in found if plan.state == state]
    start = (page - 1) * page_size
    return {
        "count": len(found),
        "page": page,
        "items": [_plan_out(plan) for plan in found[start : start + page_size]],
    }


@router.post("/plans/import", permission="planning.import")
def import_plan(request: HttpRequest, given: ImportIn) -> Any:
    """Read a document; save it as a draft unless `dry_run`. The same file twice gives the plan that is in already."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    data = _bytes(given)
    parsed = actions.read_document(data, given.file_name)
    answer: dict[str, Any] = as_document(to_json(parsed))
    if not given.dry_run:
        if given.agency_id is not None and organisations.unit(given.agency_id) is None:
            text = tell("沒有這個機關，沒有存。請從機關清單選一個。")
            raise BadInput(text, fields={"agency_id": [text]})
        done = actions.import_plan(
            actor, data, given.file_name, agency_id=given.agency_id, roc_year=given.roc_year, parsed=parsed
        )
        url = f"/planning/plans/{done.plan.pk}/"
        answer["plan"] = {**_plan_out(done.plan), "url": url, "created": done.created}
    return answer


def _bytes(given: ImportIn) -> bytes:
    if (given.text is None) == (given.content_base64 is None):
        text = tell("text 和 content_base64 要給一個，也只能給一個。")
        raise BadInput(text, fields={"text": [text]})
    if given.text is not None:
        return given.text.encode()
    try:
        return base64.b64decode(given.content_base64 or "", validate=True)
    except (binascii.Error, ValueError) as failure:
        text = tell("content_base64 不是有效的 base64。")
        raise BadInput(text, fields={"content_base64": [text]}) from failure


@router.get("/plans/{plan_id}", permission="planning.view")
def read_plan(request: HttpRequest, response: HttpResponse, plan_id: Id, as_of: DayText = "") -> Any:
    """One plan with everything in it, as of a day."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    day, moment = _moment(as_of)
    plan = queries.plan_then(actor, plan_id, day)
    _tag(response, plan.version)
    return plan_document(plan, moment)


@router.post("/plans/{plan_id}/accept", permission="planning.accept", response=PlanOut)
def accept_plan(request: HttpRequest, plan_id: Id, given: ReasonIn, if_match: Match = None) -> Any:
    """Bring a draft into force."""
    return _act(request, plan_id, actions.accept_plan, given.reason, if_match)


@router.post("/plans/{plan_id}/publish", permission="planning.publish", response=PlanOut)
def publish_plan(request: HttpRequest, plan_id: Id, given: ReasonIn, if_match: Match = None) -> Any:
    """Show an accepted plan to everybody."""
    return _act(request, plan_id, actions.publish_plan, given.reason, if_match)


@router.post("/plans/{plan_id}/withdraw", permission="planning.publish", response=PlanOut)
def withdraw_plan(request: HttpRequest, plan_id: Id, given: ReasonIn, if_match: Match = None) -> Any:
    """Take a published plan back from the public site."""
    return _act(request, plan_id, actions.withdraw_plan, given.reason, if_match)


@router.delete("/plans/{plan_id}", permission="planning.import", response={204: None})
def discard_plan(
    request: HttpRequest,
    plan_id: Id,
    reason: Annotated[str, Query(pattern=NO_NUL, max_length=2000)] = "",
    if_match: Match = None,
) -> Any:
    """Discard a draft, with a reason."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    plan = queries.plan(actor, plan_id)
    actions.discard_plan(actor, plan.pk, version=_optional_version(if_match, plan.version), reason=reason)
    return 204, None


def _act(request: HttpRequest, plan_id: int, action: Any, reason: str, if_match: str | None) -> Any:
    actor: Any = request.auth  # type: ignore[attr-defined]
    plan = queries.plan(actor, plan_id)
    return _plan_out(action(actor, plan.pk, version=_optional_version(if_match, plan.version), reason=reason))


@router.get("/plans/{plan_id}/goals", permission="planning.view")
def read_goals(request: HttpRequest, plan_id: Id, as_of: DayText = "") -> Any:
    """Goals with their KPIs and the figures of the plan's year."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    day, moment = _moment(as_of)
    document = plan_document(queries.plan_then(actor, plan_id, day), moment)
    return document["goals"]


@router.patch("/goals/{goal_id}", permission="planning.edit")
def edit_goal(
    request: HttpRequest, response: HttpResponse, goal_id: Id, given: GoalIn, if_match: Match = None
) -> Any:
    """Change a goal; If-Match carries the version read."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    goal = queries.goal(actor, goal_id)
    version = _read_version(if_match, goal.version)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"})
    goal = actions.edit_goal(actor, goal_id, version=version, changes=changes, reason=given.reason)
    _tag(response, goal.version)
    return {
        "id": goal.pk,
        "number": goal.number,
        "name": goal.name,
        "name_in_part_one": goal.name_in_part_one,
        "weight": text_of(goal.weight),
        "version": goal.version,
    }


@router.get("/kpis", permission="planning.view")
def list_kpis(
    request: HttpRequest,
    year: Year = None,
    period: PeriodText = "",
    status: Annotated[str, Query(pattern=NO_NUL, max_length=30)] = "",
    agency_id: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    as_of: DayText = "",
    page: PageNumber = 1,
    page_size: PageSize = 100,
) -> Any:
    """KPIs of a period with figure, verdict and trace."""
    board = _board(request, year, period, as_of, agency_id)
    rows = [kpi for kpi in board.kpis if not status or kpi.status.value == status]
    start = (page - 1) * page_size
    items = [_board_kpi(board, kpi) for kpi in rows[start : start + page_size]]
    return {"count": len(rows), "page": page, "period": board.period.code, "items": items}


@router.get("/kpis/{kpi_id}", permission="planning.view")
def read_kpi(
    request: HttpRequest, response: HttpResponse, kpi_id: Id, period: PeriodText = "", as_of: DayText = ""
) -> Any:
    """One KPI as printed, with its figure and the address of the trace."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    _day, moment = _moment(as_of)
    kpi = queries.part_then(actor, queries.kpi(actor, kpi_id), moment)
    plan = kpi.goal.plan
    span = measure_view.period_from(period) if period else Period(PeriodKind.YEAR, plan.roc_year + ROC_OFFSET)
    figure = measures.figure(kpi.measure_id, plan.agency_id, span, moment) if kpi.measure_id else None
    _tag(response, kpi.version)
    return {
        **kpi_document(kpi, figure, plan),
        "plan_id": plan.pk,
        "goal_id": kpi.goal_id,
        "version": kpi.version,
    }


@router.patch("/kpis/{kpi_id}", permission="planning.edit")
def edit_kpi(
    request: HttpRequest, response: HttpResponse, kpi_id: Id, given: KpiIn, if_match: Match = None
) -> Any:
    """Change a KPI; If-Match carries the version read. In an accepted plan this makes a new definition version."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    kpi = queries.kpi(actor, kpi_id)
    version = _read_version(if_match, kpi.version)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"})
    kpi = actions.edit_kpi(actor, kpi_id, version=version, changes=changes, reason=given.reason)
    _tag(response, kpi.version)
    return {**kpi_document(kpi, None, kpi.goal.plan), "version": kpi.version}


@router.get("/board", permission="planning.view")
def read_board(request: HttpRequest, year: Year = None, period: PeriodText = "", as_of: DayText = "") -> Any:
    """The city board: tallies by agency, exceptions first."""
    return _board_out(_board(request, year, period, as_of, None))


@router.get("/agencies/{unit_id}/board", permission="planning.view")
def read_agency_board(
    request: HttpRequest, unit_id: Id, year: Year = None, period: PeriodText = "", as_of: DayText = ""
) -> Any:
    """An agency's board."""
    if organisations.unit(unit_id) is None:
        raise NotFound(tell("找不到這個機關。"))
    return _board_out(_board(request, year, period, as_of, unit_id))


def _board(request: HttpRequest, year: int | None, period: str, as_of: str, agency_id: int | None) -> Board:
    actor: Any = request.auth  # type: ignore[attr-defined]
    _day, moment = _moment(as_of)
    span = measure_view.period_from(period) if period else None
    if agency_id is None:
        return queries.city_board(actor, None if span else year, span, moment)
    return queries.agency_board(actor, agency_id, None if span else year, span, moment)


def _board_out(board: Board) -> dict[str, Any]:
    return {
        "year": board.year,
        "period": board.period.code,
        "years": list(board.years),
        "tally": _tally(board.tally),
        "agencies": [
            {"id": row.agency_id, "name": row.name, "tally": _tally(row.tally)} for row in board.agencies
        ],
        "exceptions": [_board_kpi(board, kpi) for kpi in board.exceptions[:50]],
        "not_filed": [_board_kpi(board, kpi) for kpi in board.late[:50]],
    }


def _tally(tally: Tally) -> dict[str, Any]:
    share = tally.share
    return {
        "kpis": tally.all,
        "judged": tally.judged,
        "good": tally.good,
        "share": None if share is None else f"{share:.2f}",
        "weight": text_of(tally.weight),
        "weight_judged": text_of(tally.weight_judged),
        "weight_good": text_of(tally.weight_good),
        "counts": {status.value: count for status, count in tally.counts.items()},
    }


def _board_kpi(board: Board, kpi: BoardKpi) -> dict[str, Any]:
    return {
        "id": kpi.kpi_id,
        "plan_id": kpi.plan_id,
        "agency_id": kpi.agency_id,
        "agency": board.names.get(kpi.agency_id, ""),
        "goal": kpi.goal_name,
        "label": kpi.label,
        "name": kpi.name,
        "weight": text_of(kpi.weight),
        "target_text": kpi.target_text or None,
        "status": kpi.status.value,
        "figure": None if kpi.figure is None else figure_document(kpi.figure),
    }


@router.get("/results/{row_id}", permission="planning.view")
def read_result(request: HttpRequest, response: HttpResponse, row_id: Id) -> Any:
    """A result row, its printed figures, and what they may be."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    row = queries.result(actor, row_id)
    _tag(response, row.version)
    return {
        "id": row.pk,
        "plan_id": row.plan_id,
        "kpi_id": row.kpi_id,
        "kpi": row.kpi_name,
        "narrative": row.narrative,
        "status": row.status,
        "status_note": row.status_note,
        "version": row.version,
        "figures": [
            {
                "position": each.position,
                "text": each.text,
                "value": text_of(each.value),
                "unit": each.unit,
                "role": each.role,
            }
            for each in row.figures.all()
        ],
        "proposals": [
            {
                "inputs": dict(each.inputs),
                "computed": text_of(each.computed),
                "confidence": str(each.confidence),
                "exact": each.exact,
                "reason": each.reason,
            }
            for each in queries.proposals_for(row)
        ],
    }


@router.post("/results/{row_id}/confirm", permission="planning.edit")
def confirm_result(
    request: HttpRequest, response: HttpResponse, row_id: Id, given: ConfirmIn, if_match: Match = None
) -> Any:
    """Record the inputs of a row as facts: a person says which number is which."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    row = queries.result(actor, row_id)
    version = _optional_version(if_match, row.version)
    row = actions.confirm_figures(
        actor, row_id, version=version, chosen=given.chosen, typed=given.typed, reason=given.reason
    )
    _tag(response, row.version)
    return {"id": row.pk, "status": row.status, "status_note": row.status_note, "version": row.version}


@router.get("/public/plans", permission=None, response=PlansOut)
def list_published(
    request: HttpRequest, roc_year: Year = None, page: PageNumber = 1, page_size: PageSize = 50
) -> Any:
    """Published plans, for everybody."""
    rows = queries.published().defer("source__text").order_by("-roc_year", "agency_id")
    if roc_year is not None:
        rows = rows.filter(roc_year=roc_year)
    start = (page - 1) * page_size
    return {
        "count": rows.count(),
        "page": page,
        "items": [_plan_out(plan) for plan in rows[start : start + page_size]],
    }


@router.get("/public/plans/{plan_id}", permission=None)
def read_published(request: HttpRequest, plan_id: Id) -> Any:
    """A published plan with its KPIs, figures and results, for everybody."""
    return public_document(queries.published_plan(plan_id))
