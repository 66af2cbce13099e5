"""Pages behind links of mails: confirming an address, and the survey. What a link does is done by pressing, not by opening it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.citizens import actions
from shizheng.citizens.forms import SurveyForm, Trapped
from shizheng.citizens.pages.shared import open_to_all, remember_draft
from shizheng.citizens.queries import lookup
from shizheng.citizens.queries.tokens import read_token
from shizheng.common.errors import NotFound
from shizheng.web.changing import FORMS, posted, tried


@open_to_all(sent="link")
@require_http_methods(FORMS)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """確認電子郵件: programs that open links in mails confirm nothing."""
    read_token("confirm", token)
    form = Trapped(posted(request))
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(form, lambda: actions.confirm(token)) is not None
    ):
        messages.success(request, _("已確認您的電子郵件，之後會寄進度與答復通知。"))
        return redirect("petition:look_up")
    return render(request, "citizens/confirm.html", {"form": form}, status=409 if form.errors else 200)


@open_to_all(sent="link")
@require_http_methods(FORMS)
def confirm_mail(request: HttpRequest, token: str) -> HttpResponse:
    """確認陳情信: pressing makes a petition of the mail; number and code are shown for an hour, to who has the link."""
    read_token("mail", token)
    form = Trapped(posted(request))
    if request.method == "POST" and form.is_valid():
        shown = tried(form, lambda: actions.confirm_mail(token))
        if shown is not None:
            remember_draft(request, shown)
            return redirect("petition:done", shown)
    return render(request, "citizens/confirm_mail.html", {"form": form}, status=409 if form.errors else 200)


@open_to_all(sent="link")
@require_http_methods(FORMS)
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """滿意度調查: once, within its days; asks nothing about who one is."""
    row = lookup.invitation(read_token("survey", token))
    if row is None:
        raise NotFound(_("找不到這份調查。請核對信裡的網址。"))
    can = lookup.survey_open(row)
    form = SurveyForm(posted(request) if can else None, questions=list(row.questions))
    sent = can and request.method == "POST" and form.is_valid()
    if sent and tried(form, lambda: actions.answer_survey(row.pk, form.marks())) is not None:
        return redirect("petition:survey", token)
    context = {"form": form, "row": row, "can": can, "answered": lookup.answer_of(row)}
    return render(request, "citizens/survey.html", context, status=422 if form.errors else 200)
