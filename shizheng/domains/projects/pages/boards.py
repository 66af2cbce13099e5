"""標案看板: the month of the city and of one agency, the worst first, every rate with what it is made of (B03, B14)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common.errors import NotFound
from shizheng.common.numbers import format_decimal, round_half_up
from shizheng.common.routes import requires
from shizheng.common.words import called
from shizheng.domains.projects.pages.month_common import (
    address,
    as_of_in,
    export_in,
    exported,
    month_chips,
    month_in,
    rules_shown,
)
from shizheng.domains.projects.publications import MONTH, OPEN
from shizheng.domains.projects.queries import boards as queries
from shizheng.domains.projects.queries.boards import AgencyRow, Case, MonthBoard
from shizheng.domains.projects.queries.judging import COUNTS, OVERALL, REPORT, TENDER, TOLERANCE, WORKS
from shizheng.domains.projects.rules.judging import COURSE_LABELS
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.view import trace_url
from shizheng.kernel.organisations import queries as organisations

MEASURES = ("projects.matching", "projects.execution", "projects.filed")
MOST_SHOWN = 50
JUDGED_BY = (TOLERANCE, COUNTS, TENDER, WORKS, REPORT, OVERALL)


@requires("projects.view")
@require_safe
def city(request: HttpRequest) -> HttpResponseBase:
    """The whole city: rates, agencies lowest first, severe cases one by one, who has not filed."""
    user: Any = request.user
    board = queries.city_board(user, month_in(request), as_of_in(request))
    kind = export_in(request)
    if kind:
        return exported(kind, agency_lines(board), _("標案月看板"), "tender-agencies")
    unit = organisations.city()
    found = shown(request, board, unit.pk)
    if board.period is not None and user.may("publication.issue", unit.pk):
        period = urlencode({"period": board.period.code})
        found["publish"], found["publish_open"] = (
            f"{reverse('publication:issue', args=[kind, unit.pk])}?{period}" for kind in (MONTH, OPEN)
        )
    return render(request, "projects/board.html", found)


@requires("projects.view")
@require_safe
def agency(request: HttpRequest, unit_id: int) -> HttpResponseBase:
    """One agency with what is below it: every tender of the month, the worst first."""
    unit = organisations.unit(unit_id)
    if unit is None:
        raise NotFound(_("找不到這個機關。請從標案看板進入。"))
    user: Any = request.user
    board = queries.agency_board(user, unit_id, month_in(request), as_of_in(request))
    kind = export_in(request)
    if kind:
        return exported(kind, case_lines(board), _("標案月進度"), "tender-months")
    found = {**shown(request, board, unit_id), "unit": unit, "title": called(unit)}
    found["spec"] = trend_of(board)
    return render(request, "projects/agency_board.html", found)


def shown(request: HttpRequest, board: MonthBoard, unit_id: int) -> dict[str, Any]:
    """What both boards show."""
    if board.period is None or board.rule is None:
        return {"board": board}
    query, ids = {"period": board.period.code}, traced()
    return {
        "board": board,
        "chips": month_chips(request, board.periods, board.period),
        "cells": _cells(board, unit_id, as_of_day_of(request), ids),
        "traced": ids,
        "rules": rules_shown(board.rule, *JUDGED_BY),
        "here": address(request, query),
        "severe": board.severe[:MOST_SHOWN],
        "more_severe": max(0, board.tally.severe - MOST_SHOWN),
        "export": address(request, query) + "&export=",
    }


def traced() -> dict[str, int]:
    """Rate → its measure, whose trace the rate opens."""
    ids = measures.ids_by_code(MEASURES)
    return {code.rpartition(".")[2]: pk for code, pk in ids.items()}


def as_of_day_of(request: HttpRequest) -> Any:
    """The day looked at; None for today."""
    return getattr(request, "as_of", None)


def _cells(board: MonthBoard, unit_id: int, day: Any, ids: Mapping[str, int]) -> list[dict[str, Any]]:
    """The three rates, each with its trace, and the severe ones."""
    assert board.period is not None and board.rule is not None
    tally, matching = board.tally, board.matching
    rates: Sequence[tuple[str, str, Any, str]] = (
        ("matching", _("進度相符率"), matching.percent, f"{matching.part:,} ÷ {matching.whole:,}"),
        (
            "execution",
            _("預算執行率"),
            tally.execution,
            _("%(part)s ÷ %(whole)s 元")
            % {"part": format_decimal(tally.executed), "whole": format_decimal(tally.allocated)},
        ),
        (
            "filed",
            _("填報率"),
            tally.filed.percent,
            f"{tally.filed.part:,} ÷ {tally.filed.whole:,}",
        ),
    )
    cells: list[dict[str, Any]] = [
        {
            "label": label,
            "value": value,
            "unit": "%",
            "places": 2,
            "note": note,
            "missing": "" if value is not None else "not_applicable",
            "url": trace_url(ids[rate], unit_id, board.period.code, day) if rate in ids else "",
        }
        for rate, label, value, note in rates
    ]
    cells.append(
        {
            "label": _("嚴重落後"),
            "text": f"{tally.severe:,}",
            "note": _("繼續列管 %(n)s 件") % {"n": f"{tally.all:,}"},
            "tone": "bad" if tally.severe else "good",
        }
    )
    return cells


def trend_of(board: MonthBoard) -> dict[str, Any] | None:
    """The rate of the months up to this one as a chart; None where fewer than two are known."""
    values = [
        None if rate.percent is None else float(round_half_up(rate.percent, 2))
        for _each, _tally, rate in board.trend
    ]
    if len([value for value in values if value is not None]) < 2:
        return None
    return {
        "id": "trend",
        "kind": "line",
        "title": _("進度相符率的走勢"),
        "note": _("相符件數 ÷ 繼續列管件數（%），各月依當月的規則"),
        "unit": "%",
        "places": 2,
        "x": [each.short_label for each, _tally, _rate in board.trend],
        "x_label": _("月份"),
        "series": [{"name": _("進度相符率"), "role": "actual", "data": values}],
        "from": 0,
        "top": 100,
    }


def agency_lines(board: MonthBoard) -> Iterator[Sequence[Any]]:
    """Heading and rows of the city board, with every numerator and denominator."""
    yield [
        _("機關"), _("月份"), _("繼續列管"), _("超前"), _("相符"), _("落後"), _("停工"), _("未填報"), _("嚴重落後"),
        _("進度相符件數"), _("進度相符率（%）"), _("執行數（元）"), _("分配數（元）"), _("預算執行率（%）"), _("年度預算（元）"),
        _("實付數（元）"), _("已填報"), _("填報率（%）"), _("要在會報報告"),
    ]  # fmt: skip
    for row in board.agencies:
        yield _agency_line(row)


def _agency_line(row: AgencyRow) -> list[Any]:
    tally = row.tally
    return [
        row.name, row.rule.period.code, tally.all, tally.ahead, tally.on_plan, tally.behind, tally.suspended,
        tally.not_filed, tally.severe, row.matching.part, rounded(row.matching.percent),
        tally.executed, tally.allocated, rounded(tally.execution), tally.budget, tally.paid, tally.filed.part,
        rounded(tally.filed.percent), _("是") if row.reports else _("否"),
    ]  # fmt: skip


def rounded(value: Any) -> Any:
    """A rate with two decimals; nothing for none."""
    return None if value is None else round_half_up(value, 2)


def case_lines(board: MonthBoard) -> Iterator[Sequence[Any]]:
    """Heading and rows of an agency's board: every tender of the month."""
    yield [
        _("列管編號"), _("標案名稱"), _("機關"), _("月份"), _("情形"), _("嚴重落後"), _("預定進度（%）"), _("實際進度（%）"),
        _("差距（百分點）"), _("預定施工進度（%）"), _("實際施工進度（%）"), _("施工差距（百分點）"), _("年度預算（元）"),
        _("分配數（元）"), _("實付數（元）"), _("應付數（元）"), _("節餘數（元）"), _("辦理情形"), _("落後因素"), _("改善對策"),
        _("預定趕上日"), _("更正理由"),
    ]  # fmt: skip
    for case in board.cases:
        yield _case_line(board, case)


def _case_line(board: MonthBoard, case: Case) -> list[Any]:
    each = case.record
    return [
        each.project.number, each.project.name, board.names.get(each.project.agency_id, ""), each.period,
        _(COURSE_LABELS[case.course]), _("是") if case.severe else _("否"), each.planned, each.actual, case.lag,
        each.planned_works, each.actual_works, case.works_lag, each.year_budget, each.allocated, each.paid, each.payable,
        each.surplus, each.text, each.get_cause_display() if each.cause else "", each.remedy, each.catch_up_on, each.reason,
    ]  # fmt: skip
