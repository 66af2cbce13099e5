"""流廢標追蹤 (B09), 應發包而未發包 and 發包預告 (B10): derived lists, each with its rule and its denominators."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, ClassVar

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import format_decimal
from shizheng.common.words import called, read
from shizheng.domains.projects.queries import tendering as queries
from shizheng.domains.projects.queries.tendering import Stand
from shizheng.domains.projects.rules.judging import Rate
from shizheng.domains.projects.rules.life import STATE_LABELS
from shizheng.domains.projects.templatetags.projects import project_state
from shizheng.web.columns import AmountColumn, CodeColumn, DayColumn, NumberColumn, own_address
from shizheng.web.lists import Chip, ListPage
from shizheng.web.templatetags import ui


class Rows(list[dict[str, Any]]):
    """Rows that a list page takes like a queryset."""

    def none(self) -> "Rows":
        return Rows()


class StandTable(tables.Table):
    """What all of these lists show of a tender."""

    name = tables.Column(verbose_name=gettext_lazy("標案名稱"), linkify=own_address)
    number = CodeColumn(verbose_name=gettext_lazy("列管編號"))
    agency = tables.Column(verbose_name=gettext_lazy("主辦機關"))
    state = tables.Column(verbose_name=gettext_lazy("狀態"))
    budget = AmountColumn(verbose_name=gettext_lazy("預算金額（元）"))

    def render_state(self, value: Any) -> Any:
        return project_state(value)

    def value_state(self, value: Any) -> str:
        return read(STATE_LABELS[value])


class FailedTable(StandTable):
    """流標 and 廢標 told apart."""

    times = NumberColumn(verbose_name=gettext_lazy("流廢標次數"))
    failed = NumberColumn(verbose_name=gettext_lazy("流標"))
    void = NumberColumn(verbose_name=gettext_lazy("廢標"))
    last = DayColumn(verbose_name=gettext_lazy("最近一次"))


class DueTable(StandTable):
    """When it was to be announced, and by how many days that is over."""

    planned_on = DayColumn(verbose_name=gettext_lazy("預定公告日"))
    days = NumberColumn(verbose_name=gettext_lazy("已逾（日）"))


class DerivedList(ListPage):
    """A list that `work_out(actor, day)` makes of happenings and plans."""

    permission = "projects.view"
    work_out: ClassVar[Callable[..., Any]]
    search_fields: ClassVar[Sequence[str]] = ("number", "name", "agency")
    search_hint = gettext_lazy("找編號、名稱、機關")

    @cached_property
    def found(self) -> Any:
        """What `work_out` gave for the day looked at."""
        return type(self).work_out(self.request.user, getattr(self.request, "as_of", None))

    def search(self, rows: Any, words: str) -> Any:
        found = rows
        for word in words.casefold().split()[:10]:
            found = Rows(
                row for row in found if any(word in str(row[name]).casefold() for name in self.search_fields)
            )
        return found

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [(_("標案"), reverse("projects:list"))]

    def row(self, each: Stand) -> dict[str, Any]:
        """What the table shows of one tender."""
        return {
            "pk": each.project.pk,
            "url": reverse("projects:project", args=[each.project.pk]),
            "name": each.project.name,
            "number": each.project.number,
            "agency": called(each.project.agency, short=True),
            "state": each.state,
            "budget": each.project.budget,
        }


class FailedList(DerivedList):
    """流廢標追蹤 (B09)."""

    title = gettext_lazy("流廢標追蹤")
    work_out = staticmethod(queries.failed)
    table_class = FailedTable
    default_sort = ("-times", "number")
    export_name = "failed-tenders"
    empty_title = gettext_lazy("沒有要追蹤的標案")
    empty_text = gettext_lazy("沒有流廢標達到次數而還沒有決標的標案。")

    def get_queryset(self) -> Rows:
        return Rows(
            self.row(each)
            | {
                "times": each.failures.all,
                "failed": each.failures.failed,
                "void": each.failures.void,
                "last": each.last_failed_on,
            }
            for each in self.found.rows
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.found
        vars(self)["subtitle"] = _(
            "流標或廢標 %(least)s 次以上仍未決標：未決標 %(all)s 件裡 %(n)s 件%(share)s，共流標 %(failed)s 次、廢標 %(void)s 次。規則 %(rule)s"
        ) % {
            "least": found.rule.raw,
            "all": found.unawarded,
            "n": len(found.rows),
            "share": share(len(found.rows), found.unawarded),
            "failed": found.failed,
            "void": found.void,
            "rule": found.rule.title,
        }
        return super().get_context_data(**kwargs)


class DueList(DerivedList):
    """應發包而未發包, and 發包預告 (B10)."""

    title = gettext_lazy("應發包與發包預告")
    work_out = staticmethod(queries.due)
    table_class = DueTable
    default_sort = ("planned_on", "number")
    export_name = "tenders-due"
    empty_title = gettext_lazy("沒有符合的標案")
    empty_text = gettext_lazy("預定公告日取自各標案的預定進度；還沒有訂預定進度的不在這裡。")

    @property
    def forecast(self) -> bool:
        """Whether the forecast is shown, not what is overdue."""
        return self.request.GET.get("list") == "forecast"

    def get_queryset(self) -> Rows:
        found = self.found
        rows = found.forecast if self.forecast else found.due
        return Rows(
            self.row(each)
            | {
                "planned_on": each.planned_on,
                "days": (found.on - each.planned_on).days if each.planned_on and not self.forecast else None,
            }
            for each in rows
        )

    def get_chips(self) -> Iterable[Chip]:
        return (
            Chip(_("應發包而未發包"), {}, len(self.found.due)),
            Chip(_("發包預告"), {"list": "forecast"}, len(self.found.forecast)),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.found
        values = {
            "on": ui.day_text(found.on),
            "until": ui.day_text(found.until),
            "due": len(found.due),
            "had": found.had_to,
            "share": share(len(found.due), found.had_to),
            "n": len(found.forecast),
            "preparing": found.preparing,
            "unplanned": found.unplanned,
            "rule": found.rule.title,
        }
        vars(self)["subtitle"] = (
            _(
                "%(on)s 之後到 %(until)s 預定公告：籌辦中 %(preparing)s 件裡 %(n)s 件；%(unplanned)s 件還沒有預定公告日。規則 %(rule)s"
            )
            if self.forecast
            else _(
                "到 %(on)s 預定要公告的 %(had)s 件裡 %(due)s 件還沒有公告%(share)s；籌辦中 %(preparing)s 件裡 %(unplanned)s 件還沒有預定公告日。"
            )
        ) % values
        return super().get_context_data(**kwargs)


def share(part: int, whole: int) -> str:
    """`（12.50%）`, or nothing where there is no denominator."""
    percent = Rate(part, whole).percent
    return "" if percent is None else _("（%(percent)s%%）") % {"percent": format_decimal(percent, 2)}
