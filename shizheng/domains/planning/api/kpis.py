"""Goals and KPIs: as printed, with figures, and edited."""

from typing import Annotated, Any, Literal

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
from shizheng.common.numbers import LARGEST_KEY
from shizheng.common.words import N_
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.api.boards import board_asked, board_kpi
from shizheng.domains.planning.api.fields import PeriodText, Year, moment_of
from shizheng.domains.planning.api.routing import router
from shizheng.domains.planning.queries.documents import (
    kpi_document,
    plan_document,
    text_of,
)
from shizheng.domains.planning.rules.definitions import ROC_OFFSET
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures import view as measure_view
from shizheng.kernel.measures.rules.periods import Period, PeriodKind


class GoalIn(Given):
    """The fields to change; those left out stay."""

    name: Line | None = None
    name_in_part_one: Line | None = None
    weight: Amount | None = None
    description: Long | None = None
    reason: Annotated[str, Field(pattern=NO_NUL, max_length=2000)] = ""


class KpiIn(Given):
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


@router.get("/plans/{plan_id}/goals", permission="planning.view", summary=N_("一份計畫的目標與指標"))
def read_goals(request: HttpRequest, plan_id: Id, as_of: DayText = "") -> Any:
    """Goals with their KPIs and the figures of the plan's year."""
    actor = actor_of(request)
    day, moment = moment_of(as_of)
    document = plan_document(queries.plan_then(actor, plan_id, day), moment)
    return document["goals"]


@router.patch("/goals/{goal_id}", permission="planning.edit", summary=N_("修改目標"))
def edit_goal(
    request: HttpRequest, response: HttpResponse, goal_id: Id, given: GoalIn, if_match: Match = None
) -> Any:
    """Change a goal; If-Match carries the version read."""
    actor = actor_of(request)
    goal = queries.goal(actor, goal_id)
    version = read_version(if_match, goal.version)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"})
    goal = actions.edit_goal(actor, goal_id, version=version, changes=changes, reason=given.reason)
    tag(response, goal.version)
    return {
        "id": goal.pk,
        "number": goal.number,
        "name": goal.name,
        "name_in_part_one": goal.name_in_part_one,
        "weight": text_of(goal.weight),
        "version": goal.version,
    }


@router.get("/kpis", permission="planning.view", summary=N_("衡量指標清單"))
def list_kpis(
    request: HttpRequest,
    year: Year = None,
    period: PeriodText = "",
    status: Annotated[str, Query(pattern=NO_NUL, max_length=30)] = "",
    agency_id: Annotated[int | None, Query(ge=1, le=LARGEST_KEY)] = None,
    as_of: DayText = "",
    page: PageNumber = 1,
    page_size: PageSize = 100,
) -> Any:
    """KPIs of a period with figure, verdict and trace."""
    board = board_asked(request, year, period, as_of, agency_id)
    rows = [kpi for kpi in board.kpis if not status or kpi.status.value == status]
    start = (page - 1) * page_size
    items = [board_kpi(board, kpi) for kpi in rows[start : start + page_size]]
    return {"count": len(rows), "page": page, "period": board.period.code, "items": items}


@router.get("/kpis/{kpi_id}", permission="planning.view", summary=N_("一個衡量指標"))
def read_kpi(
    request: HttpRequest, response: HttpResponse, kpi_id: Id, period: PeriodText = "", as_of: DayText = ""
) -> Any:
    """One KPI as printed, with its figure and the address of the trace."""
    actor = actor_of(request)
    _day, moment = moment_of(as_of)
    kpi = queries.part_then(actor, queries.kpi(actor, kpi_id), moment)
    plan = kpi.goal.plan
    span = measure_view.period_from(period) if period else Period(PeriodKind.YEAR, plan.roc_year + ROC_OFFSET)
    figure = measures.figure(kpi.measure_id, plan.agency_id, span, moment) if kpi.measure_id else None
    tag(response, kpi.version)
    return {
        **kpi_document(kpi, figure, plan),
        "plan_id": plan.pk,
        "goal_id": kpi.goal_id,
        "version": kpi.version,
    }


@router.patch("/kpis/{kpi_id}", permission="planning.edit", summary=N_("修改衡量指標"))
def edit_kpi(
    request: HttpRequest, response: HttpResponse, kpi_id: Id, given: KpiIn, if_match: Match = None
) -> Any:
    """Change a KPI; If-Match carries the version read. In an accepted plan this makes a new definition version."""
    actor = actor_of(request)
    kpi = queries.kpi(actor, kpi_id)
    version = read_version(if_match, kpi.version)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"})
    kpi = actions.edit_kpi(actor, kpi_id, version=version, changes=changes, reason=given.reason)
    tag(response, kpi.version)
    return {**kpi_document(kpi, None, kpi.goal.plan), "version": kpi.version}
