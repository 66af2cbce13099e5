"""列管事項: the list of commitments, whoever owes them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common import clock
from shizheng.common.words import called
from shizheng.domains.commitments.models import Commitment, CommitmentList
from shizheng.domains.commitments.queries import commitments as queries
from shizheng.domains.commitments.queries.ruling import ruling
from shizheng.domains.commitments.rules.workflow import STATE_LABELS, State, UnitState
from shizheng.domains.commitments.templatetags.commitments import commitment_state
from shizheng.kernel.measures.rules.periods import PeriodNotUnderstood, parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.organisations.filters import UnitFilter
from shizheng.web.columns import CalledColumn, CodeColumn, DayColumn, YearColumn
from shizheng.web.dates import RocYearFilter
from shizheng.web.lists import Chip, ListPage
from shizheng.web.templatetags import ui

STATES = [(state.value, gettext_lazy(STATE_LABELS[state])) for state in State]
TIMES = [
    ("late", gettext_lazy("逾期")),
    ("soon", gettext_lazy("即將到期")),
    ("extended", gettext_lazy("展延過")),
]


class CommitmentFilter(django_filters.FilterSet):
    """By unit (with what is below it), list, state, being late, month of the due day, year."""

    unit = UnitFilter(label=gettext_lazy("負責單位"), method="of_unit")
    list = django_filters.ChoiceFilter(label=gettext_lazy("列管清單"), field_name="list_id")
    state = django_filters.ChoiceFilter(label=gettext_lazy("狀態"), choices=STATES)
    time = django_filters.ChoiceFilter(label=gettext_lazy("期限情形"), choices=TIMES, method="by_time")
    due = django_filters.CharFilter(
        label=gettext_lazy("到期月份"), method="due_in", help_text=gettext_lazy("例如 114年6月 或 2025-06")
    )
    year = RocYearFilter(label=gettext_lazy("列管年度"), field_name="roc_year")

    class Meta:
        model = Commitment
        fields: ClassVar[Sequence[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["list"].extra["choices"] = [
            (str(each.pk), called(each)) for each in CommitmentList.objects.all()
        ]

    def of_unit(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(queries.owing(organisations.subtree_ids(int(value))))

    def by_time(self, rows: Any, name: str, value: str) -> Any:
        today = clock.today()
        if value == "late":
            return rows.filter(queries.overdue(today))
        if value == "soon":
            return rows.filter(queries.soon(today, ruling(today).soon))
        return rows.filter(queries.extended())

    def due_in(self, rows: Any, name: str, value: str) -> Any:
        try:
            period = parse_period(value)
        except PeriodNotUnderstood:
            return rows.none()
        return rows.filter(due_on__gte=period.start, due_on__lt=period.end)


class CommitmentTable(tables.Table):
    """One row a commitment."""

    text = tables.Column(verbose_name=gettext_lazy("列管事項"))
    number = CodeColumn(verbose_name=gettext_lazy("列管編號"))
    list = CalledColumn(verbose_name=gettext_lazy("列管清單"), order_by=("list__order",))
    units = tables.Column(verbose_name=gettext_lazy("負責單位"), orderable=False, empty_values=())
    state = tables.Column(verbose_name=gettext_lazy("狀態"))
    due_on = DayColumn(verbose_name=gettext_lazy("期限"))
    agreed_due = DayColumn(verbose_name=gettext_lazy("原訂期限"))
    agreed_on = DayColumn(verbose_name=gettext_lazy("決定日"))
    source_label = tables.Column(verbose_name=gettext_lazy("來源"))
    closed_on = DayColumn(verbose_name=gettext_lazy("結束日"))
    roc_year = YearColumn(verbose_name=gettext_lazy("列管年度"))

    def render_text(self, value: str, record: Commitment) -> Any:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("commitments:commitment", args=[record.pk]),
            Truncator(value).chars(80),
        )

    def value_text(self, value: str) -> str:
        return value

    def render_units(self, record: Commitment) -> str:
        return "、".join(
            called(each.unit, short=True)
            for each in record.units.all()
            if each.state != UnitState.DROPPED.value
        )

    def render_state(self, record: Commitment) -> Any:
        if queries.is_late(record, clock.today()):
            return format_html(
                "{} {}", commitment_state(record), ui.state("bad", _("逾期"), "clock-exclamation")
            )
        return commitment_state(record)

    def value_state(self, record: Commitment) -> str:
        return str(record.get_state_display())

    def render_due_on(self, value: date, record: Commitment, column: DayColumn) -> Any:
        day = column.render(value, self)
        if record.agreed_due != value:
            return format_html("{} {}", day, ui.state("calm", _("展延過"), "calendar-plus"))
        return day


class CommitmentRegister(ListPage):
    """列管事項清單."""

    permission = "commitments.view"
    shows_today = True
    title = gettext_lazy("列管事項")
    table_class = CommitmentTable
    filterset_class = CommitmentFilter
    search_fields: ClassVar[Sequence[str]] = queries.SEARCHED
    search_hint = gettext_lazy("找編號、事項、來源、單位")
    hidden_columns = ("agreed_due", "agreed_on", "source_label", "closed_on", "roc_year")
    default_sort = ("-number",)
    export_name = "commitments"
    empty_title = gettext_lazy("沒有符合的列管事項")
    empty_text = gettext_lazy("拿掉條件再看；會議的決議會自己進來，其他的由研考會或機關新增。")

    def get_queryset(self) -> Any:
        return queries.with_units(queries.visible_to(self.request.user))  # type: ignore[arg-type]

    def search(self, rows: Any, words: str) -> Any:
        return rows.filter(pk__in=queries.found(self.request.user, words).values("pk"))  # type: ignore[arg-type]

    def get_chips(self) -> Iterable[Chip]:
        counts = queries.counts(self.request.user, clock.today(), ruling().soon)  # type: ignore[arg-type]
        yield Chip(_("全部"), {}, counts["all"])
        yield Chip(_("列管中"), {"state": "ongoing"}, counts["ongoing"])
        yield Chip(_("待解列"), {"state": "waiting"}, counts["waiting"], "hourglass")
        yield Chip(_("逾期"), {"time": "late"}, counts["late"], "clock-exclamation")
        yield Chip(_("即將到期"), {"time": "soon"}, counts["soon"], "calendar-due")
        yield Chip(_("已解列"), {"state": "closed"}, counts["closed"], "circle-check")

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        user: Any = self.request.user
        found = [
            (_("機關看板"), reverse("commitments:board"), "building"),
            (_("列管清單管理"), reverse("commitments:lists"), "list-details"),
        ]
        if user.may("commitments.edit"):
            found = [
                (_("新增列管事項"), reverse("commitments:new"), "plus"),
                (_("匯入"), reverse("commitments:import"), "file-import"),
                *found,
            ]
        return found

    @property
    def main_action(self) -> bool:  # type: ignore[override]
        """Whether the first button makes a new one."""
        user: Any = self.request.user
        return bool(user.may("commitments.edit"))
