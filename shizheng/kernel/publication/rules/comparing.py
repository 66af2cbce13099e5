"""Two data sets of one kind compared row by row: what was added, taken away, changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shizheng.kernel.publication.documents.model import Dataset, Field


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `kind` is added, removed or changed; `row` says which row; before and after are None where absent.

    `column` describes what is compared; None for a whole row.
    """

    dataset: str
    kind: str
    row: str
    field: str
    before: Any
    after: Any
    column: Field | None = None


def changes(before: Sequence[Dataset], after: Sequence[Dataset]) -> list[Change]:
    """Every difference, in the order of the earlier edition; then what is new."""
    later = {each.name: each for each in after}
    found: list[Change] = []
    for each in before:
        other = later.get(each.name)
        if other is not None:
            found += _between(each, other)
    return found


def _between(before: Dataset, after: Dataset) -> list[Change]:
    old, new = _by_key(before), _by_key(after)
    names = {field.name: index for index, field in enumerate(after.fields)}
    found: list[Change] = []
    for key, row in old.items():
        label = "、".join(str(part) for part in key)
        other = new.get(key)
        if other is None:
            found.append(Change(before.title, "removed", label, "", None, None))
            continue
        for index, field in enumerate(before.fields):
            at = names.get(field.name)
            if at is not None and _plain(row[index]) != _plain(other[at]):
                found.append(
                    Change(before.title, "changed", label, field.title, row[index], other[at], field)
                )
    for key in new:
        if key not in old:
            found.append(Change(after.title, "added", "、".join(str(part) for part in key), "", None, None))
    return found


def _by_key(dataset: Dataset) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    names = [field.name for field in dataset.fields]
    places = [names.index(name) for name in dataset.key]
    return {tuple(_plain(row[place]) for place in places): row for row in dataset.rows}


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
