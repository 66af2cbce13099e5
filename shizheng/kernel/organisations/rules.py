"""The dated tree as pure values: periods of a unit, the tree of one day, names as documents write them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Period:
    """What a unit was from `start` until before `end` (None: until further notice)."""

    start: date
    end: date | None
    name: str
    short_name: str = ""
    name_en: str = ""
    parent_id: int | None = None
    control_level: str = "agency"
    legal_basis: str = ""

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Period") -> bool:
        return (self.end is None or other.start < self.end) and (other.end is None or self.start < other.end)


CHANGEABLE = ("name", "short_name", "name_en", "parent_id", "control_level")


class NotInForce(ValueError):
    """The unit does not exist on the day on which something should happen to it."""


def change_from(
    periods: Sequence[Period], on: date, changes: Mapping[str, Any], legal_basis: str
) -> list[Period]:
    """The periods after `changes` take effect on `on`.

    The period that covers the day is cut there. A change already recorded for later stays, and everything else
    of it carries the new values: a move on 1 January reaches through a renaming of 1 June.
    """
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise KeyError(f"not changeable: {sorted(unknown)}")
    ordered = sorted(periods, key=lambda period: period.start)
    index = next((i for i, period in enumerate(ordered) if period.covers(on)), None)
    if index is None:
        raise NotInForce(on)
    current = ordered[index]
    changed = replace(current, start=on, legal_basis=legal_basis, **changes)
    before = [replace(current, end=on)] if current.start < on else []
    after = []
    pending = dict(changes)
    for later in ordered[index + 1 :]:
        pending = {
            name: value for name, value in pending.items() if getattr(later, name) == getattr(current, name)
        }
        after.append(replace(later, **pending))
    return [*ordered[:index], *before, changed, *after]


def close_on(periods: Sequence[Period], on: date) -> list[Period]:
    """The periods of a unit that ends before `on`; what was recorded for later falls away."""
    ordered = sorted(periods, key=lambda period: period.start)
    if not any(period.covers(on) and period.start < on for period in ordered) and not any(
        period.end == on for period in ordered
    ):
        raise NotInForce(on)
    return [replace(p, end=on) if p.end is None or p.end > on else p for p in ordered if p.start < on]


def first_gap(periods: Sequence[Period], start: date, end: date | None) -> date | None:
    """The first day from `start` until before `end` that no period covers; None where all are covered."""
    day = start
    while end is None or day < end:
        covering = next((period for period in periods if period.covers(day)), None)
        if covering is None:
            return day
        if covering.end is None:
            return None
        day = covering.end
    return None


def first_cycle(everything: Mapping[int, Sequence[Period]], unit_id: int) -> date | None:
    """The first day on which `unit_id` is above itself; None where no day shows a circle.

    Parents change only where some period begins, so those days are enough.
    """
    days = sorted({period.start for periods in everything.values() for period in periods})
    for day in days:
        parents = {
            unit: period.parent_id
            for unit, periods in everything.items()
            for period in periods
            if period.covers(day)
        }
        above, seen = parents.get(unit_id), set[int]()
        while above is not None and above not in seen:
            if above == unit_id:
                return day
            seen.add(above)
            above = parents.get(above)
    return None


@dataclass(frozen=True, slots=True)
class Node:
    """One unit on one day."""

    id: int
    code: str
    kind: str
    name: str
    short_name: str
    name_en: str
    parent_id: int | None
    control_level: str
    order: int
    start: date
    end: date | None


class Tree:
    """The units of one day. Iterating walks it depth first, siblings in their order."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.by_id: dict[int, Node] = {node.id: node for node in nodes}
        self._children: dict[int | None, list[Node]] = {}
        for node in sorted(self.by_id.values(), key=lambda n: (n.order, n.code)):
            parent = node.parent_id if node.parent_id in self.by_id else None
            self._children.setdefault(parent, []).append(node)

    def __len__(self) -> int:
        return len(self.by_id)

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self.by_id

    def __iter__(self) -> Iterator[Node]:
        stack = list(reversed(self.roots))
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(self.children(node.id)))

    @property
    def roots(self) -> list[Node]:
        return self._children.get(None, [])

    def children(self, unit_id: int) -> list[Node]:
        return self._children.get(unit_id, [])

    def subtree_ids(self, unit_id: int) -> frozenset[int]:
        """The unit and all below it; empty where the unit does not exist on that day."""
        if unit_id not in self.by_id:
            return frozenset()
        found, waiting = {unit_id}, [unit_id]
        while waiting:
            for child in self.children(waiting.pop()):
                if child.id not in found:
                    found.add(child.id)
                    waiting.append(child.id)
        return frozenset(found)

    def ancestors(self, unit_id: int) -> list[Node]:
        """From the top down to the parent."""
        line: list[Node] = []
        node = self.by_id.get(unit_id)
        while node is not None and node.parent_id is not None and len(line) <= len(self.by_id):
            node = self.by_id.get(node.parent_id)
            if node is not None:
                line.append(node)
        return line[::-1]

    def up_to_agency(self, unit_id: int) -> list[Node]:
        """Units above one that is no agency itself, from its parent up to its agency; never the city government."""
        line: list[Node] = []
        node = self.by_id.get(unit_id)
        while node is not None and node.kind == "unit" and len(line) <= len(self.by_id):
            node = self.by_id.get(node.parent_id or 0)
            if node is not None and node.kind != "city":
                line.append(node)
        return line

    def within_agency(self, unit_id: int) -> frozenset[int]:
        """The units below one that belong to the same agency: its sections, no agency that stands below it."""
        found = self.subtree_ids(unit_id) - {unit_id}
        return frozenset(each for each in found if unit_id in {node.id for node in self.up_to_agency(each)})

    def depth(self, unit_id: int) -> int:
        return len(self.ancestors(unit_id))

    def first_level(self) -> list[Node]:
        """The first-level agencies of the day: the denominator of rates over agencies (A10, X-02)."""
        return [node for node in self if node.kind == "agency"]

    def districts(self) -> list[Node]:
        return [node for node in self if node.kind == "district"]


def name_key(name: str) -> str:
    """A name reduced to what tells units apart: 台 and 臺 alike, no spaces, no width variants (X-26)."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    bare = re.sub(r"\s+", "", plain).replace("台", "臺")
    return bare if bare == name else name_key(bare)


def keys_without_city(name: str, government: str) -> frozenset[str]:
    """The name's key, and the same without the city government's or the city's name in front."""
    key, front = name_key(name), name_key(government)
    keys = {key}
    for prefix in (front, front.removesuffix("政府")):
        if prefix and key.startswith(prefix) and key != prefix:
            keys.add(key.removeprefix(prefix))
    return frozenset(keys)
