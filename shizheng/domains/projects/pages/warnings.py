"""預警: who may fall severely behind within two months and why, and how good past warnings were (B02, X-21)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

import django_filters as filters
import django_tables2 as tables
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import format_decimal, round_half_up
from shizheng.domains.projects.models import CurveKind, EarlyWarning
from shizheng.domains.projects.pages.month_common import as_of_in, rules_shown
from shizheng.domains.projects.queries import warnings as queries
from shizheng.domains.projects.queries.judging import MARGIN, TENDER, WORKS, judge
from shizheng.domains.projects.queries.months import then
from shizheng.domains.projects.queries.warnings import near_sentence, percent, sentence
from shizheng.domains.projects.rules.warning import ENOUGH
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.rulebook.queries import RuleValue
from shizheng.web.columns import NumberColumn, UnitColumn
from shizheng.web.frame import is_demonstration
from shizheng.web.lists import Chip, ListPage
from shizheng.web.templatetags import ui


def points(value: Decimal | None) -> str:
    return "—" if value is None else format_decimal(round_half_up(value, 2), 2)


def said(warning: EarlyWarning) -> str:
    """Why, by the list of 即將落後 and by alike months."""
    near = near_sentence(warning)
    if not near:
        return sentence(warning)
    return _("即將落後：%(near)s。%(why)s") % {"near": near, "why": sentence(warning)}


class WarningTable(tables.Table):
    """The likeliest first."""

    name = tables.Column(
        verbose_name=gettext_lazy("標案名稱"),
        accessor="project__name",
        order_by="project__name",
        linkify=("projects:project", [tables.A("project_id")]),
    )
    number = tables.Column(
        verbose_name=gettext_lazy("列管編號"), accessor="project__number", order_by="project__number"
    )
    agency = UnitColumn(
        verbose_name=gettext_lazy("主辦機關"), accessor="project__agency", order_by="project__agency__order"
    )
    share = NumberColumn(
        verbose_name=gettext_lazy("機會"), empty_values=(), linkify=("projects:warning", [tables.A("pk")])
    )
    near = tables.Column(verbose_name=gettext_lazy("即將落後"))
    curve = tables.Column(verbose_name=gettext_lazy("曲線"), attrs={"td": {"class": "keep"}})
    lag = NumberColumn(verbose_name=gettext_lazy("當時差距"))
    projected = NumberColumn(verbose_name=gettext_lazy("照近月速度"))
    why = tables.Column(verbose_name=gettext_lazy("為什麼"), empty_values=(), orderable=False)

    class Meta:
        model = EarlyWarning
        fields = ("name", "number", "agency", "share", "near", "curve", "lag", "projected", "why")

    def render_share(self, value: Decimal | None) -> str:
        return _("不估") if value is None else percent(value)

    def value_share(self, value: Decimal | None) -> Decimal | None:
        return value

    def render_near(self, value: bool) -> Any:
        return ui.state("warn", _("即將落後"), icon_name="alert-triangle") if value else ""

    def value_near(self, value: bool) -> str:
        return _("是") if value else ""

    def render_lag(self, value: Decimal) -> str:
        return points(value)

    def render_projected(self, value: Decimal) -> str:
        return points(value)

    def render_why(self, record: EarlyWarning) -> str:
        return said(record)


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
    hidden_columns = ("number",)
    template_name = "projects/warnings.html"
    empty_title = gettext_lazy("還沒有預警")
    empty_text = gettext_lazy(
        "每月標案進度鎖定後，系統會估每一件還沒有嚴重落後的標案兩個月內嚴重落後的機會。"
    )

    @cached_property
    def rows(self) -> Any:
        """Warnings that the reader may see, as given by the end of the day looked at."""
        return queries.visible_to(self.request.user).filter(then(as_of_in(self.request)))  # type: ignore[arg-type]

    @cached_property
    def periods(self) -> list[Period]:
        """Months with warnings, the newest first."""
        return queries.warned_periods(self.rows)

    @cached_property
    def period(self) -> Period | None:
        """The month looked at."""
        wanted = self.request.GET.get("period")
        return next((each for each in self.periods if each.code == wanted), next(iter(self.periods), None))

    @cached_property
    def listed(self) -> RuleValue | None:
        """The rule that says from which chance on the agency's meeting hears of it."""
        return queries.listed_share(self.period) if self.period else None

    @property
    def likely(self) -> Q:
        """Those whose chance is as high as the rule says."""
        return Q(share__gte=Decimal(str(self.listed.value)) / 100) if self.listed else Q(pk=None)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of the month there are: all, with a chance, as likely as the rule says, about to fall behind (one query)."""
        return self.of_month().aggregate(
            all=Count("pk"), told=Count("share"), likely=Count("pk", filter=self.likely),
            near=Count("pk", filter=Q(near=True)),
        )  # fmt: skip

    def of_month(self) -> Any:
        """The warnings of the month looked at."""
        return self.rows.filter(period=self.period.code if self.period else "")

    def get_queryset(self) -> Any:
        """Rows that the reader may see."""
        rows = self.of_month()
        if self.request.GET.get("likely"):
            rows = rows.filter(self.likely)
        return rows.filter(near=True) if self.request.GET.get("near") else rows

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [(_("標案"), reverse("projects:list"))]

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        return [(_("過去的預警準不準"), reverse("projects:warning_record"), "target-arrow")]

    def get_chips(self) -> Iterable[Chip]:
        if self.period is None:
            return ()
        here, found = {"period": self.period.code}, self.counts
        months = tuple(Chip(each.label, {"period": each.code}) for each in self.periods[:6])
        share = (
            [
                Chip(
                    _("機會達 %(share)s%%") % {"share": self.listed.value},
                    {**here, "likely": "1"},
                    found["likely"],
                )
            ]
            if self.listed
            else []
        )
        return (
            Chip(_("全部"), here, found["all"]),
            *share,
            Chip(_("即將落後"), {**here, "near": "1"}, found["near"]),
            *months,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = judge(self.period) if self.period else None
        if self.period is not None:
            vars(self)["subtitle"] = _("%(month)s 還沒有嚴重落後的標案，兩個月內嚴重落後的機會") % {
                "month": self.period.label
            }
        return super().get_context_data(
            **kwargs,
            period=self.period,
            counts=self.counts if self.period else None,
            listed=self.listed,
            rules=rules_shown(here, MARGIN, TENDER, WORKS) if here else [],
            enough=ENOUGH,
            simulated=is_demonstration(),
        )
