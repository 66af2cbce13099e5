"""Open311 服務: which categories are offered, how, and what each asks."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common.errors import NotFound
from shizheng.common.routes import requires
from shizheng.common.words import called
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.actions.open311 import ATTRIBUTE, SERVICE
from shizheng.domains.petitions.forms_open311 import AttributeForm, ServiceForm, as_lines
from shizheng.domains.petitions.pages.shared import crumbs
from shizheng.domains.petitions.queries import services as queries
from shizheng.web.changing import FORMS, asked, posted, revised, revision


def _crumbs(category: Any = None) -> list[tuple[str, str]]:
    line = [*crumbs(), (_("Open311 服務"), reverse("petitions:services"))]
    return line if category is None else [*line, (called(category), _page(category.pk))]


def _page(category_id: int) -> str:
    return reverse("petitions:service", args=[category_id])


@requires("petitions.view")
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Every category below a heading with how it is offered."""
    return render(request, "petitions/services.html", {"rows": queries.all_services()})


@requires("petitions.view")
@require_safe
def service(request: HttpRequest, category_id: int) -> HttpResponse:
    """One of them with what it asks."""
    user: Any = request.user
    found = queries.service(category_id)
    return render(
        request, "petitions/service.html", {"found": found, "may_manage": user.may("petitions.manage")}
    )


@requires("petitions.manage")
@require_http_methods(FORMS)
def edit_service(request: HttpRequest, category_id: int) -> HttpResponse:
    """How a category is offered."""
    user: Any = request.user
    category = queries.service(category_id).category

    def now() -> dict[str, Any]:
        setting = queries.service(category_id).setting
        return {"version": setting.version, **{name: getattr(setting, name) for name in SERVICE}}

    return revised(
        request,
        ServiceForm,
        now,
        lambda form: actions.save_service(user, category_id, **revision(form)),
        _("設定 Open311 服務"),
        _("存檔"),
        _page(category_id),
        said=_("已存檔。"),
        crumbs=_crumbs(category),
    )


@requires("petitions.manage")
@require_http_methods(FORMS)
def new_attribute(request: HttpRequest, category_id: int) -> HttpResponse:
    """新增題目."""
    user: Any = request.user
    category = queries.service(category_id).category
    form = AttributeForm(posted(request), new=True)
    return asked(
        request,
        form,
        lambda: actions.save_attribute(
            user, category_id, None, version=None, changes=form.values(), reason=form.cleaned_data["reason"]
        ),
        _("新增題目"),
        _("新增"),
        _page(category_id),
        said=_("已新增題目。"),
        crumbs=_crumbs(category),
    )


@requires("petitions.manage")
@require_http_methods(FORMS)
def edit_attribute(request: HttpRequest, category_id: int, attribute_id: int) -> HttpResponse:
    """修改題目."""
    user: Any = request.user
    category = queries.service(category_id).category
    _now(category_id, attribute_id)
    return revised(
        request,
        AttributeForm,
        partial(_now, category_id, attribute_id),
        lambda form: actions.save_attribute(user, category_id, attribute_id, **revision(form)),
        _("修改題目"),
        _("存檔"),
        _page(category_id),
        said=_("已修改題目。"),
        crumbs=_crumbs(category),
    )


def _now(category_id: int, attribute_id: int) -> dict[str, Any]:
    for row in queries.service(category_id).attributes:
        if row.pk == attribute_id:
            return {
                "version": row.version,
                "values_text": as_lines(row.values),
                **{name: getattr(row, name) for name in ATTRIBUTE if name != "values"},
            }
    raise NotFound(_("找不到這個題目。請從 Open311 服務清單進入。"))
