"""The calendar that ships, read from `data/`; also what the command line uses where no database runs."""

from collections.abc import Callable, Iterable, Mapping
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
def shipped_districts() -> dict[str, District]:
    """The districts that ship, by code."""
    return {district.code: district for district in read_districts(_text("districts.csv"))}


Installed = Callable[[], Iterable[District]]
_installed: Installed | None = None


def set_installed_districts(installed: Installed) -> None:
    """Tell who knows the districts of the installed city today: a higher ring (called once at start)."""
    global _installed
    _installed = installed


def districts() -> dict[str, District]:
    """The districts of the installed city's tree as of today, by code; those that ship where it has none.

    One query; on a machine without a database (the command line) what ships.
    """
    found = {district.code: district for district in _installed()} if _installed else {}
    return found or shipped_districts()


def district_code(text: str) -> str | None:
    """The code of a district given by code or name; None for an empty text; UnknownDistrict otherwise."""
    wanted = text.strip()
    if not wanted:
        return None
    for district in districts().values():
        if wanted in (district.code, district.name, district.name.removesuffix("區"), district.name_en):
            return district.code
    raise UnknownDistrict(wanted)


def district_name(code: str, known: Mapping[str, District] | None = None) -> str:
    """The name of a district's code; the code itself where it is not known, 全市 for the whole city.

    `known` are the districts where many names are asked for; a code that the city has no more is one that ships.
    """
    if not code:
        return "全市"
    found = (districts() if known is None else known).get(code) or shipped_districts().get(code)
    return found.name if found else code


def english_names() -> list[tuple[str, str]]:
    """The districts that ship by both of their names; those of an installed city are named with its units."""
    return [(district.name, district.name_en) for district in shipped_districts().values()]
