"""未訂作業計畫 (B01; TC-12, TC-27): a derived list with its rules and its denominator."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.domains.projects.pages.tendering import DerivedList, Rows, StandTable, share
from shizheng.domains.projects.queries import unplanned as queries
from shizheng.web.columns import DayColumn, NumberColumn
from shizheng.web.lists import Chip
from shizheng.web.templatetags import ui

SHOWN = ("late", "unfunded")


class UnplannedTable(StandTable):
    """Since when its funds are held, until when the plan had to be set, and by how many days that is over."""

    held_on = DayColumn(verbose_name=gettext_lazy("經費持有日"))
    due = DayColumn(verbose_name=gettext_lazy("訂定期限"))
    late = NumberColumn(verbose_name=gettext_lazy("已逾（日）"))
    begins = DayColumn(verbose_name=gettext_lazy("年度開始訂定"))


class UnplannedList(DerivedList):
    """Tenders without a plan."""

    title = gettext_lazy("未訂作業計畫")
    work_out = staticmethod(queries.unplanned)
    table_class = UnplannedTable
    default_sort = ("-late", "due", "number")
    hidden_columns = ("begins",)
    export_name = "tenders-unplanned"
    empty_title = gettext_lazy("沒有未訂作業計畫的標案")
    empty_text = gettext_lazy("列管的標案都訂了預定進度。經費持有日由標案的資料或「經費到位」事件來。")

    def get_queryset(self) -> Rows:
        """Rows that `self.request.user` may see."""
        only = self.request.GET.get("only")
        found = self.found
        return Rows(
            {
                **self.row(each),
                "held_on": each.held_on,
                "due": each.due,
                "late": each.late or None,
                "begins": each.begins,
            }
            for each in (getattr(found, only) if only in SHOWN else found.rows)
        )

    def get_chips(self) -> Iterable[Chip]:
        found = self.found
        return (
            Chip(_("全部"), {}, len(found.rows)),
            Chip(_("逾期未訂"), {"only": "late"}, len(found.late)),
            Chip(_("沒有登錄經費持有日"), {"only": "unfunded"}, len(found.unfunded)),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.found
        vars(self)["subtitle"] = _(
            "到 %(on)s，列管 %(all)s 件裡 %(n)s 件還沒有預定進度%(share)s，其中 %(late)s 件已逾期。規則 %(rules)s"
        ) % {
            "on": ui.day_text(found.on),
            "all": found.controlled,
            "n": len(found.rows),
            "share": share(len(found.rows), found.controlled),
            "late": len(found.late),
            "rules": "、".join(each.title for each in found.rules) or "—",
        }
        return super().get_context_data(**kwargs)
