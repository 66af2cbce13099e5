"""完工未驗收、完工未結算 (E05): a derived list with its rules and its denominator."""

from collections.abc import Iterable
from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.words import read
from shizheng.domains.projects.pages.tendering import DerivedList, Rows, StandTable, share
from shizheng.domains.projects.queries import ageing as queries
from shizheng.web.columns import DayColumn, NumberColumn
from shizheng.web.lists import Chip
from shizheng.web.templatetags import ui

WAITS = {"acceptance": "unaccepted", "valuation": "unvalued"}


class AgeingTable(StandTable):
    """Since when, and what level each wait has reached."""

    completed_on = DayColumn(verbose_name=gettext_lazy("竣工日"))
    days = NumberColumn(verbose_name=gettext_lazy("竣工後（日）"))
    unaccepted = tables.Column(verbose_name=gettext_lazy("未驗收"))
    unvalued = tables.Column(verbose_name=gettext_lazy("未結算"))
    unit = tables.Column(verbose_name=gettext_lazy("承辦單位"))

    def render_unaccepted(self, value: str) -> Any:
        return ui.state("bad", value, icon_name="clipboard-x")

    def value_unaccepted(self, value: str) -> str:
        return value

    def render_unvalued(self, value: str) -> Any:
        return ui.state("warn", value, icon_name="calculator")

    def value_unvalued(self, value: str) -> str:
        return value


class AgeingList(DerivedList):
    """Completed, and waiting too long."""

    title = gettext_lazy("完工後逾時")
    work_out = staticmethod(queries.ageing)
    table_class = AgeingTable
    default_sort = ("-days", "number")
    hidden_columns = ("unit",)
    export_name = "tenders-ageing"
    empty_title = gettext_lazy("沒有完工後逾時的標案")
    empty_text = gettext_lazy("竣工的標案都在期限內驗收、結算。竣工日由標案事件來。")

    def get_queryset(self) -> Rows:
        """Rows that `self.request.user` may see."""
        only = self.request.GET.get("waits")
        return Rows(
            {
                **self.row(each),
                "completed_on": each.left.completed_on,
                "days": each.days,
                "unaccepted": read(each.unaccepted.label) if each.unaccepted else None,
                "unvalued": read(each.unvalued.label) if each.unvalued else None,
                "unit": each.project.unit.name if each.project.unit else "",
            }
            for each in self.found.rows
            if only not in ("acceptance", "valuation") or getattr(each, WAITS[only])
        )

    def get_chips(self) -> Iterable[Chip]:
        found = self.found
        return (
            Chip(_("全部"), {}, len(found.rows)),
            Chip(_("未驗收"), {"waits": "acceptance"}, found.unaccepted),
            Chip(_("未結算"), {"waits": "valuation"}, found.unvalued),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.found
        vars(self)["subtitle"] = _(
            "到 %(on)s，竣工而還沒有驗收、結算的 %(all)s 件裡 %(n)s 件逾時%(share)s。規則 %(rules)s"
        ) % {
            "on": ui.day_text(found.on),
            "all": found.waiting,
            "n": len(found.rows),
            "share": share(len(found.rows), found.waiting),
            "rules": "、".join(each.title for each in found.rules),
        }
        return super().get_context_data(**kwargs)
