"""Clocks that run in hours: around the clock, or only while offices are open. Moments are naive Taipei time."""

from datetime import datetime, time, timedelta

from shizheng.common.errors import BadInput
from shizheng.kernel.calendar.rules.counting import Deadline
from shizheng.kernel.calendar.rules.days import ONE_DAY, WorkCalendar

MOST_HOURS = 24 * 366


def add_hours(
    calendar_: WorkCalendar,
    start: datetime,
    hours: timedelta,
    *,
    office: bool = False,
    district: str | None = None,
) -> Deadline:
    """The moment `hours` after `start`: of every hour, or with `office` of those in which offices are open.

    `start` is naive Taipei time. A period of no length that starts outside of office hours is due when they open.
    """
    if hours < timedelta(0) or hours > timedelta(hours=MOST_HOURS):
        raise BadInput(
            f"時數要在 0 到 {MOST_HOURS} 之間，沒有計算。", fields={"count": [f"0 到 {MOST_HOURS}。"]}
        )
    calendar_.require_year(start.date())
    due = _in_office(calendar_, start, hours, district) if office else start + hours
    calendar_.require_year(due.date())
    days = tuple(calendar_.states(start.date(), due.date(), district))
    return Deadline(start.date(), due.date(), days, calendar_.version, moment=due)


def _in_office(calendar_: WorkCalendar, start: datetime, hours: timedelta, district: str | None) -> datetime:
    left, day = hours, start.date()
    while True:
        for opens, closes in calendar_.hours_of(day, district):
            begin = max(opens, start)
            if begin >= closes:
                continue
            if left <= closes - begin:
                return begin + left
            left -= closes - begin
        day += ONE_DAY


def office_hours_between(
    calendar_: WorkCalendar, start: datetime, end: datetime, district: str | None = None
) -> timedelta:
    """How long offices were open between two moments; zero when `end` is not after `start`."""
    total, day = timedelta(0), start.date()
    while day <= end.date():
        for opens, closes in calendar_.hours_of(day, district):
            total += max(min(closes, end) - max(opens, start), timedelta(0))
        day += ONE_DAY
    return total


def parse_hour(text: str) -> time:
    """`8:30` or `08:30`; raises ValueError."""
    return datetime.strptime(text.strip(), "%H:%M").time()
