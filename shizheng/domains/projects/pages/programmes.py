"""專案計畫: all of them with what they reach, the board of one, made and changed (B15, C02, C10)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.db.models import Count, DecimalField, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common.numbers import format_decimal, plain, round_half_up, with_unit
from shizheng.common.routes import requires
from shizheng.common.together import reading, side_by_side
from shizheng.common.words import called
from shizheng.domains.projects import actions
from shizheng.domains.projects.forms.programmes import ProgrammeForm, programme_values
from shizheng.domains.projects.models import Cycle, Programme
from shizheng.domains.projects.pages.boards import case_lines, trend_of
from shizheng.domains.projects.pages.month_common import (
    address,
    as_of_in,
    export_in,
    exported,
    month_chips,
    period_in,
    rules_shown,
)
from shizheng.domains.projects.pages.shared import (
    CRUMBS,
    FORMS,
    asked,
    posted,
    revised,
    revision,
)
from shizheng.domains.projects.queries import programme_board as boards
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.queries.judging import COUNTS, TENDER, TOLERANCE, WORKS
from shizheng.domains.projects.queries.levels import duties_steps
from shizheng.domains.projects.queries.linked import promises_linked
from shizheng.domains.projects.queries.linking import inputs_counted
from shizheng.domains.projects.queries.programme_board import ProgrammeBoard
from shizheng.domains.projects.rules.life import State
from shizheng.kernel.filing import attachments
from shizheng.kernel.history import queries as history
from shizheng.web.columns import DayColumn, NumberColumn, UnitColumn
from shizheng.web.lists import ListPage
from shizheng.web.templatetags import ui

COUNTED = ~Q(tags__project__state=State.WITHDRAWN.value)
DONE = Q(tags__project__state__in=[State.COMPLETED.value, State.ACCEPTED.value, State.CLOSED.value])
QUANTITY = DecimalField(max_digits=24, decimal_places=6)
ZERO = Value(Decimal(0), output_field=QUANTITY)
MOST_SHOWN = 300


class ProgrammeFilter(django_filters.FilterSet):
    """By cycle, levels, and whether it is in use."""

    cycle = django_filters.ChoiceFilter(label=gettext_lazy("填報週期"), choices=Cycle.choices)
    in_use = django_filters.BooleanFilter(label=gettext_lazy("使用中"))

    class Meta:
        model = Programme
        fields: ClassVar[list[str]] = []


class ProgrammeTable(tables.Table):
    """One row a programme."""

    name = tables.Column(verbose_name=gettext_lazy("專案計畫"))
    lead = UnitColumn(verbose_name=gettext_lazy("主政機關"), order_by=("lead__order", "lead__name"))
    cycle = tables.Column(verbose_name=gettext_lazy("填報週期"))
    tenders = NumberColumn(
        verbose_name=gettext_lazy("標案"),
        linkify=lambda record: f"{reverse('projects:list')}?programme={record.pk}",
    )
    target_quantity = NumberColumn(verbose_name=gettext_lazy("目標數量"))
    brought = NumberColumn(verbose_name=gettext_lazy("列管中帶來"))
    done = NumberColumn(verbose_name=gettext_lazy("已完工"))
    unit = tables.Column(verbose_name=gettext_lazy("單位"))
    starts_on = DayColumn(verbose_name=gettext_lazy("開始日"))
    ends_on = DayColumn(verbose_name=gettext_lazy("結束日"))
    note = tables.Column(verbose_name=gettext_lazy("說明"))

    def render_name(self, record: Programme) -> Any:
        link = format_html(
            '<a href="{}">{}</a>', reverse("projects:programme", args=[record.pk]), called(record)
        )
        if record.in_use:
            return link
        return format_html("{} {}", link, ui.state("calm", _("已停用"), "player-stop"))

    def value_name(self, record: Programme) -> str:
        return called(record)

    def render_target_quantity(self, value: Decimal, record: Programme) -> str:
        return with_unit(value, record.unit)

    def value_target_quantity(self, value: Decimal) -> Decimal:
        return Decimal(plain(value))

    def render_brought(self, value: Decimal, record: Programme) -> str:
        return _of_target(value, record)

    def value_brought(self, value: Decimal) -> Decimal:
        return Decimal(plain(value))

    def render_done(self, value: Decimal, record: Programme) -> str:
        return _of_target(value, record)

    def value_done(self, value: Decimal) -> Decimal:
        return Decimal(plain(value))


def _of_target(value: Decimal, record: Programme) -> str:
    if not record.target_quantity:
        return "—"
    rate = format_decimal(value * 100 / record.target_quantity, 2)
    return _("%(amount)s（%(rate)s%%）") % {"amount": with_unit(value, record.unit), "rate": rate}


class ProgrammeList(ListPage):
    """專案計畫."""

    permission = "projects.view"
    title = gettext_lazy("專案計畫")
    table_class = ProgrammeTable
    filterset_class = ProgrammeFilter
    search_fields: ClassVar[Sequence[str]] = ("name", "name_en", "code", "note", "lead__name")
    hidden_columns = ("unit", "starts_on", "ends_on", "note")
    default_sort = ("name",)
    export_name = "programmes"
    empty_title = gettext_lazy("沒有符合的專案計畫")
    empty_text = gettext_lazy("拿掉條件再看；沒有建的，由研考會新增。")

    def get_queryset(self) -> Any:
        return queries.programmes().select_related("lead").annotate(
            tenders=Count("tags", filter=COUNTED),
            brought=Coalesce(Sum("tags__quantity", filter=COUNTED), ZERO, output_field=QUANTITY),
            done=Coalesce(Sum("tags__quantity", filter=DONE), ZERO, output_field=QUANTITY),
        )  # fmt: skip

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        user: Any = self.request.user
        found = [
            (_("補助款"), reverse("projects:grants"), "coins"),
            (_("標案類型"), reverse("projects:types"), "category"),
        ]
        if user.may("projects.manage_types"):
            found.insert(0, (_("新增專案計畫"), reverse("projects:new_programme"), "plus"))
        return found

    @property
    def main_action(self) -> bool:  # type: ignore[override]
        """Whether the first button makes a new one."""
        user: Any = self.request.user
        return bool(user.may("projects.manage_types"))


@requires("projects.view")
@require_safe
def programme(request: HttpRequest, programme_id: int) -> HttpResponseBase:
    """The board of one programme in a month: tenders and lags, money, quantities, what is due, what goes further up."""
    user: Any = request.user
    board = boards.programme_board(user, programme_id, period_in(request), as_of_in(request))
    kind = export_in(request)
    if kind:
        return exported(kind, lines(board), called(board.programme), f"programme-{board.programme.code}")
    month = board.month
    query = {"period": month.period.code} if month.period else {}
    evidence = []
    if board.filed is not None and board.filed.evidence and board.filed.filing_id:
        evidence = attachments.shown(user, board.filed.filing_id, board.filed.evidence)
    entries = history.entries_of(board.programme)[:40]
    duties, _read = side_by_side(
        [duties_steps(board.programme, board.quarter, board.progress), reading(entries)]
    )
    return render(
        request,
        "projects/programme.html",
        {
            "found": board,
            "board": month,
            "programme": board.programme,
            "chips": month_chips(request, month.periods, month.period) if month.period else [],
            "cells": _cells(board),
            "rules": rules_shown(month.rule, TOLERANCE, COUNTS, TENDER, WORKS) if month.rule else [],
            "here": address(request, query),
            "export": f"{address(request, query)}&export=".replace("?&", "?"),
            "cases": month.cases[:MOST_SHOWN],
            "quantity": _quantity_chart(board),
            "trend": trend_of(board.month),
            "duties": duties,
            "linked": promises_linked(user, board.programme.promise_codes),
            "feeds": board.programme.measure_id is not None and inputs_counted(board.programme) is not None,
            "evidence": evidence,
            "may_manage": user.may("projects.manage_types"),
            "entries": entries,
        },
    )


def _cells(board: ProgrammeBoard) -> list[dict[str, Any]]:
    tally, found = board.month.tally, []
    if board.month.rule is not None and tally.all:
        rate = board.month.matching
        found.append(_cell(_("進度相符率"), rate.percent, f"{rate.part:,} ÷ {rate.whole:,}"))
    if tally.money_of:
        for label, value, part, whole in (
            (_("預算執行率"), tally.execution, tally.executed, tally.allocated),
            (_("達成率"), tally.achievement, tally.executed, tally.budget),
            (_("實現率"), tally.realisation, tally.paid, tally.budget),
        ):
            note = _("%(part)s ÷ %(whole)s 元") % {
                "part": format_decimal(part),
                "whole": format_decimal(whole),
            }
            found.append(_cell(label, value, note))
    if board.planned is not None:
        unit, filed = board.programme.unit, board.filed
        quantity = filed.quantity if filed is not None else None
        note = _("預定 %(planned)s") % {"planned": with_unit(round_half_up(board.planned, 2), unit)}
        if quantity is None:
            found.append({"label": _("累計數量"), "missing": "not_filed", "note": note})
        else:
            found.append(
                {
                    "label": _("累計數量"),
                    "text": with_unit(quantity, unit),
                    "note": note,
                    "tone": "bad" if quantity < board.planned else "good",
                }
            )
    if tally.all:
        found.append(
            {
                "label": _("嚴重落後"),
                "text": f"{tally.severe:,}",
                "note": _("繼續列管 %(n)s 件") % {"n": f"{tally.all:,}"},
                "tone": "bad" if tally.severe else "good",
            }
        )
    return found


def _cell(label: str, value: Decimal | None, note: str) -> dict[str, Any]:
    missing = "" if value is not None else "not_applicable"
    return {"label": label, "value": value, "unit": "%", "places": 2, "note": note, "missing": missing}


def _quantity_chart(board: ProgrammeBoard) -> dict[str, Any] | None:
    if not board.points:
        return None

    def shown(value: Decimal | None) -> float | None:
        return None if value is None else float(round_half_up(value, 2))

    return {
        "id": "quantity",
        "kind": "line",
        "title": _("累計數量與分期目標"),
        "note": _("單位：%(unit)s；目標之間的預定數量依規則計算") % {"unit": board.programme.unit},
        "unit": board.programme.unit,
        "places": 0,
        "x": [each.label for each in board.points],
        "x_label": _("季"),
        "series": [
            {"name": _("實際"), "role": "actual", "data": [shown(each.actual) for each in board.points]},
            {"name": _("預定"), "role": "plan", "data": [shown(each.planned) for each in board.points]},
        ],
        "from": 0,
    }


def lines(board: ProgrammeBoard) -> Iterator[Sequence[Any]]:
    """Every tender of the month, as the agency's board exports them; tenders without a month follow with what is known."""
    yield from case_lines(board.month)
    for each in board.without_month:
        yield [each.number, each.name, called(each.agency), "", _("這個月沒有鎖定的進度")]
    for each in board.joined:
        yield [each.number, each.name, called(each.agency), "", _("鎖定之後才歸入，這個月沒有計入")]


