"""Three months in a row ahead or behind: what a proposal of reward or penalty rests on (B05, TC-05)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shizheng.common.words import N_


class Gap(StrEnum):
    """What a month that is not like others does to a streak: a visible rule, for the plans do not say.

    It ends what came before it, or is passed over, or (a re-planned month, which has a lag) counts like any other.
    """

    BREAKS = "breaks"
    SKIPPED = "skipped"
    COUNTS = "counts"


class Why(StrEnum):
    """Why a month has no lag of its own to count."""

    NOT_FILED = "not_filed"
    SUSPENDED = "suspended"
    REPLANNED = "replanned"


WHY_LABELS = {
    Why.NOT_FILED: N_("未填報"),
    Why.SUSPENDED: N_("停工"),
    Why.REPLANNED: N_("改了預定進度"),
}


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a tender: its lag in percentage points, or why it has none to count (a re-planned month has both)."""

    period: str
    lag: Decimal | None
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Streak:
    """Months in a row, the oldest first, all ahead or all behind by the threshold or more."""

    ahead: bool
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class StreakRule:
    """`threshold` in percentage points, `length` in months, and what each kind of month without a count does."""

    threshold: Decimal
    length: int
    gaps: dict[Why, Gap]


def streak(months: Sequence[Month], rule: StreakRule) -> Streak | None:
    """The streak that ends with the last of these months (consecutive, oldest first); None where it is too short.

    The last month itself has to count. A re-planned month that breaks counts itself, and nothing before it does.
    """
    found, _open = run(months, rule)
    return Streak(_is_ahead(found), tuple(reversed(found))) if len(found) >= rule.length else None


def run(months: Sequence[Month], rule: StreakRule) -> tuple[list[Month], bool]:
    """The months that count together up to the last of these, the newest first, however few; and whether months before
    the first of these could be of the same run."""
    found: list[Month] = []
    for place, each in enumerate(reversed(months)):
        gap = rule.gaps[each.why] if each.why is not None else Gap.COUNTS
        if gap is Gap.SKIPPED and place > 0:
            continue
        if each.lag is None or abs(each.lag) < rule.threshold or each.why in (Why.NOT_FILED, Why.SUSPENDED):
            return found, False
        if found and (each.lag > 0) != _is_ahead(found):
            return found, False
        found.append(each)
        if gap is Gap.BREAKS:
            return found, False
    return found, True


def _is_ahead(months: Sequence[Month]) -> bool:
    return months[0].lag is not None and months[0].lag > 0
