"""Proposing a planned curve: checkpoints laid out from a start day, works spread over their months."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from shizheng.common.numbers import round_half_up
from shizheng.domains.projects.rules.curves import HUNDRED, ZERO

WORKS = "works"
MOST_MONTHS = 240


class Proposed(NamedTuple):
    """One checkpoint as proposed; weight in percent."""

    code: str
    name: str
    stage: str
    weight: Decimal
    planned_on: date
    name_en: str = ""


class NotWorks(ValueError):
    """Why months of works make no curve: `percent`, `falls`, `end`."""


def laid_out(points: Iterable[Any], start: date) -> list[Proposed]:
    """The checkpoints of a type from a start day on: each so many calendar days after the one before."""
    found: list[Proposed] = []
    day = start
    for each in points:
        day += timedelta(days=each.days)
        found.append(Proposed(each.code, each.name, each.stage, each.weight, day, each.name_en))
    return found


def works_days(points: Sequence[Any]) -> tuple[date | None, date | None]:
    """First and last day of the works: the day after the checkpoint before the one by works, and its own day."""
    for place, each in enumerate(points):
        if each.stage == WORKS:
            first = points[place - 1].planned_on + timedelta(days=1) if place else each.planned_on
            return min(first, each.planned_on), each.planned_on
    return None, None


def months_between(first: date, last: date) -> list[str]:
    """Period codes from the month of `first` to that of `last`: `2025-03`, `2025-04`."""
    found: list[str] = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month) and len(found) < MOST_MONTHS:
        found.append(f"{year:04d}-{month:02d}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def last_day(period: str) -> date:
    """The last day of a month: `2025-02` → 2025-02-28."""
    year, month = int(period[:4]), int(period[5:7])
    following = date(year + (month == 12), month % 12 + 1, 1)
    return following - timedelta(days=1)


def spread(first: date, last: date) -> dict[str, Decimal]:
    """Works spread over their months as an S: slow, fast, slow (3t² − 2t³ of the days), cumulative percent to 2 places."""
    whole = Decimal((last - first).days + 1)
    found: dict[str, Decimal] = {}
    for period in months_between(first, last):
        done = min(Decimal((last_day(period) - first).days + 1), whole) / whole
        found[period] = round_half_up(HUNDRED * (3 * done**2 - 2 * done**3), 2)
    return found


def check_works(months: Mapping[str, Decimal]) -> None:
    """Each from 0 to 100, never falling, 100 in the last month. Raises NotWorks."""
    before = ZERO
    for period in sorted(months):
        value = months[period]
        if not value.is_finite() or not ZERO <= value <= HUNDRED:
            raise NotWorks("percent")
        if value < before:
            raise NotWorks("falls")
        before = value
    if months and before != HUNDRED:
        raise NotWorks("end")
