"""Days of a commitment: until when it is owed, what is overdue or soon due, when the next update is owed (C05: 每月更新)."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from shizheng.common.words import N_
from shizheng.domains.commitments.rules.workflow import UnitState
from shizheng.kernel.measures.rules.periods import MONTHS, Period, PeriodKind


class Cycle(StrEnum):
    """How often a list asks its units how things stand."""

    NONE = "none"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


CYCLE_LABELS = {
    Cycle.NONE: N_("不定期"),
    Cycle.WEEK: N_("每週"),
    Cycle.MONTH: N_("每月"),
    Cycle.QUARTER: N_("每季"),
    Cycle.HALF: N_("每半年"),
    Cycle.YEAR: N_("每年"),
}


def due_on(agreed: date | None, approved: Iterable[date]) -> date | None:
    """The day until which it is owed: the latest of the first due day and the extensions approved, in whatever order."""
    return None if agreed is None else max([agreed, *approved])


def is_overdue(state: UnitState, due: date | None, today: date) -> bool:
    """Whether a unit has neither done it nor asked for release though its day is over; the day itself is in time."""
    return state is UnitState.PENDING and due is not None and due < today


def is_soon(state: UnitState, due: date | None, today: date, days: int) -> bool:
    """Whether the day comes within so many calendar days, today included."""
    return state is UnitState.PENDING and due is not None and today <= due <= today + timedelta(days=days)


def in_time(done_on: date | None, due: date | None) -> bool | None:
    """Whether what was done was done by its day; None where it is not done or owes no day."""
    return None if done_on is None or due is None else done_on <= due


def cycle_end(cycle: Cycle, day: date) -> date | None:
    """The last day of the cycle in which a day lies; weeks end on Sunday (ISO 8601). None without a cycle."""
    if cycle is Cycle.NONE:
        return None
    if cycle is Cycle.WEEK:
        return day + timedelta(days=7 - day.isoweekday())
    kind = PeriodKind(cycle.value)
    return Period(kind, day.year, (day.month - 1) // MONTHS[kind] + 1).last_day


def owed_as_of(cycle: Cycle, agreed: date, told: date | None) -> date | None:
    """The end of the next cycle about which a unit owes an update: the one after the last told, first that of the agreement."""
    if told is None or told < agreed:
        return cycle_end(cycle, agreed)
    end = cycle_end(cycle, told)
    return None if end is None else cycle_end(cycle, end + timedelta(days=1))


def update_due(cycle: Cycle, agreed: date, told: date | None, grace: int) -> date | None:
    """By which day the next update is owed: so many calendar days after its cycle. None without a cycle."""
    end = owed_as_of(cycle, agreed, told)
    return None if end is None else end + timedelta(days=grace)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or that month's last day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def asked_late(asked: date, due: date, months: int) -> bool:
    """Whether a change of control was asked for less than so many months before the end (domain-rules 4: 2 months)."""
    return asked > months_before(due, months)
