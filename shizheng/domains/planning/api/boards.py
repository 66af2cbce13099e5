"""Boards of the city and of an agency."""

from typing import Any

from django.http import HttpRequest

from shizheng.common.api_fields import DayText, Id, actor_of
from shizheng.common.errors import NotFound
from shizheng.common.words import N_, tell
from shizheng.domains.planning import queries
from shizheng.domains.planning.api.fields import PeriodText, Year, moment_of
from shizheng.domains.planning.api.routing import router
from shizheng.domains.planning.queries import Board, BoardKpi
from shizheng.domains.planning.queries.documents import (
    figure_document,
    text_of,
)
from shizheng.domains.planning.rules.tallies import Tally
from shizheng.kernel.measures import view as measure_view
from shizheng.kernel.organisations import queries as organisations


@router.get("/board", permission="planning.view", summary=N_("市府看板"))
def read_board(request: HttpRequest, year: Year = None, period: PeriodText = "", as_of: DayText = "") -> Any:
    """The city board: tallies by agency, exceptions first."""
    return _board_out(board_asked(request, year, period, as_of, None))


@router.get("/agencies/{unit_id}/board", permission="planning.view", summary=N_("一個機關的看板"))
def read_agency_board(
    request: HttpRequest, unit_id: Id, year: Year = None, period: PeriodText = "", as_of: DayText = ""
) -> Any:
    """An agency's board."""
    if organisations.unit(unit_id) is None:
        raise NotFound(tell("找不到這個機關。"))
    return _board_out(board_asked(request, year, period, as_of, unit_id))


def board_asked(
    request: HttpRequest, year: int | None, period: str, as_of: str, agency_id: int | None
) -> Board:
    actor = actor_of(request)
    _day, moment = moment_of(as_of)
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
        "exceptions": [board_kpi(board, kpi) for kpi in board.exceptions[:50]],
        "not_filed": [board_kpi(board, kpi) for kpi in board.late[:50]],
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


def board_kpi(board: Board, kpi: BoardKpi) -> dict[str, Any]:
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
