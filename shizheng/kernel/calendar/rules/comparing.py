"""What differs between two versions of the calendar, and what that does to a deadline."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from shizheng.kernel.calendar.rules.days import DayState, WorkCalendar


@dataclass(frozen=True, slots=True)
class Difference:
    """One day as the older version sees it and as the newer does; None where that version has no such year."""

    day: date
    before: DayState | None
    after: DayState | None

    @property
    def changes_work(self) -> bool:
        """Whether the day began or ceased to be a working day (and not only its name changed)."""
        return self.before is None or self.after is None or self.before.working != self.after.working


def differences(
    older: WorkCalendar, newer: WorkCalendar, district: str | None = None
) -> Iterator[Difference]:
    """Days whose state differs, in order. Years that only one of the two has are not listed day by day."""
    named = {day for calendar in (older, newer) for day in (*calendar.exceptions, *calendar.closures)}
    for day in sorted(named):
        if day.year not in older.years or day.year not in newer.years:
            continue
        before, after = older.state(day, district), newer.state(day, district)
        if (before.working, before.reason, before.kind) != (after.working, after.reason, after.kind):
            yield Difference(day, before, after)


def years_only_in(newer: WorkCalendar, older: WorkCalendar) -> tuple[int, ...]:
    """Years that `newer` has and `older` has not."""
    return tuple(sorted(newer.years - older.years))


def month_counts(calendar: WorkCalendar, year: int, district: str | None = None) -> tuple[int, ...]:
    """Working days of each month of a year; twelve numbers. Raises CalendarYearMissing."""
    starts = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
    return tuple(
        calendar.working_days(first, after - timedelta(days=1), district)
        for first, after in zip(starts, starts[1:], strict=False)
    )
