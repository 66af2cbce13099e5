"""Values of rules as typed, frozen objects. Days of a month that it does not have mean its last day (X-16)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

EVERY_MONTH = tuple(range(1, 13))


def day_of(year: int, month: int, day: int) -> date:
    """A day of a month, or the month's last day where it has fewer."""
    return date(year, month, min(day, monthrange(year, month)[1]))


class DeadlineUnit(StrEnum):
    """What a deadline counts. The names are those of the work calendar."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A period of `n` units, to be counted by the work calendar."""

    n: int
    unit: DeadlineUnit


@dataclass(frozen=True, slots=True)
class MonthlyDeadline:
    """By a day of every month, or of certain months only."""

    day: int
    months: tuple[int, ...] = EVERY_MONTH

    def in_month(self, year: int, month: int) -> date | None:
        """The due day in a month; None in a month that has none."""
        return day_of(year, month, self.day) if month in self.months else None


@dataclass(frozen=True, slots=True)
class QuarterlyDeadline:
    """By a day in the first, second or third month of every quarter."""

    day: int
    month: int = 1

    def in_quarter(self, year: int, quarter: int) -> date:
        """The due day inside a quarter (1 to 4)."""
        return day_of(year, (quarter - 1) * 3 + self.month, self.day)


@dataclass(frozen=True, slots=True)
class YearlyDeadline:
    """By a day of every year."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """The due day in a Gregorian year."""
        return day_of(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class Frequency:
    """`times` per `per`, or once `every` so many `unit`; with neither it is regular, and no number is stated.

    `months` and `days` say in which months of the year, and on which days of the month, where that is fixed.
    """

    times: int | None = None
    per: str = ""
    every: int | None = None
    unit: str = ""
    months: tuple[int, ...] = ()
    days: tuple[int, ...] = ()

    @property
    def stated(self) -> bool:
        """Whether the source says how often."""
        return self.times is not None or self.every is not None


@dataclass(frozen=True, slots=True)
class StageTarget:
    """What is to be reached by a day of the year."""

    at: YearlyDeadline
    value: Decimal


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both included."""

    low: Decimal
    high: Decimal

    def holds(self, value: Decimal) -> bool:
        """Whether a value lies inside."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Composition:
    """How many make a body up, or of what it consists."""

    least: int | None = None
    most: int | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LadderStep:
    """Tell `to` by `channels`, `after` working days from the due day (negative: before it)."""

    after: int
    to: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """From `least` points on (up to the next band): the grade."""

    least: Decimal
    label: str


@dataclass(frozen=True, slots=True)
class FilingWindow:
    """When the filing of one period opens, is due and closes; `next_year`: in the year after the period."""

    period: str
    opens: YearlyDeadline
    due: YearlyDeadline
    closes: YearlyDeadline
    next_year: bool = False

    def in_year(self, year: int) -> tuple[date, date, date]:
        """Opening, due and closing day for the period of a Gregorian year (before any move off a holiday)."""
        at = year + self.next_year
        return self.opens.in_year(at), self.due.in_year(at), self.closes.in_year(at)


@dataclass(frozen=True, slots=True)
class FilingRounds:
    """The windows of a year's rounds, who signs in which order, and the rule that says who is reminded."""

    windows: tuple[FilingWindow, ...]
    levels: tuple[str, ...]
    ladder: str

    def window(self, period: str) -> FilingWindow | None:
        """The window of a period such as `H1`, `Y`, `Q3`."""
        return next((each for each in self.windows if each.period == period), None)


Value = (
    Decimal
    | int
    | str
    | date
    | Deadline
    | MonthlyDeadline
    | QuarterlyDeadline
    | YearlyDeadline
    | Frequency
    | Range
    | Composition
    | FilingRounds
    | tuple[StageTarget, ...]
    | tuple[LadderStep, ...]
    | tuple[Band, ...]
)
