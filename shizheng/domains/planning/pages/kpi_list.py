"""All KPIs of a period as one list: search, filter, sort, export."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import with_unit
from shizheng.domains.planning import queries
from shizheng.domains.planning.pages.addresses import with_as_of
from shizheng.domains.planning.pages.boards import asked, unit_in, with_figures
from shizheng.domains.planning.queries import Board, BoardKpi
from shizheng.domains.planning.rules.tallies import Status
from shizheng.domains.planning.templatetags.planning import STATUS_WORDS, kpi_status, short
from shizheng.kernel.measures.templatetags.measures import figure_link
from shizheng.web.columns import CodeColumn, NumberColumn, own_address
from shizheng.web.lists import Chip, ListPage


class KpiTable(tables.Table):
    """One row a KPI; numbers open their trace."""

    name = tables.Column(verbose_name=gettext_lazy("衡量指標"), linkify=own_address)
    agency = tables.Column(verbose_name=gettext_lazy("機關"))
    label = CodeColumn(verbose_name=gettext_lazy("編號"))
    weight = NumberColumn(verbose_name=gettext_lazy("權重"))
    target = NumberColumn(verbose_name=gettext_lazy("目標"), orderable=False)
    value = NumberColumn(verbose_name=gettext_lazy("值"), empty_values=())
    status = tables.Column(verbose_name=gettext_lazy("判定"), order_by=("rank",))
    goal = tables.Column(verbose_name=gettext_lazy("策略績效目標"))

    def render_weight(self, value: Any) -> str:
        return short(value)

    def value_weight(self, value: Any) -> Any:
        return value

    def render_value(self, record: dict[str, Any]) -> Any:
        return figure_link(record["figure"], ratio=True) if record["figure"] else "—"

    def value_value(self, record: dict[str, Any]) -> Any:
        figure = record["figure"]
        return figure.value if figure and figure.value is not None else ""

    def render_status(self, value: Status) -> Any:
        return kpi_status(value)

    def value_status(self, value: Status) -> str:
        return str(STATUS_WORDS[value])


class KpiList(ListPage):
    """指標: the board's rows."""

    permission = "planning.view"
    title = gettext_lazy("衡量指標")
    table_class = KpiTable
    search_fields: ClassVar[Sequence[str]] = ("name", "agency", "goal")
    search_hint = gettext_lazy("找指標、機關、目標")
    hidden_columns = ("goal",)
    default_sort = ("status",)
    export_name = "kpis"
    empty_title = gettext_lazy("這段期間沒有指標")
    empty_text = gettext_lazy("換一個年度，或拿掉條件再看。")

    _board: Board | None = None

    @property
    def board(self) -> Board:
        """The board that the list shows, computed once a request."""
        if self._board is None:
            year, period, as_of = asked(self.request)
            user: Any = self.request.user
            unit_id = unit_in(self.request)
            if unit_id is not None:
                made = queries.agency_board(user, unit_id, year, period, as_of)
            else:
                made = with_figures(
                    queries.city_board(user, year, period, as_of),
                    lambda y: queries.city_board(user, y, None, as_of),
                    year is not None,
                )
            self._board = made
        return self._board

    def get_queryset(self) -> list[dict[str, Any]]:
        wanted = self.request.GET.get("status", "")
        return [self._row(kpi) for kpi in self.board.kpis if not wanted or kpi.status.value == wanted]

    def _row(self, kpi: BoardKpi) -> dict[str, Any]:
        figure = kpi.figure
        target = figure.target if figure else None
        sign = figure.definition.direction.sign if figure and figure.definition else ""
        kept = with_as_of(self.request, {"period": self.board.period.code})
        return {
            "name": kpi.name,
            "agency": self.board.names.get(kpi.agency_id, ""),
            "label": kpi.label,
            "weight": kpi.weight,
            "target": f"{sign} {with_unit(target, figure.unit)}"
            if target is not None and figure
            else kpi.target_text,
            "value": figure.value if figure else None,
            "figure": figure,
            "status": kpi.status,
            "rank": list(Status).index(kpi.status),
            "goal": kpi.goal_name,
            "url": reverse("planning:kpi", args=[kpi.kpi_id]) + kept,
        }

    def search(self, rows: list[dict[str, Any]], words: str) -> list[dict[str, Any]]:
        found = rows
        for word in words.casefold().split():
            found = [
                row for row in found if any(word in str(row[name]).casefold() for name in self.search_fields)
            ]
        return found

    def get_chips(self) -> Iterable[Chip]:
        tally = self.board.tally
        base = {"period": self.board.period.code}
        if unit := self.request.GET.get("unit", ""):
            base["unit"] = unit
        chips = [Chip(_("全部"), base, tally.all)]
        return chips + [
            Chip(STATUS_WORDS[status], {**base, "status": status.value}, tally.of(status))
            for status in Status
            if tally.of(status)
        ]

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        crumbs = [
            (
                _("市府看板"),
                reverse("planning:board") + with_as_of(self.request, {"period": self.board.period.code}),
            )
        ]
        unit_id = unit_in(self.request)
        if unit_id is not None:
            name = self.board.names.get(unit_id, "")
            crumbs.append((name, reverse("planning:agency", args=[unit_id])))
        return crumbs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        vars(self)["subtitle"] = self.board.period.label
        return super().get_context_data(**kwargs)
