"""The parts of a trace: inputs, readings, stretches of days, corrections, members; each also as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shizheng.common.numbers import plain, round_half_up
from shizheng.kernel.measures.rules.evaluate import Result, Row, Value
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.filed import Signature
from shizheng.kernel.measures.rules.missing import Missing
from shizheng.kernel.measures.rules.telling import moment, row_json, value_json


@dataclass(frozen=True)
class TraceInput:
    """One input as it went in: its value, the fact, where it came from, who filed it and when."""

    name: str
    label: str
    value: Value
    fact_id: int | None
    period: str
    unit_name: str
    kind: str = "reported"
    source: Mapping[str, Any] | None = None
    filed_by: str = ""
    filed_at: datetime | None = None
    corrects: int | None = None
    reason: str = ""
    filed_role: str = ""
    filed_unit: str = ""
    signed: tuple[Signature, ...] = ()

    @property
    def number(self) -> Decimal | None:
        return self.value if isinstance(self.value, Decimal) else None

    @property
    def missing(self) -> Missing | None:
        return self.value if isinstance(self.value, Missing) else None

    @property
    def rows(self) -> tuple[Row, ...] | None:
        return self.value if isinstance(self.value, tuple) else None

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "label": self.label,
            "value": None if self.number is None else plain(self.number),
            "rows": None if self.rows is None else [row_json(row) for row in self.rows],
            "missing": self.missing.kind.value if self.missing else None,
            "kind": self.kind,
            "source": dict(self.source) if self.source else None,
            "filed_by": self.filed_by or None,
            "filed_at": moment(self.filed_at),
            "filed_as": {"role": self.filed_role, "unit": self.filed_unit} if self.filed_role else None,
            "signed": [each.as_json() for each in self.signed],
            "fact": self.fact_id,
            "period": self.period,
            "unit_name": self.unit_name,
            "corrects": self.corrects,
            "reason": self.reason or None,
        }


@dataclass(frozen=True)
class TraceReading:
    """One configured reading with the value that it gives."""

    code: str
    label: str
    text: str
    result: Result
    places: int
    in_force: bool
    note: str = ""
    source: str = ""

    @property
    def value(self) -> Decimal | None:
        return None if isinstance(self.result, Missing) else round_half_up(self.result, self.places)

    @property
    def missing(self) -> Missing | None:
        return self.result if isinstance(self.result, Missing) else None

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "label": self.label,
            "formula": self.text,
            "value": None if self.value is None else str(self.value),
            "missing": self.missing.kind.value if self.missing else None,
            "in_force": self.in_force,
            "note": self.note or None,
            "source": self.source or None,
        }


@dataclass(frozen=True)
class Segment:
    """A stretch of days in which the figure was the same, and what began it."""

    start: datetime
    end: datetime | None
    event: str
    reason: str
    value: Decimal | None
    missing: Missing | None
    here: bool = False

    @property
    def day(self) -> date:
        return self.start.date()

    def as_json(self) -> dict[str, Any]:
        return {
            "from": moment(self.start),
            "to": moment(self.end),
            "event": self.event,
            "reason": self.reason or None,
            "value": None if self.value is None else str(self.value),
            "missing": self.missing.kind.value if self.missing else None,
            "here": self.here,
        }


@dataclass(frozen=True)
class Correction:
    """One input before and after a correction, with its reason."""

    label: str
    name: str
    before: Value
    after: Value
    reason: str
    by: str
    at: datetime
    fact_id: int

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "before": value_json(self.before),
            "after": value_json(self.after),
            "reason": self.reason,
            "by": self.by,
            "at": moment(self.at),
            "fact": self.fact_id,
        }


@dataclass(frozen=True)
class Member:
    """A shorter period or a unit below that went into a figure, with its own figure."""

    label: str
    figure: Figure


@dataclass(frozen=True)
class DefinitionFacts:
    """What the page tells about the definition beyond what evaluates."""

    source: str
    formula_text: str
    notes: Sequence[str]
    reason: str
    recorded_at: datetime | None
