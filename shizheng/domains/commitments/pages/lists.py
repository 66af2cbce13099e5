"""列管清單管理: every list with its cycle and release; made and changed in the browser."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common.routes import requires, shows_today
from shizheng.common.words import called
from shizheng.domains.commitments import actions
from shizheng.domains.commitments.list_forms import ListForm, shown_list
from shizheng.domains.commitments.pages.shared import crumbs
from shizheng.domains.commitments.queries import commitments as queries
from shizheng.domains.commitments.queries.counting import of_lists
from shizheng.domains.commitments.rules.fields import own_fields
from shizheng.web.changing import FORMS, asked, posted, revised, revision

MANAGE = "commitments.manage_lists"


@requires("commitments.view")
@shows_today
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """All lists, with how many commitments are on each."""
    user: Any = request.user
    counted = of_lists(user)
    rows = [
        {
            "list": each,
            "open": counted.get(each.pk, (0, 0))[0],
            "all": counted.get(each.pk, (0, 0))[1],
            "fields": own_fields(each.fields),
        }
        for each in queries.lists()
    ]
    return render(request, "commitments/lists.html", {"rows": rows, "may_manage": user.may(MANAGE)})


@requires(MANAGE)
@require_http_methods(FORMS)
def new_list(request: HttpRequest) -> HttpResponse:
    """新增列管清單."""
    user: Any = request.user
    initial = {"cycle": "month", "releaser": "rdec", "needed": "told", "in_use": True}
    form = ListForm(posted(request), new=True, initial=initial)
    return asked(
        request,
        form,
        lambda: actions.create_list(user, form.values()),
        _("新增列管清單"),
        _("新增"),
        reverse("commitments:lists"),
        said=lambda made: _("已新增「%(name)s」。") % {"name": made.name},
        crumbs=_crumbs(),
    )


@requires(MANAGE)
@require_http_methods(FORMS)
def edit_list(request: HttpRequest, list_id: int) -> HttpResponse:
    """修改列管清單."""
    user: Any = request.user
    row = queries.commitment_list(list_id)
    title = _("修改 %(name)s") % {"name": called(row)}
    return revised(
        request,
        partial(ListForm, new=False),
        lambda: shown_list(queries.commitment_list(list_id)),
        lambda form: actions.edit_list(user, list_id, **revision(form)),
        title,
        _("儲存"),
        reverse("commitments:lists"),
        said=_("已存。已列管的事項不變，週期與解列方式從現在起適用。"),
        crumbs=_crumbs(),
    )


def _crumbs() -> list[tuple[Any, str]]:
    return [*crumbs(), (_("列管清單"), reverse("commitments:lists"))]
