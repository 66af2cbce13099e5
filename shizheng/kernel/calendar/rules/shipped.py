"""The calendar that ships with the product (`data/`), read without Django and without a database."""

import csv
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from importlib.resources import files

from shizheng.common.errors import NotFound
from shizheng.kernel.calendar.rules.days import SpecialDay, OfficeHours, WorkCalendar


@dataclass(frozen=True, slots=True)
class ShippedVersion:
    """One published state of the calendar: the years it opens and the days it changes."""

    key: str
    number: int
    years: tuple[int, ...]
    published_on: date | None
    note: str
    source: str
    days: tuple[SpecialDay, ...]


def _read(name: str) -> str:
    return files("shizheng.kernel.calendar").joinpath("data", name).read_text("utf-8")


@cache
def shipped_versions() -> tuple[ShippedVersion, ...]:
    """All shipped versions, first to last."""
    days: dict[int, list[SpecialDay]] = {}
    for row in csv.DictReader(_read("days.csv").splitlines()):
        number = int(row["version"])
        one = SpecialDay(
            date.fromisoformat(row["date"]), row["working"] == "yes", row["name"], row["source"], number
        )
        days.setdefault(number, []).append(one)
    return tuple(
        ShippedVersion(
            key=entry["key"],
            number=entry["number"],
            years=tuple(entry["years"]),
            published_on=entry.get("published_on"),
            note=entry["note"],
            source=entry["source"],
            days=tuple(days.get(entry["number"], ())),
        )
        for entry in tomllib.loads(_read("versions.toml"))["version"]
    )


@cache
def shipped_office_hours() -> tuple[OfficeHours, ...]:
    """Office hours as they ship: dated, to be confirmed by the city."""
    return tuple(
        OfficeHours(
            entry["from"],
            tuple(
                (time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in entry["periods"]
            ),
            entry["source"],
        )
        for entry in tomllib.loads(_read("versions.toml"))["office_hours"]
    )


def shipped_calendar(number: int | None = None) -> WorkCalendar:
    """The shipped calendar in version `number`; the newest when None."""
    known = shipped_versions()
    wanted = known[-1].number if number is None else number
    if wanted not in {version.number for version in known}:
        raise NotFound(f"隨附的辦公日曆沒有第 {wanted} 版；有第 {known[0].number} 到 {known[-1].number} 版。")
    taken = [version for version in known if version.number <= wanted]
    return WorkCalendar(
        version=wanted,
        years=frozenset(year for version in taken for year in version.years),
        exceptions=overlay(day for version in taken for day in version.days),
        office_hours=shipped_office_hours(),
    )


def overlay(days: Iterable[SpecialDay]) -> dict[date, SpecialDay]:
    """One exception per day: the one of the highest version, the last of them on a tie."""
    found: dict[date, SpecialDay] = {}
    for one in days:
        if one.day not in found or one.version >= found[one.day].version:
            found[one.day] = one
    return found
