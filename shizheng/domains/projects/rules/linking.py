"""What a linked tender tells a KPI: which inputs of its formula are progress, and how several tenders make one number (B14, C02)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from shizheng.common.numbers import round_half_up
from shizheng.domains.projects.rules.months import PLACES

PROGRESS, PLANNED = "進度", ("目標", "預定")
PERCENT = ("%", "％")


class Weight(StrEnum):
    """How several tenders of one KPI count: by their budgets, or each as much as the other."""

    BUDGET = "budget"
    EQUAL = "equal"


@dataclass(frozen=True, slots=True)
class Fed:
    """Names of inputs of a KPI: the one that takes the progress reached, and those that take what was planned."""

    reached: str
    planned: tuple[str, ...]


def fed(inputs: Iterable[Mapping[str, Any]]) -> Fed | None:
    """Which inputs take percents of progress; None where no single input is one, and then the KPI is typed."""
    reached: list[str] = []
    planned: list[str] = []
    for each in inputs:
        label = f"{each.get('label', '')}{each['name']}"
        if each.get("list") or not (PROGRESS in label or str(each.get("unit", "")).strip() in PERCENT):
            return None
        (planned if any(word in label for word in PLANNED) else reached).append(str(each["name"]))
    return Fed(reached[0], tuple(planned)) if len(reached) == 1 else None


def fed_by_quantity(inputs: Iterable[Mapping[str, Any]], unit: str) -> Fed | None:
    """Which inputs take the quantity of a programme counted in `unit`: all have to bear that unit, and one alone is what
    was reached; None where not, and then the KPI is typed."""
    reached: list[str] = []
    planned: list[str] = []
    for each in inputs:
        if each.get("list") or not unit.strip() or str(each.get("unit", "")).strip() != unit.strip():
            return None
        label = f"{each.get('label', '')}{each['name']}"
        (planned if any(word in label for word in PLANNED) else reached).append(str(each["name"]))
    return Fed(reached[0], tuple(planned)) if len(reached) == 1 else None


def together(parts: Sequence[tuple[Decimal, Decimal]], weight: Weight) -> Decimal | None:
    """The mean of (budget in NTD, percent), weighted, with the four decimals of months; None for none."""
    if not parts:
        return None
    if weight is Weight.EQUAL or not any(budget for budget, _percent in parts):
        parts = [(Decimal(1), percent) for _budget, percent in parts]
    whole = sum((budget for budget, _percent in parts), Decimal(0))
    return round_half_up(sum((budget * percent for budget, percent in parts), Decimal(0)) / whole, PLACES)
