"""Grant years: rates, stage targets, items, deadlines; years and items made and changed; the words of the report (B16)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field

from shizheng.common.api_fields import (
    NO_NUL,
    DayText,
    Given,
    Id,
    Key,
    Line,
    Listed,
    Long,
    Match,
    Money,
    actor_of,
    read_version,
    tag,
)
from shizheng.common.numbers import plain, round_half_up
from shizheng.common.words import N_
from shizheng.domains.projects import actions
from shizheng.domains.projects.api.fields import PeriodText
from shizheng.domains.projects.api.grant_answers import (
    GrantBoardOut,
    GrantDeadlineOut,
    GrantItemInFullOut,
    GrantItemOut,
    GrantReportOut,
    GrantYearOut,
)
from shizheng.domains.projects.api.routing import router
from shizheng.domains.projects.models import GrantItem, GrantReport, GrantYear
from shizheng.domains.projects.queries import grants as queries
from shizheng.domains.projects.queries.documents import number
from shizheng.domains.projects.queries.grant_calendar import duties_of
from shizheng.domains.projects.queries.grant_report import report_of
from shizheng.domains.projects.queries.grants import GrantBoard
from shizheng.domains.projects.rules.grants import Rate, Ratio, Sums
from shizheng.kernel.measures import view as measure_view
from shizheng.kernel.measures.queries import as_of_day

RocYear = Annotated[int, Field(ge=90, le=199)]
Name = Annotated[str, Field(pattern=NO_NUL, max_length=100)]


class ChangedGrantYear(Given):
    """Fields to set; those left out stay as they are."""

    central_agency: Name = ""
    selected_on: date | None = None
    selection_note: Long = ""
    reason: Line = ""


class GrantYearIn(Given):
    programme_id: Key
    roc_year: RocYear
    central_agency: Name
    selected_on: date | None = None
    selection_note: Long = ""


class GrantItemIn(Given):
    project_id: Key
    grant_amount: Money
    own_share: Money = Decimal(0)
    note: Long = ""


class ChangedGrantItem(Given):
    """Fields to set; those left out stay as they are."""

    grant_amount: Money | None = None
    own_share: Money | None = None
    note: Long = ""
    reason: Line = ""


class DropIn(Given):
    on: date
    reason: Line


class GrantReportIn(Given):
    """Fields to set; those left out stay as they are."""

    achievements: Long = ""
    problems: Long = ""
    improvements: Long = ""


@router.get("/grants", permission="projects.view", response=Listed[GrantYearOut], summary=N_("補助年度計畫"))
def list_grant_years(request: HttpRequest) -> Any:
    """All grant years, the newest first."""
    return {"items": [year_document(each) for each in queries.grant_years(actor_of(request))]}


@router.post("/grants", permission="projects.grants", response=GrantYearOut, summary=N_("新增補助年度計畫"))
def create_grant_year(request: HttpRequest, response: HttpResponse, given: GrantYearIn) -> Any:
    """A grant plan of a programme for a year."""
    row = actions.create_grant_year(actor_of(request), given.model_dump())
    tag(response, row.version)
    return year_document(row)


@router.get(
    "/grants/{year_id}", permission="projects.view", response=GrantBoardOut, summary=N_("一個補助年度計畫")
)
def read_grant_year(
    request: HttpRequest, response: HttpResponse, year_id: Id, period: PeriodText = "", as_of: DayText = ""
) -> Any:
    """Rates with numerators and denominators, stage targets, agencies and items in a period."""
    asked = measure_view.period_from(period) if period else None
    day = as_of_day(measure_view.day_from(as_of))
    board = queries.grant_board(actor_of(request), year_id, asked, day)
    tag(response, board.year.version)
    return board_document(board)


@router.patch(
    "/grants/{year_id}", permission="projects.grants", response=GrantYearOut, summary=N_("修改補助年度計畫")
)
def edit_grant_year(
    request: HttpRequest, response: HttpResponse, year_id: Id, given: ChangedGrantYear, if_match: Match = None
) -> Any:
    """Change a grant year, with a reason."""
    actor = actor_of(request)
    version = read_version(if_match, queries.grant_year(actor, year_id).version)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"})
    row = actions.edit_grant_year(actor, year_id, version=version, changes=changes, reason=given.reason)
    tag(response, row.version)
    return year_document(row)


@router.get(
    "/grants/{year_id}/deadlines",
    permission="projects.view",
    response=Listed[GrantDeadlineOut],
    summary=N_("補助款期限"),
)
def list_grant_deadlines(request: HttpRequest, year_id: Id) -> Any:
    """What is due in a grant year, what is done and what is late."""
    year = queries.grant_year(actor_of(request), year_id)
    return {
        "items": [
            {
                "rule": each.code,
                "title": each.title,
                "due": each.due.isoformat(),
                "done_on": each.done_on.isoformat() if each.done_on else None,
                "standing": each.standing.value,
            }
            for each in duties_of(year)
        ]
    }


@router.post(
    "/grants/{year_id}/items", permission="projects.grants", response=GrantItemOut, summary=N_("列入補助案")
)
def add_grant_item(request: HttpRequest, response: HttpResponse, year_id: Id, given: GrantItemIn) -> Any:
    """Take a tender into the year."""
    row = actions.add_grant_item(actor_of(request), year_id, given.model_dump())
    tag(response, row.version)
    return item_document(row)


@router.get(
    "/grants/items/{item_id}",
    permission="projects.view",
    response=GrantItemInFullOut,
    summary=N_("一個補助案"),
)
def read_grant_item(request: HttpRequest, response: HttpResponse, item_id: Id) -> Any:
    """One item with every period that was locked."""
    row = queries.grant_item(actor_of(request), item_id)
    tag(response, row.version)
    months = queries.months_of(row.year_id).filter(item=row).order_by("period")
    allocation = queries.allocations([row.pk]).get(row.pk)
    return {
        **item_document(row),
        "allocation": [plain(each) for each in allocation.amounts] if allocation else None,
        "periods": [
            {
                "period": each.period,
                "filed": each.filed,
                "annual": plain(each.annual),
                "awarded": each.awarded,
                "completed": each.completed,
                "allocated": number(each.allocated),
                "paid": number(each.paid),
                "payable": number(each.payable),
                "surplus": number(each.surplus),
                "correction_reason": each.reason or None,
            }
            for each in months
        ],
    }


@router.patch(
    "/grants/items/{item_id}", permission="projects.grants", response=GrantItemOut, summary=N_("修改補助案")
)
def edit_grant_item(
    request: HttpRequest, response: HttpResponse, item_id: Id, given: ChangedGrantItem, if_match: Match = None
) -> Any:
    """Change the money of an item, with a reason."""
    actor = actor_of(request)
    version = read_version(if_match, queries.grant_item(actor, item_id).version)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"})
    row = actions.edit_grant_item(actor, item_id, version=version, changes=changes, reason=given.reason)
    tag(response, row.version)
    return item_document(row)


@router.post(
    "/grants/items/{item_id}/drop",
    permission="projects.grants",
    response=GrantItemOut,
    summary=N_("剔除補助案"),
)
def drop_grant_item(
    request: HttpRequest, response: HttpResponse, item_id: Id, given: DropIn, if_match: Match = None
) -> Any:
    """Take an item out of the year from a day on."""
    actor = actor_of(request)
    version = read_version(if_match, queries.grant_item(actor, item_id).version)
    row = actions.drop_grant_item(actor, item_id, version=version, on=given.on, reason=given.reason)
    tag(response, row.version)
    return item_document(row)


@router.get(
    "/grants/{year_id}/report",
    permission="projects.view",
    response=GrantReportOut,
    summary=N_("補助款績效報告"),
)
def read_grant_report(request: HttpRequest, response: HttpResponse, year_id: Id) -> Any:
    """The words of the year's report; version 0 where nobody has written any."""
    queries.grant_year(actor_of(request), year_id)
    row = report_of(year_id)
    tag(response, row.version if row else 0)
    return report_document(year_id, row)


