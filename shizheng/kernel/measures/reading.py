"""From stored rows to the pure objects of `rules`: definitions, facts, rows of lists. No queries here."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from shizheng.kernel.measures.rules.aggregation import OverTime, OverUnits
from shizheng.kernel.measures.rules.evaluate import Row, Value
from shizheng.kernel.measures.rules.figures import Definition
from shizheng.kernel.measures.rules.judging import Direction, ProgressReading
from shizheng.kernel.measures.rules.missing import Missing, MissingKind
from shizheng.kernel.measures.rules.periods import PeriodKind
from shizheng.kernel.measures.rules.storing import from_json
from shizheng.kernel.measures.rules.tree import Node

DEFINITION_COLUMNS = (
    "id, measure_id, number, valid_from, valid_to, unit, direction, trim_scale(target), target_period, targets::text, "
    "places, formula::text, inputs::text, aggregation_time, aggregation_units, progress, reading_in_force, "
    "needs_confirmation"
)
FACT_COLUMNS = "f.id, f.measure_id, f.unit_id, f.input, f.period, trim_scale(f.value), f.missing, f.rows::text, f.supersedes_id"


@lru_cache(maxsize=8192)
def tree_of(text: str) -> Node:
    """The formula of its stored JSON text."""
    return from_json(json.loads(text))


@lru_cache(maxsize=8192)
def labels_of(text: str) -> Mapping[str, str]:
    """Input name → label, from the stored inputs."""
    return {each["name"]: each.get("label", "") for each in json.loads(text)}


def definition_of(row: Sequence[Any]) -> Definition:
    """A `Definition` from a row of DEFINITION_COLUMNS."""
    targets = {code: Decimal(value) for code, value in json.loads(row[9]).items()} if row[9] != "{}" else {}
    return Definition(
        id=row[0],
        measure_id=row[1],
        number=row[2],
        valid_from=row[3],
        valid_to=row[4],
        unit=row[5],
        direction=Direction(row[6]),
        target=row[7],
        target_period=PeriodKind(row[8]),
        targets=targets,
        places=row[10],
        tree=tree_of(row[11]) if row[11] and row[11] != "null" else None,
        labels=labels_of(row[12]),
        steps=steps_of(row[12]),
        over_time=OverTime(row[13]),
        over_units=OverUnits(row[14]),
        progress_reading=ProgressReading(row[15]),
        reading=row[16],
        needs_confirmation=row[17],
    )


@lru_cache(maxsize=8192)
def steps_of(text: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Milestone input → its steps as key and label, from the stored inputs."""
    return {
        each["name"]: tuple((step["key"], step["label"]) for step in each["steps"])
        for each in json.loads(text)
        if each.get("steps")
    }


class HeldFact(NamedTuple):
    """A fact as the figures need it (a row of FACT_COLUMNS)."""

    id: int
    measure_id: int
    unit_id: int
    input: str
    period: str
    number: Decimal | None
    missing: str | None
    rows: str | None
    supersedes_id: int | None

    def value(self, until: date) -> Value:
        """The value for a formula; steps finished on or after `until` are not finished yet."""
        if self.number is not None:
            return self.number
        if self.missing is not None:
            return Missing(MissingKind(self.missing), source=self.input)
        return rows_of(json.loads(self.rows or "[]"), until)


def rows_of(data: Sequence[Mapping[str, Any]], until: date | None = None) -> tuple[Row, ...]:
    """The rows of a list input from their JSON: `{"key", "value"?, "missing"?, "name"?, "done_on"?}`."""
    found = []
    for each in data:
        value: Decimal | Missing | None = None
        if each.get("value") is not None:
            value = Decimal(str(each["value"]))
        elif each.get("missing"):
            value = Missing(MissingKind(each["missing"]))
        done_on = date.fromisoformat(each["done_on"]) if each.get("done_on") else None
        if done_on is not None and until is not None and done_on >= until:
            done_on = None
        found.append(Row(str(each["key"]), value, str(each.get("name") or ""), done_on))
    return tuple(found)


class AsOf(NamedTuple):
    """A moment, and the number below which transactions had ended by then (None: not known, no limit)."""

    moment: datetime
    horizon: int | None
