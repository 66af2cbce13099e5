"""Programmes: all of them, the board of one, what goes to the city meeting; made and changed (B15, C02, C10)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema

from shizheng.common.api_fields import (
    NO_NUL,
    Amount,
    DayOut,
    DayText,
    Given,
    Id,
    Key,
    Line,
    Listed,
    Long,
    Match,
    actor_of,
    read_version,
    tag,
)
from shizheng.common.errors import BadInput
from shizheng.common.numbers import plain, round_half_up
from shizheng.common.words import N_, tell
from shizheng.domains.projects import actions
from shizheng.domains.projects.api.answers import RuleOut, TenderProgrammeOut
from shizheng.domains.projects.api.board_answers import MeetingTenderOut, MonthCaseOut, NamedTenderOut
from shizheng.domains.projects.api.boards import case_out, rules_out
from shizheng.domains.projects.api.fields import PeriodText
from shizheng.domains.projects.api.routing import router
from shizheng.domains.projects.models import Cycle, Project
from shizheng.domains.projects.queries import programme_board as boards
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.queries.documents import number, programme_document
from shizheng.domains.projects.queries.programme_board import ProgrammeBoard
from shizheng.domains.projects.queries.programmes import ToMeeting, to_city_meeting
from shizheng.kernel.measures import view as measure_view
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.measures.rules.periods import PeriodKind


class TargetIn(Given):
    """So much in all by a day."""

    on: date
    quantity: Amount


class ProgrammeIn(Given):
    """Fields to set; those left out stay as they are."""

    name: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=100)] = ""
    name_en: Annotated[str, Field(pattern=NO_NUL, max_length=150)] = ""
    note: Long = ""
    starts_on: date | None = None
    ends_on: date | None = None
    target_quantity: Amount | None = None
    unit: Annotated[str, Field(pattern=NO_NUL, max_length=20)] = ""
    targets: Annotated[list[TargetIn], Field(max_length=100)] = []
    lead_id: Key | None = None
    cycle: Cycle = Cycle.NONE
    control_levels: Annotated[int, Field(ge=1, le=3)] = 1
    measure_id: Key | None = None
    promise_codes: Annotated[str, Field(pattern=NO_NUL, max_length=300)] = ""
    in_use: bool = True


class ChangedProgramme(ProgrammeIn):
    reason: Line = ""


class ProgrammeMoneyOut(Schema):
    """What its tenders spent, in NTD, with the three rates in percent."""

    executed: str
    allocated: str
    budget: str
    paid: str
    execution: str | None
    achievement: str | None
    realisation: str | None


class DueCheckpointOut(Schema):
    """A checkpoint planned within the quarter, and whether it is reached."""

    project_id: int
    name: str
    on: DayOut
    reached: bool


class ProgrammeBoardOut(TenderProgrammeOut):
    """A programme in a month; `reached` against `planned` quantity as filed for `filed_period`.

    `joined`: in it now, but not counted by the lock of the month; `left`: counted by the lock, and gone since.
    """

    period: str | None
    rules: list[RuleOut]
    money: ProgrammeMoneyOut
    reached: str | None
    planned: str | None
    filed_period: str | None
    cases: list[MonthCaseOut]
    joined: list[NamedTenderOut]
    left: list[NamedTenderOut]
    due: list[DueCheckpointOut]
    to_city_meeting: list[MeetingTenderOut]


def _given(values: dict[str, Any]) -> dict[str, Any]:
    if "targets" in values:
        values["targets"] = [(each["on"], each["quantity"]) for each in values["targets"]]
    return values


@router.get(
    "/programmes", permission="projects.view", response=Listed[TenderProgrammeOut], summary=N_("專案計畫")
)
def list_programmes(request: HttpRequest) -> Any:
    """Programmes with what tenders bring towards their targets."""
    brought = queries.brought()
    rows = queries.programmes().prefetch_related("targets")
    return {"items": [programme_document(each, brought.get(each.pk, {})) for each in rows]}


@router.post(
    "/programmes", permission="projects.manage_types", response=TenderProgrammeOut, summary=N_("新增專案計畫")
)
def create_programme(request: HttpRequest, response: HttpResponse, given: ProgrammeIn) -> Any:
    """A programme, with a target where it has one."""
    actor = actor_of(request)
    row = actions.create_programme(actor, _given(given.model_dump(exclude_unset=True)))
    tag(response, row.version)
    return programme_document(row, {})


@router.patch(
    "/programmes/{programme_id}",
    permission="projects.manage_types",
    response=TenderProgrammeOut,
    summary=N_("修改專案計畫"),
)
def edit_programme(
    request: HttpRequest,
    response: HttpResponse,
    programme_id: Id,
    given: ChangedProgramme,
    if_match: Match = None,
) -> Any:
    """Change a programme, with a reason."""
    actor = actor_of(request)
    version = read_version(if_match, queries.programme(programme_id).version)
    changes = _given(given.model_dump(exclude_unset=True, exclude={"reason"}))
    row = actions.edit_programme(actor, programme_id, version=version, changes=changes, reason=given.reason)
    tag(response, row.version)
    return programme_document(row, queries.brought([row.pk]).get(row.pk, {}))


@router.get(
    "/programmes/{programme_id}",
    permission="projects.view",
    response=ProgrammeBoardOut,
    summary=N_("一個專案計畫的看板"),
)
def read_programme(
    request: HttpRequest,
    response: HttpResponse,
    programme_id: Id,
    period: PeriodText = "",
    as_of: DayText = "",
) -> Any:
    """Tenders, money and quantities of a programme in a month."""
    asked = measure_view.period_from(period) if period else None
    day = as_of_day(measure_view.day_from(as_of))
    board = boards.programme_board(actor_of(request), programme_id, asked, day)
    tag(response, board.programme.version)
    return _board_out(board)


@router.get(
    "/programmes/{programme_id}/city-meeting",
    permission="projects.view",
    response=Listed[MeetingTenderOut],
    summary=N_("提報市府會議的標案"),
)
def read_city_meeting(request: HttpRequest, programme_id: Id, period: PeriodText, as_of: DayText = "") -> Any:
    """Which tenders go to the city meeting after a quarter: lagging all the time, or in need of others (TC-26)."""
    queries.programme(programme_id)
    quarter = measure_view.period_from(period)
    if quarter.kind is not PeriodKind.QUARTER:
        message = tell("按季提報，請給一季，例如 2025-Q2。")
        raise BadInput(message, fields={"period": [message]})
    day = as_of_day(measure_view.day_from(as_of))
    return {"items": [_meeting_out(each) for each in to_city_meeting(programme_id, quarter, day)]}


def _project_out(each: Project) -> dict[str, Any]:
    return {"project_id": each.pk, "number": each.number, "name": each.name, "agency_id": each.agency_id}


def _meeting_out(each: ToMeeting) -> dict[str, Any]:
    return {
        **_project_out(each.project),
        "lasting": each.lasting,
        "months": [{"period": one.code, "lag": number(gap)} for one, gap in each.months],
        "coordination": each.coordination,
    }


def _percent(value: Decimal | None) -> str | None:
    return None if value is None else f"{round_half_up(value, 2)}"


def _board_out(board: ProgrammeBoard) -> dict[str, Any]:
    tally, month = board.month.tally, board.month
    brought = queries.brought([board.programme.pk])
    return {
        **programme_document(board.programme, brought.get(board.programme.pk, {})),
        "period": month.period.code if month.period else None,
        "rules": rules_out(month.rule.rules if month.rule else ()),
        "money": {
            "executed": plain(tally.executed),
            "allocated": plain(tally.allocated),
            "budget": plain(tally.budget),
            "paid": plain(tally.paid),
            "execution": _percent(tally.execution),
            "achievement": _percent(tally.achievement),
            "realisation": _percent(tally.realisation),
        },
        "reached": number(board.filed.quantity) if board.filed else None,
        "planned": number(board.planned),
        "filed_period": board.filed.period if board.filed else None,
        "cases": [case_out(month, each) for each in month.cases],
        "joined": [_project_out(each) for each in board.joined],
        "left": [_project_out(each) for each in board.left],
        "due": [
            {
                "project_id": each.project.pk,
                "name": each.name,
                "on": each.on.isoformat(),
                "reached": each.reached,
            }
            for each in board.due
        ],
        "to_city_meeting": [_meeting_out(each) for each in board.meeting],
    }
