"""Quantities of a programme: what its targets plan for a day, and what is reached of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

ZERO = Decimal(0)
HUNDRED = Decimal(100)


class Between(StrEnum):
    """What is planned between two targets: it grows with the days, or comes with the day of the next target."""

    BY_DAYS = "by_days"
    AT_ONCE = "at_once"


@dataclass(frozen=True, slots=True)
class Target:
    """So much in all by a day."""

    on: date
    quantity: Decimal


def planned_on(
    targets: Sequence[Target], starts_on: date | None, day: date, between: Between
) -> Decimal | None:
    """The quantity planned in all by the end of `day`; None without targets.

    It begins with nothing on `starts_on` (without one, nothing is planned before the first target) and stays at the last
    target afterwards.
    """
    known = sorted(targets, key=lambda each: each.on)
    if not known:
        return None
    before = Target(starts_on, ZERO) if starts_on is not None and starts_on < known[0].on else None
    for each in known:
        if day < each.on:
            if before is None or day < before.on:
                return ZERO if before is None or before.quantity == 0 else before.quantity
            if between is Between.AT_ONCE:
                return before.quantity
            days = Decimal((day - before.on).days) / (each.on - before.on).days
            return before.quantity + (each.quantity - before.quantity) * days
        before = each
    return known[-1].quantity


def share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """Percent; None where there is nothing to divide by."""
    if part is None or not whole:
        return None
    return part * HUNDRED / whole


def rising(targets: Sequence[Target]) -> bool:
    """Whether every later target asks for at least as much."""
    known = sorted(targets, key=lambda each: each.on)
    return all(
        first.quantity <= second.quantity and first.on < second.on for first, second in pairwise(known)
    )
