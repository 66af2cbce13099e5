"""From a printed KPI to what its definition says beyond the formula: aggregation, decimals, the period it is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shizheng.kernel.measures.rules.aggregation import OverTime, OverUnits
from shizheng.kernel.measures.rules.tree import (
    Binary,
    Composite,
    Each,
    Input,
    Milestone,
    Neg,
    Node,
    inputs_of,
)

ROC_OFFSET = 1911
COUNTS = frozenset(
    ("件", "次", "人", "人次", "項", "場", "場次", "家", "處", "座", "份", "篇", "案", "戶", "棟", "校", "名", "個", "所", "輛", "站", "班")
)  # fmt: skip

AMOUNTS = frozenset(("公里", "公尺", "公噸", "噸", "公頃", "小時", "元", "千元", "萬元", "億元", "度"))


@dataclass(frozen=True, slots=True)
class Roll:
    """How a KPI is put together over time and units, and with how many decimals it is shown."""

    over_time: OverTime
    over_units: OverUnits
    places: int


def roll_of(tree: Node | None, unit: str | None) -> Roll:
    """The default that the shape of the formula calls for; an officer may choose otherwise.

    A ratio is rolled up as the ratio of the sums; a count is added up; anything else takes the latest value.
    """
    places = 0 if unit in COUNTS else 2
    if isinstance(tree, Binary) and _is_ratio(tree):
        return Roll(OverTime.RATIO_OF_SUMS, OverUnits.RATIO_OF_SUMS, places)
    if isinstance(tree, Input) and (unit in COUNTS or unit in AMOUNTS):
        return Roll(OverTime.SUM, OverUnits.SUM, places)
    if isinstance(tree, Each) and tree.op == "sum":
        return Roll(OverTime.SUM, OverUnits.SUM, places)
    return Roll(OverTime.LATEST, OverUnits.NONE, places)


def _is_ratio(tree: Binary) -> bool:
    """x ÷ y where both sides count something and nothing is subtracted from a constant base."""
    if tree.op != "div" or not inputs_of(tree.right):
        return False
    return all(_adds_up(side) for side in (tree.left, tree.right))


def _adds_up(node: Node) -> bool:
    """Whether the node is made of inputs joined by + and −, perhaps times a constant."""
    match node:
        case Input():
            return True
        case Neg(body):
            return _adds_up(body)
        case Binary("mul", left, right):
            return (not inputs_of(left) and _adds_up(right)) or (not inputs_of(right) and _adds_up(left))
        case Binary("add" | "sub", left, right):
            return _adds_up(left) and _adds_up(right)
        case Composite() | Milestone() | Each():
            return False
    return False


def year_of(roc_year: int) -> tuple[date, date]:
    """The half-open Gregorian dates of a ROC year."""
    return date(roc_year + ROC_OFFSET, 1, 1), date(roc_year + ROC_OFFSET + 1, 1, 1)