@requires("projects.manage_types")
@require_http_methods(FORMS)
def new_programme(request: HttpRequest) -> HttpResponse:
    """新增專案計畫."""
    user: Any = request.user
    form = ProgrammeForm(posted(request), new=True)
    return asked(
        request,
        form,
        lambda: actions.create_programme(user, form.values()),
        _("新增專案計畫"),
        _("新增"),
        reverse("projects:programmes"),
        said=_("已新增。在標案的「專案計畫」欄填它的名稱，就算進來。"),
        then=lambda made: reverse("projects:programme", args=[made.pk]),
    )


@requires("projects.manage_types")
@require_http_methods(FORMS)
def edit_programme(request: HttpRequest, programme_id: int) -> HttpResponse:
    """修改專案計畫."""
    user: Any = request.user
    name = called(queries.programme(programme_id))
    back = reverse("projects:programme", args=[programme_id])
    return revised(
        request,
        ProgrammeForm,
        lambda: programme_values(queries.programme(programme_id)),
        lambda form: actions.edit_programme(user, programme_id, **revision(form)),
        _("修改 %(name)s") % {"name": name},
        _("儲存"),
        back,
        said=_("已存。"),
        crumbs=[*CRUMBS, (_("專案計畫"), reverse("projects:programmes")), (name, back)],
    )
