"""The calendar itself: a frozen version that knows every day of its years, with the reason and the source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property
from types import MappingProxyType

from shizheng.common.words import N_, english, tell
from shizheng.kernel.calendar.rules.days import (
    CalendarDayFact,
    CalendarYearMissing,
    Closure,
    DayKind,
    Session,
    TooManyDays,
    WorkHours,
    weekday_name,
)

ONE_DAY = timedelta(days=1)
MOST_DAYS = 3_660
DAY_END = time(23, 59, 59)
RULE_OF_THE_WEEK = N_("公務人員週休二日實施辦法")


@dataclass(frozen=True, slots=True)
class DayState:
    """What a day is, for an office in a district: working or not, why, and on what paper."""

    day: date
    working: bool
    reason: str
    source: str
    kind: DayKind | None = None
    name: str = ""
    closures: tuple[Closure, ...] = ()

    @property
    def weekday(self) -> str:
        return weekday_name(self.day)

    @property
    def state(self) -> str:
        """`working`, `make_up`, `partly_closed`, `closed`, `holiday` or `weekend`."""
        if self.working:
            if self.closures:
                return "partly_closed"
            return "make_up" if self.kind is DayKind.MAKE_UP else "working"
        if self.closures and not (self.kind and self.kind.working is False):
            return "closed"
        return "holiday" if self.kind and self.kind.working is False else "weekend"


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """One version of the government work calendar (政府行政機關辦公日曆表) with the city's closures.

    Asking about a year that is not in `years` raises CalendarYearMissing. `district` is an eight-digit code, or
    None where no district is meant: then only closures of the whole city count.
    """

    version: int
    years: frozenset[int]
    facts: Mapping[date, CalendarDayFact] = field(default_factory=lambda: MappingProxyType({}))
    closures: tuple[Closure, ...] = ()
    hours: tuple[WorkHours, ...] = ()
    published: date | None = None
    note: str = ""

    @cached_property
    def _closures_by_day(self) -> dict[date, tuple[Closure, ...]]:
        found: dict[date, list[Closure]] = {}
        for closure in self.closures:
            found.setdefault(closure.day, []).append(closure)
        return {day: tuple(closures) for day, closures in found.items()}

    # --- one day ---

    def state(self, day: date, district: str | None = None) -> DayState:
        """What `day` is. Raises CalendarYearMissing."""
        if day.year not in self.years:
            raise CalendarYearMissing(day.year, self.version, self.years)
        fact = self.facts.get(day)
        if fact:
            working, reason, source = fact.working, fact.reason, fact.source
        else:
            working = day.weekday() < 5
            reason, source = (tell("上班日") if working else weekday_name(day)), RULE_OF_THE_WEEK
        kind, name = (fact.kind, fact.name) if fact else (None, "")
        closures = self._closed_on(day, district) if working else ()
        if closures:
            full = any(c.full_day for c in closures)
            working = not full and self._partly_closed_counts(day)
            closures = tuple(c for c in closures if c.full_day) if full else closures
            reason = _joined([c.reason for c in closures] + ([] if full else [self._reading(working)]))
            source = "；".join(dict.fromkeys(c.source for c in closures))
        return DayState(day, working, reason, source, kind, name, closures)

    def is_working(self, day: date, district: str | None = None) -> bool:
        """Whether offices (of `district`) work on `day`."""
        return self.state(day, district).working

    def reason(self, day: date, district: str | None = None) -> str:
        """Why `day` is what it is, in 中文."""
        return self.state(day, district).reason

    def source(self, day: date, district: str | None = None) -> str:
        """The paper that says so."""
        return self.state(day, district).source

    def _closed_on(self, day: date, district: str | None) -> tuple[Closure, ...]:
        return tuple(c for c in self._closures_by_day.get(day, ()) if c.applies_to(district or ""))

    def _partly_closed_counts(self, day: date) -> bool:
        hours = self.hours_on(day)
        return hours.partly_closed_counts if hours else True

    @staticmethod
    def _reading(working: bool) -> str:
        return tell("仍算一個上班日") if working else tell("不算上班日")

    # --- counting working days ---

    def add_working_days(self, day: date, n: int, district: str | None = None) -> date:
        """The n-th working day after `day`, which itself does not count; a negative n goes back.

        0 gives `day` itself when it is a working day, else the next one.
        """
        if abs(n) > MOST_DAYS:
            raise TooManyDays(n, MOST_DAYS)
        if n == 0:
            return self.next_working_day(day, district)
        step, left = (ONE_DAY if n > 0 else -ONE_DAY), abs(n)
        while left:
            day += step
            left -= self.is_working(day, district)
        return day

    def next_working_day(self, day: date, district: str | None = None) -> date:
        """`day` itself when it is a working day, else the first one after it."""
        while not self.is_working(day, district):
            day += ONE_DAY
        return day

    def count_working_days(self, start: date, end: date, district: str | None = None) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before."""
        if end < start:
            return -sum(self.is_working(day, district) for day in days_after(end - ONE_DAY, start - ONE_DAY))
        return sum(self.is_working(day, district) for day in days_after(start, end))

    def working_days_in(self, first: date, last: date, district: str | None = None) -> int:
        """Working days from `first` to `last`, both included."""
        return sum(self.is_working(day, district) for day in days_after(first - ONE_DAY, last))

    # --- office hours ---

    def hours_on(self, day: date) -> WorkHours | None:
        """The office hours in force on `day`; None where none are recorded."""
        known = [hours for hours in self.hours if hours.since <= day]
        return max(known, key=lambda hours: hours.since, default=None)

    def sessions(self, day: date, district: str | None = None) -> list[Session]:
        """The stretches of `day` in which the office is open: office hours less closures; none on a day off."""
        state = self.state(day, district)
        hours = self.hours_on(day)
        if hours is None or not (state.working or self._only_partly_closed(state)):
            return []
        open_now = list(hours.sessions)
        for closure in state.closures:
            open_now = [left for one in open_now for left in _without(one, closure)]
        return open_now

    @staticmethod
    def _only_partly_closed(state: DayState) -> bool:
        return bool(state.closures) and not any(c.full_day for c in state.closures)


def _joined(reasons: list[str]) -> str:
    return ("; " if english() else "；").join(reasons)


def _without(session: Session, closure: Closure) -> Iterator[Session]:
    """What is left of a stretch when the closure is cut out."""
    start, end = closure.start or time.min, closure.end or DAY_END
    if session.start < min(session.end, start):
        yield Session(session.start, min(session.end, start))
    if max(session.start, end) < session.end:
        yield Session(max(session.start, end), session.end)


def days_after(start: date, end: date) -> Iterator[date]:
    """Each day after `start` up to and including `end`."""
    for n in range(1, (end - start).days + 1):
        yield start + timedelta(days=n)
