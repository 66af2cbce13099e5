"""Meetings for the calendars of people: with their hour once it is set, else on the day by which the rule wants them (TC-06)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.clock import TAIPEI
from shizheng.kernel.meetings.models import MeetingState
from shizheng.kernel.meetings.queries.scope import VIEW, visible_to
from shizheng.web import diary

MINUTES = 120
"""How long a meeting stands in a calendar; its end is not planned."""


def register() -> None:
    """Called once when the app is ready."""
    diary.register(diary.Source("meeting", gettext_lazy("會議"), VIEW, meetings))


def meetings(actor: Any, first: date, last: date) -> Iterator[diary.DiaryEntry]:
    """Meetings that the actor sees, held or due within these days, without the cancelled ones (one query)."""
    begin, end = (datetime.combine(day, time.min, TAIPEI) for day in (first, last + timedelta(days=1)))
    rows = visible_to(actor).exclude(state=MeetingState.CANCELLED)
    rows = rows.filter(Q(at__gte=begin, at__lt=end) | Q(at=None, due_on__range=(first, last)))
    for each in rows.order_by("pk"):
        when = each.at or each.due_on
        if when is None:
            continue
        title = each.title if each.at else _("應開會：%(meeting)s") % {"meeting": each.title}
        url = reverse("meetings:meeting", args=[each.pk])
        yield diary.DiaryEntry(str(each.pk), when, title, each.chair, url, each.place, MINUTES)
