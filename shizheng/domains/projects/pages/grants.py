"""補助款: the years, one with its rates and stage targets, its deadlines, one item (B16)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.db.models import Count, F, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from shizheng.common.numbers import format_decimal, round_half_up
from shizheng.common.routes import requires
from shizheng.domains.projects.models import GrantYear
from shizheng.domains.projects.pages.month_common import (
    address,
    as_of_in,
    export_in,
    exported,
    month_chips,
    period_in,
)
from shizheng.domains.projects.publications import GRANT_QUARTER, GRANT_REPORT
from shizheng.domains.projects.queries import grants as queries
from shizheng.domains.projects.queries.grant_calendar import duties_of
from shizheng.domains.projects.queries.grant_report import keeps_report
from shizheng.domains.projects.queries.grants import GrantBoard
from shizheng.domains.projects.rules.grants import LABELS, Rate
from shizheng.kernel.history import queries as history
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.rules.periods import PeriodKind
from shizheng.kernel.measures.view import trace_url
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.publication import queries as publication
from shizheng.kernel.rulebook.words import words_of
from shizheng.web.columns import AmountColumn, CalledColumn, DayColumn, NumberColumn, YearColumn
from shizheng.web.dates import RocYearFilter
from shizheng.web.lists import ListPage

CELLS = (Rate.AWARD, Rate.COMPLETION, Rate.ALLOCATION, Rate.EXECUTION, Rate.ACHIEVEMENT, Rate.REALISATION)


class GrantFilter(django_filters.FilterSet):
    """By year."""

    year = RocYearFilter(label=gettext_lazy("年度"), field_name="roc_year")

    class Meta:
        model = GrantYear
        fields: ClassVar[list[str]] = []


class GrantTable(tables.Table):
    """One row a grant year."""

    roc_year = YearColumn(verbose_name=gettext_lazy("年度"))
    programme = CalledColumn(
        verbose_name=gettext_lazy("專案計畫"),
        order_by=("programme__name",),
        linkify=("projects:grant_year", [tables.A("pk")]),
    )
    central_agency = tables.Column(verbose_name=gettext_lazy("中央主管機關"))
    selected_on = DayColumn(verbose_name=gettext_lazy("選案審查會議日期"))
    count = NumberColumn(verbose_name=gettext_lazy("補助案"))
    annual = AmountColumn(verbose_name=gettext_lazy("年度經費（元）"))


class GrantList(ListPage):
    """補助年度計畫."""

    permission = "projects.view"
    title = gettext_lazy("補助款")
    table_class = GrantTable
    filterset_class = GrantFilter
    search_fields: ClassVar[Sequence[str]] = ("programme__name", "central_agency", "selection_note")
    default_sort = ("-roc_year",)
    export_name = "grant-years"
    empty_title = gettext_lazy("還沒有補助年度計畫")
    empty_text = gettext_lazy("由研考會新增一個年度，開過選案審查會議後列入補助案。")

    def get_queryset(self) -> Any:
        rows = queries.grant_years(self.request.user)  # type: ignore[arg-type]
        there = Q(items__dropped_on=None)
        return rows.annotate(
            count=Count("items", filter=there),
            annual=Sum(F("items__grant_amount") + F("items__own_share"), filter=there),
        )

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        user: Any = self.request.user
        found = [(_("專案計畫"), reverse("projects:programmes"), "tags")]
        if user.may("projects.grants"):
            found.insert(0, (_("新增年度"), reverse("projects:new_grant_year"), "plus"))
        return found

    @property
    def main_action(self) -> bool:  # type: ignore[override]
        """Whether the first button makes a new one."""
        user: Any = self.request.user
        return bool(user.may("projects.grants"))


@requires("projects.view")
@require_safe
def year(request: HttpRequest, year_id: int) -> HttpResponseBase:
    """A grant year: rates with numerators and denominators, stage targets, agencies, items."""
    user: Any = request.user
    board = queries.grant_board(user, year_id, period_in(request), as_of_in(request))
    kind = export_in(request)
    if kind:
        return exported(kind, lines(board), _("補助案"), f"grants-{board.year.roc_year}")
    query = {"period": board.period.code} if board.period else {}
    city, ids, day = organisations.city(), _measures(board), getattr(request, "as_of", None)
    may_issue = user.may("publication.issue", city.pk)
    may_manage = user.may("projects.grants")
    keeps, publish = keeps_report(board.year, board.periods) if may_issue or may_manage else "", ""
    if board.period is not None and may_issue and board.period.last_day.month % 3 == 0:
        quarter = board.period.within(PeriodKind.QUARTER)
        place = reverse("publication:issue", args=[GRANT_QUARTER, year_id])
        publish = f"{place}?period={quarter.code}"
    return render(
        request,
        "projects/grant_year.html",
        {
            "board": board,
            "year": board.year,
            "chips": month_chips(request, board.periods, board.period) if board.period else [],
            "cells": _cells(board, ids, city.pk, day),
            "traces": _traces(board, ids, day),
            "rules": [(each, words_of(each)) for each in board.rules],
            "rows": _item_rows(board),
            "dropped": [each for each in board.items if each.dropped_on is not None],
            "here": address(request, query),
            "export": f"{address(request, query)}&export=".replace("?&", "?"),
            "publish": publish,
            "report": reverse("publication:issue", args=[GRANT_REPORT, year_id])
            if may_issue and not keeps
            else "",
            "keeps": keeps,
            "issued": publication.of_subject("projects.grantyear", year_id),
            "may_manage": may_manage,
            "entries": history.entries_of(board.year)[:40],
        },
    )


def _measures(board: GrantBoard) -> dict[Rate, int]:
    """Rate → the measure of it; nothing before a period is locked."""
    if board.period is None:
        return {}
    codes = {rate: queries.measure_code(board.year, rate) for rate in Rate}
    found = measures.ids_by_code(codes.values())
    return {rate: found[code] for rate, code in codes.items() if code in found}


def _traces(board: GrantBoard, ids: Mapping[Rate, int], day: Any) -> dict[tuple[int, str], str]:
    """Agency and rate → the trace of its figure in the period shown."""
    if board.period is None:
        return {}
    return {
        (each.agency_id, rate.value): trace_url(pk, each.agency_id, board.period.code, day)
        for each in board.agencies
        for rate, pk in ids.items()
    }


def _cells(board: GrantBoard, ids: Mapping[Rate, int], city_id: int, day: Any) -> list[dict[str, Any]]:
    if board.period is None:
        return []
    targets = {each.rate: each for each in board.stages if each.on <= board.period.last_day}
    found = []
    for rate in CELLS:
        ratio = board.ratio(rate)
        note = f"{format_decimal(ratio.part)} ÷ {format_decimal(ratio.whole)}"
        stage = targets.get(rate)
        tone = ""
        if stage is not None and stage.period == board.period:
            tone = "good" if stage.standing == "met" else "bad"
            note += _("；目標 %(target)s%%") % {"target": format_decimal(stage.target)}
        pk = ids.get(rate)
        found.append(
            {
                "label": _(LABELS[rate]),
                "value": ratio.percent,
                "unit": "%",
                "places": 2,
                "note": note,
                "tone": tone,
                "missing": "" if ratio.percent is not None else "not_applicable",
                "url": trace_url(pk, city_id, board.period.code, day) if pk else "",
            }
        )
    return found


def _item_rows(board: GrantBoard) -> list[dict[str, Any]]:
    """Every item with what was locked about it in the period shown."""
    records = {each.item_id: each for each in board.records}
    found = []
    for each in board.items:
        record = records.get(each.pk)
        if each.dropped_on is not None and record is None:
            continue
        allocation = board.allocations.get(each.pk)
        executed = None
        if record is not None and record.filed:
            executed = (record.paid or 0) + (record.payable or 0) + (record.surplus or 0)
        found.append(
            {
                "item": each,
                "agency": board.names.get(each.project.agency_id, ""),
                "annual": record.annual if record else each.grant_amount + each.own_share,
                "record": record,
                "executed": executed,
                "set_up": allocation is not None,
            }
        )
    return found


def lines(board: GrantBoard) -> Iterator[Sequence[Any]]:
    """Heading and rows of a year's export: every item in the period."""
    yield [
        _("列管編號"), _("標案名稱"), _("機關"), _("期間"), _("補助款（元）"), _("自籌款（元）"), _("年度經費（元）"), _("已建檔"),
        _("已決標"), _("已完工"), _("已填報"), _("累計分配數（元）"), _("累計執行數（元）"), _("累計實付數（元）"), _("達成率（%）"),
        _("辦理情形"), _("更正理由"),
    ]  # fmt: skip
    for row in _item_rows(board):
        item, record = row["item"], row["record"]
        done = (
            round_half_up(row["executed"] * 100 / row["annual"], 2) if row["executed"] is not None else None
        )
        yield [
            item.project.number, item.project.name, row["agency"], board.period.code if board.period else "",
            item.grant_amount, item.own_share, row["annual"], _yes(row["set_up"]),
            *(
                [_yes(record.awarded), _yes(record.completed), _yes(record.filed), record.allocated, row["executed"],
                 record.paid, done, record.text, record.reason] if record is not None else [""] * 9
            ),
        ]  # fmt: skip


