"""The list of cases and the list of series."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.db.models import Count
from django.forms import HiddenInput
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.roc import in_words, year_number
from shizheng.common.words import listed, read
from shizheng.domains.procurement.models import Category, FailedTenderCase
from shizheng.domains.procurement.queries import failed as queries
from shizheng.domains.procurement.queries.patterns import Counted, cases_of, patterns, read_counted
from shizheng.domains.procurement.rules.failed import OUTCOME_LABELS, Outcome
from shizheng.domains.procurement.templatetags.procurement import outcome
from shizheng.kernel.organisations.filters import UnitFilter
from shizheng.web.columns import AmountColumn, CodeColumn, DayColumn, NumberColumn, StateColumn, UnitColumn
from shizheng.web.dates import RocYearFilter
from shizheng.web.lists import Chip, ListPage

Offer = tuple[Any, str, str]
_offers: list[Callable[[Any], Offer | None]] = []


def offer(act: Callable[[Any], Offer | None]) -> None:
    """Add an act above the list: `act(actor)` gives label, address and icon, or nothing (journeys register theirs)."""
    if act not in _offers:
        _offers.append(act)


STOOD_LABELS = {
    "listed": gettext_lazy("列管"), "awarded": gettext_lazy("已決標"), "open": gettext_lazy("未決標"),
    "dropped": gettext_lazy("不續辦"), "repeated": gettext_lazy("同因再流廢標"),
}  # fmt: skip
OUTCOMES = [(each.value, gettext_lazy(OUTCOME_LABELS[each])) for each in Outcome]


class CaseFilter(django_filters.FilterSet):
    """By year, series, agency (with what is below it), category, outcome."""

    year = RocYearFilter(label=gettext_lazy("年度"), field_name="series__roc_year")
    series = django_filters.ChoiceFilter(label=gettext_lazy("督導年度"), field_name="series_id")
    agency = UnitFilter(label=gettext_lazy("主辦機關"), field_name="agency_id")
    category = django_filters.ChoiceFilter(label=gettext_lazy("標的分類"), choices=Category.choices)
    outcome = django_filters.ChoiceFilter(label=gettext_lazy("結果"), choices=OUTCOMES)

    pattern = django_filters.ChoiceFilter(
        label=gettext_lazy("樣態"), method="by_pattern", widget=HiddenInput, choices=[]
    )

    class Meta:
        model = FailedTenderCase
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["series"].extra["choices"] = [(str(each.pk), str(each)) for each in queries.all_series()]
        counted = read_counted((self.data or {}).get("pattern", ""))
        if counted is not None:
            self.filters["pattern"].extra["choices"] = [(str(counted), counted_words(counted))]

    def by_pattern(self, rows: Any, name: str, value: str) -> Any:
        """The cases of one count of the page of patterns, as they stood on its day."""
        counted = read_counted(value)
        return rows.filter(pk__in=cases_of(counted)) if counted is not None else rows.none()


def counted_words(counted: Counted) -> str:
    """What a count of the page of patterns counts, in words."""
    _cases, found = patterns(counted.day, counted.year)
    rows = next((each.rows for each in found if each.code == counted.group), ())
    row = next((each for each in rows if each.code == counted.code), None)
    parts = [
        _("%(year)s 年") % {"year": year_number(counted.year)},
        row.label if row is not None else "",
        str(STOOD_LABELS[counted.stood]),
        _("截至 %(day)s") % {"day": in_words(counted.day, "short")},
    ]
    return listed(each for each in parts if each)


class CaseTable(tables.Table):
    """One row a case."""

    name = tables.Column(
        verbose_name=gettext_lazy("標案名稱"), linkify=("procurement:case", [tables.A("pk")])
    )
    tender_no = CodeColumn(verbose_name=gettext_lazy("採購案號"))
    agency = UnitColumn(verbose_name=gettext_lazy("主辦機關"), order_by=("agency__order", "agency__name"))
    category = tables.Column(verbose_name=gettext_lazy("標的分類"))
    outcome = StateColumn(verbose_name=gettext_lazy("結果"), draw=lambda case: outcome(case.outcome))
    failed = NumberColumn(verbose_name=gettext_lazy("流標"))
    void = NumberColumn(verbose_name=gettext_lazy("廢標"))
    last_failed_on = DayColumn(verbose_name=gettext_lazy("最近流廢標日"))
    amount = AmountColumn(verbose_name=gettext_lazy("預算金額（元）"))
    series = tables.Column(
        verbose_name=gettext_lazy("督導年度"), order_by=("series__roc_year", "series__edition")
    )
    listed_on = DayColumn(verbose_name=gettext_lazy("列管日"))
    settled_on = DayColumn(verbose_name=gettext_lazy("決標或不續辦日"))
    award_amount = AmountColumn(verbose_name=gettext_lazy("決標金額（元）"))


class CaseList(ListPage):
    """流廢標督導案."""

    permission = "procurement.view"
    title = gettext_lazy("流廢標督導案")
    table_class = CaseTable
    filterset_class = CaseFilter
    search_fields: ClassVar[Sequence[str]] = queries.SEARCHED
    search_hint = gettext_lazy("找案號、名稱、機關")
    hidden_columns = ("series", "listed_on", "settled_on", "award_amount")
    default_sort = ("-listed_on", "tender_no")
    export_name = "failed-tender-cases"
    empty_title = gettext_lazy("沒有符合的督導案")
    empty_text = gettext_lazy("拿掉條件再看；要列管的由研考會從流廢標追蹤帶入、建檔或匯入。")

    def get_queryset(self) -> Any:
        return queries.visible_to(self.request.user)  # type: ignore[arg-type]

    def get_chips(self) -> Iterable[Chip]:
        rows = queries.visible_to(self.request.user)  # type: ignore[arg-type]
        counts = dict(rows.order_by().values_list("outcome").annotate(n=Count("pk")))
        yield Chip(_("全部"), {}, sum(counts.values()))
        for each in Outcome:
            if counts.get(each.value):
                yield Chip(read(OUTCOME_LABELS[each]), {"outcome": each.value}, counts[each.value])

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        user: Any = self.request.user
        found = [
            (_("樣態與決標率"), reverse("procurement:patterns"), "chart-bar"),
            (_("督導年度"), reverse("procurement:series_list"), "calendar"),
        ]
        if user.may("procurement.supervise"):
            found = [
                (_("列管"), reverse("procurement:new_case"), "plus"),
                (_("匯入"), reverse("procurement:import_cases"), "file-import"),
                *(each for each in (act(user) for act in _offers) if each is not None),
                *found,
            ]
        return found

    @property
    def main_action(self) -> bool:  # type: ignore[override]
        """Whether the first button makes a new one."""
        user: Any = self.request.user
        return bool(user.may("procurement.supervise"))
