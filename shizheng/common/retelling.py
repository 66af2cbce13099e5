"""Rows that are told again instead of rewritten: a correction supersedes what it corrects, a struck one counts no more.

A row has `pk` (None while it is not kept), `on` (its day), `supersedes_id` (the row that it corrects, or None), `struck`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

Row = TypeVar("Row")

LAST = 2**62
"""What is not kept yet comes last on its day."""


def root_of(row: Any, by_id: Mapping[int, Any]) -> int:
    """The id of the first telling that a correction goes back to; 0 where that is not kept yet."""
    while row.supersedes_id is not None and row.supersedes_id in by_id:
        row = by_id[row.supersedes_id]
    return int(row.pk or 0)


def standing(rows: Iterable[Row]) -> list[Row]:
    """Those that count, by day and then in the order in which they were first told."""
    told: list[Any] = list(rows)
    by_id = {each.pk: each for each in told if each.pk is not None}
    gone = {each.supersedes_id for each in told} - {None}
    left: list[Any] = [each for each in told if each.pk not in gone and not each.struck]
    left.sort(key=lambda each: (each.on, root_of(each, by_id) or LAST))
    return left


def threads(rows: Iterable[Row]) -> list[list[Row]]:
    """Kept rows, each with the later tellings of the same thing behind it; in the order in which they were first told."""
    kept: list[Any] = sorted(rows, key=lambda each: each.pk)
    by_id = {each.pk: each for each in kept}
    found: dict[int, list[Any]] = {}
    for each in kept:
        found.setdefault(root_of(each, by_id), []).append(each)
    return list(found.values())


def tellings(rows: Iterable[Row]) -> list[list[Row]]:
    """The same, the newest thing (by its last telling) first."""
    told: list[list[Any]] = threads(rows)
    newest: list[list[Any]] = sorted(told, key=lambda each: (each[-1].on, each[0].pk), reverse=True)
    return newest
