"""In which months a meeting is due, and by which day, as a rule of the rulebook says."""

from calendar import monthrange
from datetime import date
from typing import Any

from shizheng.common.words import tell
from shizheng.kernel.rulebook.rules import Frequency, MonthlyDeadline, QuarterlyDeadline, YearlyDeadline

MONTHS_IN = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


class RuleSaysNoDay(ValueError):
    """A rule that does not say when a meeting is due; the message is 中文."""


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def due_in(value: Any, year: int, month: int) -> date | None:
    """The day by which the meeting of a month is to be held; None in a month that has none.

    A frequency without days means the end of the month: four a year are those of March, June, September and December.
    Raises RuleSaysNoDay for a rule of another kind, and for a frequency of more than one a month.
    """
    if isinstance(value, MonthlyDeadline):
        return value.in_month(year, month)
    if isinstance(value, QuarterlyDeadline):
        day = value.in_quarter(year, (month - 1) // 3 + 1)
        return day if day.month == month else None
    if isinstance(value, YearlyDeadline):
        day = value.in_year(year)
        return day if day.month == month else None
    if isinstance(value, Frequency):
        return _by_frequency(value, year, month)
    raise RuleSaysNoDay(tell("這條規則不是期限也不是頻率，看不出會議何時要開。"))


def _by_frequency(value: Frequency, year: int, month: int) -> date | None:
    wanted = month in value.months if value.months else month % _every(value) == 0
    if not wanted:
        return None
    if value.days:
        return date(year, month, min(value.days[0], monthrange(year, month)[1]))
    return last_day(year, month)


def _every(value: Frequency) -> int:
    """Once in so many months."""
    if value.every is not None and value.unit in ("months", "years"):
        months = value.every * (12 if value.unit == "years" else 1)
    elif value.times is not None and value.per in MONTHS_IN:
        months = MONTHS_IN[value.per] // value.times if MONTHS_IN[value.per] % value.times == 0 else 0
    else:
        months = 0
    if not 1 <= months <= 12:
        raise RuleSaysNoDay(tell("這條規則的頻率不能換算成幾個月一次，看不出會議何時要開。"))
    return months
