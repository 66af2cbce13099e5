"""The calendar that ships, read from `data/`; also what the command line uses where no database runs."""

from functools import cache
from pathlib import Path

from shizheng.kernel.calendar.rules.calendar import WorkCalendar
from shizheng.kernel.calendar.rules.days import UnknownDistrict
from shizheng.kernel.calendar.rules.shipped import (
    District,
    ShippedVersion,
    calendar_of,
    read_districts,
    read_versions,
)

DATA = Path(__file__).resolve().parent / "data"


def _text(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


@cache
def shipped_versions() -> tuple[ShippedVersion, ...]:
    """Every version that ships, in order."""
    years = [path.read_text(encoding="utf-8") for path in sorted(DATA.glob("[0-9]*.toml"))]
    return tuple(read_versions(_text("versions.toml"), years, _text("hours.toml")))


@cache
def shipped_calendar(number: int | None = None) -> WorkCalendar:
    """The shipped calendar at a version (None: the newest). KeyError for one that does not ship."""
    return calendar_of(shipped_versions(), number)


@cache
def districts() -> dict[str, District]:
    """The city's districts by code."""
    return {district.code: district for district in read_districts(_text("districts.csv"))}


def district_code(text: str) -> str | None:
    """The code of a district given by code or name; None for an empty text; UnknownDistrict otherwise."""
    wanted = text.strip()
    if not wanted:
        return None
    for district in districts().values():
        if wanted in (district.code, district.name, district.name.removesuffix("區"), district.name_en):
            return district.code
    raise UnknownDistrict(wanted)


def district_name(code: str) -> str:
    """The name of a district's code; the code itself where it is not known, 全市 for the whole city."""
    found = districts().get(code)
    return found.name if found else code or "全市"


def english_names() -> list[tuple[str, str]]:
    """The districts by both of their names."""
    return [(district.name, district.name_en) for district in districts().values()]