def _yes(value: bool) -> str:
    return _("是") if value else _("否")


@requires("projects.view")
@require_safe
def deadlines(request: HttpRequest, year_id: int) -> HttpResponseBase:
    """The deadlines of a grant year: what is done and what is late."""
    found = queries.grant_year(request.user, year_id)  # type: ignore[arg-type]
    duties = duties_of(found)
    kind = export_in(request)
    if kind:
        rows: list[Sequence[Any]] = [
            [_("期限"), _("事項"), _("由誰"), _("完成日"), _("規則")],
            *([each.due, each.title, each.who, each.done_on, each.code] for each in duties),
        ]
        return exported(kind, rows, _("補助款期限"), f"grant-calendar-{found.roc_year}")
    return render(
        request,
        "projects/grant_calendar.html",
        {"year": found, "duties": duties, "export": f"{address(request, {})}&export=".replace("?&", "?")},
    )


@requires("projects.view")
@require_safe
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One item: its money of the year, the allocation, every month as locked, its history."""
    user: Any = request.user
    found = queries.grant_item(user, item_id)
    months = [each for each in queries.months_of(found.year_id, as_of_in(request)).filter(item=found)]
    months.sort(key=lambda each: each.period, reverse=True)
    allocation = queries.allocations([found.pk], as_of_in(request)).get(found.pk)
    return render(
        request,
        "projects/grant_item.html",
        {
            "item": found,
            "year": found.year,
            "annual": found.grant_amount + found.own_share,
            "allocation": list(enumerate(allocation.amounts, 1)) if allocation else [],
            "allocated": sum(allocation.amounts) if allocation else None,
            "months": months,
            "may_manage": user.may("projects.grants"),
            "entries": history.entries_of(found)[:40],
        },
    )
