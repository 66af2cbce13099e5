"""Values, rows and moments as they are told: in words for people, as JSON for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shizheng.common.numbers import format_decimal, plain
from shizheng.kernel.measures.rules.evaluate import Row, Value
from shizheng.kernel.measures.rules.missing import Missing


def missing_json(missing: Missing | None) -> dict[str, str] | None:
    """Which kind of missing, for programs; None where nothing is missing."""
    return (
        None
        if missing is None
        else {"kind": missing.kind.value, "label": missing.label, "reason": missing.reason}
    )


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
