"""The two curves of a tender: 標案進度 by weighted checkpoints, 施工進度 by months, as planned and as they went.

All progress is in percent, 0 to 100, unrounded; a lag is actual − planned, negative when behind (domain-rules 4).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

HUNDRED, ZERO = Decimal(100), Decimal(0)


class Checkpoint(NamedTuple):
    """One checkpoint of a planned curve. `by_works`: its weight comes in with the works, not all on its day."""

    code: str
    weight: Decimal
    planned_on: date
    by_works: bool = False


class NotACurve(ValueError):
    """Why checkpoints make no curve; the code says which: `weights`, `order`, `twice`, `none`."""


def check_curve(checkpoints: Sequence[Checkpoint]) -> None:
    """Weights make 100 together and are not negative, days do not go back, codes are not used twice. Raises NotACurve."""
    if not checkpoints:
        raise NotACurve("none")
    if any(each.weight < 0 for each in checkpoints) or sum(each.weight for each in checkpoints) != HUNDRED:
        raise NotACurve("weights")
    if any(later.planned_on < earlier.planned_on for earlier, later in pairwise(checkpoints)):
        raise NotACurve("order")
    if len({each.code for each in checkpoints}) != len(checkpoints):
        raise NotACurve("twice")


def works_on(
    months: Mapping[str, Decimal], starts_on: date | None, ends_on: date | None, on: date
) -> Decimal | None:
    """Planned works progress at the end of `on`: of the last month that is planned by then (`2025-03` → cumulative percent).

    Without months a straight line from `starts_on` to `ends_on`, both days included; None where neither is there.
    """
    if months:
        month = f"{on.year:04d}-{on.month:02d}"
        last = max((code for code in months if code <= month), default=None)
        return months[last] if last else ZERO
    if starts_on is None or ends_on is None or ends_on < starts_on:
        return None
    whole = (ends_on - starts_on).days + 1
    return HUNDRED * min(max((on - starts_on).days + 1, 0), whole) / whole


def planned_on(checkpoints: Sequence[Checkpoint], on: date, works: Decimal | None = None) -> Decimal:
    """Planned progress of the tender at the end of `on`; a checkpoint by works has its part of `works` before its day."""
    done = ZERO
    for each in checkpoints:
        if each.planned_on <= on:
            done += each.weight
        elif each.by_works and works is not None:
            done += each.weight * works / HUNDRED
    return done


def reached(checkpoints: Sequence[Checkpoint], last: str | None, works: Decimal | None = None) -> Decimal:
    """Actual progress: all checkpoints up to `last` (a code; None before the first), and the works' part of the next
    one that goes by works. Raises KeyError for a code that is not there.
    """
    codes = [each.code for each in checkpoints]
    if last is not None and last not in codes:
        raise KeyError(last)
    upto = 0 if last is None else codes.index(last) + 1
    done = sum((each.weight for each in checkpoints[:upto]), ZERO)
    if works is not None:
        done += sum((each.weight * works / HUNDRED for each in checkpoints[upto:] if each.by_works), ZERO)
    return done


def lag(actual: Decimal | None, planned: Decimal | None) -> Decimal | None:
    """Percentage points, negative when behind; None where either is not known."""
    return None if actual is None or planned is None else actual - planned
