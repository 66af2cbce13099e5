"""Which column is which field: by aliases, by likeness of names, by the look of the values. A proposal, never a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol

from shizheng.common.words import N_
from shizheng.kernel.intake.rules.typing import LOOKED_UP, Kind, Unreadable, key_of, typed

SAMPLES = 200
"""Cells of a column that are looked at."""
ENOUGH = 0.62
"""How like a name or its values must be before a column is proposed."""
SURE_VALUES = 0.9


class Why(StrEnum):
    """What a proposal rests on."""

    REMEMBERED = "remembered"
    NAME = "name"
    LIKE = "like"
    VALUES = "values"


WHY_LABELS = {
    Why.REMEMBERED: N_("上次這樣對應"),
    Why.NAME: N_("欄名相同"),
    Why.LIKE: N_("欄名相近"),
    Why.VALUES: N_("看內容推測"),
}


class Wanted(Protocol):
    """What is asked of a field of a target."""

    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def names(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Guess:
    """One column proposed for a field."""

    place: int
    why: Why
    score: float


def proposed(
    fields: Sequence[Wanted],
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    known: Mapping[str, frozenset[str]],
) -> dict[str, Guess]:
    """Field → the column that is most likely it. Each column goes to one field, the surest first.

    `known`: words (as `key_of`) that a looked-up field knows, for telling its columns by their values.
    """
    looks: dict[tuple[int, Kind, str], float] = {}

    def look(place: int, each: Wanted) -> float:
        which = each.code if each.kind in LOOKED_UP else ""
        if (place, each.kind, which) not in looks:
            cells = [row[place].strip() for row in rows[:SAMPLES] if place < len(row) and row[place].strip()]
            looks[place, each.kind, which] = _share(cells, each.kind, known.get(each.code, frozenset()))
        return looks[place, each.kind, which]

    found: list[tuple[float, int, str, Guess]] = []
    for order, each in enumerate(fields):
        names = [key_of(name) for name in each.names]
        for place, heading in enumerate(headings):
            like = likeness(key_of(heading), names)
            fits = look(place, each) if each.kind is not Kind.TEXT else 0.5
            guess = _guess(place, like, fits, each.kind)
            if guess is not None:
                found.append((guess.score, -order, each.code, guess))
    out: dict[str, Guess] = {}
    taken: set[int] = set()
    for _score, _order, code, guess in sorted(found, key=lambda one: one[:2], reverse=True):
        if code not in out and guess.place not in taken:
            out[code] = guess
            taken.add(guess.place)
    return out


def _guess(place: int, like: float, fits: float, kind: Kind) -> Guess | None:
    if like == 1:
        return Guess(place, Why.NAME, 2 + fits / 10)
    if fits == 0 and kind is not Kind.TEXT:
        return None
    if like >= ENOUGH:
        return Guess(place, Why.LIKE, like + fits / 2)
    if fits >= SURE_VALUES and kind in (Kind.DATE, Kind.MOMENT, Kind.UNIT, Kind.CHOICE):
        return Guess(place, Why.VALUES, fits / 2)
    return None


def likeness(heading: str, names: Sequence[str]) -> float:
    """How like a heading is to the likeliest of the names: 1 the same, 0 nothing in common."""
    best = 0.0
    for name in names:
        if not heading or not name:
            continue
        if heading == name:
            return 1.0
        ratio = SequenceMatcher(None, heading, name).ratio()
        if min(len(heading), len(name)) >= 2 and (heading in name or name in heading):
            ratio = max(ratio, 0.7)
        best = max(best, ratio)
    return min(best, 0.99)


def _share(cells: Sequence[str], kind: Kind, known: frozenset[str]) -> float:
    """The share of cells that look like a value of the kind."""
    if not cells:
        return 0.0
    if kind in LOOKED_UP:
        return sum(key_of(cell) in known for cell in cells) / len(cells)
    good = 0
    for cell in cells:
        try:
            typed(kind, cell)
        except Unreadable:
            continue
        good += 1
    return good / len(cells)
