"""A failed tender under supervision: what happened to it, what that leaves, how long it took (F01; domain-rules 4)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from shizheng.common.words import N_


class Kind(StrEnum):
    """What can happen. 流標 (too few bidders) and 廢標 (opened, not awarded) are two outcomes."""

    FAILED = "failed"
    VOID = "void"
    AWARDED = "awarded"
    REOPENED = "reopened"
    DROPPED = "dropped"


KIND_LABELS = {
    Kind.FAILED: N_("流標"),
    Kind.VOID: N_("廢標"),
    Kind.AWARDED: N_("決標"),
    Kind.REOPENED: N_("恢復招標"),
    Kind.DROPPED: N_("不續辦"),
}
FAILURES = (Kind.FAILED, Kind.VOID)


class Outcome(StrEnum):
    """Where a case stands; awarded and dropped ones are settled, until it fails or is reopened."""

    OPEN = "open"
    AWARDED = "awarded"
    DROPPED = "dropped"


OUTCOME_LABELS = {
    Outcome.OPEN: N_("未決標"),
    Outcome.AWARDED: N_("已決標"),
    Outcome.DROPPED: N_("不續辦"),
}
LEAVES = {
    Kind.FAILED: Outcome.OPEN,
    Kind.VOID: Outcome.OPEN,
    Kind.REOPENED: Outcome.OPEN,
    Kind.AWARDED: Outcome.AWARDED,
    Kind.DROPPED: Outcome.DROPPED,
}


class Cause(StrEnum):
    """Why nobody was awarded it, so that patterns can be counted."""

    PRICE = "price"
    SPECIFICATION = "specification"
    QUALIFICATION = "qualification"
    PERIOD = "period"
    MARKET = "market"
    TERMS = "terms"
    SITE = "site"
    SCALE = "scale"
    DOCUMENTS = "documents"
    OVER_BUDGET = "over_budget"
    OTHER = "other"


CAUSE_LABELS = {
    Cause.PRICE: N_("預算或底價偏低"),
    Cause.SPECIFICATION: N_("規格限制"),
    Cause.QUALIFICATION: N_("廠商資格限制"),
    Cause.PERIOD: N_("工期或履約期過短"),
    Cause.MARKET: N_("缺工缺料或市場量能不足"),
    Cause.TERMS: N_("契約條款或風險分配"),
    Cause.SITE: N_("地點或施工條件不佳"),
    Cause.SCALE: N_("案件規模過小或過大"),
    Cause.DOCUMENTS: N_("投標文件不合格"),
    Cause.OVER_BUDGET: N_("報價超過預算或底價"),
    Cause.OTHER: N_("其他"),
}
NO_CAUSE = N_("原因未填")
BANDS: tuple[tuple[str, Decimal, str], ...] = (
    ("under-1m", Decimal(1_000_000), N_("未達 100 萬元")),
    ("under-10m", Decimal(10_000_000), N_("100 萬元以上未達 1 千萬元")),
    ("under-50m", Decimal(50_000_000), N_("1 千萬元以上未達 5 千萬元")),
    ("under-200m", Decimal(200_000_000), N_("5 千萬元以上未達 2 億元")),
)
LAST_BAND = ("200m", N_("2 億元以上"))
"""公告金額, 查核金額 and 巨額 of works are among the limits; a band begins at the limit below it."""


def band_of(amount: Decimal) -> str:
    """The code of the band of an amount in NTD."""
    return next((code for code, below, _name in BANDS if amount < below), LAST_BAND[0])


BAND_LABELS = {**{code: name for code, _below, name in BANDS}, LAST_BAND[0]: LAST_BAND[1]}


@dataclass(frozen=True, slots=True)
class Course:
    """What the events of a case leave. Failures count since the award that was undone, or from the beginning."""

    outcome: Outcome
    settled_on: date | None
    amount: Decimal | None
    failed: int
    void: int
    first_failed_on: date | None
    last_failed_on: date | None
    repeated: tuple[str, ...]
    """Causes that stand at two failures or more of this run."""

    @property
    def failures(self) -> int:
        return self.failed + self.void

    @property
    def days(self) -> int | None:
        """Days from the first failure to the award; None before one."""
        if self.outcome is not Outcome.AWARDED or self.first_failed_on is None or self.settled_on is None:
            return None
        return (self.settled_on - self.first_failed_on).days


def course_of(events: Sequence[Any]) -> Course:
    """What standing events leave (kind, on, amount, causes), in their order."""
    outcome, settled, amount = Outcome.OPEN, None, None
    run: list[Any] = []
    over = False
    for each in events:
        kind = Kind(each.kind)
        outcome = LEAVES[kind]
        settled = each.on if outcome is not Outcome.OPEN else None
        amount = each.amount if kind is Kind.AWARDED else None
        if kind in FAILURES:
            run = [*([] if over else run), each]
            over = False
        elif kind is Kind.AWARDED:
            over = True
        elif kind is Kind.REOPENED and over:
            run, over = [], False
    causes = Counter(cause for each in run for cause in set(each.causes))
    days = [each.on for each in run]
    return Course(
        outcome, settled, amount,
        sum(each.kind == Kind.FAILED for each in run), sum(each.kind == Kind.VOID for each in run),
        min(days, default=None), max(days, default=None),
        tuple(sorted(cause for cause, times in causes.items() if times > 1)),
    )  # fmt: skip


def out_of_turn(events: Sequence[Any]) -> list[tuple[Any, Any | None]]:
    """Standing events that cannot happen where they stand, each with what settled the case before it (None: nothing did).

    A case that was awarded or dropped is opened again (恢復招標) before anything else happens to it; one that is open is not.
    """
    found: list[tuple[Any, Any | None]] = []
    settled: Any | None = None
    for each in events:
        kind = Kind(each.kind)
        if (settled is not None) != (kind is Kind.REOPENED):
            found.append((each, settled))
        settled = each if LEAVES[kind] is not Outcome.OPEN else None
    return found


@dataclass(frozen=True, slots=True)
class Settled:
    """F01's rate: awarded ÷ (listed − dropped). 54 ÷ (70 − 0) = 77.14%, which the plan prints as 77%."""

    listed: int
    awarded: int
    dropped: int

    @property
    def whole(self) -> int:
        return self.listed - self.dropped

    @property
    def open(self) -> int:
        return self.whole - self.awarded

    @property
    def percent(self) -> Decimal | None:
        """Exact, in percent; None without a denominator."""
        return Decimal(100) * self.awarded / self.whole if self.whole else None

    def __add__(self, other: "Settled") -> "Settled":
        return Settled(self.listed + other.listed, self.awarded + other.awarded, self.dropped + other.dropped)


def settled_of(outcomes: Iterable[Outcome]) -> Settled:
    """The counts of cases."""
    found = Counter(outcomes)
    return Settled(sum(found.values()), found[Outcome.AWARDED], found[Outcome.DROPPED])
