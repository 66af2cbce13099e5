"""Members of the panel, opinions, answers and confirmations: one form each."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.forms import ReasonForm
from shizheng.domains.procurement.pages.review_editing import back_to, crumbs
from shizheng.domains.procurement.queries import reviews as queries
from shizheng.domains.procurement.review_forms import (
    AnswerForm,
    ConfirmForm,
    MemberForm,
    OpinionForm,
    shown_member,
)
from shizheng.domains.procurement.rules.reviews import TOPIC_LABELS, Topic
from shizheng.domains.procurement.rules.workflow import SUBMIT
from shizheng.web.changing import FORMS, asked, posted, revised, revision


@requires("procurement.conduct_review")
@require_http_methods(FORMS)
def new_member(request: HttpRequest, case_id: int) -> HttpResponse:
    """登錄審議委員."""
    user: Any = request.user
    found = queries.review(user, case_id)
    form = MemberForm(posted(request))
    return asked(
        request,
        form,
        lambda: actions.add_member(user, case_id, form.values()),
        _("登錄審議委員：%(name)s") % {"name": found.name},
        _("登錄"),
        back_to(case_id),
        said=_("已登錄委員。"),
        crumbs=crumbs(),
    )


@requires("procurement.conduct_review")
@require_http_methods(FORMS)
def edit_member(request: HttpRequest, member_id: int) -> HttpResponse:
    """修改委員, or write down the declaration."""
    user: Any = request.user
    found = queries.member(user, member_id)
    title = _("修改 %(name)s") % {"name": found.name}
    return revised(
        request,
        partial(MemberForm, row=found),
        lambda: shown_member(queries.member(user, member_id)),
        lambda form: actions.edit_member(user, member_id, **revision(form)),
        title,
        _("儲存"),
        back_to(found.case_id),
        said=_("已存，理由記在經過裡。"),
        crumbs=crumbs(),
        subtitle=str(found.case),
    )


@requires("procurement.conduct_review")
@require_http_methods(FORMS)
def remove_member(request: HttpRequest, member_id: int) -> HttpResponse:
    """移除委員, with a reason."""
    user: Any = request.user
    found = queries.member(user, member_id)
    form = ReasonForm(posted(request))
    return asked(
        request,
        form,
        lambda: actions.remove_member(user, member_id, reason=form.cleaned_data["reason"]),
        _("移除審議委員 %(name)s") % {"name": found.name},
        _("移除"),
        back_to(found.case_id),
        said=_("已移除委員。"),
        crumbs=crumbs(),
    )


@requires("procurement.conduct_review")
@require_http_methods(FORMS)
def give_opinion(request: HttpRequest, case_id: int) -> HttpResponse:
    """登錄審議意見, one after another."""
    user: Any = request.user
    found = queries.review(user, case_id)
    members = [each for each in queries.panel_of(case_id) if not each.conflict]
    form = OpinionForm(posted(request), members=members)
    title = _("登錄審議意見：%(name)s") % {"name": found.name}
    return asked(
        request,
        form,
        lambda: actions.give_opinion(user, case_id, **form.values()),
        title,
        _("登錄"),
        back_to(case_id),
        said=_("已登錄一項意見；可以再登錄下一項。"),
        crumbs=crumbs(),
    )


@requires("procurement.submit_review")
@require_http_methods(FORMS)
def answer(request: HttpRequest, opinion_id: int) -> HttpResponse:
    """機關回應."""
    user: Any = request.user
    found = queries.opinion(user, opinion_id)
    require(user, SUBMIT, found.case.agency_id)
    form = AnswerForm(posted(request))
    return asked(
        request,
        form,
        lambda: actions.answer_opinion(user, opinion_id, **form.values()),
        _("回應第 %(n)s 項意見") % {"n": found.number},
        _("回應"),
        back_to(found.case_id),
        said=_("已回應第 %(n)s 項意見。") % {"n": found.number},
        crumbs=crumbs(),
        subtitle=said_in(found),
    )


@requires("procurement.conduct_review")
@require_http_methods(FORMS)
def confirm(request: HttpRequest, opinion_id: int) -> HttpResponse:
    """複核 of the answer that holds."""
    user: Any = request.user
    found = queries.opinion(user, opinion_id)
    form = ConfirmForm(posted(request))
    return asked(
        request,
        form,
        lambda: actions.confirm_answer(user, opinion_id, **form.values()),
        _("複核第 %(n)s 項意見") % {"n": found.number},
        _("複核"),
        back_to(found.case_id),
        said=_("已複核第 %(n)s 項意見。") % {"n": found.number},
        crumbs=crumbs(),
        subtitle=said_in(found),
    )


def said_in(found: Any) -> str:
    """The opinion under the heading of a form about it."""
    return _("%(topic)s：%(text)s") % {"topic": _(TOPIC_LABELS[Topic(found.topic)]), "text": found.text[:300]}
