"""What is done with a petition: each act is a page of its own that asks for what it needs."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.forms import (
    ActForm,
    DispatchForm,
    PartForm,
    UnitForm,
)
from shizheng.domains.petitions.models import Petition
from shizheng.domains.petitions.pages.shared import act_page, crumbs
from shizheng.domains.petitions.queries import petitions as queries
from shizheng.domains.petitions.rules.workflow import KIND, WORKFLOW
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.cases.queries import beside
from shizheng.kernel.cases.registry import kind_of
from shizheng.kernel.organisations.forms import called_units
from shizheng.kernel.people.holders import names_of, user_ids_within
from shizheng.web.changing import FORMS, posted

VIEW = "petitions.view"


def start(request: HttpRequest, case_id: int, permission: str = "") -> tuple[Any, Petition]:
    """The reader and the petition; refuses who does not hold the permission for its unit."""
    user: Any = request.user
    row = queries.petition(user, case_id)
    if permission:
        require(user, permission, row.case.unit_id)
    return user, row


def version_of(row: Petition) -> dict[str, Any]:
    """The version that is read, for a form."""
    return {"version": row.case.version}


@requires(VIEW)
@require_http_methods(FORMS)
def act(request: HttpRequest, case_id: int, name: str) -> HttpResponse:
    """One act of the workflow, with its reason and what must be told."""
    found = WORKFLOW.by_name.get(name)
    if found is None or name in actions.APART:
        raise Http404
    user, row = start(request, case_id, found.permission)
    form = ActForm(
        posted(request),
        needs_reason=found.needs_reason,
        asked=found.fields,
        labels=kind_of(KIND).field_names,
        initial=version_of(row),
    )
    return act_page(
        request,
        row,
        form,
        lambda given: actions.act(
            user, case_id, name, version=given["version"], reason=given["reason"], fields=form.told()
        ),
        (_(found.label), _(found.label), _("已完成：%(act)s。") % {"act": _(found.label)}),
        basis=found.legal_basis,
        reply=queries.latest_reply(row) if row.case.state in ("reviewing", "signing", "approved") else None,
    )


@requires("petitions.assign")
@require_http_methods(FORMS)
def dispatch(request: HttpRequest, case_id: int) -> HttpResponse:
    """分案、改分."""
    user, row = start(request, case_id, "petitions.assign")
    reach = user.units_where("petitions.assign")
    people = names_of(user_ids_within("petitions.handle", row.case.unit_id))
    form = DispatchForm(
        posted(request),
        units=called_units(reach),
        people=people,
        initial={**version_of(row), "unit_id": row.case.unit_id},
    )
    title = _("分案") if row.case.state == "accepted" else _("改分")
    return act_page(
        request,
        row,
        form,
        lambda given: actions.dispatch(
            user, case_id, version=given["version"], unit_id=given["unit_id"],
            officer_id=given["officer_id"], reason=given["reason"],
        ),
        (title, title, _("已分案，並通知承辦單位。")),
    )  # fmt: skip


@requires("petitions.handle")
@require_http_methods(FORMS)
def hand_back(request: HttpRequest, case_id: int) -> HttpResponse:
    """退分."""
    user, row = start(request, case_id, "petitions.handle")
    form = UnitForm(
        posted(request), needs_reason=True, needed=False, label=_("建議改由"), initial=version_of(row)
    )
    return act_page(
        request,
        row,
        form,
        lambda given: actions.hand_back(
            user,
            case_id,
            version=given["version"],
            reason=given["reason"],
            suggested_unit_id=given["unit_id"],
        ),
        (_("退分"), _("退分"), _("已退分，等候改分或權責裁定；民眾的期限繼續計算。")),
        then=crumbs()[0][1],
    )


@requires("petitions.rule")
@require_http_methods(FORMS)
def rule(request: HttpRequest, case_id: int) -> HttpResponse:
    """裁定權責."""
    user, row = start(request, case_id, "petitions.rule")
    return act_page(
        request,
        row,
        UnitForm(posted(request), needs_reason=True, initial=version_of(row)),
        lambda given: actions.rule_on_responsibility(
            user, case_id, version=given["version"], unit_id=given["unit_id"], reason=given["reason"]
        ),
        (_("裁定權責"), _("裁定"), _("已裁定權責，不能再退分。")),
    )


@requires("petitions.assign")
@require_http_methods(FORMS)
def join(request: HttpRequest, case_id: int) -> HttpResponse:
    """請他機關會辦."""
    user, row = start(request, case_id, "petitions.assign")
    units = called_units(user.units_where("petitions.assign"))
    return act_page(
        request,
        row,
        UnitForm(posted(request), needs_reason=True, units=units, initial=version_of(row)),
        lambda given: actions.ask_to_join(
            user, case_id, version=given["version"], unit_id=given["unit_id"], reason=given["reason"]
        ),
        (_("請他機關會辦"), _("送會辦"), _("已送會辦。")),
    )


def joined_units(row: Petition, user: Any = None) -> list[tuple[int, str]]:
    """Units that handle it beside the main one, as choices; those of the reader alone where one is named."""
    return [
        (unit_id, name)
        for unit_id, name in beside(row.case).items()
        if user is None or user.may("petitions.handle", unit_id)
    ]


@requires("petitions.assign")
@require_http_methods(FORMS)
def release(request: HttpRequest, case_id: int) -> HttpResponse:
    """取消會辦."""
    user, row = start(request, case_id, "petitions.assign")
    return act_page(
        request,
        row,
        UnitForm(posted(request), needs_reason=True, units=joined_units(row), initial=version_of(row)),
        lambda given: cases.release(
            user, case_id, version=given["version"], unit_id=given["unit_id"], reason=given["reason"]
        ),
        (_("取消會辦"), _("取消會辦"), _("已取消會辦。")),
    )


@requires("petitions.handle")
@require_http_methods(FORMS)
def part(request: HttpRequest, case_id: int) -> HttpResponse:
    """提供會辦意見."""
    user, row = start(request, case_id)
    return act_page(
        request,
        row,
        PartForm(posted(request), units=joined_units(row, user)),
        lambda given: actions.give_part(user, case_id, unit_id=given["unit_id"], text=given["text"]),
        (_("提供會辦意見"), _("送出"), _("已送出會辦意見；主辦機關會綜整成一份答復。")),
    )
