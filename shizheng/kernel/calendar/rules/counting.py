"""How a period is counted. 行政程序法 48: the first day is excluded; a period that ends on a day of rest ends on
the next working day. Each kind of clock says which of the two it follows."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from shizheng.common.errors import BadInput
from shizheng.kernel.calendar.rules.days import ONE_DAY, DayState, WorkCalendar

MOST_DAYS = 3660
"""No period of the field is longer than ten years; a longer one is a slip of the pen."""


class Clock(StrEnum):
    """The kinds of clock (domain rules, section 1 and 2)."""

    WORKING_DAYS = "working_days"
    """Only working days count (公文: 最速件 1, 速件 3, 普通件 6)."""
    CALENDAR_DAYS = "calendar_days"
    """Every day counts; ends on the next working day when the last one is a day of rest (行政程序法 48)."""
    STATED_DATE = "stated_date"
    """Every day counts and nothing moves: a stated date, holidays included (限期公文)."""
    MONTHS = "months"
    """Whole months; ends on the day before the corresponding one, moved like calendar days (行政程序法 48, 51)."""
    HOURS = "hours"
    """Around the clock, every hour of every day (派工、災害)."""
    OFFICE_HOURS = "office_hours"
    """Only hours in which offices are open."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The answer to "until when": the day (and the moment, for hours), and the days that were looked at."""

    start: date
    due: date
    days: tuple[DayState, ...]
    calendar_version: int
    moment: datetime | None = None
    moved_from: date | None = None
    """The last day by plain count, where it was a day of rest and the period ends later."""


def deadline(
    calendar_: WorkCalendar, start: date, count: int, clock: Clock, district: str | None = None
) -> Deadline:
    """When a period of `count` days or months that starts on `start` ends. `days` lists the days after the start.

    Raises CalendarYearMissing when the count leaves the years with data, BadInput for a count that is too large.
    """
    _check(count)
    calendar_.require_year(start)
    moved_from = None
    if clock is Clock.WORKING_DAYS:
        due = add_working_days(calendar_, start, count, district)
    else:
        plain = add_months(start, count) if clock is Clock.MONTHS else _plus(start, count)
        calendar_.require_year(plain)
        due = plain if clock is Clock.STATED_DATE else calendar_.next_working(plain, district)
        moved_from = plain if due != plain else None
    first, last = (start + ONE_DAY, due) if due >= start else (due, start - ONE_DAY)
    days = tuple(calendar_.states(first, last, district))
    return Deadline(start, due, days, calendar_.version, moved_from=moved_from)


def add_working_days(calendar_: WorkCalendar, start: date, days: int, district: str | None = None) -> date:
    """`days` working days after `start`, which is not counted itself; before it when negative.

    Zero is the start itself when it works, else the next day that does.
    """
    _check(days)
    if days == 0:
        return calendar_.next_working(start, district)
    step = ONE_DAY if days > 0 else -ONE_DAY
    calendar_.require_year(start)
    day, left = start, abs(days)
    while left:
        day += step
        left -= calendar_.is_working(day, district)
    return day


def add_months(start: date, months: int) -> date:
    """The last day of a period of whole months whose first day (`start`) is excluded.

    Counting begins on the day after; the period ends on the day before the one that corresponds to it, or on the
    month's last day where there is none (行政程序法 48 III).
    """
    first = start + ONE_DAY
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise BadInput("月數太大，算出來的日期不存在。請重新輸入。")
    length = calendar.monthrange(year, month + 1)[1]
    if first.day > length:
        return date(year, month + 1, length)
    return date(year, month + 1, first.day) - ONE_DAY


def _plus(start: date, days: int) -> date:
    try:
        return start + timedelta(days=days)
    except OverflowError as failure:
        raise BadInput("日數太大，算出來的日期不存在。請重新輸入。") from failure


def _check(count: int) -> None:
    if abs(count) > MOST_DAYS:
        raise BadInput(
            f"日數 {count} 超過 {MOST_DAYS}（十年），沒有計算。請確認後重新輸入。",
            fields={"count": [f"最多 {MOST_DAYS}。"]},
        )
