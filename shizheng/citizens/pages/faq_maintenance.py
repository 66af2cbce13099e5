"""常見問題維護: the list, one written or changed, read in and out as a spreadsheet, searches without an answer."""

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.citizens import actions
from shizheng.citizens.actions.faq import EDITED
from shizheng.citizens.actions.faq_sheet import COLUMNS, NO, YES
from shizheng.citizens.forms import FaqForm, faq_categories
from shizheng.citizens.queries import faq as queries
from shizheng.common.numbers import LARGEST_KEY
from shizheng.common.routes import requires
from shizheng.web import exports
from shizheng.web.changing import FORMS, asked, posted, revised, revision
from shizheng.web.columns import CalledColumn, CodeColumn, MomentColumn
from shizheng.web.lists import ListPage
from shizheng.web.templatetags import ui
from shizheng.web.uploading import sheet_page

MANAGE = "citizens.manage_faq"


class FaqFilter(django_filters.FilterSet):
    """By category and whether it is public."""

    category = django_filters.ChoiceFilter(label=gettext_lazy("分類"))
    published = django_filters.BooleanFilter(label=gettext_lazy("公開"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["category"].extra["choices"] = faq_categories()


class FaqTable(tables.Table):
    """One row a question."""

    question = tables.Column(verbose_name=gettext_lazy("問題"))
    code = CodeColumn(verbose_name=gettext_lazy("代碼"))
    category = tables.Column(verbose_name=gettext_lazy("分類"))
    unit = CalledColumn(verbose_name=gettext_lazy("負責機關"), order_by=("unit__name",))
    published = tables.Column(verbose_name=gettext_lazy("公開"))
    changed_at = MomentColumn(verbose_name=gettext_lazy("修改時間"))

    def render_question(self, value: str, record: Any) -> Any:
        return format_html('<a href="{}">{}</a>', reverse("faq:edit", args=[record.pk]), value)

    def value_question(self, value: str) -> str:
        return value

    def render_category(self, value: str) -> str:
        if not hasattr(self, "names"):
            self.names = dict(faq_categories())
        return self.names.get(value, value)

    def render_published(self, value: bool) -> Any:
        return ui.state("good", _("已公開"), "world") if value else ui.state("calm", _("未公開"), "eye-off")

    def value_published(self, value: bool) -> str:
        return _(YES) if value else _(NO)


class FaqList(ListPage):
    """常見問題維護."""

    permission = MANAGE
    shows_today = True
    title = gettext_lazy("常見問題維護")
    subtitle = gettext_lazy("公開的問題市民搜尋得到；沒有答案的搜尋在「還沒有答案」")
    table_class = FaqTable
    filterset_class = FaqFilter
    search_fields: ClassVar[Sequence[str]] = ("question", "answer", "keywords", "code")
    export_name = "faq"
    main_action = True
    empty_title = gettext_lazy("還沒有常見問題")

    def get_queryset(self) -> Any:
        return queries.every(self.request.user)

    def get_actions(self) -> Any:
        return [
            (_("新增常見問題"), reverse("faq:new"), "plus"),
            (_("還沒有答案"), reverse("faq:gaps"), "zoom-question"),
            (_("匯入"), reverse("faq:import"), "upload"),
        ]


def _crumbs() -> list[tuple[str, str]]:
    return [(_("常見問題維護"), reverse("faq:manage"))]


@requires(MANAGE)
@require_http_methods(FORMS)
def new(request: HttpRequest) -> HttpResponse:
    """新增常見問題."""
    user: Any = request.user
    form = FaqForm(posted(request), new=True, initial={"question": request.GET.get("question", "")[:200]})
    return asked(
        request,
        form,
        lambda: actions.save_faq(user, None, version=None, changes=form.values(), reason=form.cleaned_data["reason"]),
        _("新增常見問題"), _("新增"), reverse("faq:manage"), said=_("已新增常見問題。"), crumbs=_crumbs(),
    )  # fmt: skip


@requires(MANAGE)
@require_http_methods(FORMS)
def edit(request: HttpRequest, faq_id: int) -> HttpResponse:
    """修改常見問題."""
    user: Any = request.user
    queries.one(faq_id, every=True)
    return revised(
        request, FaqForm, partial(_now, faq_id), lambda form: actions.save_faq(user, faq_id, **revision(form)),
        _("修改常見問題"), _("存檔"), reverse("faq:manage"), said=_("已修改常見問題。"), crumbs=_crumbs(),
    )  # fmt: skip


def _now(faq_id: int) -> dict[str, Any]:
    row = queries.one(faq_id, every=True)
    return {"version": row.version, **{name: getattr(row, name) for name in EDITED}}


@requires(MANAGE)
@require_http_methods(FORMS)
def read_in(request: HttpRequest) -> HttpResponse:
    """匯入常見問題."""
    user: Any = request.user
    return sheet_page(
        request, lambda data, name, reason: actions.import_faq(user, data, name, reason=reason),
        "citizens/faq_import.html", reverse("faq:manage"), columns=[_(label) for label in COLUMNS.values()],
    )  # fmt: skip


@requires(MANAGE)
@require_safe
def sheet(request: HttpRequest, kind: str) -> HttpResponseBase:
    """All of them as a file that can be read in again."""
    labels = {name: _(label) for name, label in COLUMNS.items()}
    rows = queries.every(request.user)
    return exports.sheet(kind, lambda: queries.sheet_rows(rows, labels, _(YES), _(NO)), _("常見問題"), "faq")


@requires(MANAGE)
@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """還沒有答案: what was searched for and not found."""
    context = {"rows": queries.gaps()[:200], "least": queries.LEAST_ASKED}
    return render(request, "citizens/faq_gaps.html", context)


@requires(MANAGE)
@require_POST
def close_gap(request: HttpRequest, gap_id: int) -> HttpResponse:
    """Take one off the list."""
    user: Any = request.user
    if gap_id <= LARGEST_KEY:
        actions.delete_gap(user, gap_id)
    messages.success(request, _("已從清單拿掉。"))
    return redirect("faq:gaps")
