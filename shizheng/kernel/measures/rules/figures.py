"""A figure: one measure, unit and period evaluated under one definition from named facts, and judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from shizheng.common.numbers import plain, round_half_up
from shizheng.common.words import N_
from shizheng.kernel.measures.rules.aggregation import OverTime, OverUnits
from shizheng.kernel.measures.rules.evaluate import Env, Result, evaluate
from shizheng.kernel.measures.rules.identity import figure_id
from shizheng.kernel.measures.rules.judging import (
    DEFAULT_RULE,
    Direction,
    ProgressReading,
    Rule,
    Verdict,
    VerdictCode,
    judge,
    progress,
)
from shizheng.kernel.measures.rules.missing import Missing, MissingKind
from shizheng.kernel.measures.rules.periods import MONTHS, Period, PeriodKind
from shizheng.kernel.measures.rules.tree import Binary, Node, Num, inputs_of


@dataclass(frozen=True)
class Definition:
    """A definition version, ready to evaluate. `tree` is None where an officer still has to write the formula."""

    id: int
    measure_id: int
    number: int
    valid_from: date
    valid_to: date | None
    unit: str
    direction: Direction
    target: Decimal | None
    target_period: PeriodKind
    targets: Mapping[str, Decimal]
    places: int
    tree: Node | None
    reading: str
    over_time: OverTime
    over_units: OverUnits
    progress_reading: ProgressReading
    needs_confirmation: bool
    labels: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Inputs that are milestones: their steps as key and label."""

    def valid_on(self, day: date) -> bool:
        """Whether the version is meant for that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def target_for(self, period: Period) -> tuple[Decimal | None, PeriodKind]:
        """The target to judge a period by, and the kind of period that it is set for."""
        exact = self.targets.get(period.code)
        return (exact, period.kind) if exact is not None else (self.target, self.target_period)

    def elapsed(self, period: Period, day: date | None) -> Decimal | None:
        """For amounts that add up: the share of the target's period that the value covers; None otherwise (X-13)."""
        if self.over_time is not OverTime.SUM:
            return None
        _, kind = self.target_for(period)
        if MONTHS[kind] < MONTHS[period.kind]:
            return None
        whole = period.within(kind)
        last = period.last_day if day is None else min(day, period.last_day)
        if kind is period.kind:
            return whole.elapsed(last)
        covered = max(0, (last - period.start).days + 1)
        return Decimal(covered) / (whole.end - whole.start).days

    @property
    def ratio_parts(self) -> tuple[Node, Node] | None:
        """Numerator and denominator where the formula is `100 × x ÷ y` or `x ÷ y`; None otherwise."""
        match self.tree:
            case Binary("div", Binary("mul", Num(value), above), below) if value == 100 and _is_amount(below):
                return above, below
            case Binary("div", above, below) if _is_amount(below):
                return above, below
        return None


def _is_amount(node: Node) -> bool:
    return not isinstance(node, Num) and bool(inputs_of(node))


@dataclass(frozen=True)
class Figure:
    """What a page shows for a number, and enough to link to how it came about.

    `exact` is the unrounded result or what is missing; `made_from` says whether the facts are the unit's own
    ("facts"), added up over shorter periods ("periods") or over the units below ("units").
    """

    measure_id: int
    code: str
    name: str
    unit_id: int
    period: Period
    exact: Result
    definition: Definition | None
    inputs: Env = field(default_factory=dict)
    fact_ids: tuple[int, ...] = ()
    as_of: datetime | None = None
    day: date | None = None
    made_from: str = "facts"
    taken: int = 1
    gaps: int = 0
    corrected: bool = False
    rule: Rule = DEFAULT_RULE

    @cached_property
    def value(self) -> Decimal | None:
        """The number as shown, rounded half up; None when missing."""
        if isinstance(self.exact, Missing) or self.definition is None:
            return None
        return round_half_up(self.exact, self.definition.places)

    @property
    def missing(self) -> Missing | None:
        """Why there is no number."""
        return self.exact if isinstance(self.exact, Missing) else None

    @property
    def not_due(self) -> bool:
        """Whether nothing was filed because the period is not over yet on the day looked at."""
        missing = self.missing
        if missing is None or missing.kind is not MissingKind.NOT_FILED:
            return False
        return self.day is not None and self.day <= self.period.last_day

    @property
    def unit(self) -> str:
        """The unit of measurement ("%", "件")."""
        return self.definition.unit if self.definition else ""

    @property
    def places(self) -> int:
        return self.definition.places if self.definition else 0

    @property
    def target(self) -> Decimal | None:
        return self.definition.target_for(self.period)[0] if self.definition else None

    @cached_property
    def verdict(self) -> Verdict:
        """The judgement by the rule in force."""
        if self.definition is None:
            return Verdict(VerdictCode.TO_BE_CONFIRMED, note=self.missing.reason if self.missing else "")
        made = self.definition
        elapsed = made.elapsed(self.period, self.day)
        return judge(self.exact, self.target, made.direction, made.places, elapsed=elapsed, rule=self.rule)

    @cached_property
    def progress(self) -> Result:
        """Progress towards the target in percent, unrounded (X-11)."""
        if self.definition is None:
            return self.exact
        return progress(self.exact, self.target, self.definition.progress_reading)

    @cached_property
    def ratio(self) -> tuple[Decimal, Decimal] | None:
        """Numerator and denominator, where the figure is a ratio and has a value (X-02)."""
        if self.definition is None or isinstance(self.exact, Missing):
            return None
        parts = self.definition.ratio_parts
        if parts is None:
            return None
        above, below = (evaluate(part, self.inputs) for part in parts)
        return None if isinstance(above, Missing) or isinstance(below, Missing) else (above, below)

    @property
    def id(self) -> str | None:
        """The id that the figure bears when it is issued; None without a definition."""
        if self.definition is None:
            return None
        return figure_id(
            definition_version=self.definition.id,
            reading=self.definition.reading,
            unit=self.unit_id,
            period=self.period.code,
            facts=self.fact_ids,
            rule=self.rule.name,
        )

    @property
    def value_text(self) -> str | None:
        """The shown value as a decimal string for programs: keeps its decimals ("77.30")."""
        return None if self.value is None else str(self.value)

    @property
    def exact_text(self) -> str | None:
        return None if isinstance(self.exact, Missing) else plain(self.exact)


NO_DEFINITION = Missing(MissingKind.TO_BE_CONFIRMED, N_("這段期間沒有指標定義"))
NO_FORMULA = Missing(MissingKind.TO_BE_CONFIRMED, N_("公式待承辦人確認"))
