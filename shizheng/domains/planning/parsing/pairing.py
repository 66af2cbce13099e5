"""Titles and contents that stand in separate cells: which content belongs to which title (X-23).

The rules, in this order:
1. Order never changes: contents follow their titles from top to bottom.
2. Each title takes one block (a numbered run or an unnumbered paragraph) unless the wording says otherwise.
3. A numbered run that restarts at 1 never joins the run before it under one title; an unnumbered paragraph,
   and a lead-in with its list, may continue what stands before it.
4. Neighbouring sub-items under one parent may share a block when there is none left for one of them.
The wording decides by rare pairs of characters that a title shares with a block, and by quoted names that two
neighbouring blocks share. Whatever was not simply one title beside one block is marked as inferred.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .blocks import Block

_MAX_CELLS = 20_000
_LONGEST_CHAIN = 4
_ONE_MORE_BLOCK = 0.30
_SHARED_BLOCK = 0.45
_NO_BLOCK = 1.00
_COHESION = 0.70
_GOES_ON = 0.20
_WORD = re.compile(r"[^\W_]")
_QUOTED = re.compile(r"[「『](?P<name>[^「」『』]{4,40})[」』]")
_CONTINUES = ("另", "並", "此外", "又", "且", "同時")


@dataclass(frozen=True, slots=True)
class Titled:
    """A leaf title as the pairing sees it: siblings have the same parent."""

    text: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Titles start..end (usually one) with blocks start..end; `inferred` when the wording decided."""

    titles: range
    blocks: range
    inferred: bool


def pair(titles: Sequence[Titled], blocks: Sequence[Block]) -> list[Pair]:
    """Give every block to a title. Every title is in exactly one pair, every block in exactly one."""
    if len(titles) == 1:
        return [Pair(range(1), range(len(blocks)), False)]
    if len(titles) * max(len(blocks), 1) > _MAX_CELLS:
        return _in_order(len(titles), len(blocks))
    return _Alignment(titles, blocks).best()


def _in_order(titles: int, blocks: int) -> list[Pair]:
    """One block each, what is left over to the last title."""
    pairs = [
        Pair(range(i, i + 1), range(min(i, blocks), min(i + 1, blocks)), True) for i in range(titles - 1)
    ]
    return [*pairs, Pair(range(titles - 1, titles), range(min(titles - 1, blocks), blocks), True)]


def _bigrams(text: str) -> set[str]:
    return {
        text[i : i + 2] for i in range(len(text) - 1) if _WORD.match(text[i]) and _WORD.match(text[i + 1])
    }


class _Alignment:
    """The best monotone alignment by dynamic programming over (titles used, blocks used)."""

    def __init__(self, titles: Sequence[Titled], blocks: Sequence[Block]) -> None:
        self.titles = titles
        self.blocks = blocks
        in_blocks = [_bigrams(block.text) for block in blocks]
        frequency = Counter(pair for pairs in in_blocks for pair in pairs)
        rarity = {pair: math.log((len(blocks) + 1) / count) for pair, count in frequency.items()}
        unknown = math.log(len(blocks) + 1)
        self.likeness = [
            [self._likeness(_bigrams(title.text), present, rarity, unknown) for present in in_blocks]
            for title in titles
        ]
        self.goes_on = [self._goes_on(index) for index in range(len(blocks))]

    @staticmethod
    def _likeness(wanted: set[str], present: set[str], rarity: dict[str, float], unknown: float) -> float:
        """Share of the title's pairs of characters, weighted by rarity, that the block has: 0 to 1."""
        total = sum(rarity.get(each, unknown) for each in wanted)
        return sum(rarity[each] for each in wanted if each in present) / total if total else 0.0

    def _goes_on(self, index: int) -> float | None:
        """What speaks for a block going on from the one before under one title; None where it cannot."""
        if index == 0:
            return None
        block, before = self.blocks[index], self.blocks[index - 1]
        restarts = block.style is not None and not _has_lead_in(block)
        if restarts and before.style is not None:
            return None
        bonus = _GOES_ON if block.text.startswith(_CONTINUES) or _has_lead_in(block) else 0.0
        return bonus + _COHESION * _shared_names(before.text, block.text)

    def _chain(self, title: int, start: int, end: int) -> float | None:
        """The worth of one title with blocks start..end, or None where rule 3 forbids it."""
        worth = 0.0
        for block in range(start, end):
            worth += self.likeness[title][block]
            if block > start:
                goes_on = self.goes_on[block]
                if goes_on is None:
                    return None
                worth += goes_on - _ONE_MORE_BLOCK
        return worth

    def _share(self, start: int, end: int, block: int) -> float | None:
        """The worth of sibling titles start..end sharing one block."""
        parents = {title.parent for title in self.titles[start:end]}
        if len(parents) > 1 or None in parents:
            return None
        return sum(self.likeness[title][block] for title in range(start, end)) - _SHARED_BLOCK * (
            end - start - 1
        )

    def best(self) -> list[Pair]:
        """The pairs of the worthiest alignment."""
        count, total = len(self.titles), len(self.blocks)
        worth: list[list[float]] = [[-math.inf] * (total + 1) for _ in range(count + 1)]
        back: dict[tuple[int, int], tuple[int, int]] = {}
        worth[0][0] = 0.0
        for i in range(count):
            for j in range(total + 1):
                if worth[i][j] > -math.inf:
                    self._step(i, j, worth, back)
        if worth[count][total] == -math.inf:
            return _in_order(count, total)
        return self._walk_back(count, total, back)

    def _step(
        self, i: int, j: int, worth: list[list[float]], back: dict[tuple[int, int], tuple[int, int]]
    ) -> None:
        total = len(self.blocks)
        moves: list[tuple[int, int, float | None]] = [(i + 1, j, -_NO_BLOCK)]
        moves += [
            (i + 1, end, self._chain(i, j, end)) for end in range(j + 1, min(j + _LONGEST_CHAIN, total) + 1)
        ]
        if j < total:
            last = min(i + _LONGEST_CHAIN, len(self.titles))
            moves += [(end, j + 1, self._share(i, end, j)) for end in range(i + 2, last + 1)]
        for to_i, to_j, gain in moves:
            if gain is not None and worth[i][j] + gain > worth[to_i][to_j]:
                worth[to_i][to_j] = worth[i][j] + gain
                back[to_i, to_j] = (i, j)

    def _walk_back(self, i: int, j: int, back: dict[tuple[int, int], tuple[int, int]]) -> list[Pair]:
        pairs: list[Pair] = []
        while i:
            from_i, from_j = back[i, j]
            simple = i - from_i == 1 and j - from_j == 1
            pairs.append(Pair(range(from_i, i), range(from_j, j), not simple))
            i, j = from_i, from_j
        return pairs[::-1]


def _has_lead_in(block: Block) -> bool:
    return len(block.paragraphs) > len(block.pieces) and not block.paragraphs[0].startswith(("(", "（"))


def _shared_names(before: str, after: str) -> float:
    """1 when both quote the same name, a share of it when the names overlap, 0 otherwise."""
    ours = [_bigrams(found.group("name")) for found in _QUOTED.finditer(before[:4000])][:20]
    theirs = [_bigrams(found.group("name")) for found in _QUOTED.finditer(after[:4000])][:20]
    return max(
        (len(mine & other) / max(len(mine | other), 1) for mine in ours for other in theirs), default=0.0
    )
