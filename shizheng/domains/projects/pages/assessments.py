"""年度標案考核 (B06): the years, the tenders of one year with their grades, one tender with its evidence."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common.numbers import format_decimal
from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.domains.projects.actions import assessments as actions
from shizheng.domains.projects.forms.assessments import AssessedForm, OpenForm, shown_values
from shizheng.domains.projects.forms.tenders import ReasonForm
from shizheng.domains.projects.models import AssessedTender, AssessmentMode, AssessmentState
from shizheng.domains.projects.pages.shared import FORMS, asked, form_page, posted, revised, tried
from shizheng.domains.projects.publications import ASSESSMENT
from shizheng.domains.projects.queries import assessments as queries
from shizheng.domains.projects.rules.assessing import ITEM_HELP, ITEM_LABELS, Item
from shizheng.domains.projects.templatetags.projects import month_label
from shizheng.kernel.history import queries as history
from shizheng.kernel.organisations.filters import UnitFilter
from shizheng.web.columns import CodeColumn, NumberColumn, UnitColumn
from shizheng.web.lists import Chip, ListPage


@requires("projects.view")
@require_http_methods(FORMS)
def assessments(request: HttpRequest) -> HttpResponse:
    """Every year that was assessed, and the form that opens the next one."""
    user: Any = request.user
    may = user.may(queries.ASSESS)
    if request.method == "POST":
        require(user, queries.ASSESS)
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = tried(form, lambda: actions.open_assessment(user, form.cleaned_data["roc_year"]))
        if made is not None:
            messages.success(request, _("已開始考核，各標案的書面分數已算好；接著填實地分數。"))
            return redirect("projects:assessment", made.roc_year)
    return render(
        request,
        "projects/assessments.html",
        {"rows": queries.assessments(user), "form": form if may else None},
        status=422 if request.method == "POST" else 200,
    )


def address_of(row: AssessedTender) -> str:
    return reverse("projects:assessed", args=[row.assessment.roc_year, row.project_id])


class AssessedTable(tables.Table):
    """One row a tender."""

    name = tables.Column(verbose_name=gettext_lazy("標案"), accessor="project__name", linkify=address_of)
    number = CodeColumn(verbose_name=gettext_lazy("列管編號"), accessor="project__number")
    agency = UnitColumn(
        verbose_name=gettext_lazy("主辦機關"), accessor="project__agency", order_by="project__agency__order"
    )
    months = NumberColumn(verbose_name=gettext_lazy("列管月數"))
    automatic = NumberColumn(verbose_name=gettext_lazy("書面分數"), places=2)
    mode = tables.Column(verbose_name=gettext_lazy("考核方式"))
    site_score = NumberColumn(verbose_name=gettext_lazy("實地分數"), places=2)
    total = NumberColumn(verbose_name=gettext_lazy("總分"), places=2)
    grade = tables.Column(verbose_name=gettext_lazy("等第"))
    reward = tables.Column(verbose_name=gettext_lazy("獎懲建議"))

    class Meta:
        model = AssessedTender
        fields = (
            "name", "number", "agency", "months", "automatic", "mode", "site_score", "total", "grade", "reward",
        )  # fmt: skip


class AssessedFilter(django_filters.FilterSet):
    """By agency, grade and how it was assessed."""

    agency = UnitFilter(label=gettext_lazy("主辦機關"), field_name="project__agency_id")
    grade = django_filters.CharFilter(label=gettext_lazy("等第"))
    mode = django_filters.ChoiceFilter(label=gettext_lazy("考核方式"), choices=AssessmentMode.choices)

    class Meta:
        model = AssessedTender
        fields: ClassVar[list[str]] = []


class AssessedList(ListPage):
    """The tenders of one year's assessment."""

    permission = "projects.view"
    shows_today = True
    table_class = AssessedTable
    filterset_class = AssessedFilter
    search_fields: ClassVar[Sequence[str]] = ("project__number", "project__name", "project__agency__name")
    search_hint = gettext_lazy("找編號、名稱、機關")
    default_sort = ("-total", "number")
    export_name = "tender-assessment"
    main_action = True
    empty_title = gettext_lazy("沒有受考核的標案")

    @cached_property
    def found(self) -> Any:
        """The assessment of the year in the address."""
        return queries.assessment(self.request.user, self.kwargs["roc_year"])  # type: ignore[arg-type]

    def get_queryset(self) -> Any:
        return queries.tenders_of(self.found).select_related("assessment")

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [
            (_("標案"), reverse("projects:list")),
            (_("年度標案考核"), reverse("projects:assessments")),
        ]

    def get_chips(self) -> Iterable[Chip]:
        for grade, count in sorted(queries.grades(self.found).items()):
            if grade:
                yield Chip(grade, {"grade": grade}, count)

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        user: Any = self.request.user
        year, signed = self.found.roc_year, self.found.state == AssessmentState.SIGNED
        made: list[tuple[Any, str, str]] = []
        if not signed and user.may(queries.SIGN):
            made.append((_("核定"), reverse("projects:sign_assessment", args=[year]), "certificate"))
        if signed and user.may("publication.issue"):
            place = reverse("publication:issue", args=[ASSESSMENT, self.found.pk])
            made.append((_("公布"), place, "world"))
        if not signed and user.may(queries.ASSESS):
            made.append((_("重新計分"), reverse("projects:recount_assessment", args=[year]), "refresh"))
        if signed and user.may(queries.SIGN):
            made.append((_("重開"), reverse("projects:reopen_assessment", args=[year]), "lock-open"))
        return made

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        left = queries.unscored(self.found)
        vars(self)["title"] = str(self.found)
        words = self.found.get_state_display()
        vars(self)["subtitle"] = (
            _("%(state)s，還有 %(n)s 件待實地考核") % {"state": words, "n": left} if left else words
        )
        return super().get_context_data(**kwargs)


