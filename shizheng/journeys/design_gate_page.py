"""The list of works at the gate: which basic designs are approved, and which were tendered without."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common import clock
from shizheng.common.numbers import format_decimal
from shizheng.common.words import called, read
from shizheng.domains.procurement.queries import reviews
from shizheng.domains.procurement.rules.workflow import STATES
from shizheng.domains.procurement.templatetags.procurement import review_state
from shizheng.domains.projects.pages.tendering import DerivedList, Rows, StandTable
from shizheng.journeys import design_gate
from shizheng.web.columns import DayColumn
from shizheng.web.lists import Chip
from shizheng.web.templatetags import ui


class GateTable(StandTable):
    """A tender with its review, and when it was announced."""

    review = tables.Column(verbose_name=gettext_lazy("設計審議"), empty_values=())
    announced_on = DayColumn(verbose_name=gettext_lazy("公告日"))
    flagged = tables.Column(verbose_name=gettext_lazy("未經審議即招標"), empty_values=(None,))

    def render_review(self, value: str | None) -> Any:
        return review_state(value) if value else ui.state("warn", _("沒有送審"), "alert-triangle")

    def value_review(self, value: str | None) -> str:
        return read(STATES[value]) if value else _("沒有送審")

    def render_flagged(self, value: bool) -> Any:
        return ui.state("bad", _("未經審議即招標"), "alert-triangle") if value else "—"

    def value_flagged(self, value: bool) -> str:
        return _("是") if value else _("否")


class GateList(DerivedList):
    """設計審議關卡 (E05)."""

    permission = "procurement.view"
    title = gettext_lazy("設計審議關卡")
    table_class = GateTable
    default_sort = ("-flagged", "number")
    export_name = "design-gate"
    empty_title = gettext_lazy("沒有達門檻的工程")
    empty_text = gettext_lazy("列管中達門檻金額的工程，才要在招標前通過基本設計審議。")

    @cached_property
    def found(self) -> list[design_gate.Gate]:
        """Works at the gate on the day looked at; none for who may not see tenders."""
        user: Any = self.request.user
        if not user.may("projects.view"):
            return []
        return design_gate.gates(user, getattr(self.request, "as_of", None))

    def get_queryset(self) -> Rows:
        flagged = self.request.GET.get("list") == "flagged"
        day = getattr(self.request, "as_of", None) or clock.today()
        limit = reviews.threshold_amount(day)
        vars(self)["subtitle"] = _(
            "%(limit)s 元以上的工程，招標前要審議通過；未達的由機關自行審議。%(n)s 件未經審議即招標。"
        ) % {
            "limit": format_decimal(limit) if limit is not None else "—",
            "n": sum(each.flagged for each in self.found),
        }
        return Rows(
            {
                "pk": each.project.pk,
                "url": reverse("projects:project", args=[each.project.pk]),
                "name": each.project.name,
                "number": each.project.number,
                "agency": called(each.project.agency, short=True),
                "state": each.project.state,
                "budget": each.project.budget,
                "review": each.state,
                "announced_on": each.announced_on,
                "flagged": each.flagged,
            }
            for each in self.found
            if each.flagged or not flagged
        )

    def get_chips(self) -> Iterable[Chip]:
        yield Chip(_("全部"), {}, len(self.found))
        yield Chip(_("未經審議即招標"), {"list": "flagged"}, sum(each.flagged for each in self.found))

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [(_("基本設計審議"), reverse("procurement:reviews"))]
