"""The four kinds of missing, and how each one spreads. Zero is a value, never a kind of missing.

How a missing input travels (most pressing wins wherever several meet):

| where it stands                       | 未填報  | 待確認  | 尚未可衡量 | 不適用   |
|---------------------------------------|---------|---------|------------|----------|
| in + − × ÷, growth, composite         | spreads | spreads | spreads    | spreads  |
| one row of a sum                      | spreads | spreads | spreads    | left out |
| one row of mean, min, max, count      | spreads | spreads | left out   | left out |
| one unit or month of a roll-up        | counted as a gap, the value says "of how many" | ← | left out | left out |
| every row, unit or month left out     | the most pressing of them becomes the result | ← | ← | ← |
| denominator 0                         | becomes 不適用, with the reason | | | |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shizheng.common.words import N_


class MissingKind(StrEnum):
    """Why there is no number, most pressing first."""

    NOT_FILED = "not_filed"
    TO_BE_CONFIRMED = "to_be_confirmed"
    NOT_YET_MEASURABLE = "not_yet_measurable"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    MissingKind.NOT_FILED: N_("未填報"),
    MissingKind.TO_BE_CONFIRMED: N_("待確認"),
    MissingKind.NOT_YET_MEASURABLE: N_("尚未可衡量"),
    MissingKind.NOT_APPLICABLE: N_("不適用"),
}
PRESSING = {kind: rank for rank, kind in enumerate(MissingKind)}

LEFT_OUT_OF_SUM = frozenset({MissingKind.NOT_APPLICABLE})
LEFT_OUT_OF_MEAN = frozenset({MissingKind.NOT_APPLICABLE, MissingKind.NOT_YET_MEASURABLE})
GAP_IN_ROLL_UP = frozenset({MissingKind.NOT_FILED, MissingKind.TO_BE_CONFIRMED})


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that is not there: its kind, the reason in words, and the input it came from."""

    kind: MissingKind
    reason: str = ""
    source: str = ""

    @property
    def label(self) -> str:
        return self.kind.label


def most_pressing(found: Iterable[Missing]) -> Missing | None:
    """The one that a person has to act on first; the earliest of equals; None when there is none."""
    worst: Missing | None = None
    for item in found:
        if worst is None or PRESSING[item.kind] < PRESSING[worst.kind]:
            worst = item
    return worst
