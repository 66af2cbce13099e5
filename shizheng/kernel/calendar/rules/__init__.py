"""The work calendar, pure: what each day is, and where a period ends. No Django, no clock, no database."""

from shizheng.kernel.calendar.rules.calendar import DayState, WorkCalendar
from shizheng.kernel.calendar.rules.changes import Difference, compare
from shizheng.kernel.calendar.rules.days import (
    CalendarDayFact,
    CalendarYearMissing,
    Closure,
    DayKind,
    Session,
    TooManyDays,
    UnknownDistrict,
    WorkHours,
    weekday_name,
)
from shizheng.kernel.calendar.rules.deadlines import Deadline, Unit, deadline, hours_deadline
from shizheng.kernel.calendar.rules.ics import IcsEvent, as_ics, calendar_text
from shizheng.kernel.calendar.rules.shipped import District, ShippedVersion, read_districts, read_versions

__all__ = [
    "CalendarDayFact",
    "CalendarYearMissing",
    "Closure",
    "DayKind",
    "DayState",
    "Deadline",
    "Difference",
    "District",
    "IcsEvent",
    "Session",
    "ShippedVersion",
    "TooManyDays",
    "Unit",
    "UnknownDistrict",
    "WorkCalendar",
    "WorkHours",
    "as_ics",
    "calendar_text",
    "compare",
    "deadline",
    "hours_deadline",
    "read_districts",
    "read_versions",
    "weekday_name",
]
