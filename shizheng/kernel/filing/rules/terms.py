"""When a round opens, is due and closes: the window of a dated rule, and a due day on a day off moved as another says."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from shizheng.common.words import tell
from shizheng.kernel.filing.rules.levels import check_levels
from shizheng.kernel.measures.rules.periods import Period, PeriodKind
from shizheng.kernel.rulebook.rules import FilingRounds

ON_HOLIDAY = ("next_working_day", "previous_working_day", "same_day")
LETTER = {PeriodKind.YEAR: "Y", PeriodKind.HALF: "H", PeriodKind.QUARTER: "Q", PeriodKind.MONTH: "M"}


class Calendar(Protocol):
    """What dates need of the work calendar."""

    def is_working(self, day: date) -> bool: ...

    def next_working_day(self, day: date) -> date: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """The days of a round. `nominal_due` is the due day before the rule on days off moved it."""

    opens_on: date
    due_on: date
    closes_on: date
    nominal_due: date
    levels: tuple[str, ...]


class TermsNotUnderstood(ValueError):
    """A rule that gives no days for a period; the message is 中文."""


def window_name(period: Period) -> str:
    """How a rule names a period within its year: `H1`, `Q3`, `Y`."""
    return LETTER[period.kind] + ("" if period.kind is PeriodKind.YEAR else str(period.number))


def terms_of(rule: FilingRounds, period: Period, on_holiday: str, calendar: Calendar) -> Terms:
    """The days of the round for a period. Raises TermsNotUnderstood, or UnknownLevel for its levels.

    The closing day never comes before the due day, also where that was moved.
    """
    window = rule.window(window_name(period))
    if window is None:
        raise TermsNotUnderstood(tell("規則裡沒有 %(period)s的期程。", period=period.label))
    if on_holiday not in ON_HOLIDAY:
        raise TermsNotUnderstood(tell("「到期日遇休息日」的讀法「%(reading)s」看不懂。", reading=on_holiday))
    opens_on, nominal, closes_on = window.in_year(period.year)
    due_on = max(settle(nominal, on_holiday, calendar), opens_on)
    return Terms(opens_on, due_on, max(closes_on, due_on), nominal, check_levels(rule.levels))


def settle(day: date, on_holiday: str, calendar: Calendar) -> date:
    """The day on which something is due that falls on `day`, by the reading in force."""
    if on_holiday == "same_day" or calendar.is_working(day):
        return day
    if on_holiday == "next_working_day":
        return calendar.next_working_day(day)
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    return day
