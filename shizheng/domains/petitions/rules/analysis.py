"""What a month's petitions say: what rose and how much of the rise it is, and where there are more than chance gives. Pure.

Hot spots: were a category spread over the places as all petitions are, a place with `of` petitions would have `of` × the
category's share of the city. How likely at least as many as there are would then be is the binomial tail (`p`); as many
pairs of category and place are looked at at once, `q` is p after Benjamini and Hochberg (1995) over all pairs: of those
claimed at q ≤ 5%, no more than one in twenty is expected to be chance. Pairs are not independent of one another; the
procedure holds under positive dependence (Benjamini and Yekutieli, 2001), and what is claimed is where to look, not why.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import exp, lgamma, log, log1p
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Place = TypeVar("Place", bound=Hashable)
CELL = Decimal("0.005")
"""Side of a cell of the grid in degrees: about 555 m north to south, 507 m west to east at 24° N."""


@dataclass(frozen=True, slots=True)
class Change(Generic[Key]):
    """One thing now and before. `share`: its part of all that rose, in percent; None where it did not rise."""

    key: Key
    now: int
    before: int
    share: Decimal | None

    @property
    def difference(self) -> int:
        """How many more (or, negative, fewer)."""
        return self.now - self.before

    @property
    def rate(self) -> Decimal | None:
        """The difference in percent of before; None where there was nothing before."""
        return Decimal(self.difference) * 100 / self.before if self.before else None


def changes(now: Mapping[Key, int], before: Mapping[Key, int]) -> list[Change[Key]]:
    """Every key of either, what rose most first; shares are of the sum of all rises, so they add up to 100."""
    keys = {**dict.fromkeys(now), **dict.fromkeys(before)}
    rise = sum(max(0, now.get(key, 0) - before.get(key, 0)) for key in keys)
    found = []
    for key in keys:
        more = now.get(key, 0) - before.get(key, 0)
        share = Decimal(more) * 100 / rise if more > 0 else None
        found.append(Change(key, now.get(key, 0), before.get(key, 0), share))
    return sorted(found, key=lambda each: (-each.difference, -each.now, str(each.key)))


@dataclass(frozen=True, slots=True)
class HotSpot(Generic[Key, Place]):
    """More of a category at a place than chance gives: `n` of the `of` petitions there, where `expected` would be usual."""

    category: Key
    place: Place
    n: int
    of: int
    expected: float
    p: float
    q: float


def binomial_tail(n: int, of: int, share: float) -> float:
    """How likely at least `n` of `of` are where each is with probability `share` (0 to 1)."""
    if n <= 0:
        return 1.0
    if n > of or share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    term = exp(
        lgamma(of + 1) - lgamma(n + 1) - lgamma(of - n + 1) + n * log(share) + (of - n) * log1p(-share)
    )
    odds, total, at = share / (1 - share), 0.0, n
    while at <= of:
        total += term
        ratio = (of - at) / (at + 1) * odds
        if ratio < 1 and term < total * 1e-16:
            break
        term *= ratio
        at += 1
    return min(1.0, total)


def adjusted(values: Iterable[float], tests: int) -> list[float]:
    """q-values of p-values in their order; `tests`: how many there were in all, those not given being 1 (Benjamini–Hochberg)."""
    given = list(values)
    if tests < len(given):
        raise ValueError("fewer tests than p-values")
    found, least = [1.0] * len(given), 1.0
    for rank, at in sorted(
        enumerate(sorted(range(len(given)), key=given.__getitem__), start=1), key=lambda each: -each[0]
    ):
        least = min(least, given[at] * tests / rank)
        found[at] = least
    return found


def hot_spots(
    counts: Mapping[tuple[Key, Place], int], *, least: int, most_q: float
) -> list[HotSpot[Key, Place]]:
    """Pairs with at least `least` petitions and a q of at most `most_q`, the surest first; every pair counts as a test."""
    of_category: dict[Key, int] = {}
    of_place: dict[Place, int] = {}
    for (category, place), n in counts.items():
        of_category[category] = of_category.get(category, 0) + n
        of_place[place] = of_place.get(place, 0) + n
    whole = sum(of_category.values())
    pairs = [(category, place, n) for (category, place), n in counts.items() if n > 0]
    values = [
        binomial_tail(n, of_place[place], of_category[category] / whole) for category, place, n in pairs
    ]
    found = [
        HotSpot(category, place, n, of_place[place], of_place[place] * of_category[category] / whole, p, q)
        for (category, place, n), p, q in zip(
            pairs, values, adjusted(values, len(of_category) * len(of_place)), strict=True
        )
        if n >= least and q <= most_q
    ]
    return sorted(found, key=lambda each: (each.q, each.p, -each.n, str(each.category), str(each.place)))


def cell_of(longitude: float, latitude: float) -> tuple[Decimal, Decimal]:
    """The south-west corner of the grid's cell in which a point lies, degrees."""
    first, second = (
        (Decimal(str(each)) / CELL).to_integral_value("ROUND_FLOOR") * CELL for each in (longitude, latitude)
    )
    return first, second
