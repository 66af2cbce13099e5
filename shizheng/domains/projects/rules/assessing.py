"""年度標案考核 (B06): the items scored from a year's months, the score on the site, the total and its grade.

Weights, points and bands come in from the rulebook; the plans say that there is a grade, not how it comes about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from shizheng.common.numbers import plain, round_half_up
from shizheng.common.words import N_
from shizheng.domains.projects.rules.curves import HUNDRED, ZERO

PLACES = 2


class Item(StrEnum):
    """What is scored by itself, each from 0 to 100."""

    PROGRESS = "progress"
    EXECUTION = "execution"
    FILING = "filing"
    SEVERE = "severe"
    STREAK = "streak"


ITEM_LABELS = {
    Item.PROGRESS: N_("進度相符"),
    Item.EXECUTION: N_("預算執行"),
    Item.FILING: N_("準時填報"),
    Item.SEVERE: N_("嚴重落後"),
    Item.STREAK: N_("連續落後"),
}
ITEM_HELP = {
    Item.PROGRESS: N_("超前或相符的月數 ÷ 沒有停工的月數"),
    Item.EXECUTION: N_("最後一個填報月份的執行數 ÷ 分配數，最高 100"),
    Item.FILING: N_("到期日以前送出的月數 ÷ 應填報的月數"),
    Item.SEVERE: N_("100 減每一個嚴重落後的月份所扣的分"),
    Item.STREAK: N_("不在連續落後裡的月數 ÷ 列管的月數"),
}


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """One locked month of a tender. `good`: counted as on plan (None: suspended, not counted); `on_time` is None where
    no return tells; `in_streak`: at its end the tender was behind for as many months in a row as TC-05 says."""

    period: str
    good: bool | None
    on_time: bool | None
    severe: bool
    in_streak: bool
    executed: Decimal | None = None
    allocated: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """One item: `score` of 0 to 100, None where there was nothing to score; `months` are those that speak against it."""

    item: Item
    weight: Decimal
    score: Decimal | None
    part: Decimal
    whole: Decimal
    months: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As kept."""
        return {
            "item": self.item.value,
            "weight": plain(self.weight),
            "score": None if self.score is None else plain(round_half_up(self.score, PLACES)),
            "part": plain(self.part),
            "whole": plain(self.whole),
            "months": list(self.months),
        }


def scored(
    months: Sequence[MonthFacts], weights: Mapping[Item, Decimal], each_severe: Decimal
) -> list[Scored]:
    """Every item of one tender's year, months in order of time."""
    counted = [each for each in months if each.good is not None]
    told = [each for each in months if each.on_time is not None]
    money = next(
        (each for each in reversed(months) if each.allocated is not None and each.allocated > 0), None
    )
    severe = [each.period for each in months if each.severe]
    streak = [each.period for each in months if each.in_streak]

    def share(item: Item, bad: Sequence[str], whole: int) -> Scored:
        part = whole - len(bad)
        score = HUNDRED * part / whole if whole else None
        return Scored(item, weights[item], score, Decimal(part), Decimal(whole), tuple(bad))

    executed = money.executed or ZERO if money else ZERO
    allocated = money.allocated or ZERO if money else ZERO
    return [
        share(Item.PROGRESS, [each.period for each in counted if not each.good], len(counted)),
        Scored(
            Item.EXECUTION, weights[Item.EXECUTION],
            min(HUNDRED * executed / allocated, HUNDRED) if allocated else None,
            executed, allocated, (money.period,) if money else (),
        ),
        share(Item.FILING, [each.period for each in told if not each.on_time], len(told)),
        Scored(
            Item.SEVERE, weights[Item.SEVERE], max(HUNDRED - each_severe * len(severe), ZERO) if months else None,
            Decimal(len(severe)), Decimal(len(months)), tuple(severe),
        ),
        share(Item.STREAK, streak, len(months)),
    ]  # fmt: skip


def automatic(items: Sequence[Scored]) -> Decimal | None:
    """The mean by weight of what could be scored, two decimals; None where nothing could."""
    known = [(each.weight, each.score) for each in items if each.score is not None]
    whole = sum((weight for weight, _score in known), ZERO)
    if whole <= 0:
        return None
    return round_half_up(sum((weight * score for weight, score in known), ZERO) / whole, PLACES)


def total(auto: Decimal | None, site: Decimal | None, site_weight: Decimal, *, paper: bool) -> Decimal | None:
    """`site_weight` percent of it is the score on the site; on paper the automatic score alone. None until both are there."""
    if auto is None:
        return None
    if paper:
        return auto
    if site is None:
        return None
    return round_half_up((auto * (HUNDRED - site_weight) + site * site_weight) / HUNDRED, PLACES)


def grade(points: Decimal | None, bands: Sequence[tuple[Decimal, str]]) -> str:
    """The label of the highest band that the total reaches (its bound belongs to it); empty without a total."""
    if points is None:
        return ""
    reached = [(least, label) for least, label in bands if points >= least]
    return max(reached)[1] if reached else ""
