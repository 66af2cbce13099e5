"""What a day is: working or not, why, and by which source. A calendar is one version of all days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from shizheng.common.errors import CannotDo
from shizheng.common.roc import roc_year

WEEKDAYS = "一二三四五六日"
ONE_DAY = timedelta(days=1)
WEEKDAY_RULE = "週休二日"


class CalendarYearMissing(CannotDo):
    """The calendar holds no data for a year that a count touches; nothing is assumed in its place."""

    status = 422
    code = "calendar_year_missing"

    def __init__(self, year: int, years: frozenset[int]) -> None:
        known = f"目前有 {min(years) - 1911} 到 {max(years) - 1911} 年" if years else "目前一年也沒有"
        super().__init__(
            f"辦公日曆沒有民國 {year - 1911} 年（{year}）的資料，所以不推算；{known}。"
            "請等人事行政總處公布後，由研考會到「工作日曆」登錄該年，再算一次。"
        )
        self.year = year


class PartialClosure(StrEnum):
    """The reading for a day on which work stops for some hours only (a typhoon's afternoon).

    `COUNTS`: the day is still one working day; only the hours are lost (the default: an office was open on that
    day). `DOES_NOT_COUNT`: the day is left out, as if it had been closed altogether.
    """

    COUNTS = "counts"
    DOES_NOT_COUNT = "does_not_count"


class Kind(StrEnum):
    """What sort of day it is; pages give each a word and an icon."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    CLOSED = "closed"
    PARTLY_CLOSED = "partly_closed"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One day that differs from the weekday rule, or a weekend day that has a name."""

    day: date
    working: bool
    name: str
    source: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class Closure:
    """Work stopped by a natural disaster or the like: the whole city (`district` empty) or one district.

    Without `start` and `end` the whole day; else from and to (half-open). `version` is the calendar's that made it
    known.
    """

    day: date
    reason: str
    district: str = ""
    start: time | None = None
    end: time | None = None
    source: str = ""
    version: int = 1

    @property
    def whole_day(self) -> bool:
        return self.start is None or self.end is None

    def reaches(self, district: str | None) -> bool:
        """Whether it holds for `district`; for None (the city as a whole) only a closure of the whole city does."""
        return not self.district or self.district == district


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When offices are open on a working day, from a day on: periods in order, half-open, without overlap."""

    since: date
    periods: tuple[tuple[time, time], ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class DayState:
    """A day as the calendar sees it: whether it works, why (中文), what sort it is, and who says so."""

    day: date
    working: bool
    reason: str
    kind: Kind
    source: str

    @property
    def weekday(self) -> str:
        return f"星期{WEEKDAYS[self.day.weekday()]}"


@dataclass(frozen=True)
class WorkCalendar:
    """One version of the work calendar. Immutable; every answer is a function of it and the question."""

    version: int
    years: frozenset[int]
    exceptions: Mapping[date, SpecialDay]
    closures: Mapping[date, tuple[Closure, ...]] = field(default_factory=dict)
    office_hours: tuple[OfficeHours, ...] = ()
    partial_closure: PartialClosure = PartialClosure.COUNTS

    def require_year(self, day: date) -> None:
        """Raise CalendarYearMissing unless the day's year has data."""
        if day.year not in self.years:
            raise CalendarYearMissing(day.year, self.years)

    def closures_on(self, day: date, district: str | None = None) -> tuple[Closure, ...]:
        """Closures of that day that reach `district` (None: those of the whole city)."""
        return tuple(closure for closure in self.closures.get(day, ()) if closure.reaches(district))

    def is_working(self, day: date, district: str | None = None) -> bool:
        """Whether offices of `district` (an 8-digit code; None: the city) work on that day."""
        return self.state(day, district).working

    def reason(self, day: date, district: str | None = None) -> str:
        """Why the day works or does not, in 中文."""
        return self.state(day, district).reason

    def state(self, day: date, district: str | None = None) -> DayState:
        """Everything about one day. Raises CalendarYearMissing."""
        self.require_year(day)
        plain = self._without_closures(day)
        if not plain.working:
            return plain
        closures = self.closures_on(day, district)
        whole = next((closure for closure in closures if closure.whole_day), None)
        if whole:
            return DayState(day, False, f"停止上班（{whole.reason}）", Kind.CLOSED, whole.source)
        if closures:
            return self._partly(plain, closures)
        return plain

    def _without_closures(self, day: date) -> DayState:
        given = self.exceptions.get(day)
        weekend = day.weekday() >= 5
        weekday = f"星期{WEEKDAYS[day.weekday()]}"
        if given is None:
            kind = Kind.WEEKEND if weekend else Kind.WORKDAY
            return DayState(
                day, not weekend, weekday if weekend else f"上班日（{weekday}）", kind, WEEKDAY_RULE
            )
        if given.working:
            kind = Kind.MAKE_UP if weekend else Kind.WORKDAY
            return DayState(day, True, given.name or f"上班日（{weekday}）", kind, given.source)
        named = f"{given.name}（{weekday}）" if weekend and given.name else given.name or weekday
        return DayState(day, False, named, Kind.HOLIDAY if given.name else Kind.WEEKEND, given.source)

    def _partly(self, plain: DayState, closures: tuple[Closure, ...]) -> DayState:
        hours = "、".join(f"{c.start:%H:%M} 至 {c.end:%H:%M}" for c in closures)
        counts = self.partial_closure is PartialClosure.COUNTS
        told = "，仍計一日" if counts else "，依設定不計"
        text = f"{hours} 停止上班（{closures[0].reason}）{told}"
        return DayState(plain.day, counts, text, Kind.PARTLY_CLOSED, closures[0].source)

    def states(self, first: date, last: date, district: str | None = None) -> Iterator[DayState]:
        """Every day from `first` to `last`, both included."""
        for offset in range((last - first).days + 1):
            yield self.state(first + timedelta(days=offset), district)

    def working_days(self, first: date, last: date, district: str | None = None) -> int:
        """How many working days lie from `first` to `last`, both included; 0 when `last` comes first."""
        return sum(state.working for state in self.states(first, last, district))

    def hours_of(self, day: date, district: str | None = None) -> tuple[tuple[datetime, datetime], ...]:
        """When offices are open on that day (naive Taipei time), less the hours of closures. Empty when they are not."""
        self.require_year(day)
        if not self._without_closures(day).working:
            return ()
        periods = [
            (datetime.combine(day, a), datetime.combine(day, b)) for a, b in self._office_hours_on(day)
        ]
        for closure in self.closures_on(day, district):
            start = datetime.combine(day, closure.start or time.min)
            end = (
                datetime.combine(day, closure.end)
                if closure.end and closure.start
                else datetime.combine(day, time.max)
            )
            periods = [part for period in periods for part in _cut(period, start, end)]
        return tuple(periods)

    def _office_hours_on(self, day: date) -> tuple[tuple[time, time], ...]:
        known = [hours for hours in self.office_hours if hours.since <= day]
        if not known:
            raise CannotDo(
                f"民國 {roc_year(day)} 年 {day.month} 月 {day.day} 日沒有登錄辦公時間，所以不能按辦公時數計算。請先登錄辦公時間。"
            )
        return max(known, key=lambda hours: hours.since).periods

    # The counts live in `counting`; here they can be asked of the calendar itself.

    def add_working_days(self, start: date, days: int, district: str | None = None) -> date:
        """The day that `days` working days after (or, negative, before) `start` fall on; see `counting`."""
        from shizheng.kernel.calendar.rules.counting import add_working_days

        return add_working_days(self, start, days, district)

    def next_working(self, day: date, district: str | None = None) -> date:
        """`day` itself when it works, else the next day that does."""
        while not self.is_working(day, district):
            day += ONE_DAY
        return day


def _cut(
    period: tuple[datetime, datetime], start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """What is left of a period without the hours from `start` to `end`."""
    opens, closes = period
    if end <= opens or start >= closes:
        yield period
        return
    if opens < start:
        yield opens, start
    if end < closes:
        yield end, closes
