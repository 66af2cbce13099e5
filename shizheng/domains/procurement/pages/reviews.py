"""The list of design reviews, and agencies' own reviews by quarter."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.db.models import Count
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from shizheng.common import clock
from shizheng.common.numbers import whole_number
from shizheng.common.roc import FIRST_YEAR, year_number
from shizheng.common.routes import requires
from shizheng.common.words import called, read
from shizheng.domains.procurement.models import ReviewCase, Stage
from shizheng.domains.procurement.pages.register import Offer
from shizheng.domains.procurement.queries import own_reviews as own
from shizheng.domains.procurement.queries import reviews as queries
from shizheng.domains.procurement.rules.workflow import STATES
from shizheng.domains.procurement.templatetags.procurement import review_state
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.organisations.filters import UnitFilter
from shizheng.web import exports
from shizheng.web.columns import AmountColumn, CodeColumn, DayColumn, StateColumn, UnitColumn
from shizheng.web.lists import Chip, ListPage

_offers: list[Callable[[Any], Offer | None]] = []


def offer(act: Callable[[Any], Offer | None]) -> None:
    """Add an act above the list: `act(actor)` gives label, address and icon, or nothing (journeys register theirs)."""
    _offers.append(act)


class ReviewFilter(django_filters.FilterSet):
    """By agency (with what is below it), state, stage."""

    agency = UnitFilter(label=gettext_lazy("主辦機關"), field_name="agency_id")
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("狀態"), choices=[(code, gettext_lazy(label)) for code, label in STATES.items()]
    )
    stage = django_filters.ChoiceFilter(label=gettext_lazy("審議階段"), choices=Stage.choices)

    class Meta:
        model = ReviewCase
        fields: ClassVar[list[str]] = []


class ReviewTable(tables.Table):
    """One row a review."""

    name = tables.Column(
        verbose_name=gettext_lazy("工程名稱"), linkify=("procurement:review", [tables.A("pk")])
    )
    number = CodeColumn(verbose_name=gettext_lazy("審議編號"))
    agency = UnitColumn(verbose_name=gettext_lazy("主辦機關"), order_by=("agency__order", "agency__name"))
    stage = tables.Column(verbose_name=gettext_lazy("審議階段"))
    state = StateColumn(verbose_name=gettext_lazy("狀態"), draw=lambda case: review_state(case.state))
    due_on = DayColumn(verbose_name=gettext_lazy("期限"))
    amount = AmountColumn(verbose_name=gettext_lazy("送審金額（元）"))
    amount_after = AmountColumn(verbose_name=gettext_lazy("審定金額（元）"))
    control_number = CodeColumn(verbose_name=gettext_lazy("列管編號"))
    since = DayColumn(verbose_name=gettext_lazy("狀態起日"))


class ReviewList(ListPage):
    """基本設計審議."""

    permission = "procurement.view"
    title = gettext_lazy("基本設計審議")
    table_class = ReviewTable
    filterset_class = ReviewFilter
    search_fields: ClassVar[Sequence[str]] = queries.SEARCHED
    search_hint = gettext_lazy("找編號、名稱、機關")
    hidden_columns = ("control_number", "since")
    default_sort = ("-number",)
    export_name = "design-reviews"
    empty_title = gettext_lazy("沒有符合的審議案")
    empty_text = gettext_lazy("拿掉條件再看；達門檻的工程由主辦機關送審。")

    def get_queryset(self) -> Any:
        return queries.visible_to(self.request.user)  # type: ignore[arg-type]

    def get_chips(self) -> Iterable[Chip]:
        rows = queries.visible_to(self.request.user)  # type: ignore[arg-type]
        counts = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
        yield Chip(_("全部"), {}, sum(counts.values()))
        for code, label in STATES.items():
            if counts.get(code):
                yield Chip(read(label), {"state": code}, counts[code])

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        user: Any = self.request.user
        found = [(_("機關自辦審議"), reverse("procurement:own_reviews"), "clipboard-check")]
        found += [each for each in (act(user) for act in _offers) if each is not None]
        if user.may("procurement.submit_review"):
            found = [
                (_("送審"), reverse("procurement:new_review"), "plus"),
                (_("匯入"), reverse("procurement:import_reviews"), "file-import"),
                *found,
            ]
        return found

    @property
    def main_action(self) -> bool:  # type: ignore[override]
        """Whether the first button makes a new one."""
        user: Any = self.request.user
        return bool(user.may("procurement.submit_review"))


@requires("procurement.view")
@require_safe
def own_reviews(request: HttpRequest) -> HttpResponseBase:
    """機關自辦審議: a year by quarter, with what was saved; 未填報 stays said."""
    now = clock.today().year
    given = whole_number(request.GET.get("year", ""))
    year = given if given is not None and 1912 <= given <= 2110 else now
    rows = own.quarters([f"{year}-Q{n}" for n in range(1, 5)])
    format = request.GET.get("export", "")
    if format in exports.FORMATS:
        lines: list[Sequence[Any]] = [
            [
                _("機關"),
                _("季"),
                _("自辦審議件數"),
                _("審議前金額（元）"),
                _("審議後金額（元）"),
                _("節省（元）"),
                _("已填報"),
            ]
        ]
        lines += [
            [
                called(each.agency), each.period, each.cases, each.before, each.after, _saved(each),
                _("是") if each.filed else _("否"),
            ]
            for each in rows
        ]  # fmt: skip
        return exports.response(format, lines, "機關自辦審議", f"own-design-reviews-{year}")
    filed = [each for each in rows if each.filed]
    context = {
        "year": year_number(year - FIRST_YEAR),
        "years": [
            {"label": str(year_number(each - FIRST_YEAR)), "url": f"?year={each}", "active": each == year}
            for each in (now, now - 1, now - 2)
        ],
        "rows": [{"row": each, "saved": _saved(each)} for each in rows],
        "total": {
            "cases": sum(each.cases or 0 for each in filed),
            "before": sum(each.before or 0 for each in filed),
            "after": sum(each.after or 0 for each in filed),
            "saved": sum(_saved(each) or 0 for each in filed),
        },
        "export": f"?year={year}&export=",
        "publish": publish_address(request.user, publishable({each.period for each in rows})),
    }
    return render(request, "procurement/own_reviews.html", context)


def _saved(row: Any) -> Any:
    return None if row.before is None or row.after is None else row.before - row.after


def publishable(quarters: Collection[str]) -> str:
    """The longest period of a year that can be published by its locked quarters: the year, else the last of them."""
    last = max(quarters, default="")
    return last[:4] if last.endswith("Q4") else last


def publish_address(user: Any, period: str) -> str:
    """Where a period is published; nothing for who may not, or before there is one."""
    if not period or not user.may("publication.issue"):
        return ""
    city = organisations.city().pk
    return f"{reverse('publication:issue', args=['procurement.review', city])}?period={period}"
