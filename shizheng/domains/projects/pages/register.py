"""The register: the list of tenders and the page of one."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.words import called, read
from shizheng.domains.projects.models import Level, Programme, Project, ProjectType
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.rules.life import STATE_LABELS, State
from shizheng.domains.projects.templatetags.projects import project_state
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.organisations.filters import UnitFilter
from shizheng.web.columns import AmountColumn, CalledColumn, CodeColumn, StateColumn, UnitColumn, YearColumn
from shizheng.web.dates import RocYearFilter
from shizheng.web.lists import Chip, ListPage

MOST_WORDS = 10
STATES = [(state.value, gettext_lazy(STATE_LABELS[state])) for state in State]


class ProjectFilter(django_filters.FilterSet):
    """By agency (with what is below it), type, state, level, programme, year."""

    agency = UnitFilter(label=gettext_lazy("主辦機關"), field_name="agency_id")
    type = django_filters.ChoiceFilter(label=gettext_lazy("類型"))
    state = django_filters.ChoiceFilter(label=gettext_lazy("狀態"), choices=STATES)
    level = django_filters.ChoiceFilter(label=gettext_lazy("列管層級"), choices=Level.choices)
    programme = django_filters.ChoiceFilter(label=gettext_lazy("專案計畫"), method="in_programme")
    year = RocYearFilter(label=gettext_lazy("列管年度"), field_name="roc_year")

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["type"].extra["choices"] = [
            (str(each.pk), called(each)) for each in ProjectType.objects.all()
        ]
        self.filters["programme"].extra["choices"] = [
            (str(each.pk), called(each)) for each in Programme.objects.all()
        ]

    def in_programme(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(tags__programme_id=int(value))


def fits(row: Project, given: dict[str, Any], words: Sequence[str]) -> bool:
    """Whether a tender as it stood then meets the filters and has every word."""
    if given.get("agency") and row.agency_id not in organisations.subtree_ids(int(given["agency"])):
        return False
    if given.get("programme") and int(given["programme"]) not in {tag.programme_id for tag in row.tags.all()}:
        return False
    plain = {"type": str(row.type_id), "state": row.state, "level": row.level, "year": row.roc_year}
    if any(given.get(name) and given[name] != value for name, value in plain.items()):
        return False
    texts = (
        row.number,
        row.name,
        row.tender_no,
        row.contractor,
        row.place,
        row.agency.name,
        row.agency.short_name,
    )
    return all(any(word.casefold() in text.casefold() for text in texts) for word in words)


class ProjectTable(tables.Table):
    """One row a tender."""

    name = tables.Column(
        verbose_name=gettext_lazy("標案名稱"), linkify=("projects:project", [tables.A("pk")])
    )
    number = CodeColumn(verbose_name=gettext_lazy("列管編號"))
    agency = UnitColumn(verbose_name=gettext_lazy("主辦機關"), order_by=("agency__order", "agency__name"))
    type = CalledColumn(verbose_name=gettext_lazy("類型"), order_by=("type__order",))
    state = StateColumn(verbose_name=gettext_lazy("狀態"), draw=lambda project: project_state(project.state))
    level = tables.Column(verbose_name=gettext_lazy("列管層級"))
    budget = AmountColumn(verbose_name=gettext_lazy("預算金額（元）"))
    award_amount = AmountColumn(verbose_name=gettext_lazy("決標金額（元）"))
    contractor = tables.Column(verbose_name=gettext_lazy("得標廠商"))
    roc_year = YearColumn(verbose_name=gettext_lazy("列管年度"))
    tender_no = CodeColumn(verbose_name=gettext_lazy("採購案號"))
    unit = CalledColumn(verbose_name=gettext_lazy("承辦單位"), order_by=("unit__name",))
    officer = tables.Column(verbose_name=gettext_lazy("承辦人"), accessor="officer__display_name")
    programmes = tables.Column(
        verbose_name=gettext_lazy("專案計畫"), accessor="tags", orderable=False, empty_values=()
    )
    place = tables.Column(verbose_name=gettext_lazy("地點"))

    def render_programmes(self, record: Project) -> str:
        return "、".join(called(tag.programme) for tag in record.tags.all())


class ProjectList(ListPage):
    """標案清單."""

    permission = "projects.view"
    title = gettext_lazy("標案")
    table_class = ProjectTable
    filterset_class = ProjectFilter
    search_fields: ClassVar[Sequence[str]] = queries.SEARCHED
    search_hint = gettext_lazy("找編號、名稱、案號、廠商、機關")
    hidden_columns = (
        "award_amount", "contractor", "roc_year", "tender_no", "unit", "officer", "programmes", "place",
    )  # fmt: skip
    default_sort = ("-number",)
    export_name = "projects"
    empty_title = gettext_lazy("沒有符合的標案")
    empty_text = gettext_lazy("拿掉條件再看；還沒有建檔的，由主辦機關建檔或匯入。")

    @cached_property
    def then(self) -> list[Project] | None:
        """The tenders as they stood on the day looked at; None for today."""
        as_of = as_of_day(getattr(self.request, "as_of", None))
        return None if as_of is None else queries.register_then(self.request.user, as_of)  # type: ignore[arg-type]

    def filtered(self) -> tuple[Any, Any]:
        """As of a day the rows are read as they stood then, and picked by what they said then."""
        rows, filterset = super().filtered()
        if self.then is None or filterset is None or not filterset.is_valid():
            return rows, filterset
        words = self.request.GET.get("q", "").split()[:MOST_WORDS]
        return [each for each in self.then if fits(each, filterset.form.cleaned_data, words)], filterset

    def get_queryset(self) -> Any:
        rows = queries.visible_to(self.request.user)  # type: ignore[arg-type]
        return rows.select_related("agency", "type", "unit", "officer").prefetch_related("tags__programme")

    def get_chips(self) -> Iterable[Chip]:
        rows = queries.visible_to(self.request.user)  # type: ignore[arg-type]
        counts = (
            dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
            if self.then is None
            else Counter(each.state for each in self.then)
        )
        yield Chip(_("全部"), {}, sum(counts.values()))
        for state in State:
            if counts.get(state.value):
                yield Chip(read(STATE_LABELS[state]), {"state": state.value}, counts[state.value])

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        user: Any = self.request.user
        found = [
            (_("地圖"), reverse("projects:map"), "map-2"),
            (_("流廢標追蹤"), reverse("projects:failed"), "repeat"),
            (_("應發包與預告"), reverse("projects:due"), "calendar-due"),
            (_("未訂作業計畫"), reverse("projects:unplanned"), "calendar-event"),
            (_("落後預警"), reverse("projects:warnings"), "alert-triangle"),
            (_("跨機關協調"), reverse("projects:matters"), "arrows-exchange"),
            (_("完工後逾時"), reverse("projects:ageing"), "hourglass-high"),
            (_("列管變更申請"), reverse("projects:applications"), "file-check"),
            (_("實地查訪"), reverse("projects:visits"), "map-pin-exclamation"),
            (_("年度標案考核"), reverse("projects:assessments"), "certificate"),
            (_("標案相片"), reverse("projects:photos"), "photo"),
        ]
        if user.may("projects.edit"):
            found = [
                (_("建檔"), reverse("projects:new"), "plus"),
                (_("匯入"), reverse("projects:import"), "file-import"),
                *found,
            ]
        return found

    @property
    def main_action(self) -> bool:  # type: ignore[override]
        """Whether the first button makes a new one."""
        user: Any = self.request.user
        return bool(user.may("projects.edit"))
