"""Reviews submitted, changed and led on step by step."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.common import clock
from shizheng.common.errors import NotFound
from shizheng.common.numbers import plain
from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.common.workflow import START, Transition
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.models import ReviewCase
from shizheng.domains.procurement.queries import reviews as queries
from shizheng.domains.procurement.review_forms import ReviewForm, StepForm, shown_review
from shizheng.domains.procurement.rules.workflow import STATES, SUBMIT, TAKES, TRANSITIONS
from shizheng.web.changing import FORMS, form_page, revised, revision, tried


def crumbs() -> list[tuple[str, str]]:
    """The way back to the list."""
    return [(_("基本設計審議"), reverse("procurement:reviews"))]


def back_to(case_id: int) -> str:
    """The page of a review."""
    return reverse("procurement:review", args=[case_id])


@requires("procurement.submit_review")
@require_http_methods(FORMS)
def new_review(request: HttpRequest) -> HttpResponse:
    """送審."""
    user: Any = request.user
    sent = request.method == "POST"
    initial = {name: request.GET[name] for name in ("control_number", "name") if name in request.GET}
    units = user.units_where("procurement.submit_review")
    form = ReviewForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        units=units,
        actor=user,
        initial=initial,
    )
    if sent and form.is_valid():
        made = tried(form, lambda: actions.submit_review(user, form.values(), held=form.held()))
        if made is not None:
            messages.success(request, _("已送審，審議編號 %(number)s。") % {"number": made.number})
            return redirect(back_to(made.pk))
    return form_page(
        request, form, _("送審"), _("送審"), reverse("procurement:reviews"), crumbs=crumbs(), multipart=True
    )


@requires("procurement.submit_review")
@require_http_methods(FORMS)
def edit_review(request: HttpRequest, case_id: int) -> HttpResponse:
    """修改, with a reason; who saves over somebody else's change sees both first."""
    user: Any = request.user
    found = queries.review(user, case_id)
    require(user, "procurement.submit_review", found.agency_id)
    title = _("修改 %(name)s") % {"name": found.name}
    return revised(
        request,
        partial(ReviewForm, row=found, actor=user),
        lambda: shown_review(queries.review(user, case_id)),
        lambda form: actions.edit_review(user, case_id, **revision(form)),
        title,
        _("儲存"),
        back_to(case_id),
        said=_("已存，理由記在經過裡。"),
        crumbs=crumbs(),
        subtitle=found.number,
    )


@requires("procurement.view")
@require_http_methods(FORMS)
def step(request: HttpRequest, case_id: int, act: str) -> HttpResponse:
    """One step: what it asks, and where it leads. The action asks for the permission of the step."""
    user: Any = request.user
    known = TRANSITIONS.get(act)
    if known is None or START in known.sources:
        raise NotFound(_("沒有這個步驟。請從審議案的頁面進入。"))
    found = queries.review(user, case_id)
    require(user, known.permission, found.agency_id if known.permission == SUBMIT else None)
    sent = request.method == "POST"
    form = StepForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        takes=TAKES[act],
        documents=queries.documents(clock.today()),
        actor=user,
        initial={
            "version": found.version,
            "on": clock.today(),
            "there": _there(found),
            "amount": _proposed(found, act),
        },
    )
    if sent and form.is_valid():
        done = tried(form, lambda: _act(user, found, known, form))
        if done is not None:
            messages.success(
                request,
                _("已%(act)s；這一案現在是「%(state)s」。")
                % {"act": _(known.label), "state": _(STATES[done.state])},
            )
            return redirect(back_to(case_id))
    title = _("%(act)s：%(name)s") % {"act": _(known.label), "name": found.name}
    return form_page(
        request, form, title, _(known.label), back_to(case_id), crumbs=crumbs(), subtitle=found.number,
        multipart="files" in form.fields,
    )  # fmt: skip


def _proposed(found: ReviewCase, act: str) -> str:
    """What is approved where nobody says otherwise: the amount last submitted."""
    if act != "approve_review":
        return ""
    return plain(found.amount if found.amount_after is None else found.amount_after)


def _there(found: ReviewCase) -> list[str]:
    return [name for name, came in found.checklist.items() if came]


def _act(user: Any, found: ReviewCase, known: Transition, form: StepForm) -> ReviewCase:
    given = form.cleaned_data
    values = {name: given[name] for name in ("on", *TAKES[known.name]) if name != "files"}
    if "files" in form.fields:
        values["held"] = form.held()
    done: ReviewCase = getattr(actions, known.name)(user, found.pk, version=given["version"], **values)
    return done
