"""When a case is due, derived from its facts and a version of the work calendar; never counted down.

The day of receipt does not count (行政程序法 48 II). Days on which the clock stood still are jumped over: of a period in
working days only the working days among them add anything, in calendar days every one, in hours the hours themselves. An
extension goes on from the day then due and never shortens. A period that ends on a day off ends on the next working day
(48 IV). Whatever is added (a pause, an extension, days off that a revision of the calendar brings) can move the deadline only
into the future.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shizheng.common.clock import TAIPEI
from shizheng.common.words import tell
from shizheng.kernel.calendar.rules.calendar import WorkCalendar, days_after
from shizheng.kernel.calendar.rules.days import CalendarYearMissing
from shizheng.kernel.calendar.rules.deadlines import Unit, add_months
from shizheng.kernel.cases.rules.facts import (
    IN_HOURS,
    ONE_DAY,
    Extension,
    Facts,
    FactsDoNotFit,
    Revised,
    Stops,
    day_of,
    stands_still,
    stops,
)

MICROSECOND = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline by one version of the calendar: in time is what happens at `at` at the latest.

    `stages`: where each part of the way ended: the period itself, then each extension that was granted.
    """

    on: date
    at: datetime
    version: int
    stages: tuple[date | datetime, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands with its time at a moment.

    `due` is the deadline that counts; `announced` and `current` what the version of then and the one in force give (None:
    that version does not know the year). `used`, `left` and `over` are in the unit of the period (months: days; hours: minutes)
    and never negative. While `paused_now`, `due` is what it would be if the clock went on at this moment.
    """

    due: Due
    announced: Due | None
    current: Due | None
    unit: Unit
    paused_now: bool
    used: int
    left: int
    over: int
    late: bool

    @property
    def revised(self) -> bool:
        """Whether the calendar in force gives another day than the one that was announced."""
        return (
            self.announced is not None and self.current is not None and self.announced.on != self.current.on
        )


class Way:
    """The facts of one case laid over one version of the calendar: which time counts."""

    def __init__(self, facts: Facts, calendar: WorkCalendar, now: datetime) -> None:
        self.facts, self.calendar = facts, calendar
        self.stops: Stops = stops(facts, now)
        self.district = facts.district
        self.unit = facts.period.unit

    def works(self, day: date) -> bool:
        return self.calendar.is_working(day, self.district)

    def counts(self, day: date) -> bool:
        """Whether a day is counted: the clock runs on it, and in working days the office works."""
        return not self.stops.on(day) and (self.unit is not Unit.WORKING_DAYS or self.works(day))

    def after(self, day: date, amount: int) -> date:
        """The day on which `amount` counted days after `day` have passed."""
        while amount:
            day += ONE_DAY
            amount -= self.counts(day)
        return day

    def settled(self, day: date) -> date:
        """The day itself, or the next one that can end a period (行政程序法 48 IV)."""
        if self.facts.period.roll:
            while self.stops.on(day) or not self.works(day):
                day += ONE_DAY
        return day

    def days_between(self, day: date, last: date) -> int:
        """Counted days after `day` up to and including `last`; 0 where `last` lies before."""
        return sum(self.counts(each) for each in days_after(day, last))

    # --- hours ---

    def running(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Stretches after `start` in which the clock runs, in order, without end."""
        for opens, closes in self._open(start):
            at = opens
            for since, until in self.stops.moments:
                if until <= at or since >= closes:
                    continue
                if since > at:
                    yield at, since
                at = max(at, until)
            if at < closes:
                yield at, closes

    def _open(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        if self.unit is Unit.HOURS:
            yield start, datetime.max.replace(tzinfo=TAIPEI)
            return
        day = start.date()
        if self.calendar.hours_on(day) is None:
            raise FactsDoNotFit(
                tell("這一版工作日曆沒有辦公時間，不能以上班時數計算期限。請先在「工作日曆」登錄。")
            )
        while True:
            for session in self.calendar.sessions(day, self.district):
                opens = max(datetime.combine(day, session.start, TAIPEI), start)
                closes = datetime.combine(day, session.end, TAIPEI)
                if opens < closes:
                    yield opens, closes
            day += ONE_DAY

    def hours_after(self, start: datetime, left: timedelta) -> datetime:
        """The moment at which the clock has run for `left` since `start`."""
        if not left:
            return start
        for opens, closes in self.running(start):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise AssertionError("time has no end")

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Whole minutes for which the clock ran."""
        total = timedelta()
        for opens, closes in self.running(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total // MINUTE


def base_days(facts: Facts) -> int:
    """How many days a period in days or months has: months are laid out from the day of receipt (48 III)."""
    period, start = facts.period, facts.received_on
    if period.unit is Unit.MONTHS:
        return (add_months(start, period.amount) - start).days
    return period.amount


def due(facts: Facts, calendar: WorkCalendar, now: datetime) -> Due:
    """The deadline by one version of the calendar. Raises CalendarYearMissing.

    `now` matters only while a pause holds: the deadline is then what it would be if the clock went on at once.
    """
    way = Way(facts, calendar, now)
    return _hours(way) if facts.period.unit in IN_HOURS else _days(way)


def _days(way: Way) -> Due:
    facts = way.facts
    stages = [way.settled(way.after(facts.received_on, base_days(facts)))]
    for each in facts.granted:
        stages.append(_extended(way, stages[-1], each))
    on = stages[-1]
    end = datetime.combine(on + ONE_DAY, time(), TAIPEI) - MICROSECOND
    return Due(on, end, way.calendar.version, tuple(stages))


def _extended(way: Way, day: date, granted: Extension) -> date:
    if granted.until is None:
        return way.settled(way.after(day, granted.amount))
    since = day_of(granted.approved_at)
    # what lay between the approval and the stated day is owed in full, whatever stops the clock afterwards
    owed = sum(
        way.unit is not Unit.WORKING_DAYS or way.works(each) for each in days_after(since, granted.until)
    )
    return max(day, way.settled(granted.until), way.settled(way.after(since, owed)))


def _hours(way: Way) -> Due:
    facts = way.facts
    at = way.hours_after(facts.received_at.astimezone(TAIPEI), timedelta(hours=facts.period.amount))
    stages = [at]
    for each in facts.granted:
        stages.append(way.hours_after(stages[-1], timedelta(hours=each.amount)))
    return Due(stages[-1].date(), stages[-1], way.calendar.version, tuple(stages))


def stand(
    facts: Facts,
    calendar: WorkCalendar,
    now: datetime,
    *,
    announced: WorkCalendar | None = None,
    revised: Revised = Revised.LATER,
) -> Standing:
    """How a case stands at `now`. `calendar` is the version in force, `announced` the one by which the deadline was told.

    Raises CalendarYearMissing where no version that may count knows the year.
    """
    current = _or_none(facts, calendar, now)
    told = (
        current
        if announced is None or announced.version == calendar.version
        else _or_none(facts, announced, now)
    )
    counting = _choose(told, current, revised)
    if counting is None:
        due(facts, calendar, now)  # says which year is missing
        raise AssertionError("the year was missing")
    by = announced if announced is not None and counting is told and counting is not current else calendar
    return _measured(facts, by, now, counting, told, current)


def _or_none(facts: Facts, calendar: WorkCalendar, now: datetime) -> Due | None:
    try:
        return due(facts, calendar, now)
    except CalendarYearMissing:
        return None


def _choose(announced: Due | None, current: Due | None, revised: Revised) -> Due | None:
    if announced is None or current is None:
        return announced or current
    if revised is Revised.LATER:
        return announced if announced.at > current.at else current
    return announced if revised is Revised.ANNOUNCED else current


def _measured(
    facts: Facts,
    calendar: WorkCalendar,
    now: datetime,
    found: Due,
    announced: Due | None,
    current: Due | None,
) -> Standing:
    way = Way(facts, calendar, now)
    if facts.period.in_hours:
        start, at = facts.received_at.astimezone(TAIPEI), max(now.astimezone(TAIPEI), facts.received_at)
        used = way.minutes_between(start, min(at, found.at))
        left, over = way.minutes_between(at, found.at), way.minutes_between(found.at, at)
    else:
        today = max(day_of(now), facts.received_on)
        if stands_still(
            facts, now
        ):  # today would count if the clock went on now; as long as it does not, it is not used
            today = max(today - ONE_DAY, facts.received_on)
        used = way.days_between(facts.received_on, min(today, found.on))
        left, over = way.days_between(today, found.on), _overrun(way, found.on, today)
    return Standing(
        found, announced, current, facts.period.unit, stands_still(facts, now), used, left, over, now > found.at
    )  # fmt: skip


def _overrun(way: Way, due_on: date, today: date) -> int:
    """Days since the deadline, as the period counts them; a pause after it does not make it less late."""
    days = list(days_after(due_on, today))
    if way.unit is not Unit.WORKING_DAYS:
        return len(days)
    return sum(way.works(day) for day in days if day.year in way.calendar.years)
