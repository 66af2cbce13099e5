"""Reading the calendar: the version in force, any other version, and what stands behind a day."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from threading import Lock
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from asgiref.local import Local
from django.db.models import Max, Q, QuerySet

from shizheng.common.errors import NotFound
from shizheng.common.words import tell
from shizheng.kernel.calendar import rules
from shizheng.kernel.calendar.models import (
    CalendarDay,
    CalendarVersion,
    CalendarYear,
    Closure,
    OfficeHours,
    Versioned,
)
from shizheng.kernel.calendar.rules.calendar import WorkCalendar
from shizheng.kernel.calendar.shipped import district_name, districts
from shizheng.kernel.history.queries import horizon

Row = TypeVar("Row", bound=Versioned)

KEPT = 8
_kept: OrderedDict[UUID, WorkCalendar] = OrderedDict()
_lock = Lock()
_request = Local()


def versions() -> QuerySet[CalendarVersion]:
    """Every version, newest first."""
    return CalendarVersion.objects.order_by("-number")


def current_version() -> int:
    """The number of the newest version; 0 where nothing has been loaded."""
    return CalendarVersion.objects.aggregate(last=Max("number"))["last"] or 0


def begin_request(**_given: Any) -> None:
    """From now on, which version is in force is asked once."""
    _request.known = {}


def end_request(**_given: Any) -> None:
    _request.known = None


def forget_check() -> None:
    """A version has been published here: ask again."""
    if getattr(_request, "known", None) is not None:
        _request.known = {}


def current_calendar() -> WorkCalendar:
    """The calendar in force: no query where this request has asked; else one, five more the first time that a process meets a version."""
    return _asked_once(None)


def calendar_as_of(version: int) -> WorkCalendar:
    """The calendar as version `version` had it. Raises NotFound for a version that does not exist."""
    return _asked_once(version)


def _asked_once(number: int | None) -> WorkCalendar:
    """The calendar of a version (None: the newest), asked once a request."""
    known: dict[int | None, WorkCalendar] | None = getattr(_request, "known", None)
    if known is not None and number in known:
        return known[number]
    rows = versions() if number is None else versions().filter(number=number)
    found = _calendar(rows.first(), number)
    if known is not None:
        known[number] = found
    return found


def calendar_on(day: date | None) -> WorkCalendar:
    """The calendar that an officer saw at the end of `day` (None: now); pages that look back use it."""
    if day is None:
        return current_calendar()
    return _calendar(_known_by(day).first() or versions().last(), None)


def _known_by(day: date) -> QuerySet[CalendarVersion]:
    """Versions that were published, or recorded, by the end of a day."""
    from datetime import datetime, timedelta

    from shizheng.common.clock import TAIPEI

    end = datetime.combine(day + timedelta(days=1), time.min, TAIPEI)
    recorded = Q(recorded_at__lt=end)
    limit = horizon(end)
    if limit is not None:
        recorded &= Q(transaction_id__lt=limit)
    return versions().filter(
        Q(shipped_number__isnull=False, published_date__lte=day) | (Q(published_date__isnull=True) & recorded)
        | (Q(shipped_number__isnull=True) & recorded)
    )  # fmt: skip


def _calendar(version: CalendarVersion | None, asked: int | None) -> WorkCalendar:
    if version is None:
        if asked is None:
            return WorkCalendar(0, frozenset())
        raise NotFound(
            tell(
                "工作日曆沒有第 %(asked)s 版；目前最新的是第 %(current_version)s 版。",
                asked=asked,
                current_version=current_version(),
            )
        )
    with _lock:
        if version.identity in _kept:
            _kept.move_to_end(version.identity)
            return _kept[version.identity]
    built = _build(version)
    with _lock:
        _kept[version.identity] = built
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return built


def _at(rows: QuerySet[Row], number: int) -> QuerySet[Row]:
    """Rows that belong to a version."""
    return rows.filter(Q(until=None) | Q(until__gt=number), since__lte=number)


def _build(version: CalendarVersion) -> WorkCalendar:
    number = version.number
    years = _at(CalendarYear.objects.all(), number).values_list("year", flat=True)
    days = {
        row.date: rules.CalendarDayFact(row.date, rules.DayKind(row.kind), row.name, row.source)
        for row in _at(CalendarDay.objects.all(), number)
    }
    held = list(_at(Closure.objects.all(), number))
    known = districts() if any(row.district_code for row in held) else {}
    closures = tuple(closure_fact(row, known) for row in held)
    hours = tuple(hours_fact(row) for row in _at(OfficeHours.objects.all(), number))
    return WorkCalendar(
        number, frozenset(years), MappingProxyType(days), closures, hours, version.published_date, version.note
    )  # fmt: skip


def closure_fact(row: Closure, known: Mapping[str, rules.District] | None = None) -> rules.Closure:
    """A closure's row as the rules know it; `known` are the districts, where there are many rows."""
    return rules.Closure(
        row.date, row.district_code, row.start_time, row.end_time, row.cause, row.source,
        district_name(row.district_code, known),
    )  # fmt: skip


def hours_fact(row: OfficeHours) -> rules.WorkHours:
    """A row of office hours as the rules know it."""
    sessions = tuple(
        rules.Session(time.fromisoformat(start), time.fromisoformat(end)) for start, end in row.sessions
    )
    return rules.WorkHours(row.since_date, sessions, row.partly_closed_counts, row.source)


def years_available() -> list[int]:
    """Gregorian years that the version in force knows."""
    return sorted(current_calendar().years)


def day_row(day: date) -> CalendarDay | None:
    """What the version in force says of a day, when it says anything."""
    return CalendarDay.objects.filter(date=day, until=None).first()


def day_history(day: date) -> QuerySet[CalendarDay]:
    """Everything that was ever said of a day, newest first."""
    return CalendarDay.objects.filter(date=day).order_by("-since")


def closures(version: int | None = None) -> QuerySet[Closure]:
    """Closures in force (at a version), newest day first."""
    if version is None:
        return Closure.objects.filter(until=None)
    return _at(Closure.objects.all(), version)


def closure(pk: int) -> Closure:
    """One closure, withdrawn ones too; NotFound."""
    found = Closure.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound(tell("找不到這筆停班。"))
    return found


def closures_of(day: date) -> QuerySet[Closure]:
    """Closures of a day in force."""
    return Closure.objects.filter(date=day, until=None).order_by("district_code", "start_time")


def office_hours() -> QuerySet[OfficeHours]:
    """Office hours in force, oldest first."""
    return OfficeHours.objects.filter(until=None)


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version with how much it brought."""

    version: CalendarVersion
    years: Sequence[int]
    changed: int


def version_lines() -> list[VersionLine]:
    """Every version, newest first, with the years that it added and how many rows it changed (four queries)."""
    years: dict[int, list[int]] = {}
    for since, year in CalendarYear.objects.order_by("year").values_list("since", "year"):
        years.setdefault(since, []).append(year)
    touched: dict[int, set[tuple[str, Any]]] = {}
    for model in (CalendarDay, Closure):
        names = ("since", "until", "date")
        for since, until, day in model.objects.values_list(*names):
            for number in (since, until):
                if number is not None:
                    touched.setdefault(number, set()).add((model.__name__, day))
    return [
        VersionLine(version, years.get(version.number, ()), len(touched.get(version.number, ())))
        for version in versions()
    ]
