"""What pages of meetings share: tones and icons of states, the frame of a form, crumbs."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common.words import english
from shizheng.kernel.meetings.models import Meeting, MeetingState
from shizheng.web import changing
from shizheng.web.changing import FORMS, changed, tried
from shizheng.web.templatetags import ui

__all__ = ["FORMS", "changed", "crumbs", "form_page", "month_text", "reader", "state_tag", "tried", "whole"]

TONES = {
    MeetingState.PLANNED: "calm",
    MeetingState.FIXED: "accent",
    MeetingState.RUNNING: "warn",
    MeetingState.HELD: "accent",
    MeetingState.ISSUED: "good",
    MeetingState.CANCELLED: "calm",
}
ICONS = {
    MeetingState.PLANNED: "calendar",
    MeetingState.FIXED: "list-check",
    MeetingState.RUNNING: "microphone",
    MeetingState.HELD: "users-group",
    MeetingState.ISSUED: "file-check",
    MeetingState.CANCELLED: "ban",
}

form_page = partial(changing.form_page, template="meetings/form.html")


def reader(request: HttpRequest) -> Any:
    """The reader: the guard of routes lets nobody else in."""
    return request.user


def whole(text: str | None) -> int | None:
    """A row's version out of a form."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def state_tag(found: Meeting) -> str:
    """The state as everywhere on the pages."""
    code = MeetingState(found.state)
    return ui.state(TONES[code], found.get_state_display(), icon=ICONS[code])


def month_text(period: str) -> str:
    """A month as it is written on the pages: 114-04, or 2025-04 for a reader of English."""
    return period if english() else f"{int(period[:4]) - 1911}-{period[5:]}"


def crumbs(found: Meeting | None = None) -> list[tuple[str, str]]:
    """The way to a meeting's page."""
    way = [(_("會議"), reverse("meetings:list"))]
    if found is not None:
        way.append((found.title, reverse("meetings:meeting", args=[found.pk])))
    return way
