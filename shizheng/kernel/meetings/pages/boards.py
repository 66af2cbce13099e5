"""Who has met in a month, with the rate and what proves it (B02, TC-14)."""

from typing import Any

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from shizheng.common import clock
from shizheng.common.routes import requires, shows_today
from shizheng.kernel.meetings import queries
from shizheng.kernel.meetings.models import Meeting
from shizheng.kernel.meetings.pages.shared import month_text, reader, state_tag
from shizheng.web.columns import DayColumn, NumberColumn
from shizheng.web.lists import ListPage
from shizheng.web.templatetags import ui


class MetTable(tables.Table):
    unit = tables.Column(verbose_name=gettext_lazy("機關"), linkify=lambda record: reverse("meetings:meeting", args=[record.meeting.pk]))  # fmt: skip
    state = tables.Column(verbose_name=gettext_lazy("狀態"), accessor="meeting", orderable=False)
    held_on = DayColumn(verbose_name=gettext_lazy("開會日期"), default="")
    in_time = tables.Column(verbose_name=gettext_lazy("期限內"))
    present = NumberColumn(verbose_name=gettext_lazy("出席人數"))
    files = NumberColumn(verbose_name=gettext_lazy("證明檔案"))
    minutes = tables.Column(
        verbose_name=gettext_lazy("紀錄發出"), accessor="meeting__minutes_issued_at", default=""
    )

    def render_state(self, value: Meeting) -> str:
        return state_tag(value)

    def value_state(self, value: Meeting) -> str:
        return str(value.get_state_display())

    def render_in_time(self, record: Any) -> str:
        if record.in_time:
            return ui.state("good", _("期限內"), icon="check")
        if record.late:
            return ui.state("bad", _("逾期"), icon="clock-exclamation")
        return ui.state("calm", _("未到期"), icon="clock")

    def value_in_time(self, record: Any) -> str:
        return _("期限內") if record.in_time else _("逾期") if record.late else _("未到期")

    def render_minutes(self, value: Any) -> str:
        return ui.moment(value)

    def value_minutes(self, value: Any) -> Any:
        return value


class MetList(ListPage):
    """Who has met in a month, with the rate and what proves it (B02, TC-14)."""

    permission = "meetings.view"
    board: Any = None
    table_class = MetTable
    template_name = "meetings/board.html"
    default_sort = ("in_time", "unit")
    export_name = "meetings-met"
    empty_title = gettext_lazy("這個月沒有會議")
    empty_text = gettext_lazy("還沒有開立，或依規則這個月不用開。")

    def get_queryset(self) -> Any:
        return Rows(self.board.rows) if reader(self.request).may("meetings.view") else Rows()

    def get_breadcrumb(self) -> Any:
        return [(_("會議"), reverse("meetings:list")), (_("會議系列"), reverse("meetings:series"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        months = queries.months_of(reader(self.request), self.board.series.pk)
        kwargs |= {"board": self.board, "months": [(each, month_text(each)) for each in months[:24]]}
        return super().get_context_data(**kwargs)


class Rows(list[Any]):
    """Rows that a list page takes like a queryset."""

    def none(self) -> "Rows":
        return Rows()


@shows_today
@requires("meetings.view")
@require_safe
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has met in a month; the newest one with meetings unless the address names another."""
    user = reader(request)
    series = queries.series_of(user, pk)
    months = queries.months_of(user, pk)
    asked = request.GET.get("period", "")
    period = asked if asked in months else (months[0] if months else f"{clock.today():%Y-%m}")
    made = queries.met_board(user, series, period)
    title = f"{series.name} {month_text(period)}"
    answer: HttpResponse = MetList.as_view(board=made, title=title)(request, pk=pk)
    return answer