@requires("projects.view")
@require_safe
def assessed(request: HttpRequest, roc_year: int, project_id: int) -> HttpResponse:
    """One tender: each item with the months that speak against it, what the group found, the total and the grade."""
    user: Any = request.user
    row = queries.assessed(user, roc_year, project_id)
    open_ = row.assessment.state == AssessmentState.OPEN
    return render(
        request,
        "projects/assessed.html",
        {
            "row": row,
            "items": [_item(each) for each in row.items],
            "rules": row.assessment.rules.get("rules", []),
            "on_site": row.assessment.rules.get("on_site"),
            "may_score": open_ and user.may(queries.ASSESS),
            "entries": history.entries_of(row)[:40],
        },
    )


def _item(each: dict[str, Any]) -> dict[str, Any]:
    item = Item(each["item"])
    part, whole = Decimal(each["part"]), Decimal(each["whole"])
    return {
        "label": _(ITEM_LABELS[item]),
        "help": _(ITEM_HELP[item]),
        "weight": Decimal(each["weight"]),
        "score": None if each["score"] is None else Decimal(each["score"]),
        "sum": f"{format_decimal(part)} ÷ {format_decimal(whole)}" if item is not Item.SEVERE else f"{part}",
        "months": [month_label(period) for period in each["months"]],
        "of": _("取自") if item is Item.EXECUTION else _("扣分的月份"),
    }


@requires("projects.assess")
@require_http_methods(FORMS)
def score(request: HttpRequest, roc_year: int, project_id: int) -> HttpResponse:
    """登錄考核結果."""
    user: Any = request.user
    row = queries.assessed(user, roc_year, project_id)
    subtitle = str(row.project)
    return revised(
        request,
        AssessedForm,
        lambda: shown_values(queries.assessed(user, roc_year, project_id)),
        lambda form: actions.score_tender(
            user, roc_year, project_id, version=form.cleaned_data["version"], values=form.values()
        ),
        _("登錄考核結果"),
        _("儲存"),
        address_of(row),
        said=_("已存，總分與等第已重新計算。"),
        subtitle=subtitle,
    )


def _with_reason(request: HttpRequest, roc_year: int, act: Any, title: str, done: str) -> HttpResponse:
    user: Any = request.user
    found = queries.assessment(user, roc_year)
    form = ReasonForm(posted(request), initial={"version": found.version})
    back = reverse("projects:assessment", args=[roc_year])
    return asked(
        request,
        form,
        lambda: act(user, roc_year, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"]),
        title,
        title,
        back,
        said=done,
        subtitle=str(found),
    )


@requires("projects.assess")
@require_http_methods(FORMS)
def recount(request: HttpRequest, roc_year: int) -> HttpResponse:
    """重新計分: from the months and rules as they stand now."""
    words = _("重新計分"), _("已依現在的月進度與規則重新計分；實地分數沒有變。")
    return _with_reason(request, roc_year, actions.recount_assessment, *words)


@requires("projects.sign_assessment")
@require_http_methods(FORMS)
def reopen(request: HttpRequest, roc_year: int) -> HttpResponse:
    """重開 a signed assessment."""
    words = _("重開考核"), _("已重開，可以再改；改好請再核定。")
    return _with_reason(request, roc_year, actions.reopen_assessment, *words)


@requires("projects.sign_assessment")
@require_http_methods(FORMS)
def sign(request: HttpRequest, roc_year: int) -> HttpResponse:
    """核定, after a look at how the grades fall."""
    user: Any = request.user
    found = queries.assessment(user, roc_year)
    form = ReasonForm(posted(request), initial={"version": found.version})
    del form.fields["reason"]
    back = reverse("projects:assessment", args=[roc_year])
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        if tried(form, lambda: actions.sign_assessment(user, roc_year, version=version)) is not None:
            messages.success(request, _("已核定，各機關都看得到，可以公布。"))
            return redirect(back)
    counts = "、".join(
        _("%(grade)s %(n)s 件") % {"grade": grade or _("沒有等第"), "n": count}
        for grade, count in sorted(queries.grades(found).items())
    )
    return form_page(request, form, _("核定"), _("核定"), back, subtitle=f"{found}：{counts}")
