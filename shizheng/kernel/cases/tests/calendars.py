"""Calendars of the tests: the shipped one by version, and the same with a typhoon or more days off."""

from datetime import date, datetime, time
from types import MappingProxyType

from shizheng.common.clock import TAIPEI
from shizheng.kernel.calendar.rules import CalendarDayFact, Closure, DayKind, WorkCalendar
from shizheng.kernel.calendar.shipped import shipped_calendar

NOW = shipped_calendar()
BEFORE_THE_LAW = shipped_calendar(1)
"""Years 102 to 114, without 09-29, 10-24 and 12-25 of 114."""
LONGJING = "66000250"


def at(text: str) -> datetime:
    """`2025-10-03 22:00` in Taipei."""
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


def closed(day: str, district: str = "", start: time | None = None, end: time | None = None) -> WorkCalendar:
    """The shipped calendar with offices closed on one day."""
    closure = Closure(date.fromisoformat(day), district, start, end, "測試颱風", "停班公告")
    return WorkCalendar(NOW.version + 1, NOW.years, NOW.facts, (closure,), NOW.hours)


def with_days_off(*days: date) -> WorkCalendar:
    """The shipped calendar as a later version with more days off."""
    facts = dict(NOW.facts) | {day: CalendarDayFact(day, DayKind.HOLIDAY, "新節日", "測試") for day in days}
    return WorkCalendar(NOW.version + 1, NOW.years, MappingProxyType(facts), (), NOW.hours)
