"""答復範本: the list, and one of them written or changed."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common.routes import requires
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.forms import TemplateForm
from shizheng.domains.petitions.pages.shared import crumbs
from shizheng.domains.petitions.queries import petitions as queries
from shizheng.domains.petitions.rules.templates import asked
from shizheng.web.changing import FORMS, posted, revised, revision
from shizheng.web.changing import asked as asked_for


@requires("petitions.view")
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """答復範本."""
    user: Any = request.user
    rows = [(each, asked(each.text)) for each in queries.all_templates()]
    return render(
        request, "petitions/templates.html", {"rows": rows, "may_manage": user.may("petitions.manage")}
    )


@requires("petitions.manage")
@require_http_methods(FORMS)
def new_template(request: HttpRequest) -> HttpResponse:
    """新增答復範本."""
    user: Any = request.user
    form = TemplateForm(posted(request))
    return asked_for(
        request,
        form,
        lambda: actions.save_template(
            user, None, version=None, changes=form.values(), reason=form.cleaned_data["reason"]
        ),
        _("新增答復範本"),
        _("新增"),
        reverse("petitions:templates"),
        said=_("已新增答復範本。"),
        crumbs=[*crumbs(), (_("答復範本"), reverse("petitions:templates"))],
    )


@requires("petitions.manage")
@require_http_methods(FORMS)
def edit_template(request: HttpRequest, template_id: int) -> HttpResponse:
    """修改答復範本."""
    user: Any = request.user
    queries.template(template_id)
    return revised(
        request,
        TemplateForm,
        partial(_now, template_id),
        lambda form: actions.save_template(user, template_id, **revision(form)),
        _("修改答復範本"),
        _("存檔"),
        reverse("petitions:templates"),
        said=_("已修改答復範本。"),
        crumbs=[*crumbs(), (_("答復範本"), reverse("petitions:templates"))],
    )


def _now(template_id: int) -> dict[str, Any]:
    row = queries.template(template_id)
    return {
        "version": row.version, "name": row.name, "category_id": row.category_id, "text": row.text, "in_use": row.in_use,
    }  # fmt: skip
