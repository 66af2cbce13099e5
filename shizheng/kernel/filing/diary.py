"""Deadlines of filing for the calendars of people: one entry a round, of the units that they file or sign for."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shizheng.kernel.filing.queries import returns_visible_to, rounds_visible_to
from shizheng.web import diary

MOVING = ("planned", "open", "closed")


def register() -> None:
    """Called once when the app is ready."""
    diary.register(diary.Source("filing", gettext_lazy("填報期限"), "filing.view", due))


def due(actor: Any, first: date, last: date) -> Iterator[diary.DiaryEntry]:
    """Rounds that are due within these days and not locked (at most two queries).

    Who sees the whole city has the day of the round, everybody else the first day that counts for a return of theirs.
    """
    if actor.units_where("filing.view") is None:
        rounds = rounds_visible_to(actor).filter(state__in=MOVING, due_on__range=(first, last))
        for pk, title, day in rounds.order_by("due_on").values_list("pk", "title", "due_on"):
            yield _entry(pk, title, day, "")
        return
    found: Any = returns_visible_to(actor)
    rows = found.filter(round__state__in=MOVING, due__range=(first, last)).order_by()
    for pk, title, day, count in rows.values_list("round_id", "round__title").annotate(
        day=Min("due"), count=Count("pk")
    ):
        yield _entry(pk, title, day, ngettext("%(n)s 份填報表", "%(n)s 份填報表", count) % {"n": count})


def _entry(pk: int, title: str, day: date, note: str) -> diary.DiaryEntry:
    return diary.DiaryEntry(
        str(pk), day, _("填報到期：%(title)s") % {"title": title}, note, reverse("filing:round", args=[pk])
    )
