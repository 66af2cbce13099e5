"""What waits for one person: meetings to hold, minutes to write and to issue, agencies that have not met."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.common.together import Steps, done
from shizheng.kernel.meetings.models import Meeting, MeetingState, Resolution, SeriesLevel
from shizheng.kernel.meetings.rules.workflow import CHAIR, MANAGE, NOT_HELD, RECORD

MOST = 50
"""Rows of one sort in 我的工作; the lists have all."""


@dataclass(frozen=True, slots=True)
class NotMet:
    """How many agencies are late with their meeting of one series and month."""

    series_id: int
    series_name: str
    period: str
    due_on: date
    count: int


@dataclass(slots=True)
class Waiting:
    """What waits for somebody, by what is to be done with it."""

    to_hold: list[Meeting] = field(default_factory=list)
    to_write: list[Meeting] = field(default_factory=list)
    to_issue: list[Meeting] = field(default_factory=list)
    not_met: list[NotMet] = field(default_factory=list)


def stale() -> QuerySet[Meeting]:
    """Meetings whose minutes are out and of which something was resolved otherwise since."""
    later = Resolution.objects.filter(meeting=OuterRef("pk"), recorded_at__gt=OuterRef("minutes_issued_at"))
    return Meeting.objects.filter(Exists(later), state=MeetingState.ISSUED)


def work_of(actor: Actor, today: date | None = None) -> Waiting:
    """Everything that waits for the actor; a query at most for each sort of work that he or she may do."""
    return done(work_steps(actor, today or clock.today()))


def work_steps(actor: Actor, today: date) -> Steps[Waiting]:
    """The same beside what waits elsewhere, in one step."""
    mine = issue = Meeting.objects.none()
    if actor.may(RECORD):
        rows = _mine(actor, RECORD).filter(Q(secretary=None) | Q(secretary_id=actor.pk))
        mine = rows.filter(state__in=[*NOT_HELD, MeetingState.HELD]).order_by("due_on", "pk")[:MOST]
    if actor.may(CHAIR):
        due = Q(state=MeetingState.HELD) | Q(pk__in=stale().values("pk"))
        issue = _mine(actor, CHAIR).filter(due).order_by("minutes_due_on", "pk")[:MOST]
    late_ones = not_met(today)
    if actor.units_where(MANAGE) is not None:
        late_ones = late_ones.none()
    yield mine, issue, late_ones
    return Waiting(
        to_hold=[each for each in mine if each.state in NOT_HELD],
        to_write=[each for each in mine if each.state == MeetingState.HELD],
        to_issue=list(issue),
        not_met=[NotMet(*each) for each in late_ones],
    )


def _mine(actor: Actor, code: str) -> QuerySet[Meeting]:
    """Meetings of the units for which the actor holds a permission; for the whole city, those of the city alone."""
    units = actor.units_where(code)
    rows = Meeting.objects.select_related("series", "unit")
    return rows.filter(unit__kind="city") if units is None else rows.filter(unit_id__in=units)


def late(today: date) -> Q:
    """Not held by the day by which it was due, or its minutes not issued by theirs."""
    minutes = Q(state=MeetingState.HELD, minutes_due_on__lt=today)
    return Q(state__in=NOT_HELD, due_on__lt=today) | minutes


def is_late(found: Meeting, today: date) -> bool:
    """The same of a meeting at hand."""
    due = found.due_on if found.state in NOT_HELD else found.minutes_due_on
    return found.state in {*NOT_HELD, MeetingState.HELD} and due is not None and due < today


def every_month() -> list[str]:
    """Months in which there are meetings, newest first (one query)."""
    return sorted(Meeting.objects.order_by().values_list("period", flat=True).distinct(), reverse=True)


def counts_of(rows: QuerySet[Meeting], today: date) -> dict[str, int]:
    """How many there are, are late, are ready to be held, wait for minutes (one query)."""
    return rows.order_by().aggregate(
        all=Count("pk"), late=Count("pk", filter=late(today)),
        fixed=Count("pk", filter=Q(state=MeetingState.FIXED)), held=Count("pk", filter=Q(state=MeetingState.HELD)),
    )  # fmt: skip


def overdue(today: date) -> QuerySet[Meeting]:
    """Meetings that are still to be held after the day by which they were due."""
    return Meeting.objects.filter(state__in=NOT_HELD, due_on__lt=today)


def not_met(today: date) -> "QuerySet[Meeting, tuple[Any, ...]]":
    """What `NotMet` holds: agencies that have not met in time, counted by series and month, the newest first."""
    rows = overdue(today).filter(series__level=SeriesLevel.AGENCY, series__unit=None).order_by()
    return (
        rows.values("series_id", "series__name", "period", "due_on")
        .annotate(count=Count("pk"))
        .order_by("-period", "series_id")
        .values_list("series_id", "series__name", "period", "due_on", "count")[:MOST]
    )
