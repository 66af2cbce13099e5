"""What was read from a plan document: frozen values, nothing computed, `None` where nothing was printed."""

from dataclasses import dataclass, field
from decimal import Decimal

from shizheng.common.words import written


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of the source document, counted from 1, both ends included."""

    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a person should look at. `code` is stable; `message` is 中文; `line` counts from 1."""

    code: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Kpi:
    """A row of 衡量指標 (A03). Weight in percent points; target in `unit`."""

    number: int
    name: str
    weight: Decimal | None
    system: str | None
    method: str | None
    formula_text: str | None
    target_text: str | None
    target_value: Decimal | None
    unit: str | None
    direction: str
    source: Span


@dataclass(frozen=True, slots=True)
class Goal:
    """策略績效目標: named as in the KPI table; `name_in_text` is what part one prints when it differs (X-27)."""

    number: int
    name: str
    weight: Decimal | None
    kpis: tuple[Kpi, ...]
    source: Span
    name_in_text: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A leaf of 重要施政計畫項目. `points` are the numbered points of its content, without their numbers;
    `content` is the whole content, paragraph by paragraph as printed, so that nothing is lost."""

    number: str | None
    title: str
    points: tuple[str, ...]
    content: tuple[str, ...]
    source: Span
    pairing: str = "printed"  # "printed" or "inferred"


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """工作計畫 or 業務別; `name` is None where only a number is printed."""

    number: int | None
    name: str | None
    items: tuple[Item, ...]
    source: Span


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure inside a narrative: offsets count characters of the narrative."""

    text: str
    value: Decimal
    unit: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Result:
    """A row of 上年度實施狀況及成果概述 (A04)."""

    year: int | None
    period: str | None
    period_text: str | None
    goal: str
    goal_number: int | None
    goal_weight: Decimal | None
    kpi: str
    kpi_number: int | None
    kpi_weight: Decimal | None
    target_text: str | None
    narrative: str
    figures: tuple[Figure, ...]
    source: Span


@dataclass(frozen=True, slots=True)
class ParsedPlan:
    """A whole document (A02)."""

    agency: str | None
    roc_year: int | None
    goals: tuple[Goal, ...]
    work_plans: tuple[WorkPlan, ...]
    results: tuple[Result, ...]
    warnings: tuple[Remark, ...]
    encoding: str
    lines: int


@dataclass(slots=True)
class Remarks:
    """Collects remarks while reading; at most `limit` of one code, the rest are counted."""

    limit: int = 50
    kept: list[Remark] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, code: str, message: str, line: int | None = None) -> None:
        """Keep one remark."""
        self.counts[code] = self.counts.get(code, 0) + 1
        if self.counts[code] <= self.limit:
            self.kept.append(Remark(code, message, line))

    def all(self) -> tuple[Remark, ...]:
        """Every remark kept, and how many more there were of a code that came too often."""
        more = [
            Remark(
                "more_of_the_same",
                written("同類提醒「%(code)s」另有 %(count)s 則未列出。", code=code, count=count - self.limit),
            )
            for code, count in self.counts.items()
            if count > self.limit
        ]
        return (*self.kept, *more)
