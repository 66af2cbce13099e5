"""Reading the calendar that ships: one file a year, each entry marked with the version that brought it."""

import csv
import io
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from types import MappingProxyType

from shizheng.kernel.calendar.rules.calendar import WorkCalendar
from shizheng.kernel.calendar.rules.days import CalendarDayFact, DayKind, Session, WorkHours


@dataclass(frozen=True, slots=True)
class District:
    """A district of the city; `code` has eight digits (內政部行政區域代碼)."""

    code: str
    name: str
    name_en: str


@dataclass
class ShippedVersion:
    """What one version adds to the one before: years, and days that it names or gives back to the week."""

    number: int
    published: date | None
    note: str
    source: str
    years: set[int] = field(default_factory=set)
    days: list[CalendarDayFact] = field(default_factory=list)
    hours: list[WorkHours] = field(default_factory=list)


def read_versions(versions: str, years: Iterable[str], hours: str) -> list[ShippedVersion]:
    """The versions in order, from the texts of `versions.toml`, the years' files and `hours.toml`."""
    found = {
        entry["number"]: ShippedVersion(
            entry["number"], entry.get("published"), entry["note"], entry.get("source", "")
        )
        for entry in tomllib.loads(versions)["version"]
    }
    for text in years:
        table = tomllib.loads(text)
        for edition in table["edition"]:
            version = found[edition["version"]]
            version.years.add(table["year"])
            for month_day, kind, name in edition["days"]:
                day = date.fromisoformat(f"{table['year']}-{month_day}")
                version.days.append(CalendarDayFact(day, DayKind(kind), name, edition["source"]))
    for entry in tomllib.loads(hours)["hours"]:
        sessions = tuple(Session(_time(start), _time(end)) for start, end in entry["sessions"])
        found[1].hours.append(
            WorkHours(entry["since"], sessions, entry["partly_closed_counts"], entry["source"])
        )
    return [found[number] for number in sorted(found)]


def _time(text: str) -> time:
    return time.fromisoformat(text)


def read_districts(text: str) -> list[District]:
    """The districts, from the text of `districts.csv`."""
    return [District(row["code"], row["name"], row["name_en"]) for row in csv.DictReader(io.StringIO(text))]


def calendar_of(versions: Iterable[ShippedVersion], number: int | None = None) -> WorkCalendar:
    """The calendar after all versions up to `number` (None: all of them)."""
    years: set[int] = set()
    facts: dict[date, CalendarDayFact] = {}
    hours: list[WorkHours] = []
    last: ShippedVersion | None = None
    for version in versions:
        if number is not None and version.number > number:
            break
        last = version
        years |= version.years
        hours += version.hours
        for fact in version.days:
            if fact.kind is DayKind.ORDINARY:
                facts.pop(fact.day, None)
            else:
                facts[fact.day] = fact
    if last is None or (number is not None and last.number != number):
        raise KeyError(number)
    return WorkCalendar(
        last.number, frozenset(years), MappingProxyType(facts), (), tuple(hours), last.published, last.note
    )
