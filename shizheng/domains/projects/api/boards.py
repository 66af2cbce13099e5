"""Boards of the month, ranking and streaks."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query

from shizheng.common.api_fields import NO_NUL, DayText, Id, actor_of
from shizheng.common.errors import BadInput, NotFound
from shizheng.common.numbers import LARGEST_KEY, plain, round_half_up
from shizheng.common.words import N_, tell
from shizheng.domains.projects.api.board_answers import MonthBoardOut, RankingOut, StreaksOut
from shizheng.domains.projects.api.routing import router
from shizheng.domains.projects.queries import boards, ranking
from shizheng.domains.projects.queries.boards import AgencyRow, Case, MonthBoard
from shizheng.domains.projects.rules.judging import Rate
from shizheng.kernel.measures import view as measure_view
from shizheng.kernel.measures.queries import AsOf, as_of_day
from shizheng.kernel.measures.rules.periods import Period, PeriodKind
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.rulebook.queries import RuleValue

UnitId = Annotated[int | None, Query(ge=1, le=LARGEST_KEY)]
MonthText = Annotated[
    str,
    Query(pattern=NO_NUL, max_length=20, description=N_("月份，例如 2025-03；不給就是最近鎖定的月份")),
]
RateText = Annotated[str, Query(pattern="^(matching|execution|filed)$")]
Months = Annotated[int, Query(ge=1, le=36)]


def asked_month(period: str, as_of: str, *, name: str = "period") -> tuple[Period | None, AsOf | None]:
    """The month and the moment that were asked for. Raises BadInput for what is no month (field `name`), or no day."""
    found = measure_view.period_from(period) if period else None
    if found is not None and found.kind is not PeriodKind.MONTH:
        message = tell("標案按月鎖定，請給月份，例如 2025-03。")
        raise BadInput(message, fields={name: [message]})
    return found, as_of_day(measure_view.day_from(as_of))


@router.get("/board", permission="projects.view", response=MonthBoardOut, summary=N_("標案月看板"))
def read_board(request: HttpRequest, period: MonthText = "", as_of: DayText = "") -> Any:
    """The city's month: every agency with its counts, severe cases, those not filed, the rules that judged."""
    return _board_out(boards.city_board(actor_of(request), *asked_month(period, as_of)))


@router.get(
    "/agencies/{unit_id}/board",
    permission="projects.view",
    response=MonthBoardOut,
    summary=N_("一個機關的標案月看板"),
)
def read_agency_board(request: HttpRequest, unit_id: Id, period: MonthText = "", as_of: DayText = "") -> Any:
    """An agency's month: every tender."""
    if organisations.unit(unit_id) is None:
        raise NotFound(tell("找不到這個機關。"))
    return _board_out(boards.agency_board(actor_of(request), unit_id, *asked_month(period, as_of)))


@router.get("/ranking", permission="projects.view", response=RankingOut, summary=N_("機關排名"))
def read_ranking(
    request: HttpRequest,
    period: MonthText = "",
    as_of: DayText = "",
    rate: RateText = "matching",
    months: Months = 12,
) -> Any:
    """Agencies by a rate, with the months before."""
    span, moment = asked_month(period, as_of)
    found = ranking.ranking(actor_of(request), span, moment, rate=rate, months=months)
    return {
        "period": found.period.code if found.period else None,
        "rate": rate,
        "months": [each.code for each in found.shown],
        "rules": rules_out(found.rule.rules if found.rule else ()),
        "rows": [
            {
                "place": each.place,
                "place_before": each.before,
                "agency_id": each.agency_id,
                "agency": each.name,
                "part": plain(each.part),
                "whole": plain(each.whole),
                "percent": _percent(each.percent),
                "severe": each.severe,
                "series": [_percent(one) for one in each.series],
            }
            for each in found.rows
        ],
    }


