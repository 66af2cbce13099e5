"""預警: who may fall severely behind within two months and why, and how good past warnings were (B02, X-21)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

import django_filters as filters
import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import format_decimal, round_half_up
from shizheng.common.routes import requires
from shizheng.common.words import tell
from shizheng.domains.projects.models import CurveKind, EarlyWarning
from shizheng.domains.projects.queries import warnings as queries
from shizheng.domains.projects.queries.judging import MARGIN, judge
from shizheng.domains.projects.queries.warnings import percent, sentence
from shizheng.kernel.measures.rules.periods import Period
from shizheng.web.columns import NumberColumn, UnitColumn
from shizheng.web.lists import Chip, ListPage


def points(value: Decimal | None) -> str:
    return "—" if value is None else format_decimal(round_half_up(value, 2), 2)


class WarningTable(tables.Table):
    """The likeliest first."""

    name = tables.Column(
        verbose_name=gettext_lazy("標案名稱"),
        accessor="project__name",
        order_by="project__name",
        linkify=("projects:project", [tables.A("project_id")]),
    )
    agency = UnitColumn(
        verbose_name=gettext_lazy("主辦機關"), accessor="project__agency", order_by="project__agency__order"
    )
    share = NumberColumn(verbose_name=gettext_lazy("機會"))
    near = tables.BooleanColumn(verbose_name=gettext_lazy("即將落後"), yesno="✓,")
    curve = tables.Column(verbose_name=gettext_lazy("曲線"))
    lag = NumberColumn(verbose_name=gettext_lazy("當時差距"))
    projected = NumberColumn(verbose_name=gettext_lazy("照近月速度"))
    why = tables.Column(verbose_name=gettext_lazy("為什麼"), empty_values=(), orderable=False)

    class Meta:
        model = EarlyWarning
        fields = ("name", "agency", "share", "near", "curve", "lag", "projected", "why")

    def render_share(self, value: Decimal) -> str:
        return percent(value)

    def value_share(self, value: Decimal) -> Decimal:
        return value

    def render_near(self, value: bool) -> str:
        return _("是") if value else ""

    def render_lag(self, value: Decimal) -> str:
        return points(value)

    def render_projected(self, value: Decimal) -> str:
        return points(value)

    def render_why(self, record: EarlyWarning) -> str:
        return sentence(record)


class WarningFilter(filters.FilterSet):
    """By curve."""

    curve = filters.ChoiceFilter(
        label=gettext_lazy("曲線"), choices=CurveKind.choices, empty_label=gettext_lazy("全部")
    )

    class Meta:
        model = EarlyWarning
        fields = ("curve",)


class WarningList(ListPage):
    """Of one month, the newest unless told."""

    permission = "projects.view"
    title = gettext_lazy("落後預警")
    table_class = WarningTable
    filterset_class = WarningFilter
    search_fields: ClassVar[Sequence[str]] = ("project__number", "project__name", "project__agency__name")
    search_hint = gettext_lazy("找編號、名稱、機關")
    default_sort = ("-share", "lag")
    export_name = "early-warnings"
    empty_title = gettext_lazy("還沒有預警")
    empty_text = gettext_lazy(
        "每月標案進度鎖定後，系統會估每一件還沒有嚴重落後的標案兩個月內嚴重落後的機會。"
    )

    @cached_property
    def periods(self) -> list[Period]:
        """Months with warnings, the newest first."""
        return queries.warned_periods()

    @cached_property
    def period(self) -> Period | None:
        """The month looked at."""
        wanted = self.request.GET.get("period")
        return next((each for each in self.periods if each.code == wanted), next(iter(self.periods), None))

    def get_queryset(self) -> Any:
        rows = queries.visible_to(self.request.user)  # type: ignore[arg-type]
        rows = rows.filter(period=self.period.code if self.period else "")
        return rows.filter(near=True) if self.request.GET.get("near") else rows

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [(_("標案"), reverse("projects:list"))]

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        return [(_("過去的預警準不準"), reverse("projects:warning_record"), "target-arrow")]

    def get_chips(self) -> Iterable[Chip]:
        months = tuple(Chip(each.label, {"period": each.code}) for each in self.periods[:6])
        return (Chip(_("即將落後"), {"near": "1"}), *months)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.period is not None:
            rule = next(iter(judge(self.period).of(MARGIN)), None)
            vars(self)["subtitle"] = _(
                "%(month)s 還沒有嚴重落後的標案，兩個月內嚴重落後的機會；「即將落後」另依規則 %(rule)s 判定"
            ) % {"month": self.period.label, "rule": rule.title if rule else "—"}
        return super().get_context_data(**kwargs)


@requires("projects.view")
def warning_record(request: HttpRequest) -> HttpResponse:
    """How good past warnings were, against the slope of late months, and whether the chances came true."""
    found = queries.quality()
    bands = [
        {
            "from": percent(each.low), "to": percent(each.high), "given": each.given,
            "said": percent(each.said, 1), "came": percent(each.came, 1),
        }
        for each in (found.bands if found else ())
    ]  # fmt: skip
    both = [
        {"name": name, "right": each.right, "given": each.given, "precision": percent(each.precision, 1)}
        for name, each in (
            ((_("相似月份的機會"), found.ours), (_("只看近月速度"), found.slope)) if found else ()
        )
    ]
    context = {
        "found": found,
        "bands": bands,
        "both": both,
        "base": percent(found.ours.base, 1) if found else "",
        "error": percent(found.error, 1) if found else "",
        "first": queries.FIRST,
        "trial": tell(queries.TRIAL),
    }
    return render(request, "projects/warning_record.html", context)
