"""What every page that changes something shares: the form again with what was typed, both versions after a conflict."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from shizheng.common.errors import CannotDo, Conflict
from shizheng.web import conflicts
from shizheng.web.refusals import show_refusal

FORMS = ["GET", "HEAD", "POST"]


def form_page(
    request: HttpRequest, form: Any, title: str, submit: str, back: str, **more: Any
) -> HttpResponse:
    """A page with one form; 422 where something is wrong with it, 409 after a conflict.

    `more`: `template` in place of `web/form_page.html`, `crumbs` (label, address), `subtitle`, `other` (both versions).
    """
    context = {"form": form, "title": title, "submit": submit, "back": back, **more}
    status = 409 if more.get("other") else 422 if form.errors else 200
    return render(request, more.get("template", "web/form_page.html"), context, status=status)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def tried(form: Any, act: Callable[[], Any]) -> Any:
    """What the act gave; None where it was refused, and then the form says why."""
    try:
        return act()
    except CannotDo as failure:
        show_refusal(form, failure)
        return None


def changed(
    request: HttpRequest,
    make: Callable[..., Any],
    now: Callable[[], dict[str, Any]],
    act: Callable[[Any], Any],
) -> tuple[Any, Any, list[conflicts.Difference]]:
    """A form over a row that others may change too: the form, what the act gave, and after a conflict both versions.

    `now` reads the row as it stands, also after somebody else changed it.
    """
    if request.method != "POST":
        return make(initial=now()), None, []
    form = make(request.POST)
    if not form.is_valid():
        return form, None, []
    try:
        return form, act(form), []
    except Conflict as failure:
        again, other = conflicts.met(request, make, now(), failure.message)
        return again, None, other
    except CannotDo as failure:
        show_refusal(form, failure)
        return form, None, []


Words = str | Callable[[Any], str]
"""A text or an address, or how it comes from what the act gave."""


def asked(
    request: HttpRequest,
    form: Any,
    act: Callable[[], Any],
    title: str,
    submit: str,
    back: str,
    *,
    said: Words,
    then: Words = "",
    **more: Any,
) -> HttpResponse:
    """A page that asks for something and does it: the form, or after the act `said` on the page `then` (else `back`)."""
    if posted(request) is not None and form.is_valid():
        try:
            done = act()
        except CannotDo as failure:
            show_refusal(form, failure)
        else:
            return _done(request, done, said, then or back)
    return form_page(request, form, title, submit, back, **more)


def revised(
    request: HttpRequest,
    make: Callable[..., Any],
    now: Callable[[], dict[str, Any]],
    act: Callable[[Any], Any],
    title: str,
    submit: str,
    back: str,
    *,
    said: Words,
    then: Words = "",
    **more: Any,
) -> HttpResponse:
    """The same over a row that others may change too (:func:`changed`): after a conflict both versions stand on it."""
    form, done, other = changed(request, make, now, act)
    if done is not None:
        return _done(request, done, said, then or back)
    return form_page(request, form, title, submit, back, other=other, **more)


def revision(form: Any) -> dict[str, Any]:
    """What a form over a row gives the action that changes it: the version that was seen, the changes, the reason."""
    given = form.cleaned_data
    return {"version": given["version"], "changes": form.values(), "reason": given["reason"]}


def _done(request: HttpRequest, done: Any, said: Words, then: Words) -> HttpResponse:
    messages.success(request, said(done) if callable(said) else said)
    return redirect(then(done) if callable(then) else then)
