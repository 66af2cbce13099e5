"""What pages of filing share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shizheng.kernel.filing.models import ReturnState, RoundState

RETURN_TONES = {
    ReturnState.DRAFT: "calm",
    ReturnState.SUBMITTED: "accent",
    ReturnState.RETURNED: "bad",
    ReturnState.SIGNED: "good",
    ReturnState.LOCKED: "good",
}
RETURN_ICONS = {
    ReturnState.DRAFT: "pencil",
    ReturnState.SUBMITTED: "send",
    ReturnState.RETURNED: "arrow-back-up",
    ReturnState.SIGNED: "signature",
    ReturnState.LOCKED: "lock",
}
ROUND_TONES = {
    RoundState.PLANNED: "calm",
    RoundState.OPEN: "accent",
    RoundState.CLOSED: "warn",
    RoundState.LOCKED: "good",
}
ROUND_ICONS = {
    RoundState.PLANNED: "calendar",
    RoundState.OPEN: "lock-open",
    RoundState.CLOSED: "clock-off",
    RoundState.LOCKED: "lock",
}


def reader(request: HttpRequest) -> Any:
    """The reader: the guard of routes lets nobody else in."""
    return request.user


def whole(text: str | None) -> int | None:
    """A row's version out of a form."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def form_page(
    request: HttpRequest, form: Any, title: Any, back: str, crumbs: list[tuple[str, str]], **more: Any
) -> HttpResponse:
    """A page with one form; 422 when what was sent has to be changed."""
    context = {"form": form, "title": title, "back": back, "crumbs": crumbs, **more}
    return render(request, "filing/form.html", context, status=422 if request.method == "POST" else 200)
