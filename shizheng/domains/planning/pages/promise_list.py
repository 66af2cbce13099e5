"""All promises and action plans of a programme as one list: search, filter, sort, export."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.domains.planning.models.promises import Promise, PromiseKind
from shizheng.domains.planning.pages.addresses import with_as_of
from shizheng.domains.planning.pages.promises import board_in
from shizheng.domains.planning.queries import promises as queries
from shizheng.domains.planning.queries.promises import Board, Item
from shizheng.domains.planning.rules.promises import STATE_LABELS, State
from shizheng.domains.planning.templatetags.promises import percent, promise_state, state_word
from shizheng.web.columns import CodeColumn, NumberColumn, own_address
from shizheng.web.lists import Chip, ListPage


class Rows(list[dict[str, Any]]):
    """Rows that a set of filters takes like a queryset."""

    model = Promise

    def all(self) -> "Rows":
        return self

    def none(self) -> "Rows":
        return Rows()


class PromiseFilter(django_filters.FilterSet):
    """By quarter, kind, state, main agency and 幸福實踐方案; the quarter chooses the board that the rows come from."""

    quarter = django_filters.ChoiceFilter(label=gettext_lazy("季別"), empty_label=gettext_lazy("最近一季"))
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("類別"), choices=PromiseKind.choices, empty_label=gettext_lazy("全部")
    )
    state = django_filters.ChoiceFilter(label=gettext_lazy("狀態"), empty_label=gettext_lazy("全部"))
    agency = django_filters.ChoiceFilter(label=gettext_lazy("主辦機關"), empty_label=gettext_lazy("全部"))
    happiness = django_filters.BooleanFilter(label=gettext_lazy("幸福實踐方案"))

    class Meta:
        model = Promise
        fields: ClassVar[list[str]] = []

    def __init__(
        self, data: Any = None, queryset: Any = None, *, request: Any = None, board: Board | None = None
    ) -> None:
        super().__init__(data, queryset, request=request)
        if board is not None:
            quarters = [(each.code, each.label) for each in queries.quarters(board.programme)]
            if board.period.code not in dict(quarters):
                quarters.append((board.period.code, board.period.label))
            self.filters["quarter"].extra["choices"] = quarters
            agencies = sorted(board.agencies.items(), key=lambda each: each[1])
            self.filters["agency"].extra["choices"] = [(str(pk), name) for pk, name in agencies]
        self.filters["state"].extra["choices"] = [(each.value, state_word(each)) for each in State]

    def filter_queryset(self, queryset: Any) -> Any:
        given = self.form.cleaned_data
        found = Rows(queryset)
        for name in ("kind", "state", "agency"):
            if given.get(name):
                found = Rows(row for row in found if row[f"{name}_code"] == given[name])
        if given.get("happiness") is not None:
            found = Rows(row for row in found if row["happiness_code"] == given["happiness"])
        return found


class PromiseTable(tables.Table):
    """One row a promise, part or action plan."""

    title = tables.Column(verbose_name=gettext_lazy("名稱"), linkify=own_address)
    code = CodeColumn(verbose_name=gettext_lazy("編號"), order_by=("order",))
    kind = tables.Column(verbose_name=gettext_lazy("類別"))
    agency = tables.Column(verbose_name=gettext_lazy("主辦機關"))
    joint = tables.Column(verbose_name=gettext_lazy("協辦機關"), orderable=False)
    state = tables.Column(verbose_name=gettext_lazy("狀態"), order_by=("rank",))
    progress = NumberColumn(verbose_name=gettext_lazy("累計進度"))
    ends_on = tables.Column(verbose_name=gettext_lazy("結束日"))
    happiness = tables.Column(verbose_name=gettext_lazy("幸福實踐方案"))
    text = tables.Column(verbose_name=gettext_lazy("辦理情形"), orderable=False)

    def render_state(self, value: State) -> Any:
        return promise_state(value)

    def value_state(self, value: State) -> str:
        return state_word(value)

    def render_progress(self, value: Any) -> str:
        return percent(value)

    def value_progress(self, value: Any) -> Any:
        return value


class PromiseList(ListPage):
    """政見清單."""

    permission = "planning.view"
    title = gettext_lazy("政見與行動計畫")
    table_class = PromiseTable
    search_fields: ClassVar[Sequence[str]] = ("code", "title", "agency", "joint", "text")
    search_hint = gettext_lazy("找編號、名稱、機關")
    hidden_columns = ("joint", "happiness", "text")
    default_sort = ("code",)
    export_name = "promises"
    empty_title = gettext_lazy("沒有符合的項目")
    empty_text = gettext_lazy("換一季，或拿掉條件再看。")

    _board: Board | None = None

    @property
    def filterset_class(self) -> Any:  # type: ignore[override]
        """The filters with the choices of this programme."""
        board = self.board

        def made(data: Any, queryset: Any, request: Any) -> PromiseFilter:
            return PromiseFilter(data, queryset, request=request, board=board)

        return made

    @property
    def board(self) -> Board | None:
        """The programme that the list shows, read once a request; None while there is none."""
        if self._board is None and queries.programmes(self.request.user).exists():  # type: ignore[arg-type]
            self._board = board_in(self.request)
        return self._board

    def get_queryset(self) -> Rows:
        board = self.board
        return Rows(self._row(board, each) for each in board.items) if board else Rows()

    def _row(self, board: Board, item: Item) -> dict[str, Any]:
        row = item.promise
        kept = with_as_of(self.request, {"quarter": board.period.code})
        return {
            "title": row.title,
            "code": row.code,
            "order": row.order,
            "kind": row.get_kind_display(),
            "kind_code": row.kind,
            "agency": board.agencies.get(row.main_agency_id or 0, ""),
            "agency_code": str(row.main_agency_id or ""),
            "joint": "、".join(each.name for each in item.joint),
            "state": item.state,
            "state_code": item.state.value if item.state else "",
            "rank": list(State).index(item.state) if item.state else len(State),
            "progress": item.progress,
            "ends_on": row.ends_on,
            "happiness": _("是") if row.happiness else "",
            "happiness_code": row.happiness,
            "text": item.filed.text if item.filed else "",
            "url": reverse("planning:promise", args=[row.pk]) + kept,
        }

    def search(self, rows: Any, words: str) -> Any:
        found = rows
        for word in words.casefold().split():
            found = Rows(
                row for row in found if any(word in str(row[name]).casefold() for name in self.search_fields)
            )
        return found

    def get_chips(self) -> Iterable[Chip]:
        board = self.board
        if board is None:
            return []
        chips = [Chip(_("全部"), {}, len(board.items))]
        return chips + [
            Chip(_(STATE_LABELS[state]), {"state": state.value}, board.tally.of(state))
            for state in State
            if board.tally.of(state)
        ]

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [(_("政見"), reverse("planning:promises") + with_as_of(self.request, {}))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.board is not None:
            vars(self)["subtitle"] = f"{self.board.programme.title}　{self.board.period.label}"
        return super().get_context_data(**kwargs)
