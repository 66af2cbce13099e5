"""年度施政績效評分 (A05): from a KPI's value and target to its score, from scores and weights to an agency's total.

Scores are percent points, 0 to 100. Exact decimals throughout, rounded half up to two places once: the score of a KPI,
and the total. A missing value counts in no average; the total is divided by the weights that counted, whatever all
weights add up to (X-10). How lower-is-better falls short, and the grades, are rules of the rulebook.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Protocol, TypeVar

from shizheng.common.numbers import format_decimal, plain, round_half_up
from shizheng.kernel.measures.rules.evaluate import CONTEXT, HUNDRED
from shizheng.kernel.measures.rules.judging import Direction

ZERO = Decimal(0)
PLACES = 2


class Way(StrEnum):
    """How the attainment came about; the names of the last three are readings of `score.lower_is_better`."""

    MET = "met"
    VALUE_OVER_TARGET = "value_over_target"
    SMALLER_OVER_LARGER = "smaller_over_larger"
    TARGET_OVER_VALUE = "target_over_value"
    STRAIGHT_LINE = "straight_line"
    ALL_OR_NOTHING = "all_or_nothing"


class Graded(Protocol):
    """A band of `score.bands`: from `least` points on, the grade."""

    @property
    def least(self) -> Decimal: ...

    @property
    def label(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One KPI on a score sheet. `attainment` is exact, `score` as printed, `weighted` = score × weight ÷ 100, exact.

    `uncounted` says why it counts in no total: a kind of missing, `no_target` or `no_weight`; then the rest may be None.
    """

    weight: Decimal | None
    attainment: Decimal | None = None
    score: Decimal | None = None
    weighted: Decimal | None = None
    way: Way | None = None
    uncounted: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a sheet: `weighted` ÷ `weights` × 100, `score` rounded; None where nothing counted."""

    weighted: Decimal
    weights: Decimal
    counted: int
    uncounted: int

    @property
    def score(self) -> Decimal | None:
        """Points out of 100; missing ones are in neither sum."""
        if not self.weights:
            return None
        with localcontext(CONTEXT):
            return round_half_up(HUNDRED * self.weighted / self.weights, PLACES)


def attainment(
    value: Decimal, target: Decimal, direction: Direction, met: bool, lower: str
) -> tuple[Way, Decimal]:
    """How far the target was attained, in percent from 0 to 100, unrounded, and the way it was computed.

    What is met is attained in full. Lower is better falls short by the reading `lower`; a target that can be no
    divisor (zero, or below) is attained in full or not at all.
    """
    if met:
        return Way.MET, HUNDRED
    with localcontext(CONTEXT):
        if direction is Direction.AT_LEAST:
            return Way.VALUE_OVER_TARGET, _bounded(HUNDRED * value / target) if target > 0 else ZERO
        if direction is Direction.EXACTLY:
            small, large = sorted((value, target))
            return Way.SMALLER_OVER_LARGER, _bounded(HUNDRED * small / large) if small > 0 else ZERO
        way = Way(lower)
        if way is Way.ALL_OR_NOTHING or target <= 0:
            return way, ZERO
        if way is Way.STRAIGHT_LINE:
            return way, _bounded(HUNDRED - HUNDRED * (value - target) / target)
        return way, _bounded(HUNDRED * target / value)


def _bounded(share: Decimal) -> Decimal:
    return min(max(share, ZERO), HUNDRED)


def line(
    weight: Decimal | None,
    value: Decimal | None,
    target: Decimal | None,
    direction: Direction,
    met: bool,
    lower: str,
    missing: str = "",
) -> Line:
    """One line of a sheet. `missing` names the kind of missing where there is no value."""
    if value is None:
        return Line(weight, uncounted=missing or "not_filed")
    if target is None:
        return Line(weight, uncounted="no_target")
    way, attained = attainment(value, target, direction, met, lower)
    score = round_half_up(attained, PLACES)
    if weight is None:
        return Line(None, attained, score, None, way, "no_weight")
    with localcontext(CONTEXT):
        return Line(weight, attained, score, score * weight / HUNDRED, way)


def total(lines: Iterable[Line]) -> Total:
    """The sheet's sum over the lines that count."""
    weighted, weights, counted, uncounted = ZERO, ZERO, 0, 0
    for each in lines:
        if each.uncounted or each.weighted is None or each.weight is None:
            uncounted += 1
            continue
        weighted, weights, counted = weighted + each.weighted, weights + each.weight, counted + 1
    return Total(weighted, weights, counted, uncounted)


def grade(score: Decimal | None, bands: Iterable[Graded]) -> str:
    """The grade of a total: the highest band whose lower limit it reaches; empty for none."""
    if score is None:
        return ""
    reached = [band for band in bands if score >= band.least]
    return max(reached, key=lambda band: band.least).label if reached else ""


Scored = TypeVar("Scored")


def ranked(rows: Sequence[tuple[Scored, Decimal | None]]) -> list[tuple[int | None, Scored]]:
    """Highest first, equal scores on the same rank (1, 2, 2, 4); without a score last and unranked, in the given order."""
    with_score = sorted((row for row in rows if row[1] is not None), key=lambda row: -(row[1] or ZERO))
    found: list[tuple[int | None, Scored]] = []
    rank, before = 0, None
    for position, (row, score) in enumerate(with_score, start=1):
        if score != before:
            rank, before = position, score
        found.append((rank, row))
    return found + [(None, row) for row, score in rows if score is None]


def worked(way: Way, value: Decimal, target: Decimal, attained: Decimal) -> str:
    """The formula with its values put in: `100 × 52.7 ÷ 75 = 70.27`; empty where nothing was computed."""
    a, b = (format_decimal(Decimal(plain(each))) for each in (value, target))
    score = format_decimal(attained, PLACES)
    small, large = (a, b) if value < target else (b, a)
    return {
        Way.MET: "",
        Way.ALL_OR_NOTHING: "",
        Way.VALUE_OVER_TARGET: f"100 × {a} ÷ {b} = {score}",
        Way.TARGET_OVER_VALUE: f"100 × {b} ÷ {a} = {score}",
        Way.SMALLER_OVER_LARGER: f"100 × {small} ÷ {large} = {score}",
        Way.STRAIGHT_LINE: f"100 − 100 × ({a} − {b}) ÷ {b} = {score}",
    }[way]
