"""陳情分類: the tree with how many petitions each has, and one of them added, changed or retired."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common import clock
from shizheng.common.routes import requires
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.forms import CategoryForm
from shizheng.domains.petitions.models import Category
from shizheng.domains.petitions.pages.shared import crumbs
from shizheng.domains.petitions.queries import petitions as queries
from shizheng.web import exports
from shizheng.web.changing import FORMS, posted, revised, revision
from shizheng.web.changing import asked as asked_for


@requires("petitions.view")
@require_safe
def categories(request: HttpRequest) -> HttpResponseBase:
    """陳情分類."""
    user: Any = request.user
    rows = [row for top, below in queries.categories(every=True) for row in (top, *below)]
    kind = request.GET.get("export", "")
    if kind in exports.FORMATS:
        name = f"petition-categories-{clock.today().isoformat()}"
        return exports.response(kind, lines(rows), _("陳情分類"), name)
    counted = queries.counted_by_category(user)
    return render(
        request,
        "petitions/categories.html",
        {
            "rows": [(row, counted.get(row.pk, 0)) for row in rows],
            "may_manage": user.may("petitions.manage"),
            "may_import": user.may("petitions.manage") and user.may("intake.use"),
        },
    )


def lines(rows: Sequence[Category]) -> Iterator[Sequence[Any]]:
    """Heading and rows of the export: what the import takes in again."""
    yield [_("代碼"), _("名稱"), _("英文名稱"), _("上層分類"), _("通常的類別"), _("順序"), _("使用中")]
    codes = {each.pk: each.code for each in rows}
    for each in rows:
        yield [
            each.code, each.name, each.name_en, codes.get(each.parent_id or 0, ""), each.get_usual_class_display(),
            each.order, _("是") if each.in_use else _("否"),
        ]  # fmt: skip


def _back() -> str:
    return reverse("petitions:categories")


def _crumbs() -> list[tuple[Any, str]]:
    return [*crumbs(), (_("陳情分類"), _back())]


@requires("petitions.manage")
@require_http_methods(FORMS)
def new_category(request: HttpRequest) -> HttpResponse:
    """新增陳情分類."""
    user: Any = request.user
    form = CategoryForm(posted(request), new=True)
    return asked_for(
        request,
        form,
        lambda: actions.save_category(
            user, None, version=None, changes=form.values(), reason=form.cleaned_data["reason"]
        ),
        _("新增陳情分類"),
        _("新增"),
        _back(),
        said=_("已新增分類。"),
        crumbs=_crumbs(),
    )


@requires("petitions.manage")
@require_http_methods(FORMS)
def edit_category(request: HttpRequest, category_id: int) -> HttpResponse:
    """修改陳情分類; what is no longer 使用中 is retired."""
    user: Any = request.user
    row = queries.category(category_id)
    return revised(
        request,
        partial(CategoryForm, row=row),
        partial(_now, category_id),
        lambda form: actions.save_category(user, category_id, **revision(form)),
        _("修改陳情分類"),
        _("存檔"),
        _back(),
        said=_("已修改分類。"),
        crumbs=_crumbs(),
        subtitle=row.code,
    )


def _now(category_id: int) -> dict[str, Any]:
    row = queries.category(category_id)
    return {
        "version": row.version, "name": row.name, "name_en": row.name_en, "parent_id": row.parent_id,
        "usual_class": row.usual_class, "order": row.order, "in_use": row.in_use,
    }  # fmt: skip
