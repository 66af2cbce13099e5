"""Judging a month of a tender, and many of them: ahead, on plan, behind, severely behind; rates and their denominators.

Thresholds come in from the rulebook. Boundaries belong to the worse side: exactly −10 is behind by 10 (10%以上).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shizheng.common.words import N_
from shizheng.domains.projects.rules.curves import HUNDRED, ZERO


class Course(StrEnum):
    """How the tender's progress goes against its plan."""

    AHEAD = "ahead"
    ON_PLAN = "on_plan"
    BEHIND = "behind"
    NOT_FILED = "not_filed"
    SUSPENDED = "suspended"


COURSE_LABELS = {
    Course.AHEAD: N_("超前"),
    Course.ON_PLAN: N_("相符"),
    Course.BEHIND: N_("落後"),
    Course.NOT_FILED: N_("未填報"),
    Course.SUSPENDED: N_("停工"),
}


class Counted(StrEnum):
    """Which courses 進度相符率 counts: plan 105 超前或相符, plan 107 prints 相符 only."""

    AHEAD_OR_ON_PLAN = "ahead_or_on_plan"
    ON_PLAN = "on_plan"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """In percentage points, all as positive numbers: `tolerance` within which a lag is none (X-21), and from where a lag
    is severe: of the tender (TC-18) or of its works (TC-19)."""

    tolerance: Decimal
    tender: Decimal
    works: Decimal


def course_of(lag: Decimal | None, tolerance: Decimal, *, suspended: bool = False) -> Course:
    """Within the tolerance, its bounds included, is on plan."""
    if suspended:
        return Course.SUSPENDED
    if lag is None:
        return Course.NOT_FILED
    if lag < -tolerance:
        return Course.BEHIND
    return Course.AHEAD if lag > tolerance else Course.ON_PLAN


def severe_at(lag: Decimal | None, threshold: Decimal) -> bool:
    """Exactly the threshold behind is severe."""
    return lag is not None and lag <= -threshold


def is_severe(tender_lag: Decimal | None, works_lag: Decimal | None, thresholds: Thresholds) -> bool:
    """嚴重落後: the tender or its works behind by the threshold or more; either is enough."""
    return severe_at(tender_lag, thresholds.tender) or severe_at(works_lag, thresholds.works)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with both of its numbers, because a rate without its denominator says nothing."""

    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """Unrounded; None where there is nothing to count."""
        return HUNDRED * self.part / self.whole if self.whole else None


def matching_rate(courses: Iterable[Course], counted: Counted) -> Rate:
    """進度相符率: those that go by plan ÷ all that are controlled on (繼續列管), filed or not (167 ÷ 216 = 77.31)."""
    found = list(courses)
    good = {Course.ON_PLAN} | ({Course.AHEAD} if counted is Counted.AHEAD_OR_ON_PLAN else set())
    return Rate(sum(each in good for each in found), len(found))


@dataclass(frozen=True, slots=True)
class Money:
    """Of one year, in NTD: the year's budget, what was allocated to date, paid, payable and surplus to date."""

    budget: Decimal
    allocated: Decimal
    paid: Decimal
    payable: Decimal = ZERO
    surplus: Decimal = ZERO

    @property
    def executed(self) -> Decimal:
        """執行數 = 實付 + 應付 + 節餘."""
        return self.paid + self.payable + self.surplus

    @property
    def execution_rate(self) -> Decimal | None:
        """預算執行率: executed ÷ allocated to date."""
        return _share(self.executed, self.allocated)

    @property
    def achievement_rate(self) -> Decimal | None:
        """達成率: executed ÷ the year's budget."""
        return _share(self.executed, self.budget)

    @property
    def realisation_rate(self) -> Decimal | None:
        """實現率: paid ÷ the year's budget."""
        return _share(self.paid, self.budget)

    def __add__(self, other: "Money") -> "Money":
        return Money(
            self.budget + other.budget, self.allocated + other.allocated, self.paid + other.paid,
            self.payable + other.payable, self.surplus + other.surplus,
        )  # fmt: skip


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return HUNDRED * part / whole if whole > 0 else None