@router.get("/streaks", permission="projects.view", response=StreaksOut, summary=N_("連續超前或落後"))
def read_streaks(
    request: HttpRequest, period: MonthText = "", as_of: DayText = "", unit: UnitId = None
) -> Any:
    """Proposals of reward or penalty, each with the months that it rests on."""
    found = ranking.streaks(actor_of(request), *asked_month(period, as_of), unit)
    return {
        "period": found.period.code if found.period else None,
        "rules": rules_out(found.rule.rules if found.rule else ()),
        "proposals": [
            {
                "kind": "reward" if each.ahead else "penalty",
                "project_id": each.record.project_id,
                "number": each.record.project.number,
                "name": each.record.project.name,
                "agency_id": each.agency_id,
                "agency": found.names.get(each.agency_id, ""),
                "months": [{"period": one.period.code, "lag": plain(one.lag)} for one in each.months],
            }
            for each in found.proposals
        ],
    }


def _percent(value: Decimal | None) -> str | None:
    return None if value is None else f"{round_half_up(value, 2)}"


def _rate(rate: Rate) -> dict[str, Any]:
    return {"part": rate.part, "whole": rate.whole, "percent": _percent(rate.percent)}


def rules_out(rules: Iterable[RuleValue]) -> list[dict[str, Any]]:
    """The versions of the rules that judged, each with its value."""
    return [
        {
            "code": each.code,
            "version": each.number,
            "version_id": each.version_id,
            "value": each.raw,
            "to_be_confirmed": each.unconfirmed,
        }
        for each in rules
    ]


def _board_out(board: MonthBoard) -> dict[str, Any]:
    empty = board.period is None or board.rule is None
    return {
        "period": board.period.code if board.period else None,
        "periods": [each.code for each in board.periods],
        "rules": rules_out(board.rule.rules if board.rule else ()),
        "matching": None if empty else _rate(board.matching),
        "filed": _rate(board.tally.filed),
        "execution": _money(board),
        "severe": board.tally.severe,
        "agencies": [_agency_out(each) for each in board.agencies],
        "cases": [case_out(board, each) for each in board.cases],
    }


def _money(board: MonthBoard) -> dict[str, Any]:
    tally = board.tally
    return {
        "executed": plain(tally.executed),
        "allocated": plain(tally.allocated),
        "budget": plain(tally.budget),
        "paid": plain(tally.paid),
        "percent": _percent(tally.execution),
    }


def _agency_out(row: AgencyRow) -> dict[str, Any]:
    tally = row.tally
    return {
        "agency_id": row.agency_id,
        "agency": row.name,
        "continuing": tally.all,
        "ahead": tally.ahead,
        "on_plan": tally.on_plan,
        "behind": tally.behind,
        "suspended": tally.suspended,
        "severe": tally.severe,
        "matching": _rate(row.matching),
        "filed": _rate(tally.filed),
        "executed": plain(tally.executed),
        "allocated": plain(tally.allocated),
        "execution": _percent(tally.execution),
        "reports": row.reports,
    }


def case_out(board: MonthBoard, case: Case) -> dict[str, Any]:
    """One tender of a month."""
    each = case.record

    def number(value: Decimal | None) -> str | None:
        return None if value is None else plain(value)

    return {
        "project_id": each.project_id,
        "number": each.project.number,
        "name": each.project.name,
        "agency_id": each.project.agency_id,
        "agency": board.names.get(each.project.agency_id, ""),
        "course": case.course.value,
        "severe": case.severe,
        "planned": number(each.planned),
        "actual": number(each.actual),
        "lag": number(case.lag),
        "planned_works": number(each.planned_works),
        "actual_works": number(each.actual_works),
        "works_lag": number(case.works_lag),
        "plan_version_id": each.plan_id,
        "cause": each.cause or None,
        "remedy": each.remedy or None,
        "catch_up_on": each.catch_up_on.isoformat() if each.catch_up_on else None,
        "text": each.text or None,
        "correction_reason": each.reason or None,
    }
