"""標案對帳: what other systems say otherwise, field by field; an officer takes each or keeps ours (B11-B13)."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from shizheng.common.numbers import LARGEST_INTEGER, whole_number
from shizheng.common.routes import requires
from shizheng.common.words import called
from shizheng.domains.projects import actions
from shizheng.domains.projects.external_words import shown
from shizheng.domains.projects.models import ExternalRecord
from shizheng.domains.projects.pages.tendering import Rows
from shizheng.domains.projects.queries import external as queries
from shizheng.domains.projects.queries import projects as register
from shizheng.domains.projects.queries.external import Difference
from shizheng.domains.projects.rules.reconciling import COMPARED, FIELD_LABELS, SOURCE_LABELS
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.organisations.filters import UnitFilter
from shizheng.web.changing import FORMS, posted
from shizheng.web.columns import CodeColumn, MomentColumn, own_address
from shizheng.web.lists import Chip, ListPage
from shizheng.web.refusals import show_refusal


class Told(Rows):
    """Rows that filters take like a queryset."""

    model = ExternalRecord

    def all(self) -> "Told":
        return self

    def only(self, name: str, values: Any) -> "Told":
        """Those whose `name` is one of the values."""
        return Told(row for row in self if row[name] in values)


class ToldFilter(django_filters.FilterSet):
    """Filters of rows that no query can filter: they are worked out."""

    def filter_queryset(self, queryset: Any) -> Any:
        """The rows that pass every filter that is set."""
        rows = queryset
        for name, value in self.form.cleaned_data.items():
            rows = self.filters[name].filter(rows, value)
        return rows


class DifferenceFilter(ToldFilter):
    """By source, field, agency (with what is below it)."""

    source = django_filters.ChoiceFilter(
        label=gettext_lazy("來源"),
        method="by",
        choices=[(each.value, gettext_lazy(SOURCE_LABELS[each])) for each in COMPARED],
    )
    part = django_filters.ChoiceFilter(
        label=gettext_lazy("欄位"),
        method="by",
        choices=[(each.value, gettext_lazy(label)) for each, label in FIELD_LABELS.items()],
    )
    agency = UnitFilter(label=gettext_lazy("主辦機關"), method="of_agency")
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("決定"),
        method="by",
        choices=[("open", gettext_lazy("待決定")), ("kept", gettext_lazy("保留我方"))],
    )

    def by(self, rows: Told, name: str, value: str) -> Told:
        return rows.only(name, (value,))

    def of_agency(self, rows: Told, name: str, value: str) -> Told:
        return rows.only("unit_id", organisations.subtree_ids(int(value)))


class DifferenceTable(tables.Table):
    """One row a field of a tender."""

    name = tables.Column(verbose_name=gettext_lazy("標案名稱"), linkify=own_address)
    number = CodeColumn(verbose_name=gettext_lazy("列管編號"))
    agency = tables.Column(verbose_name=gettext_lazy("主辦機關"))
    label = tables.Column(verbose_name=gettext_lazy("欄位"))
    ours = tables.Column(verbose_name=gettext_lazy("我方"), empty_values=())
    theirs = tables.Column(verbose_name=gettext_lazy("對方"))
    source_label = tables.Column(verbose_name=gettext_lazy("來源"))
    since = MomentColumn(verbose_name=gettext_lazy("自何時起"))
    decision = tables.Column(verbose_name=gettext_lazy("決定"))

    def render_ours(self, value: str) -> str:
        return value or "—"


class WordList(ListPage):
    """A list whose rows are made of what was told."""

    def search(self, rows: Any, words: str) -> Any:
        found = rows
        for word in words.casefold().split()[:10]:
            found = Told(
                row for row in found if any(word in str(row[name]).casefold() for name in self.search_fields)
            )
        return found

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        user: Any = self.request.user
        found = [
            (_("與我方不同"), reverse("projects:differences"), "arrows-diff"),
            (_("待登錄"), reverse("projects:candidates"), "file-plus"),
            (_("工程會填報率"), reverse("projects:pcc"), "percentage"),
        ]
        if user.may("projects.reconcile"):
            found.append((_("讀入標案管理 XML"), reverse("projects:pcc_import"), "upload"))
        return [each for each in found if each[1] != self.request.path]

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [(_("標案"), reverse("projects:list"))]


class DifferenceList(WordList):
    """標案對帳清單."""

    permission = "projects.view"
    shows_today = True
    title = gettext_lazy("標案對帳")
    subtitle = gettext_lazy("工程會系統與公告寫的，與這裡不同的欄位；沒有人決定，我方不會改")
    table_class = DifferenceTable
    filterset_class = DifferenceFilter
    search_fields: ClassVar[Sequence[str]] = ("number", "name", "agency", "ours", "theirs")
    search_hint = gettext_lazy("找編號、名稱、機關、內容")
    default_sort = ("number", "label")
    export_name = "tender-differences"
    empty_title = gettext_lazy("沒有不同的地方")
    empty_text = gettext_lazy("讀入標案管理 XML 或決標公告之後，與我方不同的欄位列在這裡。")

    def get_queryset(self) -> Told:
        return rows_of(self.request.user)

    def get_chips(self) -> Iterable[Chip]:
        rows = rows_of(self.request.user)
        return [
            Chip(_("全部"), {}, len(rows)),
            Chip(_("待決定"), {"state": "open"}, len(rows.only("state", ("open",)))),
            Chip(_("保留我方"), {"state": "kept"}, len(rows.only("state", ("kept",)))),
        ]


def rows_of(user: Any) -> Told:
    """All differences as rows of a list."""
    if not user.may("projects.view"):
        return Told()
    names = {node.id: called(node, short=True) for node in organisations.tree()}
    return Told(
        {
            "pk": f"{each.project_id}-{each.record_id}-{each.part}",
            "url": reverse("projects:compare", args=[each.project_id]),
            "name": each.name,
            "number": each.number,
            "agency": names.get(each.agency_id, ""),
            "unit_id": each.unit_id,
            "label": label_of(each),
            "part": each.part.value,
            "source": each.source.value,
            "source_label": each.source_label,
            "ours": shown(each.part, each.ours),
            "theirs": shown(each.part, each.theirs),
            "since": each.since,
            "state": "kept" if each.decided else "open",
            "decision": _("保留我方") if each.decided else _("待決定"),
        }
        for each in queries.reconciled().differences
    )


def label_of(each: Difference) -> str:
    """The field, with the month where it is of one."""
    from shizheng.domains.projects.templatetags.projects import month_label

    return f"{month_label(each.period)} {each.label}" if each.period else each.label


@requires("projects.view")
@require_http_methods(FORMS)
def compare(request: HttpRequest, project_id: int) -> HttpResponse:
    """One tender side by side: ours, theirs, since when; each field is taken or kept, with a reason."""
    from shizheng.common.errors import CannotDo
    from shizheng.domains.projects.forms.external import DecideForm

    user: Any = request.user
    found = register.project(user, project_id)
    may = user.may("projects.edit", register.unit_in_charge(found))
    form = DecideForm(posted(request), initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        act = actions.take_difference if given["choice"] == "taken" else actions.keep_ours
        try:
            act(
                user, project_id, whole_number(given["record"], LARGEST_INTEGER) or 0, given["part"],
                version=given["version"], reason=given["reason"],
            )  # fmt: skip
        except CannotDo as failure:
            show_refusal(form, failure)
            found = register.project(user, project_id)
        else:
            messages.success(
                request,
                _("已採用對方的資料，寫進標案，理由記在經過裡。") if given["choice"] == "taken" else _("已保留我方；對方再改才會再問。"),
            )  # fmt: skip
            return redirect("projects:compare", project_id)
    rows = [
        {"one": each, "label": label_of(each), "ours": shown(each.part, each.ours), "theirs": shown(each.part, each.theirs)}
        for each in queries.differences_of(user, project_id)
    ]  # fmt: skip
    records = queries.records_of(project_id)
    return render(
        request,
        "projects/compare.html",
        {
            "project": found,
            "rows": rows,
            "records": records,
            "form": form,
            "may": may,
            "decisions": queries.decisions_of(project_id),
        },
        status=422 if form.errors else 200,
    )
