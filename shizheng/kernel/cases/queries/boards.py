"""Counts of open cases by agency, and how many will be late if work goes on as it did."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from django.db.models import Count, F, Q, QuerySet

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.cases.models import Case
from shizheng.kernel.cases.queries.visible import visible_to
from shizheng.kernel.cases.rules.forecast import Ahead, ahead, pace

PACE_DAYS = 20
"""Working days whose closings make the pace of a forecast."""


def running(case: str = "") -> Q:
    """The clock runs, or was over before it was stopped. `case`: how rows beside cases get there (`"case__"`)."""
    return Q(**{f"{case}stopped_at": None}) | Q(**{f"{case}due_at__lt": F(f"{case}stopped_at")})


RUNNING = running()


def open_cases(actor: Actor, kind: str | None = None) -> QuerySet[Case]:
    """Cases that are not over and not within another, as far as the actor may see them."""
    return visible_to(actor, kind).filter(closed_at=None, merged_into=None)


def late(case: str = "") -> Q:
    """Late now: the last moment is over, and the clock had not been stopped before it. `case` as of `running`."""
    return Q(**{f"{case}due_at__lt": clock.now()}) & running(case)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """What one agency has open. `soon`: due within seven days, today included; `stopped`: the clock stands still."""

    unit_id: int
    unit_name: str
    open: int
    late: int
    today: int
    soon: int
    stopped: int
    without_officer: int
    handed_back: int


def board(actor: Actor, kind: str | None = None) -> list[BoardRow]:
    """A row for each agency with open cases that the actor may see, those with most late ones first (one query)."""
    today = clock.today()
    ahead_ = Q(due_at__gte=clock.now()) & RUNNING
    rows = (
        open_cases(actor, kind)
        .order_by()
        .values_list("unit_id", "unit__name")
        .annotate(
            all_=Count("id"),
            late_=Count("id", filter=late()),
            today_=Count("id", filter=ahead_ & Q(due_on=today)),
            soon_=Count("id", filter=ahead_ & Q(due_on__lt=today + timedelta(days=7))),
            stopped_=Count("id", filter=~RUNNING),
            nobodys_=Count("id", filter=Q(officer=None)),
            back_=Count("id", filter=Q(returned__gt=0)),
        )
    )
    return sorted((BoardRow(*row) for row in rows), key=lambda row: (-row.late, -row.open, row.unit_name))


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected. `closed` in the last `days` working days make the pace `a_day`."""

    open: int
    closed: int
    days: int
    a_day: Fraction
    ahead: tuple[Ahead, ...]


def forecast(
    actor: Actor, kind: str | None = None, *, unit_id: int | None = None, days: int = 10
) -> Forecast:
    """How many open cases will be late at the end of each of the coming working days (two queries).

    The pace is that of the last PACE_DAYS working days before today; the earliest due are done first; nothing new comes in.
    Raises CalendarYearMissing.
    """
    working, today = calendar.current_calendar(), clock.today()
    since = working.add_working_days(today, -PACE_DAYS)
    rows, done = open_cases(actor, kind).filter(RUNNING), visible_to(actor, kind).filter(merged_into=None)
    if unit_id is not None:
        rows, done = rows.filter(unit_id=unit_id), done.filter(unit_id=unit_id)
    by_day = (
        rows.filter(due_on__isnull=False).order_by("due_on").values_list("due_on").annotate(n=Count("id"))
    )
    due_on = [day for day, count in by_day for _each in range(count)]
    closed = done.filter(closed_at__gte=_midnight(since), closed_at__lt=_midnight(today)).count()
    coming = _working_days(working.next_working_day(today), days)
    a_day = pace(closed, PACE_DAYS)
    return Forecast(len(due_on), closed, PACE_DAYS, a_day, ahead(due_on, a_day, coming))


def _working_days(first: date, count: int) -> list[date]:
    working = calendar.current_calendar()
    found = [first]
    while len(found) < count:
        found.append(working.add_working_days(found[-1], 1))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.TAIPEI)
