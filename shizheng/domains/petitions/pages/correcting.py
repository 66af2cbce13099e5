"""What is put right after receipt, and petitions that belong together."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.common.routes import requires
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.forms import ActForm, ClassForm, EditForm, OtherCaseForm, UnlinkForm
from shizheng.domains.petitions.pages.acting import start, version_of
from shizheng.domains.petitions.pages.shared import act_page
from shizheng.domains.petitions.queries import petitions as queries
from shizheng.domains.petitions.rules.classes import CLASS_LABELS, LIMITS
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.cases.queries import dues_under, is_merger, links_of
from shizheng.web.changing import FORMS, posted
from shizheng.web.templatetags import ui


@requires("petitions.handle")
@require_http_methods(FORMS)
def edit(request: HttpRequest, case_id: int) -> HttpResponse:
    """修改分類與地點."""
    user, row = start(request, case_id, "petitions.handle")
    form = EditForm(
        posted(request), initial={**version_of(row), "category_id": row.category_id, "place": row.place}
    )
    return act_page(
        request,
        row,
        form,
        lambda given: actions.edit_petition(
            user,
            case_id,
            version=given["version"],
            changes={"category_id": given["category_id"], "place": given["place"]},
            reason=given["reason"],
        ),
        (_("修改分類與地點"), _("存檔"), _("已修改。")),
    )


@requires("petitions.assign")
@require_http_methods(FORMS)
def change_class(request: HttpRequest, case_id: int) -> HttpResponse:
    """改類別."""
    user, row = start(request, case_id, "petitions.assign")
    form = ClassForm(posted(request), classes=_classes(row), initial=version_of(row))
    return act_page(
        request,
        row,
        form,
        lambda given: actions.change_class(
            user,
            case_id,
            version=given["version"],
            petition_class=given["petition_class"],
            reason=given["reason"],
            told=given["told"],
        ),
        (_("改類別"), _("改類別"), _("已改類別，期限照新的類別重算。")),
    )


def _classes(row: Any) -> list[tuple[str, str]]:
    """The other classes, each with the day on which the petition would be due."""
    days = dues_under(row.case, LIMITS.values())
    found = [("", _("（請選）"))]
    for each, label in CLASS_LABELS.items():
        if each != row.petition_class:
            day = days[LIMITS[each]]
            due = ui.day_text(day) if day else _("未定")
            found.append((each.value, _("%(class)s，期限 %(due)s") % {"class": _(label), "due": due}))
    return found


@requires("petitions.handle")
@require_http_methods(FORMS)
def link(request: HttpRequest, case_id: int) -> HttpResponse:
    """建立關聯."""
    user, row = start(request, case_id, "petitions.handle")
    return act_page(
        request,
        row,
        OtherCaseForm(
            posted(request),
            needs_reason=True,
            initial={**version_of(row), "number": request.GET.get("number", "")},
        ),
        lambda given: cases.link(
            user,
            case_id,
            queries.number_of(user, given["number"]),
            kind=cases.LinkKind.RELATED,
            reason=given["reason"],
        ),
        (_("建立關聯"), _("建立關聯"), _("已建立關聯。")),
    )


@requires("petitions.handle")
@require_http_methods(FORMS)
def unlink(request: HttpRequest, case_id: int) -> HttpResponse:
    """解除關聯."""
    user, row = start(request, case_id, "petitions.handle")
    links = [
        (each.pk, (each.other if each.case_id == case_id else each.case).number)
        for each in links_of(row.case)
        if not is_merger(each)
    ]
    return act_page(
        request,
        row,
        UnlinkForm(posted(request), links=links, initial=version_of(row)),
        lambda given: cases.unlink(user, given["link_id"], reason=given["reason"]),
        (_("解除關聯"), _("解除關聯"), _("已解除關聯。")),
    )


@requires("petitions.handle")
@require_http_methods(FORMS)
def merge(request: HttpRequest, case_id: int) -> HttpResponse:
    """併入另一件."""
    user, row = start(request, case_id, "petitions.handle")
    return act_page(
        request,
        row,
        OtherCaseForm(
            posted(request),
            needs_reason=True,
            initial={**version_of(row), "number": request.GET.get("number", "")},
        ),
        lambda given: cases.merge(
            user,
            case_id,
            queries.number_of(user, given["number"]),
            version=given["version"],
            reason=given["reason"],
        ),
        (_("併入另一件"), _("併案"), _("已併案，可以解除。")),
    )


@requires("petitions.handle")
@require_http_methods(FORMS)
def unmerge(request: HttpRequest, case_id: int) -> HttpResponse:
    """解除併案."""
    user, row = start(request, case_id, "petitions.handle")
    return act_page(
        request,
        row,
        ActForm(posted(request), needs_reason=True, initial=version_of(row)),
        lambda given: cases.unmerge(user, case_id, version=given["version"], reason=given["reason"]),
        (_("解除併案"), _("解除併案"), _("已解除併案。")),
    )
