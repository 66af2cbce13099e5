"""The trace of a figure: everything that made it, for a page and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shizheng.common.numbers import format_exact, plain, round_half_up
from shizheng.kernel.measures.rules.evaluate import Value
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.judging import Rule
from shizheng.kernel.measures.rules.missing import Missing
from shizheng.kernel.measures.rules.render import Piece, to_label, to_text, value_pieces, with_values
from shizheng.kernel.measures.rules.telling import missing_json, moment
from shizheng.kernel.measures.rules.trace_parts import (
    Correction,
    DefinitionFacts,
    Member,
    Segment,
    TraceInput,
    TraceReading,
)

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
            "missing": missing_json(found.missing),
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
                    "missing": missing_json(m.figure.missing),
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
                "missing": missing_json(self.now.missing),
                "figure": self.now.id,
            },
            "corrections": [each.as_json() for each in self.corrections],
            "history": [each.as_json() for each in self.track],
        }


def _shown(value: Value) -> Decimal | str:
    if isinstance(value, Missing):
        return value.label
    return f"{len(value)} 筆" if isinstance(value, tuple) else value
