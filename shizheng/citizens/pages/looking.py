"""查詢進度: number and code open one's own case for a while; comments, wishes, receipt, and having it taken up once more."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.citizens import actions
from shizheng.citizens.forms import CommentForm, LookUpForm, ReopenForm, WishesForm
from shizheng.citizens.pages.sending import receipt_file
from shizheng.citizens.pages.shared import forget_case, may_see, open_to_all, remember_case
from shizheng.citizens.queries import lookup
from shizheng.citizens.queries.tokens import made_token
from shizheng.citizens.rules.survey import MARKS, SHORT
from shizheng.common.words import read
from shizheng.domains.petitions.queries import petitions, public
from shizheng.kernel.cases import queries as cases
from shizheng.web.changing import FORMS, posted, tried


@open_to_all(sent="look_up")
@require_http_methods(FORMS)
def look_up(request: HttpRequest) -> HttpResponse:
    """Number and code; both failures are answered alike, and as slowly."""
    form = LookUpForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        found = petitions.looked_up(given["number"].upper(), given["code"])
        if found is not None:
            remember_case(request, found.case_id)
            return redirect("petition:case", found.case.number)
        form.add_error(
            None, _("案號和查詢碼不符合，或沒有這一件。請核對收案時給您的案號與查詢碼；忘記了，請打 1999。")
        )
    return render(request, "citizens/look_up.html", {"form": form}, status=422 if form.errors else 200)


def _own(request: HttpRequest, number: str) -> Any:
    """The petition, where this browser has shown its code lately."""
    case = public.case_of_number(number)
    return public.of_case(case.pk) if case is not None and may_see(request, case.pk) else None


@open_to_all()
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One's own case in plain words."""
    row = _own(request, number)
    return redirect("petition:look_up") if row is None else _page(request, row)


def _page(request: HttpRequest, row: Any, **forms: Any) -> HttpResponse:
    contact = lookup.contact_of(row.case_id)
    surveys = lookup.invitations_of(row.case_id)
    asked = surveys[0] if surveys else None
    until = public.may_reopen(row)
    wishes = {"tell_answer": contact.tell_answer, "tell_progress": contact.tell_progress} if contact else None
    context = {
        "row": row,
        "case": row.case,
        "state": petitions.public_state(row.case),
        "due": public.due_words(row),
        "why": public.why_this_day(row) if row.case.closed_at is None else (),
        "story": public.story(row),
        "answers": public.answers(row),
        "comments": lookup.comments_of(row.case_id),
        "contact": contact,
        "survey": asked,
        "survey_url": made_token("survey", asked.pk) if asked and lookup.survey_open(asked) else "",
        "marks": _marks(asked),
        "reopen_until": until,
        "has_receipt": "receipt" in cases.sealed_names(row.case) and row.case.anonymised_at is None,
        "comment_form": CommentForm(),
        "reopen_form": ReopenForm(prefix="reopen") if until else None,
        "wishes_form": WishesForm(initial=wishes, prefix="wishes") if contact and contact.reachable else None,
        **forms,
    }
    status = 422 if any(form.errors for form in forms.values()) else 200
    return render(request, "citizens/case.html", context, status=status)


def _marks(asked: Any) -> list[tuple[str, str]]:
    answer = lookup.answer_of(asked) if asked else None
    if answer is None:
        return []
    return [(read(SHORT[name]), read(MARKS[mark])) for name, mark in answer.marks.items() if name in SHORT]


def _act(request: HttpRequest, number: str, form: Any, name: str, act: Any, said: str) -> HttpResponse:
    """Something that the citizen does on the page; what was typed stays where it is refused."""
    row = _own(request, number)
    if row is None:
        messages.error(request, _("查詢已經過了 30 分鐘，沒有送出。請再輸入案號與查詢碼。"))
        return redirect("petition:look_up")
    if form.is_valid() and tried(form, lambda: act(row.case_id, form.cleaned_data) or True) is not None:
        messages.success(request, said)
        return redirect("petition:case", number)
    return _page(request, row, **{name: form})


@open_to_all(sent="tell")
@require_POST
def comment(request: HttpRequest, number: str) -> HttpResponse:
    """補充說明."""
    return _act(
        request, number, CommentForm(request.POST), "comment_form",
        lambda case_id, given: actions.comment(case_id, given["text"]),
        _("已送出您的補充，承辦人會收到通知。"),
    )  # fmt: skip


@open_to_all(sent="tell")
@require_POST
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """申請重啟."""
    return _act(
        request, number, ReopenForm(request.POST, prefix="reopen"), "reopen_form",
        lambda case_id, given: actions.reopen(case_id, given["text"]),
        _("已重啟，由主辦機關再處理；期限重新顯示在這一頁。"),
    )  # fmt: skip


@open_to_all(sent="tell")
@require_POST
def wishes(request: HttpRequest, number: str) -> HttpResponse:
    """通知方式."""
    return _act(
        request, number, WishesForm(request.POST, prefix="wishes"), "wishes_form",
        lambda case_id, given: actions.set_wishes(case_id, answer=given["tell_answer"], progress=given["tell_progress"]),
        _("已改通知方式。"),
    )  # fmt: skip


@open_to_all()
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt once more."""
    row = _own(request, number)
    if row is None:
        return redirect("petition:look_up")
    return receipt_file(actions.receipt_of(row.case_id), row.case.number)


@open_to_all()
@require_POST
def leave(request: HttpRequest, number: str) -> HttpResponse:
    """看完了: on a shared computer the next person must not read it."""
    found = public.case_of_number(number)
    if found is not None:
        forget_case(request, found.pk)
    messages.success(request, _("已關閉查詢。"))
    return redirect("petition:look_up")
