"""What a deadline is made of: when the case came, how long it may take, when the clock stood still, what was granted.

Facts are never added up in a counter: the deadline is derived from them whenever it is asked (`clock`), so that a fact which
comes late, is corrected, or comes in another order leads to the same day.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from shizheng.common.clock import TAIPEI
from shizheng.common.errors import BadInput
from shizheng.common.words import tell
from shizheng.kernel.calendar.rules.deadlines import MOST, Unit

IN_HOURS = (Unit.HOURS, Unit.OFFICE_HOURS)
ONE_DAY = timedelta(days=1)
Instant = TypeVar("Instant", date, datetime)


class FactsDoNotFit(BadInput):
    """Facts that no clock can be made of."""

    code = "clock_facts"


class Revised(StrEnum):
    """Which calendar counts where a later one gives another day than the one by which the deadline was announced."""

    LATER = "later"
    CURRENT = "current"
    ANNOUNCED = "announced"


@dataclass(frozen=True, slots=True)
class Period:
    """How long: `amount` of `unit`. `roll`: a last day that is a day off moves to the next working day (行政程序法 48 IV)."""

    amount: int
    unit: Unit = Unit.WORKING_DAYS
    roll: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= MOST[self.unit]:
            raise FactsDoNotFit(
                tell(
                    "期限 %(amount)s 超出範圍（0 至 %(limit)s），沒有存。",
                    amount=self.amount,
                    limit=MOST[self.unit],
                )
            )

    @property
    def in_hours(self) -> bool:
        return self.unit in IN_HOURS


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from `since` until before `until` (None: it still does). Aware moments.

    Where days are counted, the day on which it stops does not count any more, and the day on which it goes on counts again.
    """

    since: datetime
    until: datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.since:
            raise FactsDoNotFit(tell("停止計算的結束時間早於開始時間，沒有存。"))


@dataclass(frozen=True, slots=True)
class Extension:
    """More time that was granted: `amount` more of what the period counts (of a period of months: calendar days), or until a stated day."""

    approved_at: datetime
    amount: int = 0
    until: date | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.amount < 0 or bool(self.amount) == (self.until is not None):
            raise FactsDoNotFit(tell("展延要寫延長多少，或延到哪一天，兩者擇一；沒有存。"))


@dataclass(frozen=True)
class Facts:
    """Everything that a deadline follows from, besides the calendar. `district`: whose closures count (None: the city's alone)."""

    received_at: datetime
    period: Period
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    district: str | None = None

    def __post_init__(self) -> None:
        if self.period.in_hours and any(each.until for each in self.extensions):
            raise FactsDoNotFit(tell("以小時計算的期限，展延要寫小時數；沒有存。"))

    @property
    def received_on(self) -> date:
        return day_of(self.received_at)

    @cached_property
    def granted(self) -> tuple[Extension, ...]:
        """Extensions in the order in which they were granted, however they were handed in."""
        return tuple(sorted(self.extensions, key=lambda e: (e.approved_at, e.amount, e.until or date.min)))


@dataclass(frozen=True)
class Stops:
    """When the clock stood still: disjoint half-open stretches in order, as moments and as days."""

    moments: tuple[tuple[datetime, datetime], ...]
    days: tuple[tuple[date, date], ...]

    @cached_property
    def _first_days(self) -> list[date]:
        return [first for first, _end in self.days]

    def on(self, day: date) -> bool:
        """Whether the clock stood still on a day."""
        at = bisect_right(self._first_days, day) - 1
        return at >= 0 and day < self.days[at][1]


def stops(facts: Facts, now: datetime) -> Stops:
    """The union of the pauses after receipt; one that is not over lasts until `now`. Overlapping ones count once."""
    found = []
    for each in facts.pauses:
        since = max(each.since, facts.received_at)
        until = max(since, now) if each.until is None else max(since, each.until)
        found.append((since.astimezone(TAIPEI), until.astimezone(TAIPEI)))
    days = [(since.date(), until.date()) for since, until in found]
    return Stops(tuple(_union(found)), tuple(_union(days)))


def stands_still(facts: Facts, now: datetime) -> bool:
    """Whether a pause holds at a moment."""
    return any(each.since <= now and (each.until is None or now < each.until) for each in facts.pauses)


def _union(stretches: Iterable[tuple[Instant, Instant]]) -> list[tuple[Instant, Instant]]:
    merged: list[tuple[Instant, Instant]] = []
    for since, until in sorted(stretches):
        if since == until:
            continue
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((since, until))
    return merged


def day_of(moment: datetime) -> date:
    """The day of a moment in Taipei."""
    return moment.astimezone(TAIPEI).date()
