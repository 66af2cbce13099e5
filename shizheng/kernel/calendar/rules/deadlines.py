"""Where a period ends: working days, calendar days, months, hours; with every day on the way and its reason.

行政程序法 48: the first day does not count; a period that ends on a Sunday, a holiday or another day off ends on the
next working day; one that ends on a Saturday ends on the following Monday's morning. Hours run from the moment itself.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from shizheng.common.words import tell
from shizheng.kernel.calendar.rules.calendar import DayState, WorkCalendar, days_after
from shizheng.kernel.calendar.rules.days import CalendarYearMissing, TooManyDays

MOST = {"working_days": 1_000, "calendar_days": 3_660, "months": 120, "hours": 87_600, "office_hours": 8_000}
SHOWN_DAYS = 400


class Unit(StrEnum):
    """What a period is counted in."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"
    HOURS = "hours"
    OFFICE_HOURS = "office_hours"

    @property
    def label(self) -> str:
        return {
            Unit.WORKING_DAYS: tell("工作天"),
            Unit.CALENDAR_DAYS: tell("日曆天"),
            Unit.MONTHS: tell("個月"),
            Unit.HOURS: tell("小時（全天候）"),
            Unit.OFFICE_HOURS: tell("小時（上班時間）"),
        }[self]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A derived end of a period, recomputable: from these facts, by this version of the calendar.

    `days` are the days considered, the first one excluded, in order. `rolled_from` is where the period would have
    ended without 行政程序法 48; None when it did not move.
    """

    start: date
    amount: int
    unit: Unit
    district: str | None
    version: int
    due: date
    days: tuple[DayState, ...]
    rolled_from: date | None = None
    due_at: datetime | None = None
    notes: tuple[str, ...] = ()


def deadline(
    calendar: WorkCalendar,
    start: date,
    amount: int,
    unit: Unit = Unit.WORKING_DAYS,
    district: str | None = None,
    *,
    roll: bool = True,
) -> Deadline:
    """The day on which a period of days or months that begins on `start` ends.

    `roll=False` is for a stated date, holidays included (限期公文), and for penalties (行政程序法 48 V).
    """
    _starts_within(calendar, start, amount, unit)
    if unit is Unit.WORKING_DAYS:
        end = calendar.add_working_days(start, amount, district)
    elif unit is Unit.CALENDAR_DAYS:
        end = start + timedelta(days=amount)
    elif unit is Unit.MONTHS:
        end = add_months(start, amount)
    else:
        raise ValueError("hours run from a moment: use hours_deadline")
    due = calendar.next_working_day(end, district) if roll else end
    days = [calendar.state(day, district) for day in days_after(start, due)]
    if not days:
        days = [calendar.state(start, district)]
    rolled_from = end if due != end else None
    return Deadline(
        start, amount, unit, district, calendar.version, due, tuple(days[-SHOWN_DAYS:]), rolled_from,
        notes=_notes(end, due),
    )  # fmt: skip


def _starts_within(calendar: WorkCalendar, start: date, amount: int, unit: Unit) -> None:
    """Refuse an amount beyond measure, and a start after the last year that the calendar knows."""
    if not 0 <= amount <= MOST[unit]:
        raise TooManyDays(amount, MOST[unit])
    if start.year > max(calendar.years, default=0):
        raise CalendarYearMissing(start.year, calendar.version, calendar.years)


def _notes(end: date, due: date) -> tuple[str, ...]:
    if due == end:
        return ()
    text = tell("期間末日為休息日，依行政程序法第48條第4項，以次一上班日為末日。")
    if end.weekday() == 5 and (due - end).days == 2:
        text = tell("期間末日為星期六，依行政程序法第48條第4項，以其次星期一上午為末日。")
    return (text,)


def hours_deadline(
    calendar: WorkCalendar, start: datetime, hours: int, unit: Unit = Unit.HOURS, district: str | None = None
) -> Deadline:
    """The moment at which a period of hours ends: around the clock (dispatch, disasters), or in office hours."""
    _starts_within(calendar, start.date(), hours, unit)
    if unit is Unit.HOURS:
        end = start + timedelta(hours=hours)
        calendar.state(end.date(), district)  # a year without data is refused here as well
    else:
        end = add_office_hours(calendar, start, timedelta(hours=hours), district)
    before = start.date() - timedelta(days=1)
    days = [calendar.state(day, district) for day in days_after(before, end.date())]
    return Deadline(
        start.date(), hours, unit, district, calendar.version, end.date(), tuple(days[-SHOWN_DAYS:]), due_at=end
    )  # fmt: skip


def add_months(start: date, months: int) -> date:
    """The last day of a period of whole months whose first day (`start`) does not count (行政程序法 48 III).

    Counting begins on the day after; the period ends on the day before the one that corresponds to it, or on the
    month's last day where there is none: from 28 February one month ends on 31 March.
    """
    first = start + timedelta(days=1)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    length = monthrange(year, month + 1)[1]
    if first.day > length:
        return date(year, month + 1, length)
    return date(year, month + 1, first.day) - timedelta(days=1)


def add_office_hours(
    calendar: WorkCalendar, start: datetime, left: timedelta, district: str | None = None
) -> datetime:
    """The moment when `left` of office time has passed since `start`: lunch, nights, days off, closures stand still."""
    day = start.date()
    if calendar.hours_on(day) is None:
        raise ValueError(tell("這一版行事曆沒有辦公時間的資料"))
    while True:
        for session in calendar.sessions(day, district):
            opens = datetime.combine(day, session.start, start.tzinfo)
            closes = datetime.combine(day, session.end, start.tzinfo)
            begins = max(opens, start)
            if begins >= closes:
                continue
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
        day += timedelta(days=1)
