"""What is kept of a figure when it is issued: its text and its trace, without the names of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shizheng.common.numbers import format_exact, plain, with_unit
from shizheng.kernel.measures.rules.evaluate import Value
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.judging import VERDICT_LABELS, VerdictCode
from shizheng.kernel.measures.rules.missing import Missing
from shizheng.kernel.measures.rules.render import to_label, to_text, with_values


def figure_text(figure: Figure) -> str:
    """The figure as printed: 77.31%, 1,200 件, or the kind of missing."""
    if figure.value is None:
        return missing_label(figure.missing.kind.value if figure.missing else "to_be_confirmed")
    return with_unit(figure.value, figure.unit, figure.places)


def missing_label(kind: str) -> str:
    """What a kind of missing is called."""
    return str(VERDICT_LABELS[VerdictCode(kind)])


def issued_trace(figure: Figure) -> dict[str, Any]:
    """How the figure came about, as it stood: formula, values put in, inputs, target. No names of people."""
    made = figure.definition
    assert made is not None
    shown = {name: _shown(value) for name, value in figure.inputs.items()}
    numbers = {name: text for name, text in shown.items() if not isinstance(figure.inputs[name], tuple)}
    worked = ""
    if made.tree is not None and figure.value is not None:
        worked = with_values(made.tree, {**numbers, **{n: t for n, t in shown.items() if n not in numbers}})
    return {
        "code": figure.code,
        "name": figure.name,
        "unit": figure.unit,
        "formula": to_text(made.tree) if made.tree else "",
        "formula_label": to_label(made.tree, made.labels) if made.tree else "",
        "worked": worked,
        "exact": "" if isinstance(figure.exact, Missing) else format_exact(figure.exact),
        "inputs": [
            {"name": name, "label": made.labels.get(name) or name, "value": text}
            for name, text in shown.items()
        ],
        "definition": made.number,
        "reading": made.reading,
        "target": None if figure.target is None else plain(figure.target),
        "direction": made.direction.sign,
        "made_from": figure.made_from,
        "taken": figure.taken,
        "gaps": figure.gaps,
        "corrected": figure.corrected,
        "missing_reason": figure.missing.reason if figure.missing else "",
    }


def _shown(value: Value) -> str:
    if isinstance(value, Missing):
        return missing_label(value.kind.value)
    if isinstance(value, tuple):
        return f"{len(value)} 列"
    return plain(value)


def same_value(issued: Mapping[str, Any], now: Figure | None) -> bool:
    """Whether a figure evaluated again is what was issued: the exact value, and what was missing."""
    if now is None:
        return False
    missing = now.missing.kind.value if now.missing else ""
    return bool((now.exact_text or "") == issued["exact"] and missing == issued["missing"])
