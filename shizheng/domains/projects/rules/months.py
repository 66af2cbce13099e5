"""What an officer types about one month of one tender, read: pure, so that form, check, lock and sentence agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shizheng.common.numbers import format_decimal, round_half_up
from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.common.words import N_, tell
from shizheng.domains.projects.rules.curves import HUNDRED, ZERO
from shizheng.kernel.filing.rules.typed import NotANumber, number_of

NONE_YET = "-"
"""What stands in the field of the last checkpoint before the first one is reached."""
PLACES = 4
"""Decimals in which progress is kept and judged, of percent."""
WORKS_PLACES = 2
MONEY = ("year_budget", "allocated", "paid", "payable", "surplus")
COUNTED_UP = ("allocated", "paid")
"""Sums since the beginning of the year: they do not become less."""
MONEY_LABELS = {
    "year_budget": N_("年度預算"),
    "allocated": N_("累計分配數"),
    "paid": N_("累計實付數"),
    "payable": N_("應付數"),
    "surplus": N_("節餘數"),
}
MOST_MONEY = Decimal(10) ** 16


@dataclass(frozen=True, slots=True)
class Typed:
    """One row as typed. `reached` is a checkpoint's code, empty before the first; None where nothing is chosen."""

    reached: str | None
    reached_on: date | None
    works: Decimal | None
    money: Mapping[str, Decimal | None]
    text: str
    cause: str
    remedy: str
    catch_up_on: date | None
    asks_unit: str = ""
    """The name of the unit that is asked, as typed."""
    asks_for: str = ""


class NotReadable(ValueError):
    """A field that cannot be read; the message says what to write."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def read(texts: Mapping[str, str]) -> Typed:
    """The row that these texts make. Raises NotReadable for the first that cannot be read."""
    given = {name: text.strip() for name, text in texts.items()}
    reached = given.get("reached", "")
    return Typed(
        reached=None if not reached else "" if reached == NONE_YET else reached,
        reached_on=_day(given, "reached_on"),
        works=_works(given),
        money={name: _amount(given, name) for name in MONEY},
        text=given.get("text", ""),
        cause=given.get("cause", ""),
        remedy=given.get("remedy", ""),
        catch_up_on=_day(given, "catch_up_on"),
        asks_unit=given.get("asks_unit", ""),
        asks_for=given.get("asks_for", ""),
    )


def _day(given: Mapping[str, str], name: str) -> date | None:
    if not given.get(name):
        return None
    try:
        return parse_date(given[name])
    except DateNotUnderstood as failure:
        raise NotReadable(name, str(failure)) from failure


def _number(given: Mapping[str, str], name: str) -> Decimal | None:
    try:
        return number_of(given.get(name, ""))
    except NotANumber as failure:
        raise NotReadable(name, str(failure)) from failure


def _works(given: Mapping[str, str]) -> Decimal | None:
    found = _number(given, "works")
    if found is None:
        return None
    if not ZERO <= found <= HUNDRED:
        raise NotReadable("works", tell("施工進度要在 0 到 100 之間。"))
    if found != round_half_up(found, WORKS_PLACES):
        raise NotReadable("works", tell("施工進度最多兩位小數。"))
    return found


def _amount(given: Mapping[str, str], name: str) -> Decimal | None:
    found = _number(given, name)
    if found is None:
        return None
    if found < 0 or found >= MOST_MONEY:
        raise NotReadable(name, tell("金額要是 0 以上、16 位以內的整數（元）。"))
    if found != found.to_integral_value():
        raise NotReadable(name, tell("金額以元計，不要小數。"))
    return found


def kept(value: Decimal | None) -> Decimal | None:
    """Progress as it is kept and judged: four decimals."""
    return None if value is None else round_half_up(value, PLACES)


def against(actual: Decimal | None, planned: Decimal | None) -> str:
    """`42.50%，預定 45.00%，落後 2.50`: progress beside its plan, in words."""
    if actual is None or planned is None:
        return ""
    gap = actual - planned
    done, due = f"{format_decimal(actual, 2)}%", f"{format_decimal(planned, 2)}%"
    shown = format_decimal(abs(gap), 2)
    if gap < 0:
        return tell("%(actual)s，預定 %(planned)s，落後 %(gap)s", actual=done, planned=due, gap=shown)
    if gap > 0:
        return tell("%(actual)s，預定 %(planned)s，超前 %(gap)s", actual=done, planned=due, gap=shown)
    return tell("%(actual)s，與預定相同", actual=done)
