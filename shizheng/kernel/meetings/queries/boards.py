"""Who has met in a month, with what proves it (B02, TC-14), and which meetings are coming."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from shizheng.common import clock
from shizheng.common.clock import TAIPEI
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import tell
from shizheng.kernel.files import queries as files
from shizheng.kernel.filing.rules.rates import Rate, rate
from shizheng.kernel.meetings.models import Meeting, MeetingSeries, MeetingState, Presence
from shizheng.kernel.meetings.queries.record import LABEL
from shizheng.kernel.meetings.queries.scope import series_visible_to, visible_to
from shizheng.kernel.meetings.queries.units import names_of
from shizheng.kernel.meetings.rules.workflow import MET


@dataclass(frozen=True, slots=True)
class Met:
    """One agency in one month: its meeting, when it met, whether that was in time, and what proves it."""

    unit_id: int
    unit: str
    meeting: Meeting
    held_on: date | None
    in_time: bool
    late: bool
    present: int
    files: int

    @property
    def proven(self) -> bool:
        """Whether there is a proof: somebody is written down as present, and the minutes or a file are there."""
        return self.present > 0 and bool(self.files or self.meeting.minutes_code)


@dataclass(frozen=True, slots=True)
class Board:
    """A series in one month, agencies in their order; cancelled meetings do not count."""

    series: MeetingSeries
    period: str
    due_on: date | None
    rows: Sequence[Met]

    @property
    def met(self) -> Rate:
        """Agencies that met, in time or late."""
        return rate(sum(each.held_on is not None for each in self.rows), len(self.rows))

    @property
    def in_time(self) -> Rate:
        """Agencies that met by the day."""
        return rate(sum(each.in_time for each in self.rows), len(self.rows))


def series_of(actor: Actor, series_id: int) -> MeetingSeries:
    """One series. Raises NotFound."""
    found = series_visible_to(actor).filter(pk=series_id).first()
    if found is None:
        raise NotFound(tell("找不到這個會議系列，或您不能看。請從會議系列的清單進入。"))
    return found


def months_of(actor: Actor, series_id: int) -> list[str]:
    """Months of a series in which there are meetings that the actor may see, newest first."""
    rows = visible_to(actor).filter(series_id=series_id).order_by().values_list("period", flat=True)
    return sorted(rows.distinct(), reverse=True)


def met_board(actor: Actor, series: MeetingSeries, period: str) -> Board:
    """Who has met in a month, as far as the actor may see (at most five queries)."""
    there = Q(attendances__presence__in=[Presence.PRESENT, Presence.DEPUTY])
    rows = list(
        visible_to(actor)
        .filter(series=series, period=period)
        .exclude(state=MeetingState.CANCELLED)
        .select_related("series", "unit", "secretary")
        .annotate(present=Count("attendances", filter=there))
        .order_by("unit__order", "unit_id", "number")
    )
    proofs = files.counts_of(LABEL, [each.pk for each in rows])
    names = names_of({each.unit_id for each in rows}, date(int(period[:4]), int(period[5:]), 1))
    first: dict[int, Any] = {}
    for each in rows:
        if each.unit_id not in first or (each.state in MET and first[each.unit_id].state not in MET):
            first[each.unit_id] = each
    today, out = clock.today(), []
    for unit_id, each in first.items():
        held = each.at.astimezone(TAIPEI).date() if each.state in MET and each.at else None
        due = each.due_on
        in_time = held is not None and (due is None or held <= due)
        late = not in_time and due is not None and (held or today) > due
        out.append(
            Met(
                unit_id,
                names.get(unit_id, ""),
                each,
                held,
                in_time,
                late,
                each.present,
                proofs.get(each.pk, 0),
            )  # type: ignore[attr-defined]
        )
    return Board(series, period, next((each.due_on for each in rows if each.due_on), None), out)


def held_in(series: str, periods: Collection[str], unit_id: int | None = None) -> QuerySet[Meeting, str]:
    """Of these months those in which the series (by its code) met, at this unit; also two of one month where it met twice."""
    rows = Meeting.objects.filter(series__code=series, period__in=list(periods), state__in=MET)
    rows = rows if unit_id is None else rows.filter(unit_id=unit_id)
    return rows.order_by("period").values_list("period", flat=True)


def upcoming(actor: Actor, first: date, until: date) -> QuerySet[Meeting]:
    """Meetings with a time from the first day until before the last that the actor may see, in their order, none cancelled."""
    start = datetime.combine(first, time(), TAIPEI)
    end = datetime.combine(until, time(), TAIPEI) - timedelta(microseconds=1)
    rows = visible_to(actor).filter(at__gte=start, at__lte=end).exclude(state=MeetingState.CANCELLED)
    return rows.select_related("series", "unit").order_by("at", "pk")
