"""陳情案件: the list, with nothing in it that is sealed or that citizens wrote."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.words import called
from shizheng.domains.petitions.channels import channels, name_of
from shizheng.domains.petitions.models import Petition, Theme
from shizheng.domains.petitions.models.petitions import SOURCES
from shizheng.domains.petitions.models.reference import CLASSES
from shizheng.domains.petitions.queries import petitions as queries
from shizheng.domains.petitions.queries.themes import in_theme
from shizheng.domains.petitions.rules.workflow import STATES
from shizheng.domains.petitions.templatetags.petitions import is_late, petition_state
from shizheng.kernel.cases.registry import state_label
from shizheng.kernel.measures.rules.periods import PeriodNotUnderstood, parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.organisations.filters import UnitFilter
from shizheng.web.columns import CalledColumn, CodeColumn, DayColumn, MomentColumn
from shizheng.web.lists import Chip, ListPage
from shizheng.web.templatetags import ui

STATE_CHOICES = [("open", gettext_lazy("未結")), *((each.code, gettext_lazy(each.label)) for each in STATES)]
TIMES = [
    ("late", gettext_lazy("逾期")),
    ("soon", gettext_lazy("三天內到期")),
    ("promise", gettext_lazy("答應的日期已過")),
]


class PetitionFilter(django_filters.FilterSet):
    """By class, state, unit (with what is below it), source, channel, category, month of receipt, being due or late."""

    state = django_filters.ChoiceFilter(label=gettext_lazy("狀態"), choices=STATE_CHOICES, method="by_state")
    petition_class = django_filters.ChoiceFilter(label=gettext_lazy("類別"), choices=CLASSES)
    unit = UnitFilter(label=gettext_lazy("主辦機關"), method="of_unit")
    source = django_filters.ChoiceFilter(label=gettext_lazy("來源"), choices=SOURCES)
    channel = django_filters.ChoiceFilter(label=gettext_lazy("管道"), field_name="case__channel")
    category = django_filters.ChoiceFilter(label=gettext_lazy("分類"), method="of_category")
    time = django_filters.ChoiceFilter(label=gettext_lazy("期限情形"), choices=TIMES, method="by_time")
    received = django_filters.CharFilter(
        label=gettext_lazy("收件月份"),
        method="received_in",
        help_text=gettext_lazy("例如 114年6月 或 2025-06"),
    )
    theme = django_filters.ChoiceFilter(label=gettext_lazy("議題"), method="of_theme")
    mine = django_filters.BooleanFilter(label=gettext_lazy("我承辦的"), method="of_reader")

    class Meta:
        model = Petition
        fields: ClassVar[Sequence[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._below: dict[str, frozenset[int]] = {}
        self.filters["channel"].extra["choices"] = [(each.code, each.name) for each in channels()]
        self.filters["category"].extra["choices"] = [
            choice
            for top, below in queries.categories(every=True)
            for choice in (
                (str(top.pk), called(top)),
                *((str(each.pk), f"　{called(each)}") for each in below),
            )
        ]

        self.filters["theme"].extra["choices"] = [
            (str(each.pk), called(each)) for each in Theme.objects.order_by("name")
        ]

    def of_theme(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(in_theme(int(value)))

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(queries.is_open()) if value == "open" else rows.filter(case__state=value)

    def of_unit(self, rows: Any, name: str, value: str) -> Any:
        if value not in self._below:  # asked for each chip too
            self._below[value] = organisations.subtree_ids(int(value))
        return rows.filter(case__unit__in=self._below[value])

    def of_category(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(category=value) | rows.filter(category__parent=value)

    def by_time(self, rows: Any, name: str, value: str) -> Any:
        asked: dict[str, Callable[[], Q]] = {
            "late": queries.late,
            "soon": queries.due_soon,
            "promise": queries.promise_late,
        }
        return rows.filter(asked[value]())

    def received_in(self, rows: Any, name: str, value: str) -> Any:
        try:
            period = parse_period(value)
        except PeriodNotUnderstood:
            return rows.none()
        since, until = queries.moments_of(period.start, period.end)
        return rows.filter(case__received_at__gte=since, case__received_at__lt=until)

    def of_reader(self, rows: Any, name: str, value: bool) -> Any:
        mine = {"case__officer": self.request.user}
        return rows.filter(**mine) if value else rows.exclude(**mine)


class PetitionTable(tables.Table):
    """One row a petition."""

    title = tables.Column(verbose_name=gettext_lazy("案由"), accessor="case__title")
    number = CodeColumn(verbose_name=gettext_lazy("案號"), accessor="case__number")
    petition_class = tables.Column(verbose_name=gettext_lazy("類別"))
    category = CalledColumn(verbose_name=gettext_lazy("分類"), order_by=("category__order",))
    unit = CalledColumn(
        verbose_name=gettext_lazy("主辦機關"), accessor="case__unit", order_by=("case__unit__name",)
    )
    officer = tables.Column(verbose_name=gettext_lazy("承辦人"), accessor="case__officer__display_name")
    state = tables.Column(verbose_name=gettext_lazy("狀態"), accessor="case__state")
    due_on = DayColumn(verbose_name=gettext_lazy("期限"), accessor="case__due_on")
    received_at = MomentColumn(verbose_name=gettext_lazy("收件時間"), accessor="case__received_at")
    source = tables.Column(verbose_name=gettext_lazy("來源"))
    channel = tables.Column(verbose_name=gettext_lazy("管道"), accessor="case__channel")
    file_number = CodeColumn(verbose_name=gettext_lazy("來源檔號"))
    place = tables.Column(verbose_name=gettext_lazy("地點"))
    closed_at = MomentColumn(verbose_name=gettext_lazy("結案時間"), accessor="case__closed_at")

    def render_title(self, value: str, record: Petition) -> Any:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("petitions:petition", args=[record.case_id]),
            Truncator(value).chars(60),
        )

    def value_title(self, value: str) -> str:
        return value

    def render_channel(self, value: str) -> str:
        return name_of(value)

    def render_state(self, record: Petition) -> Any:
        shown = petition_state(record.case)
        if is_late(record.case):
            return format_html("{} {}", shown, ui.state("bad", _("逾期"), "clock-exclamation"))
        return shown

    def value_state(self, value: str, record: Petition) -> str:
        return state_label(record.case.kind, value)


class PetitionRegister(ListPage):
    """陳情案件清單."""

    permission = "petitions.view"
    shows_today = True
    title = gettext_lazy("陳情案件")
    table_class = PetitionTable
    filterset_class = PetitionFilter
    search_fields: ClassVar[Sequence[str]] = ("case__title",)
    most_counted = queries.MOST_COUNTED
    search_hint = gettext_lazy("找案號、案由、地點、分類、來文字號")
    hidden_columns = ("source", "channel", "file_number", "place", "closed_at", "category")
    default_sort = ("-received_at",)
    export_name = "petitions"
    empty_title = gettext_lazy("沒有符合的陳情案件")
    empty_text = gettext_lazy("拿掉條件再看；臨櫃、言詞與來文的陳情按「登錄陳情」。")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._asked: dict[str, Any] = {}

    def get_queryset(self) -> Any:
        return queries.visible_to(self.request.user)  # type: ignore[arg-type]

    def search(self, rows: Any, words: str) -> Any:
        if words not in self._asked:  # asked for each chip too
            self._asked[words] = queries.words_in(words)
        asked = self._asked[words]
        return rows if asked is None else rows.filter(asked)

    def get_chips(self) -> Iterable[Chip]:
        counts = queries.counts(self.request.user)  # type: ignore[arg-type]
        yield Chip(_("全部"), {}, counts["all"])
        yield Chip(_("未結"), {"state": "open"}, counts["open"])
        yield Chip(_("待受理"), {"state": "received"}, counts["waiting"], "inbox")
        yield Chip(_("待分案"), {"state": "accepted"}, counts["assigning"], "user")
        yield Chip(_("逾期"), {"time": "late"}, counts["late"], "clock-exclamation")
        yield Chip(_("三天內到期"), {"time": "soon"}, counts["soon"], "calendar-due")
        yield Chip(_("追蹤中"), {"state": "tracking"}, counts["tracking"], "flag")

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        user: Any = self.request.user
        found = [
            (_("機關看板"), reverse("petitions:board"), "building"),
            (_("辦理情形月報表"), reverse("petitions:month"), "report-analytics"),
            (_("陳情分析"), reverse("petitions:analysis"), "chart-bar"),
            (_("質量分析報告"), reverse("petitions:reports"), "news"),
            (_("陳情議題"), reverse("petitions:themes"), "tags"),
            (_("分案情形"), reverse("petitions:assigning"), "git-branch"),
            (_("答復範本"), reverse("petitions:templates"), "file-text"),
            (_("陳情分類"), reverse("petitions:categories"), "sitemap"),
            (_("Open311 服務"), reverse("petitions:services"), "world"),
        ]
        if user.may("petitions.open"):
            found = [(_("登錄陳情"), reverse("petitions:new"), "plus"), *found]
        return found

    @property
    def main_action(self) -> bool:  # type: ignore[override]
        """Whether the first button makes a new one."""
        user: Any = self.request.user
        return bool(user.may("petitions.open"))
