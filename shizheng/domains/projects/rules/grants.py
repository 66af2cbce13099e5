"""一般性補助款: what the items of a year come to, and which stage targets they reach (GR-02 to GR-06). Pure.

Every rate is a ratio of sums and is judged unrounded: 54.995% does not reach 55%.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shizheng.common.words import N_
from shizheng.domains.projects.rules.programmes import HUNDRED, ZERO


class Rate(StrEnum):
    """The rates of a grant year."""

    AWARD = "award"
    COMPLETION = "completion"
    ALLOCATION = "allocation"
    ACHIEVEMENT = "achievement"
    EXECUTION = "execution"
    REALISATION = "realisation"


LABELS = {
    Rate.AWARD: N_("發包率"),
    Rate.COMPLETION: N_("完工率"),
    Rate.ALLOCATION: N_("分配率"),
    Rate.ACHIEVEMENT: N_("達成率"),
    Rate.EXECUTION: N_("預算執行率"),
    Rate.REALISATION: N_("實現率"),
}
RULE_OF = {
    Rate.AWARD: "GR-04",
    Rate.COMPLETION: "GR-05",
    Rate.ALLOCATION: "GR-02",
    Rate.ACHIEVEMENT: "GR-06",
}
"""The rule with the stage targets of a rate; the other rates have none."""


class Counting(StrEnum):
    """What the award and completion rates count."""

    CASES = "cases"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class ItemMonth:
    """One item at the end of a period, money in NTD of the year to date; None where nobody filed."""

    annual: Decimal
    awarded: bool
    completed: bool
    filed: bool = True
    allocated: Decimal | None = None
    paid: Decimal | None = None
    payable: Decimal | None = None
    surplus: Decimal | None = None

    @property
    def executed(self) -> Decimal:
        """執行數: paid, payable and surplus; nothing where nobody filed."""
        return (self.paid or ZERO) + (self.payable or ZERO) + (self.surplus or ZERO)


@dataclass(frozen=True, slots=True)
class Sums:
    """Items and money of some agencies together."""

    items: int = 0
    filed: int = 0
    awarded: int = 0
    completed: int = 0
    annual: Decimal = ZERO
    awarded_money: Decimal = ZERO
    completed_money: Decimal = ZERO
    allocated: Decimal = ZERO
    executed: Decimal = ZERO
    paid: Decimal = ZERO

    @property
    def unfiled(self) -> int:
        """Items about which nobody filed: still in every denominator."""
        return self.items - self.filed

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def ratio(self, rate: Rate, counting: Counting = Counting.CASES) -> "Ratio":
        """Numerator and denominator of a rate."""
        if rate in (Rate.AWARD, Rate.COMPLETION):
            name = "awarded" if rate is Rate.AWARD else "completed"
            if counting is Counting.MONEY:
                return Ratio(getattr(self, f"{name}_money"), self.annual)
            return Ratio(Decimal(getattr(self, name)), Decimal(self.items))
        return {
            Rate.ALLOCATION: Ratio(self.allocated, self.annual),
            Rate.ACHIEVEMENT: Ratio(self.executed, self.annual),
            Rate.EXECUTION: Ratio(self.executed, self.allocated),
            Rate.REALISATION: Ratio(self.paid, self.annual),
        }[rate]


@dataclass(frozen=True, slots=True)
class Ratio:
    """part ÷ whole, of cases or of NTD."""

    part: Decimal
    whole: Decimal

    @property
    def percent(self) -> Decimal | None:
        """Unrounded; None where there is nothing to divide by."""
        return self.part * HUNDRED / self.whole if self.whole else None


def sums_of(months: Iterable[ItemMonth]) -> Sums:
    """What items come to."""
    found = Sums()
    for each in months:
        found += Sums(
            items=1,
            filed=int(each.filed),
            awarded=int(each.awarded),
            completed=int(each.completed),
            annual=each.annual,
            awarded_money=each.annual if each.awarded else ZERO,
            completed_money=each.annual if each.completed else ZERO,
            allocated=each.allocated or ZERO,
            executed=each.executed,
            paid=each.paid or ZERO,
        )
    return found


class Standing(StrEnum):
    """How a stage target stands."""

    MET = "met"
    MISSED = "missed"
    TO_COME = "to_come"
    NOT_FILED = "not_filed"


STANDING_LABELS = {
    Standing.MET: N_("達成"),
    Standing.MISSED: N_("未達成"),
    Standing.TO_COME: N_("未到期"),
    Standing.NOT_FILED: N_("還沒有鎖定"),
}


def reached(percent: Decimal | None, target: Decimal) -> bool:
    """Whether a rate reaches its stage target; exactly the target does."""
    return percent is not None and percent >= target


def standing(percent: Decimal | None, target: Decimal, on: date, today: date, *, locked: bool) -> Standing:
    """How a stage target of the day `on` stands today."""
    if locked:
        return Standing.MET if reached(percent, target) else Standing.MISSED
    return Standing.TO_COME if today <= on else Standing.NOT_FILED


def to_date(amounts: Sequence[Decimal], month: int) -> Decimal:
    """What is allocated until the end of a month (1 to 12)."""
    return sum(amounts[:month], ZERO)


class Done(StrEnum):
    """How a duty of the year stands."""

    DONE = "done"
    DONE_LATE = "done_late"
    LATE = "late"
    TO_COME = "to_come"


DONE_LABELS = {
    Done.DONE: N_("如期完成"),
    Done.DONE_LATE: N_("逾期完成"),
    Done.LATE: N_("逾期未完成"),
    Done.TO_COME: N_("未到期"),
}


def done(due: date, on: date | None, today: date) -> Done:
    """How a duty stands that is due on a day and was done `on`."""
    if on is not None:
        return Done.DONE if on <= due else Done.DONE_LATE
    return Done.LATE if today > due else Done.TO_COME


def by_agency(rows: Iterable[tuple[int, ItemMonth]]) -> Mapping[int, Sums]:
    """Agency → what its items come to."""
    found: dict[int, Sums] = {}
    for agency, month in rows:
        found[agency] = found.get(agency, Sums()) + sums_of([month])
    return found
