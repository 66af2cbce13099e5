"""Whether two petitions may be about the same thing: near in place, in time, and in their words. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

from shizheng.common.similar import bigrams, likeness
from shizheng.common.text import normalise

EARTH = 6_371_008.8
"""Mean radius of the earth (IUGG), metres."""
LEAST_SHARED, MOST_SHARED = 2, 4


@dataclass(frozen=True)
class Placed:
    """What is compared of a petition: the officer's subject, the place in words, the day of receipt, longitude and latitude, the category."""

    subject: str
    day: date
    place: str = ""
    point: tuple[float, float] | None = None
    category_id: int | None = None

    @property
    def text(self) -> str:
        """Subject and place as one text."""
        return f"{self.subject} {self.place}".strip()

    @cached_property
    def pairs(self) -> tuple[Counter[str], Counter[str]]:
        """Pairs of characters of the subject, and of subject and place: worked out once, however many it is compared with."""
        return bigrams(self.subject), bigrams(self.text)


@dataclass(frozen=True, slots=True)
class Limits:
    """How far apart near ones may be: metres, days, and how alike their words must be at least (0 to 1)."""

    metres: int
    days: int
    words: Decimal


@dataclass(frozen=True, slots=True)
class Nearness:
    """Why two petitions are near. `metres`: None where either has no point. `percent`: how alike the words are, 0 to 100."""

    days: int
    metres: int | None
    percent: Decimal
    shared: tuple[str, ...]
    same_category: bool


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance of two points (longitude, latitude in degrees), metres."""
    (east, north), (other_east, other_north) = one, other
    low, high = radians(north), radians(other_north)
    half = (
        sin((high - low) / 2) ** 2
        + cos(low) * cos(high) * sin((radians(other_east) - radians(east)) / 2) ** 2
    )
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def shared_words(one: str, other: str) -> tuple[str, ...]:
    """Pieces of at least two letters that stand in both texts, the longest first, MOST_SHARED at most."""
    first, second = normalise(one).casefold(), normalise(other).casefold()
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    pieces = (first[block.a : block.a + block.size].strip() for block in blocks)
    found = {
        "".join(part for part in piece if part.isalnum() or part == " ").strip(): None for piece in pieces
    }
    kept = [each for each in found if len(each) >= LEAST_SHARED]
    return tuple(sorted(kept, key=lambda each: -len(each))[:MOST_SHARED])


def nearness(one: Placed, other: Placed, limits: Limits) -> Nearness | None:
    """How near two petitions are; None where they are not.

    Where both have a point, the place decides: no farther apart than the rule says, and alike in words or of one category.
    Where one has none, the words of subject and place must be alike.
    """
    days = abs((one.day - other.day).days)
    if days > limits.days:
        return None
    same = one.category_id is not None and one.category_id == other.category_id
    metres = None
    if one.point is not None and other.point is not None:
        metres = round(metres_between(one.point, other.point))
        if metres > limits.metres:
            return None
    share = max(likeness(one.pairs[0], other.pairs[0]), likeness(one.pairs[1], other.pairs[1]))
    if metres is not None:
        if not (same or share >= limits.words):
            return None
    elif share < limits.words:
        return None
    return Nearness(days, metres, share * 100, shared_words(one.text, other.text), same)


def nearest(one: Placed, others: Iterable[tuple[int, Placed]], limits: Limits) -> list[tuple[int, Nearness]]:
    """Keys of the near ones: the likest words first, then the nearest place, then the nearest day."""
    found = [(key, near) for key, other in others if (near := nearness(one, other, limits)) is not None]

    def order(each: tuple[int, Nearness]) -> tuple[Decimal, int, int, int]:
        key, near = each
        return -near.percent, limits.metres if near.metres is None else near.metres, near.days, key

    return sorted(found, key=order)
