"""Days by which one's units owe something, for the calendars of people: the commitment itself, and the next update."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common import clock
from shizheng.common.words import called
from shizheng.domains.commitments.queries.ruling import ruling
from shizheng.domains.commitments.queries.waiting import FILE, owed_rows
from shizheng.domains.commitments.rules.days import Cycle, update_due
from shizheng.web import diary

MOST = 300
"""Commitments whose days stand in one calendar, the earliest due first."""


def register() -> None:
    """Called once when the app is ready."""
    diary.register(diary.Source("commitment", gettext_lazy("列管事項的期限"), FILE, due))


def due(actor: Any, first: date, last: date) -> Iterator[diary.DiaryEntry]:
    """What is owed within these days and not asked to be released; its update where it falls before that day."""
    grace = ruling(clock.today()).grace
    for owed in owed_rows(actor)[:MOST]:
        row = owed.commitment
        update = update_due(Cycle(row.list.cycle), row.agreed_on, owed.told_on, grace)
        note, url = (
            f"{row.number} {called(owed.unit, short=True)}",
            reverse("commitments:commitment", args=[row.pk]),
        )
        if row.due_on is not None and first <= row.due_on <= last:
            yield diary.DiaryEntry(
                str(owed.pk), row.due_on, _("列管到期：%(text)s") % {"text": row.text[:80]}, note, url
            )
        if update is not None and first <= update <= last and (row.due_on is None or update < row.due_on):
            title = _("填辦理情形：%(text)s") % {"text": row.text[:80]}
            yield diary.DiaryEntry(f"{owed.pk}-update", update, title, note, url)