@router.put(
    "/grants/{year_id}/report",
    permission="projects.grants",
    response=GrantReportOut,
    summary=N_("編寫補助款績效報告"),
)
def save_grant_report(
    request: HttpRequest, response: HttpResponse, year_id: Id, given: GrantReportIn, if_match: Match = None
) -> Any:
    """Write the words of the year's report."""
    actor = actor_of(request)
    queries.grant_year(actor, year_id)
    there = report_of(year_id)
    version = read_version(if_match, there.version if there else 0)
    changes = given.model_dump(exclude_unset=True)
    row = actions.save_grant_report(actor, year_id, version=version, changes=changes)
    tag(response, row.version)
    return report_document(year_id, row)


def year_document(row: GrantYear) -> dict[str, Any]:
    """One grant year."""
    return {
        "id": row.pk,
        "programme": row.programme.code,
        "roc_year": row.roc_year,
        "central_agency": row.central_agency,
        "selected_on": row.selected_on.isoformat() if row.selected_on else None,
        "selection_note": row.selection_note,
        "version": row.version,
    }


def item_document(row: GrantItem) -> dict[str, Any]:
    """One item."""
    return {
        "id": row.pk,
        "grant_year_id": row.year_id,
        "project_id": row.project_id,
        "number": row.project.number,
        "name": row.project.name,
        "agency_id": row.project.agency_id,
        "grant_amount": plain(row.grant_amount),
        "own_share": plain(row.own_share),
        "note": row.note,
        "dropped_on": row.dropped_on.isoformat() if row.dropped_on else None,
        "version": row.version,
    }


