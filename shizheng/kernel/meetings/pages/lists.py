"""Lists: meetings, series, what was resolved; who has met in a month."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common import clock
from shizheng.kernel.meetings import queries
from shizheng.kernel.meetings.models import (
    Meeting,
    MeetingSeries,
    MeetingState,
    Resolution,
    ResolutionKind,
    SeriesLevel,
)
from shizheng.kernel.meetings.pages.shared import month_text, reader, state_tag
from shizheng.kernel.organisations.filters import UnitFilter
from shizheng.web.columns import DayColumn, MomentColumn, NumberColumn
from shizheng.web.lists import Chip, ListPage
from shizheng.web.templatetags import ui


class MeetingTable(tables.Table):
    title = tables.Column(
        verbose_name=gettext_lazy("會議"), linkify=("meetings:meeting", {"pk": tables.A("pk")})
    )
    unit = tables.Column(verbose_name=gettext_lazy("主辦單位"), accessor="unit__name")
    period = tables.Column(verbose_name=gettext_lazy("月份"))
    state = tables.Column(verbose_name=gettext_lazy("狀態"))
    due_on = DayColumn(verbose_name=gettext_lazy("應開會日"), default="")
    at = MomentColumn(verbose_name=gettext_lazy("開會時間"), default="")
    place = tables.Column(verbose_name=gettext_lazy("地點"), default="")
    chair = tables.Column(verbose_name=gettext_lazy("主席"), default="")
    minutes_due_on = DayColumn(verbose_name=gettext_lazy("紀錄期限"), default="")
    minutes_issued_at = MomentColumn(verbose_name=gettext_lazy("紀錄發出時間"), default="")

    def render_period(self, value: str) -> str:
        return month_text(value)

    def render_state(self, record: Meeting) -> str:
        words = state_tag(record)
        if queries.is_late(record, clock.today()):
            return format_html("{} {}", words, ui.state("bad", _("逾期"), icon="clock-exclamation"))
        return words

    def value_state(self, record: Meeting) -> str:
        return str(record.get_state_display()) + (
            _("（逾期）") if queries.is_late(record, clock.today()) else ""
        )


def month_choices() -> list[tuple[str, str]]:
    """Months in which there are meetings, newest first."""
    return [(each, month_text(each)) for each in queries.every_month()]


class MeetingFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=gettext_lazy("狀態"), choices=MeetingState.choices)
    series = django_filters.ModelChoiceFilter(
        label=gettext_lazy("會議系列"), queryset=MeetingSeries.objects.order_by("name")
    )
    agency = UnitFilter(label=gettext_lazy("主辦機關"), field_name="unit_id")
    level = django_filters.ChoiceFilter(
        label=gettext_lazy("層級"), field_name="series__level", choices=SeriesLevel.choices
    )
    period = django_filters.ChoiceFilter(label=gettext_lazy("月份"), choices=month_choices)
    late = django_filters.ChoiceFilter(
        label=gettext_lazy("逾期"), choices=[("yes", gettext_lazy("逾期"))], method="by_late"
    )

    class Meta:
        model = Meeting
        fields = ("state",)

    def by_late(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(queries.late(clock.today()))


class MeetingList(ListPage):
    permission = "meetings.view"
    shows_today = True
    title = gettext_lazy("會議")
    subtitle = gettext_lazy("每月依規則開立；議程、出席、決議與紀錄都在這裡")
    table_class = MeetingTable
    filterset_class = MeetingFilter
    search_fields = ("title", "unit__name", "place", "chair")
    default_sort = ("-period", "series", "unit__order")
    hidden_columns: ClassVar[Sequence[str]] = ("place", "chair", "minutes_issued_at")
    export_name = "meetings"
    main_action = True
    empty_title = gettext_lazy("還沒有任何會議")
    empty_text = gettext_lazy("會議系列有期限規則的，到了那個月會自動開立；也可以自己排定。")

    def get_queryset(self) -> Any:
        return queries.visible_to(reader(self.request)).select_related("series", "unit")

    def get_actions(self) -> Any:
        found: list[tuple[Any, str, str]] = []
        if reader(self.request).may("meetings.manage"):
            found.append((_("排定會議"), reverse("meetings:plan"), "plus"))
        found.append((_("裁示與決議"), reverse("meetings:resolutions"), "gavel"))
        found.append((_("會議系列"), reverse("meetings:series"), "settings"))
        return found

    def get_chips(self) -> Any:
        counts = queries.counts_of(self.get_queryset(), clock.today())
        return [
            Chip(_("全部"), {}, counts["all"]),
            Chip(_("逾期"), {"late": "yes"}, counts["late"], "clock-exclamation"),
            Chip(_("議程已定"), {"state": "fixed"}, counts["fixed"]),
            Chip(_("紀錄未發"), {"state": "held"}, counts["held"]),
        ]


class SeriesTable(tables.Table):
    name = tables.Column(
        verbose_name=gettext_lazy("名稱"), linkify=("meetings:board", {"pk": tables.A("pk")})
    )
    level = tables.Column(verbose_name=gettext_lazy("層級"))
    chair = tables.Column(verbose_name=gettext_lazy("主席職稱"), default="")
    due_rule = tables.Column(verbose_name=gettext_lazy("期限規則"), default="")
    agenda = tables.Column(verbose_name=gettext_lazy("議程來源"), default="")
    in_use = tables.BooleanColumn(verbose_name=gettext_lazy("使用中"))
    change = tables.Column(verbose_name=gettext_lazy("修改"), accessor="pk", orderable=False)

    def render_due_rule(self, value: str) -> str:
        return queries.rule_name(value)

    def render_agenda(self, value: str) -> str:
        return queries.source_name(value)

    def render_change(self, record: MeetingSeries) -> Any:
        if not self.request.user.may("meetings.define"):
            return ""
        url = reverse("meetings:edit_series", args=[record.pk])
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> {}</span></a>', url, _("修改"), record.name
        )

    def value_change(self) -> str:
        return ""


class SeriesList(ListPage):
    permission = "meetings.view"
    shows_today = True
    title = gettext_lazy("會議系列")
    subtitle = gettext_lazy("誰開、誰主持、依哪一條規則、議程從哪裡來")
    table_class = SeriesTable
    search_fields = ("name", "name_en", "code", "chair")
    default_sort = ("level", "name")
    export_name = "meeting-series"
    main_action = True
    empty_title = gettext_lazy("還沒有任何會議系列")
    empty_text = gettext_lazy("建立一個系列，訂好規則與議程來源，每月就會自動開立會議。")

    def get_queryset(self) -> Any:
        return queries.series_visible_to(reader(self.request))

    def get_breadcrumb(self) -> Any:
        return [(_("會議"), reverse("meetings:list"))]

    def get_actions(self) -> Any:
        if not reader(self.request).may("meetings.define"):
            return []
        return [(_("新增會議系列"), reverse("meetings:new_series"), "plus")]


class ResolutionTable(tables.Table):
    text = tables.Column(verbose_name=gettext_lazy("內容"))
    kind = tables.Column(verbose_name=gettext_lazy("種類"))
    meeting = tables.Column(verbose_name=gettext_lazy("會議"), accessor="meeting__title")
    number = NumberColumn(verbose_name=gettext_lazy("序號"))
    main_unit = tables.Column(verbose_name=gettext_lazy("主辦單位"), accessor="main_unit__name", default="")
    due_on = DayColumn(verbose_name=gettext_lazy("期限"), default="")

    def render_text(self, value: str, record: Resolution) -> Any:
        url = reverse("meetings:meeting", args=[record.meeting_id]) + f"#resolution-{record.number}"
        return format_html('<a href="{}">{}</a>', url, value if len(value) <= 120 else f"{value[:119]}…")

    def value_text(self, value: str) -> str:
        return value


class ResolutionFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=gettext_lazy("種類"), choices=ResolutionKind.choices)
    series = django_filters.ModelChoiceFilter(
        label=gettext_lazy("會議系列"),
        field_name="meeting__series",
        queryset=MeetingSeries.objects.order_by("name"),
    )
    agency = UnitFilter(label=gettext_lazy("負責機關"), method="by_agency")

    class Meta:
        model = Resolution
        fields = ("kind",)

    def by_agency(self, rows: Any, name: str, value: str) -> Any:
        """What the agency or a unit of it has to do, alone or with others."""
        return rows.filter(queries.owed_by(int(value)))


class ResolutionList(ListPage):
    permission = "meetings.view"
    shows_today = True
    title = gettext_lazy("裁示與決議")
    table_class = ResolutionTable
    filterset_class = ResolutionFilter
    search_fields = ("text", "meeting__title", "main_unit__name")
    default_sort = ("-meeting", "number")
    export_name = "resolutions"
    empty_title = gettext_lazy("還沒有任何裁示或決議")
    empty_text = gettext_lazy("開會時在會議的頁面記錄。")

    def get_queryset(self) -> Any:
        return queries.resolutions_visible_to(reader(self.request))

    def get_breadcrumb(self) -> Any:
        return [(_("會議"), reverse("meetings:list"))]
