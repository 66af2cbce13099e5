"""What is kept: reports of what was taken in, mappings that are remembered."""

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.common.words import read
from shizheng.kernel.history import queries as history
from shizheng.kernel.intake import actions, queries
from shizheng.kernel.intake.forms import ForgetForm, MappingForm, heading_label
from shizheng.kernel.intake.models import ColumnMapping, Report
from shizheng.kernel.intake.registry import Target, names, target_of, targets
from shizheng.kernel.intake.rules.mapping import Problem
from shizheng.web import exports
from shizheng.web.changing import FORMS, form_page, posted, revised, tried
from shizheng.web.columns import MomentColumn, NumberColumn
from shizheng.web.lists import ListPage

HOME = (gettext_lazy("資料匯入"), "intake:home")
SHOWN = 200


def target_label(code: str) -> str:
    """What a target is called; its code where nobody registers it any more."""
    return names().get(code, code)


class TargetFilter(django_filters.FilterSet):
    """By what was taken in."""

    target = django_filters.ChoiceFilter(label=gettext_lazy("匯入種類"))

    class Meta:
        model = Report
        fields: ClassVar[list[str]] = ["target"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["target"].extra["choices"] = list(names().items())


class ReportTable(tables.Table):
    """One row a file."""

    filename = tables.Column(verbose_name=gettext_lazy("檔名"), linkify=("intake:report", [tables.A("pk")]))
    target = tables.Column(verbose_name=gettext_lazy("匯入種類"))
    recorded_at = MomentColumn(verbose_name=gettext_lazy("時間"))
    by = tables.Column(verbose_name=gettext_lazy("匯入者"), accessor="by__display_name")
    rows = NumberColumn(verbose_name=gettext_lazy("列數"), accessor="rows")
    created = NumberColumn(verbose_name=gettext_lazy("新增"))
    changed = NumberColumn(verbose_name=gettext_lazy("修改"))
    unchanged = NumberColumn(verbose_name=gettext_lazy("相同"))
    refused = NumberColumn(verbose_name=gettext_lazy("沒有讀入"))
    noted = NumberColumn(verbose_name=gettext_lazy("有附註的列"))
    reason = tables.Column(verbose_name=gettext_lazy("理由"))

    def render_target(self, value: str) -> str:
        return target_label(value)


class ReportList(ListPage):
    """匯入報告."""

    permission = "intake.view"
    title = gettext_lazy("匯入報告")
    table_class = ReportTable
    filterset_class = TargetFilter
    search_fields: ClassVar[Sequence[str]] = ("filename", "reason", "by__display_name")
    hidden_columns = ("reason", "noted")
    default_sort = ("-recorded_at",)
    export_name = "import-reports"
    empty_title = gettext_lazy("還沒有匯入過")
    empty_text = gettext_lazy("匯入一份檔案之後，誰、什麼時候、讀了幾列、哪幾列有問題，都記在這裡。")

    def get_queryset(self) -> Any:
        return queries.reports_visible_to(self.request.user).select_related("by")  # type: ignore[arg-type]

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [(HOME[0], reverse(HOME[1]))]


@requires("intake.view")
@require_safe
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report: what became of the rows, what was dirty in words, and how it was read."""
    user: Any = request.user
    found = queries.report(user, report_id)
    target = _target(found.target)
    kept = [Problem(*each) for each in found.problems]
    named = [
        (each.line, queries.title_of(target, each.field), read(each.text), each.refuses) for each in kept
    ]
    columns = (found.mapping or {}).get("columns", {})
    return render(
        request,
        "intake/report.html",
        {
            "report": found,
            "target": target,
            "target_label": target_label(found.target),
            "strip": [
                {"label": _("列"), "text": f"{found.rows:,}"},
                {"label": _("新增"), "text": f"{found.created:,}"},
                {"label": _("修改"), "text": f"{found.changed:,}"},
                {"label": _("相同"), "text": f"{found.unchanged:,}"},
                {
                    "label": _("沒有讀入"),
                    "text": f"{found.refused:,}",
                    "tone": "bad" if found.refused else "",
                },
            ],
            "summary": queries.summary(target, kept),
            "problems": named[:SHOWN],
            "more": max(0, len(named) - SHOWN),
            "mapped": [
                (queries.title_of(target, code), heading_label(found.headings, place))
                for code, place in columns.items()
            ],
            "fixed": [
                (queries.title_of(target, code), value)
                for code, value in (found.mapping or {}).get("constants", {}).items()
            ],
            "notes": [read(each) for each in found.notes],
        },
    )


def _target(code: str) -> Target | None:
    return next((each for each in targets() if each.code == code), None)


@requires("intake.view")
@require_safe
def report_problems(request: HttpRequest, report_id: int) -> HttpResponseBase:
    """What was wrong with which row, as CSV."""
    user: Any = request.user
    found = queries.report(user, report_id)
    target = _target(found.target)
    lines = [
        [line, queries.title_of(target, code), read(text), _("沒有讀入") if refuses else _("附註")]
        for line, code, text, _sort, refuses in found.problems
    ]
    head = [_("列"), _("欄位"), _("怎麼了"), _("結果")]
    return exports.response("csv", [head, *lines], _("匯入的問題"), f"import-report-{found.pk}")


class MappingTable(tables.Table):
    """One row a mapping."""

    target = tables.Column(verbose_name=gettext_lazy("匯入種類"))
    headings = tables.Column(verbose_name=gettext_lazy("欄名"), orderable=False)
    version = NumberColumn(verbose_name=gettext_lazy("版次"))
    changed_at = MomentColumn(verbose_name=gettext_lazy("修改時間"))
    changed_by = tables.Column(verbose_name=gettext_lazy("最後修改"), accessor="changed_by__display_name")

    def render_target(self, value: str, record: ColumnMapping) -> Any:
        return format_html(
            '<a href="{}">{}</a>', reverse("intake:mapping", args=[record.pk]), target_label(value)
        )

    def value_target(self, value: str) -> str:
        return target_label(value)

    def render_headings(self, value: list[str]) -> str:
        shown = "、".join(each or "—" for each in value[:8])
        return shown if len(value) <= 8 else _("%(names)s…等 %(n)s 欄") % {"names": shown, "n": len(value)}


class MappingList(ListPage):
    """記住的欄位對應."""

    permission = "intake.view"
    title = gettext_lazy("記住的欄位對應")
    subtitle = gettext_lazy("欄名相同的檔案，下次照這樣讀")
    table_class = MappingTable
    filterset_class = TargetFilter
    search_fields: ClassVar[Sequence[str]] = ("headings", "changed_by__display_name")
    default_sort = ("-changed_at",)
    export_name = "mappings"
    empty_title = gettext_lazy("還沒有記住任何對應")
    empty_text = gettext_lazy("匯入一份檔案之後，它的欄位對應就記在這裡。")

    def get_queryset(self) -> Any:
        return queries.mappings_visible_to(self.request.user)  # type: ignore[arg-type]

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [(HOME[0], reverse(HOME[1]))]


@requires("intake.view")
@require_safe
def mapping(request: HttpRequest, mapping_id: int) -> HttpResponse:
    """One mapping as it stands, with what was changed and why."""
    user: Any = request.user
    row = queries.mapping(user, mapping_id)
    target = target_of(row.target)
    given = queries.readable(row.mapping, target, len(row.headings))
    form = MappingForm(target=target, headings=row.headings, given=given)
    shown = [
        (each, heading_label(row.headings, given.columns[each.code]) if each.code in given.columns else "",
         given.constants.get(each.code, ""), list(given.values.get(each.code, {}).items()))
        for each in target.fields
    ]  # fmt: skip
    may = user.may("intake.use") and user.may(target.permission)
    context = {
        "row": row,
        "target": target,
        "shown": shown,
        "form": form,
        "may": may,
        "entries": history.entries_of(row)[:30],
    }
    return render(request, "intake/mapping.html", context)


@requires("intake.use")
@require_http_methods(FORMS)
def edit_mapping(request: HttpRequest, mapping_id: int) -> HttpResponse:
    """修改記住的對應, with a reason."""
    user: Any = request.user
    row = queries.mapping(user, mapping_id)
    target = target_of(row.target)
    require(user, target.permission)
    given = queries.readable(row.mapping, target, len(row.headings))
    return revised(
        request,
        partial(MappingForm, target=target, headings=row.headings, given=given, reason=True),
        lambda: {"version": queries.mapping(user, mapping_id).version},
        lambda form: actions.edit_mapping(
            user,
            mapping_id,
            version=form.cleaned_data["version"],
            mapping=form.mapping(),
            reason=form.cleaned_data["reason"],
        ),
        _("修改欄位對應：%(name)s") % {"name": target.label},
        _("儲存"),
        reverse("intake:mapping", args=[mapping_id]),
        said=_("已存；下次欄名相同的檔案照這樣讀。"),
        template="intake/edit_mapping.html",
        row=row,
    )


@requires("intake.use")
@require_http_methods(FORMS)
def forget_mapping(request: HttpRequest, mapping_id: int) -> HttpResponse:
    """刪除記住的對應, with a reason."""
    user: Any = request.user
    row = queries.mapping(user, mapping_id)
    form = ForgetForm(posted(request), initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def act() -> bool:
            actions.forget_mapping(user, mapping_id, version=given["version"], reason=given["reason"])
            return True

        if tried(form, act):
            messages.success(request, _("已刪除；用它讀入過的資料不受影響。"))
            return redirect("intake:mappings")
    return form_page(
        request, form, _("刪除欄位對應：%(name)s") % {"name": target_label(row.target)}, _("刪除"),
        reverse("intake:mapping", args=[mapping_id]), crumbs=[(str(HOME[0]), reverse(HOME[1]))],
    )  # fmt: skip