def report_document(year_id: int, row: GrantReport | None) -> dict[str, Any]:
    """The words of a report."""
    return {
        "grant_year_id": year_id,
        "achievements": row.achievements if row else "",
        "problems": row.problems if row else "",
        "improvements": row.improvements if row else "",
        "version": row.version if row else 0,
    }


def _ratio(ratio: Ratio | None) -> dict[str, Any] | None:
    if ratio is None:
        return None
    percent = None if ratio.percent is None else f"{round_half_up(ratio.percent, 2)}"
    return {"part": plain(ratio.part), "whole": plain(ratio.whole), "percent": percent}


def _sums(sums: Sums, ratio: Any) -> dict[str, Any]:
    return {
        "items": sums.items,
        "filed": sums.filed,
        **{rate.value: _ratio(ratio(rate)) for rate in Rate},
    }


def board_document(board: GrantBoard) -> dict[str, Any]:
    """A grant year in a period."""
    records = {each.item_id: each for each in board.records}
    return {
        **year_document(board.year),
        "period": board.period.code if board.period else None,
        "periods": [each.code for each in board.periods],
        "total": _sums(board.sums, board.ratio),
        "agencies": [
            {"agency_id": each.agency_id, "agency": each.name, **_sums(each.sums, each.ratio)}
            for each in board.agencies
        ],
        "stages": [
            {
                "rate": each.rate.value,
                "on": each.on.isoformat(),
                "target": plain(each.target),
                "standing": each.standing.value,
                "reached": _ratio(each.ratio),
                "rule": each.rule.code,
                "rule_version_id": each.rule.version_id,
            }
            for each in board.stages
        ],
        "items": [
            {
                **item_document(each),
                "set_up": each.pk in board.allocations,
                "filed": records[each.pk].filed if each.pk in records else None,
                "awarded": records[each.pk].awarded if each.pk in records else None,
                "completed": records[each.pk].completed if each.pk in records else None,
            }
            for each in board.items
        ],
    }
