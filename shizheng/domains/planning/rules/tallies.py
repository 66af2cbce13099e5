"""Counting KPIs on boards: what was met, what was not, and every kind of missing by itself (A04, X-36)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.judging import VerdictCode


class Status(StrEnum):
    """What a KPI shows on a board. `not_due` is a 未填報 whose period is not over yet."""

    NOT_MET = "not_met"
    AT_RISK = "at_risk"
    ON_TRACK = "on_track"
    MET = "met"
    NO_TARGET = "no_target"
    NOT_FILED = "not_filed"
    NOT_DUE = "not_due"
    TO_CONFIRM = "to_confirm"
    NOT_YET_MEASURABLE = "not_yet_measurable"
    NOT_APPLICABLE = "not_applicable"


STATUS_OF = {
    VerdictCode.MET: Status.MET,
    VerdictCode.ON_TRACK: Status.ON_TRACK,
    VerdictCode.AT_RISK: Status.AT_RISK,
    VerdictCode.NOT_MET: Status.NOT_MET,
    VerdictCode.NO_TARGET: Status.NO_TARGET,
    VerdictCode.NOT_FILED: Status.NOT_FILED,
    VerdictCode.TO_BE_CONFIRMED: Status.TO_CONFIRM,
    VerdictCode.NOT_YET_MEASURABLE: Status.NOT_YET_MEASURABLE,
    VerdictCode.NOT_APPLICABLE: Status.NOT_APPLICABLE,
}
GOOD = (Status.MET, Status.ON_TRACK)
JUDGED = (Status.MET, Status.ON_TRACK, Status.AT_RISK, Status.NOT_MET)
MISSING = (
    Status.NOT_FILED,
    Status.NOT_DUE,
    Status.TO_CONFIRM,
    Status.NOT_YET_MEASURABLE,
    Status.NOT_APPLICABLE,
)
ZERO = Decimal(0)


def status_of(figure: Figure | None) -> Status:
    """The status of a figure; a KPI without a definition waits for confirmation."""
    if figure is None:
        return Status.TO_CONFIRM
    status = STATUS_OF[figure.verdict.code]
    if status is Status.NOT_FILED and figure.not_due:
        return Status.NOT_DUE
    return status


@dataclass(slots=True)
class Tally:
    """How many KPIs stand how, and with how much weight."""

    counts: dict[Status, int] = field(default_factory=dict)
    weights: dict[Status, Decimal] = field(default_factory=dict)

    def add(self, status: Status, weight: Decimal | None) -> None:
        """Count one KPI."""
        self.counts[status] = self.counts.get(status, 0) + 1
        self.weights[status] = self.weights.get(status, ZERO) + (weight or ZERO)

    def of(self, status: Status) -> int:
        """How many stand so."""
        return self.counts.get(status, 0)

    @property
    def all(self) -> int:
        return sum(self.counts.values())

    @property
    def good(self) -> int:
        """Met, or on the way to it."""
        return sum(self.of(status) for status in GOOD)

    @property
    def judged(self) -> int:
        """Those with a value and a target: the denominator of the share."""
        return sum(self.of(status) for status in JUDGED)

    @property
    def missing(self) -> list[tuple[Status, int]]:
        """The kinds of missing that occur, each by itself."""
        return [(status, self.of(status)) for status in MISSING if self.of(status)]

    @property
    def share(self) -> Decimal | None:
        """Percent of the judged that are good, unrounded; None where nothing is judged. Missing ones count in neither."""
        return Decimal(100) * self.good / self.judged if self.judged else None

    @property
    def weight(self) -> Decimal:
        return sum(self.weights.values(), ZERO)

    @property
    def weight_good(self) -> Decimal:
        return sum((self.weights.get(status, ZERO) for status in GOOD), ZERO)

    @property
    def weight_judged(self) -> Decimal:
        return sum((self.weights.get(status, ZERO) for status in JUDGED), ZERO)


def tally(rows: Iterable[tuple[Status, Decimal | None]]) -> Tally:
    """One tally of many KPIs."""
    found = Tally()
    for status, weight in rows:
        found.add(status, weight)
    return found


def gap(figure: Figure) -> Decimal | None:
    """How far a figure is from its target, always positive where it falls short; None without value or target."""
    if figure.value is None or figure.target is None or figure.definition is None:
        return None
    difference = figure.target - figure.value
    return -difference if figure.definition.direction.value == "<=" else abs(difference)


def urgency(figure: Figure, weight: Decimal | None) -> Decimal:
    """What puts one shortfall before another: the share of the target that is lacking, times the weight."""
    lacking, target = gap(figure), figure.target
    if lacking is None or not target:
        return ZERO
    return abs(lacking / target) * (weight or Decimal(1))
