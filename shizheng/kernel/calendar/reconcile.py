"""Comparing the shipped calendar day by day with other published copies, and saying why each difference is one.

Precedence: the law and the official table of the year, then PyPI `holidays`, then the two public collections.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from shizheng.kernel.calendar.rules import WorkCalendar
from shizheng.kernel.calendar.shipped import shipped_calendar

Working = Callable[[date], bool]

SERVANTS_WORK = "勞動節在 114 年以前是勞工的假日，公務人員照常上班；115 年起依紀念日及節日實施條例放假"
NOT_MADE_UP = "軍人節、警察節落在週末，標成 holiday:false 只表示它不是放假的節日，不是補行上班"
WRONG_MONTH = "104 年 11 月的六個週末日被記成 10 月的同一組日序，11 月缺、10 月多"
BEFORE_REVISION = "這份資料早於 114-05-28 公布的紀念日及節日實施條例"
UNEXPLAINED = "沒有說明：請查當年官方的辦公日曆表"

NOVEMBER_2015 = {date(2015, 11, n) for n in (14, 15, 21, 22, 28, 29)}
OCTOBER_2015 = {date(2015, 10, n) for n in (14, 15, 21, 22, 28, 29)}
ADDED_BY_LAW = {date(2025, 9, 29), date(2025, 10, 24), date(2025, 12, 25)}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A day on which a copy says something else than we do."""

    copy: str
    day: date
    ours: bool
    why: str


def why_vancetang_differs(day: date, ours: bool) -> str:
    """The reason that we know for a difference from the first collection."""
    if (day.month, day.day) == (5, 1) and day.year < 2026 and ours:
        return SERVANTS_WORK
    if (day.month, day.day) in ((9, 3), (6, 15)) and day.weekday() >= 5 and not ours:
        return NOT_MADE_UP
    return WRONG_MONTH if day in NOVEMBER_2015 | OCTOBER_2015 else UNEXPLAINED


def why_ruyut_differs(day: date, ours: bool) -> str:
    """The reason that we know for a difference from the second collection."""
    return BEFORE_REVISION if day in ADDED_BY_LAW and not ours else UNEXPLAINED


def mismatches(copy: str, theirs: Working, why: Callable[[date, bool], str], year: int) -> Iterator[Mismatch]:
    """Days of a year on which a copy differs from the shipped calendar."""
    calendar: WorkCalendar = shipped_calendar()
    day = date(year, 1, 1)
    while day.year == year:
        ours = calendar.is_working(day)
        if theirs(day) != ours:
            yield Mismatch(copy, day, ours, why(day, ours))
        day += timedelta(days=1)


def vancetang(path: Path) -> Working:
    """The first collection: days off and named days with a flag; a day that is not there is a working day."""
    flags = {entry["date"]: entry["holiday"] for entry in json.loads(path.read_text(encoding="utf-8"))}
    return lambda day: not flags.get(f"{day:%Y%m%d}", False)


def ruyut(path: Path) -> Working:
    """The second collection: every day of the year with a flag."""
    flags = {entry["date"]: entry["isHoliday"] for entry in json.loads(path.read_text(encoding="utf-8"))}
    return lambda day: not flags[f"{day:%Y%m%d}"]


def compare_with_folder(folder: Path) -> Iterator[Mismatch]:
    """Differences from the files `vancetang_YYYY.json` and `ruyut_YYYY.json` of a folder."""
    for name, read, why in (
        ("vancetang", vancetang, why_vancetang_differs),
        ("ruyut", ruyut, why_ruyut_differs),
    ):
        for path in sorted(folder.glob(f"{name}_*.json")):
            year = int(path.stem.rpartition("_")[2])
            yield from mismatches(name, read(path), why, year)


def compare_with_holidays() -> Iterator[Mismatch]:
    """Differences from PyPI `holidays` (`is_working_day`); ImportError where it is not installed."""
    import holidays

    years = sorted(shipped_calendar().years)
    theirs = holidays.country_holidays("TW", years=years)
    for year in years:
        yield from mismatches("holidays", theirs.is_working_day, lambda day, ours: UNEXPLAINED, year)
