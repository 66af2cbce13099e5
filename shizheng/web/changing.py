"""What every page that changes something shares: the form again with what was typed, both versions after a conflict."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

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
