"""The rules of `data/*.toml`: one file a topic, one table a rule, its versions oldest first."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from shizheng.common.errors import BadInput
from shizheng.common.words import written
from shizheng.kernel.rulebook.rules import Kind, read_shape, read_value

ROC_OFFSET = 1911


@dataclass(frozen=True, slots=True)
class ShippedVersion:
    """One value of a shipped rule. A plan's year makes it valid from that year's first day."""

    value: Any
    valid_from: date
    valid_to: date | None
    source: str
    reading: str
    unconfirmed: bool


@dataclass(frozen=True, slots=True)
class ShippedRule:
    """One rule as it ships. `rows`: IDs in the plans' table of numeric rules."""

    code: str
    name: str
    name_en: str
    topic: str
    kind: Kind
    unit: str
    meaning: str
    shape: dict[str, Any]
    rows: tuple[str, ...]
    versions: tuple[ShippedVersion, ...]


def shipped_rules() -> list[ShippedRule]:
    """Every shipped rule, each value checked against its kind. Raises ValueError naming the rule that is wrong."""
    folder = files("shizheng.kernel.rulebook").joinpath("data")
    found: list[ShippedRule] = []
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            found.extend(_rules(tomllib.loads(file.read_text("utf-8"))))
    codes = [name for rule in found for name in {rule.code, *rule.rows}]
    twice = {code for code in codes if codes.count(code) > 1}
    if twice:
        raise ValueError(f"shipped twice: {sorted(twice)}")
    return found


def _rules(text: dict[str, Any]) -> Iterator[ShippedRule]:
    topic = text.pop("topic")
    for code, given in text.items():
        kind = Kind(given["kind"])
        try:
            shape = read_shape(kind, given.get("shape"))
            versions = tuple(_version(kind, shape, each) for each in given["versions"])
        except (BadInput, KeyError, ValueError) as failure:
            raise ValueError(f"shipped rule {code}: {failure}, {getattr(failure, 'fields', '')}") from failure
        rows = tuple(row for each in given["versions"] for row in each.get("rows", ()))
        yield ShippedRule(
            code, given["name"], given["name_en"], topic, kind, given.get("unit", ""), given["meaning"], shape, rows,
            versions,
        )  # fmt: skip


def _version(kind: Kind, shape: dict[str, Any], given: dict[str, Any]) -> ShippedVersion:
    read_value(kind, given["value"], shape)
    plan, rows = given.get("plan"), given.get("rows", ())
    start = given["valid_from"] if "valid_from" in given else date(given["plan"] + ROC_OFFSET, 1, 1)
    source = given.get("source") or written(
        "%(plan_year)s 年度施政計畫（%(rows)s）", plan_year=plan, rows="、".join(rows)
    )
    reading, unconfirmed = given.get("reading", ""), given.get("unconfirmed", False)
    if unconfirmed and not reading:
        raise ValueError("unconfirmed without a reading")
    return ShippedVersion(given["value"], start, given.get("valid_to"), source, reading, unconfirmed)
