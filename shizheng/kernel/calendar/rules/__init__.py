"""Pure rules of time: what a day is, how periods are counted, what versions differ in."""

from shizheng.kernel.calendar.rules.comparing import Difference, differences, month_counts, years_only_in
from shizheng.kernel.calendar.rules.counting import Clock, Deadline, add_months, add_working_days, deadline
from shizheng.kernel.calendar.rules.days import (
    WEEKDAYS,
    CalendarYearMissing,
    Closure,
    DayState,
    SpecialDay,
    Kind,
    OfficeHours,
    PartialClosure,
    WorkCalendar,
)
from shizheng.kernel.calendar.rules.districts import district_code, district_name, districts
from shizheng.kernel.calendar.rules.hours import add_hours, office_hours_between
from shizheng.kernel.calendar.rules.shipped import ShippedVersion, overlay, shipped_calendar, shipped_versions

__all__ = [
    "WEEKDAYS",
    "CalendarYearMissing",
    "Clock",
    "Closure",
    "DayState",
    "Deadline",
    "Difference",
    "SpecialDay",
    "Kind",
    "OfficeHours",
    "PartialClosure",
    "ShippedVersion",
    "WorkCalendar",
    "add_hours",
    "add_months",
    "add_working_days",
    "deadline",
    "differences",
    "district_code",
    "district_name",
    "districts",
    "month_counts",
    "office_hours_between",
    "overlay",
    "shipped_calendar",
    "shipped_versions",
    "years_only_in",
]
