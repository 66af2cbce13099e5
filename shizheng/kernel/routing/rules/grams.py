"""Runs of characters (n-grams) as numbers, and texts as weighted vectors of them (TF-IDF).

An n-gram is known by a 64-bit number made from its characters, so a model holds no text, only sorted numbers: it loads
at once, is searched by bisection, and two n-grams out of a million share a number with a chance of 3 in 10⁸.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

CHUNK = 2_000_000
"""Characters that are taken at a time when many texts are read: 50 MB of numbers."""

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31 = np.uint64(30), np.uint64(27), np.uint64(31)


@dataclass(frozen=True, slots=True)
class Grams:
    """The n-grams of texts: number, the text it is of, its first character in that text, its length in characters."""

    keys: Keys
    texts: Ints
    starts: Ints
    lengths: Ints


def grams(texts: Sequence[str], shortest: int = 1, longest: int = 3) -> Grams:
    """Every run of `shortest` to `longest` characters; a blank stands before and after each text (start −1)."""
    joined = "".join(f" {text} " for text in texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    sizes = np.fromiter((len(text) + 2 for text in texts), dtype=np.int64, count=len(texts))
    of = np.repeat(np.arange(len(texts), dtype=np.int64), sizes)
    inside = np.arange(len(codes), dtype=np.int64) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    left = sizes[of] - inside
    found: list[tuple[Keys, Ints, Ints, Ints]] = []
    running = np.zeros(len(codes), dtype=np.uint64)
    for length in range(1, longest + 1):
        count = max(len(codes) - length + 1, 0)
        running = _mixed(running[:count] * _STEP + codes[length - 1 : length - 1 + count] + np.uint64(length))
        if length >= shortest:
            whole = left[:count] >= length
            if length == 1:
                whole = whole & (codes[:count] != 32)
            found.append(
                (
                    running[whole],
                    of[:count][whole],
                    inside[:count][whole] - 1,
                    np.full(int(whole.sum()), length),
                )
            )
    keys, owners, starts, lengths = (np.concatenate(each) for each in zip(*found, strict=True))
    return Grams(keys, owners, starts, lengths)


def _mixed(values: Keys) -> Keys:
    values = (values ^ (values >> _30)) * _MIX_1
    values = (values ^ (values >> _27)) * _MIX_2
    return values ^ (values >> _31)


def chunks(texts: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """(number of the first text, texts) for so many texts at a time as fit into `CHUNK` characters."""
    first, size = 0, 0
    for number, text in enumerate(texts):
        if size and size + len(text) > CHUNK:
            yield first, texts[first:number]
            first, size = number, 0
        size += len(text) + 2
    if first < len(texts):
        yield first, texts[first:]


@dataclass(frozen=True, slots=True)
class Vectoriser:
    """Which n-grams count (`keys`, sorted) and how much each weighs (`idf`: the rarer, the more)."""

    shortest: int
    longest: int
    keys: Keys
    idf: Floats

    def vector(self, text: str) -> tuple[Ints, Floats]:
        """Columns (ascending, each once) and their weights, of length 1 together; both empty where nothing is known."""
        found = grams([text], self.shortest, self.longest)
        columns, counts = np.unique(self.places(found.keys)[1], return_counts=True)
        return columns, self.weights(columns, counts)

    def places(self, keys: Keys) -> tuple[npt.NDArray[np.bool_], Ints]:
        """Which of `keys` are known, and the columns of those that are."""
        if not len(self.keys):
            return np.zeros(len(keys), dtype=bool), np.zeros(0, dtype=np.int64)
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        known = self.keys[places] == keys
        return known, places[known]

    def weights(self, columns: Ints, counts: Ints) -> Floats:
        """1 + ln of how often, times how rare, to length 1."""
        values = (1 + np.log(counts)) * self.idf[columns]
        length = float(np.sqrt((values**2).sum()))
        return (values / length if length else values).astype(np.float32)


def learn(
    texts: Sequence[str],
    *,
    shortest: int = 1,
    longest: int = 3,
    at_least: int = 2,
    at_most: int = 400_000,
) -> Vectoriser:
    """The n-grams that stand in `at_least` texts, of these the `at_most` commonest; idf = ln((1 + N)/(1 + n)) + 1."""
    keys, counts = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    for _first, some in chunks(texts):
        more, often = _document_counts(grams(some, shortest, longest), len(some))
        keys, counts = _merged(keys, counts, more, often)
    wanted = counts >= min(at_least, max(len(texts), 1))
    keys, counts = keys[wanted], counts[wanted]
    if len(keys) > at_most:
        chosen = np.sort(np.argsort(-counts, kind="stable")[:at_most])
        keys, counts = keys[chosen], counts[chosen]
    idf = (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)
    return Vectoriser(shortest, longest, keys, idf)


def _document_counts(found: Grams, texts: int) -> tuple[Keys, Ints]:
    """Each n-gram once, and in how many texts it stands."""
    keys, places = np.unique(found.keys, return_inverse=True)
    pairs = np.unique(places.astype(np.int64) * max(texts, 1) + found.texts)
    return keys, np.bincount(pairs // max(texts, 1), minlength=len(keys)).astype(np.int64)


def _merged(keys: Keys, counts: Ints, more: Keys, often: Ints) -> tuple[Keys, Ints]:
    if not len(keys):
        return more, often
    both, places = np.unique(np.concatenate([keys, more]), return_inverse=True)
    total = np.bincount(places, weights=np.concatenate([counts, often]), minlength=len(both))
    return both, total.astype(np.int64)
