"""Opinions corrected and struck, confirmations corrected, the last step of a review taken back: each with a reason."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.common.permissions import require
from shizheng.common.roc import in_words
from shizheng.common.routes import requires
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.actions.review_corrections import last_step, right_to_take_back
from shizheng.domains.procurement.forms import ReasonForm
from shizheng.domains.procurement.pages.panel import said_in
from shizheng.domains.procurement.pages.review_editing import back_to, crumbs
from shizheng.domains.procurement.queries import reviews as queries
from shizheng.domains.procurement.review_forms import ConfirmForm, OpinionForm, shown_opinion
from shizheng.domains.procurement.rules.workflow import STATES, TRANSITIONS
from shizheng.web.changing import FORMS, asked, posted


@requires("procurement.conduct_review")
@require_http_methods(FORMS)
def correct_opinion(request: HttpRequest, opinion_id: int) -> HttpResponse:
    """更正審議意見: told again as it was given."""
    user: Any = request.user
    found = queries.opinion(user, opinion_id)
    members = [each for each in queries.panel_of(found.case_id) if not each.conflict]
    form = OpinionForm(posted(request), members=members, correcting=True, initial=shown_opinion(found))
    return asked(
        request,
        form,
        lambda: actions.correct_opinion(
            user, opinion_id, changes=form.values(), reason=form.cleaned_data["reason"]
        ),
        _("更正第 %(n)s 項意見") % {"n": found.number},
        _("更正"),
        back_to(found.case_id),
        said=_("已更正；原來寫的還看得到。改了內容或面向的，機關要再回應。"),
        crumbs=crumbs(),
        subtitle=str(found.case),
    )


@requires("procurement.conduct_review")
@require_http_methods(FORMS)
def strike_opinion(request: HttpRequest, opinion_id: int) -> HttpResponse:
    """刪除一項沒有提過的意見."""
    user: Any = request.user
    found = queries.opinion(user, opinion_id)
    form = ReasonForm(posted(request))
    return asked(
        request,
        form,
        lambda: actions.strike_opinion(user, opinion_id, reason=form.cleaned_data["reason"]),
        _("刪除第 %(n)s 項意見") % {"n": found.number},
        _("刪除"),
        back_to(found.case_id),
        said=_("已刪除；原來寫的還看得到。"),
        crumbs=crumbs(),
        subtitle=said_in(found),
    )


@requires("procurement.conduct_review")
@require_http_methods(FORMS)
def correct_confirmation(request: HttpRequest, confirmation_id: int) -> HttpResponse:
    """更正複核 of an answer."""
    user: Any = request.user
    found = queries.confirmation(user, confirmation_id)
    opinion = found.answer.opinion
    shown = {"accepted": "yes" if found.accepted else "no", "text": found.text}
    form = ConfirmForm(posted(request), correcting=True, initial=shown)
    return asked(
        request,
        form,
        lambda: actions.correct_confirmation(
            user, confirmation_id, **form.values(), reason=form.cleaned_data["reason"]
        ),
        _("更正第 %(n)s 項意見的複核") % {"n": opinion.number},
        _("更正"),
        back_to(opinion.case_id),
        said=_("已更正；原來的複核還看得到。"),
        crumbs=crumbs(),
        subtitle=said_in(opinion),
    )


@requires("procurement.view")
@require_http_methods(FORMS)
def take_back_step(request: HttpRequest, case_id: int) -> HttpResponse:
    """收回上一步, by who may take it."""
    user: Any = request.user
    found = queries.review(user, case_id)
    last = last_step(case_id)
    known = TRANSITIONS[last.act]
    require(user, *right_to_take_back(last, found.agency_id))
    form = ReasonForm(posted(request), initial={"version": found.version})
    words = {"act": _(known.label), "name": found.name, "day": in_words(last.on, "short")}
    return asked(
        request,
        form,
        lambda: actions.take_back_step(
            user, case_id, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"]
        ),
        _("收回「%(act)s」：%(name)s") % words,
        _("收回這一步"),
        back_to(case_id),
        said=lambda done: (
            _("已收回；這一案回到「%(state)s」，收回的一步還看得到。") % {"state": _(STATES[done.state])}
        ),
        crumbs=crumbs(),
        subtitle=_("%(day)s 登錄的「%(act)s」") % words,
    )
