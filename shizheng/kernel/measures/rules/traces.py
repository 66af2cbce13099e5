"""The trace of a figure: everything that made it, for a page and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shizheng.common.numbers import format_decimal, format_exact, plain, round_half_up
from shizheng.kernel.measures.rules.evaluate import Result, Row, Value
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.judging import Rule
from shizheng.kernel.measures.rules.missing import Missing
from shizheng.kernel.measures.rules.render import Piece, to_label, to_text, value_pieces, with_values

ROUNDING = "half_up"


def rule_json(rule: Rule) -> dict[str, Any]:
    """The version of the rule that judged, for programs; `id` null is the rule that is built in."""
    return {
        "name": rule.name,
        "code": rule.code,
        "version": rule.version,
        "id": rule.id,
        "since": rule.since or None,
        "source": rule.source or None,
        "reading": rule.reading or None,
        "to_be_confirmed": rule.to_be_confirmed,
        "text": rule.sentence,
        "at_risk": {
            "id": rule.at_risk_id,
            "version": rule.at_risk_version,
            "share": plain(rule.at_risk_share),
        },
    }


@dataclass(frozen=True)
class Signature:
    """One signature under what was filed: name, role and unit of who signed, and when."""

    level: str
    by: str
    role: str
    unit: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "level": self.level,
            "by": self.by,
            "role": self.role,
            "unit": self.unit,
            "at": moment(self.at),
        }


@dataclass(frozen=True)
class Filed:
    """Who filed something and when, and who signed it, where it comes to count only after that."""

    by_id: int | None
    by: str
    role: str
    unit: str
    at: datetime
    signed: tuple[Signature, ...] = ()

    def as_kept(self) -> dict[str, Any]:
        """As it is kept beside the source of a fact."""
        who = {"by": self.by, "role": self.role, "unit": self.unit, "at": moment(self.at)}
        return {"filed": who, "signed": [each.as_json() for each in self.signed]}


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


@dataclass(frozen=True)
class Trace:
    """Where a figure comes from."""

    figure: Figure
    unit_name: str
    about: DefinitionFacts
    inputs: Sequence[TraceInput] = ()
    members: Sequence[Member] = ()
    readings: Sequence[TraceReading] = ()
    track: Sequence[Segment] = ()
    corrections: Sequence[Correction] = ()
    now: Figure | None = None

    @property
    def shown(self) -> dict[str, Decimal | str]:
        """Input name → what stands for it in the expression."""
        return {name: _shown(value) for name, value in self._values().items()}

    def _values(self) -> dict[str, Value]:
        given = {each.name: each.value for each in self.inputs}
        return {**given, **dict(self.figure.inputs)}

    @property
    def pieces(self) -> list[Piece]:
        """The expression with values put in, piece by piece; empty without a formula."""
        made = self.figure.definition
        return value_pieces(made.tree, self.shown) if made and made.tree else []

    @property
    def expression(self) -> str:
        made = self.figure.definition
        return with_values(made.tree, self.shown) if made and made.tree else ""

    @property
    def formula(self) -> str:
        made = self.figure.definition
        return to_text(made.tree) if made and made.tree else ""

    @property
    def formula_label(self) -> str:
        made = self.figure.definition
        return to_label(made.tree, made.labels) if made and made.tree else ""

    @property
    def exact_shown(self) -> str:
        """The result before rounding, cut at four decimals; empty when missing."""
        return "" if isinstance(self.figure.exact, Missing) else format_exact(self.figure.exact)

    @property
    def differs_now(self) -> bool:
        """Whether the figure has another value today than at the moment looked at."""
        return self.now is not None and (self.now.value, self.now.missing) != (
            self.figure.value,
            self.figure.missing,
        )

    def as_json(self) -> dict[str, Any]:
        """The trace for programs: numbers are decimal strings, moments ISO 8601 with their zone."""
        found = self.figure
        made = found.definition
        verdict = found.verdict
        progress = found.progress
        return {
            "figure": found.id,
            "measure": {"id": found.measure_id, "code": found.code, "name": found.name},
            "unit_id": found.unit_id,
            "unit_name": self.unit_name,
            "period": {
                "code": found.period.code,
                "label": found.period.label,
                "start": found.period.start.isoformat(),
                "end": found.period.end.isoformat(),
            },
            "value": found.value_text,
            "exact": found.exact_text,
            "missing": _missing_json(found.missing),
            "unit": found.unit,
            "formula": self.formula or None,
            "formula_text": self.about.formula_text or None,
            "formula_label": self.formula_label or None,
            "expression": self.expression or None,
            "inputs": [each.as_json() for each in self.inputs],
            "made_from": found.made_from,
            "coverage": {"taken": found.taken, "gaps": found.gaps},
            "members": [
                {
                    "label": m.label,
                    "unit_id": m.figure.unit_id,
                    "period": m.figure.period.code,
                    "value": m.figure.value_text,
                    "missing": _missing_json(m.figure.missing),
                    "figure": m.figure.id,
                }
                for m in self.members
            ],
            "definition": None
            if made is None
            else {
                "id": made.id,
                "version": made.number,
                "valid_from": made.valid_from.isoformat(),
                "valid_to": made.valid_to.isoformat() if made.valid_to else None,
                "aggregation_time": made.over_time.value,
                "aggregation_units": made.over_units.value,
                "needs_confirmation": made.needs_confirmation,
                "notes": list(self.about.notes),
                "source": self.about.source or None,
            },
            "readings": [each.as_json() for each in self.readings],
            "reading_in_force": made.reading if made else None,
            "rule": rule_json(found.rule),
            "verdict": {
                "code": verdict.code.value,
                "label": verdict.code.label,
                "comparison": verdict.comparison or None,
                "projected": None
                if verdict.projected is None
                else str(round_half_up(verdict.projected, found.places)),
                "note": verdict.note or None,
            },
            "target": None if found.target is None else plain(found.target),
            "direction": made.direction.value if made else None,
            "progress": None if isinstance(progress, Missing) else str(round_half_up(progress, 2)),
            "rounding": {"mode": ROUNDING, "places": found.places},
            "as_of": moment(found.as_of),
            "superseded_by": None
            if self.now is None or not self.differs_now
            else {
                "value": self.now.value_text,
                "missing": _missing_json(self.now.missing),
                "figure": self.now.id,
            },
            "corrections": [each.as_json() for each in self.corrections],
            "history": [each.as_json() for each in self.track],
        }


def _missing_json(missing: Missing | None) -> dict[str, str] | None:
    return (
        None
        if missing is None
        else {"kind": missing.kind.value, "label": missing.label, "reason": missing.reason}
    )


def _shown(value: Value) -> Decimal | str:
    if isinstance(value, Missing):
        return value.label
    return f"{len(value)} 筆" if isinstance(value, tuple) else value


def row_json(row: Row) -> dict[str, Any]:
    """A row of a list for programs; the same shape as it is stored in."""
    found: dict[str, Any] = {"key": row.key}
    if isinstance(row.value, Missing):
        found["missing"] = row.value.kind.value
    elif row.value is not None:
        found["value"] = plain(row.value)
    if row.name:
        found["name"] = row.name
    if row.done_on:
        found["done_on"] = row.done_on.isoformat()
    return found


def value_json(value: Value) -> Any:
    """A value for programs: decimal string, `{"missing": kind}` or rows."""
    if isinstance(value, Missing):
        return {"missing": value.kind.value}
    return [row_json(row) for row in value] if isinstance(value, tuple) else plain(value)


def value_words(value: Value) -> str:
    """A value for people, in one line."""
    if isinstance(value, Missing):
        return value.label
    return f"{len(value)} 筆" if isinstance(value, tuple) else format_decimal(value)


def moment(value: datetime | None) -> str | None:
    """ISO 8601 with its zone, to the second."""
    return None if value is None else value.isoformat(timespec="seconds")
