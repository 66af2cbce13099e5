"""What two versions of the calendar say differently."""

from dataclasses import dataclass
from datetime import date

from shizheng.kernel.calendar.rules.calendar import DayState, WorkCalendar


@dataclass(frozen=True, slots=True)
class Difference:
    """One day that two versions see differently; None where a version does not know the year.

    `districts` names whose closure it is, "" for the whole city.
    """

    day: date
    before: DayState | None
    after: DayState | None
    district: str = ""

    @property
    def moves_deadlines(self) -> bool:
        """Whether the day became a working day, or stopped being one."""
        return (self.before and self.before.working) != (self.after and self.after.working)


def compare(before: WorkCalendar, after: WorkCalendar) -> list[Difference]:
    """Days that differ between two versions, in order; years that only one knows are in `years_only_in`."""
    days = {day for one in (before, after) for day in one.facts}
    keys = {(day, "") for day in days if day.year in before.years & after.years}
    keys |= {
        (c.day, c.district)
        for one in (before, after)
        for c in one.closures
        if c.day.year in before.years & after.years
    }
    found = []
    for day, district in sorted(keys):
        was, became = before.state(day, district), after.state(day, district)
        if (was.working, was.reason, was.source) != (became.working, became.reason, became.source):
            found.append(Difference(day, was, became, district))
    return found


def years_only_in(one: WorkCalendar, other: WorkCalendar) -> list[int]:
    """Years that `one` knows and `other` does not."""
    return sorted(one.years - other.years)
