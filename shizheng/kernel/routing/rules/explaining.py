"""Which words decided: what each n-gram added for the answer against the runner-up, laid upon its characters, in runs."""

from dataclasses import dataclass

import numpy as np

from shizheng.kernel.routing.rules.grams import Vectoriser, grams
from shizheng.kernel.routing.rules.linear import Weights

MOST = 5
_LEAST = 0.15
"""A run counts where its characters have at least this part of what the strongest character has."""


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters of the text, and its part of all that spoke for the answer (0 to 1)."""

    text: str
    part: float


def words(
    vectoriser: Vectoriser, text: str, shown: str, weights: Weights, answer: int, other: int, most: int = MOST
) -> tuple[Word, ...]:
    """The runs that spoke most for `answer` and against `other`, its runner-up (labels by number).

    `shown` is `text` as people wrote it, character for character.
    """
    found = grams([text], vectoriser.shortest, vectoriser.longest)
    known, columns = vectoriser.places(found.keys)
    if not len(columns) or not text:
        return ()
    starts, lengths = found.starts[known], found.lengths[known]
    _unique, places, counts = np.unique(columns, return_inverse=True, return_counts=True)
    once = (
        vectoriser.weights(_unique, counts)[places] / counts[places]
    )  # repeated n-grams share what they add
    added = once * (weights[columns, answer].astype(np.float32) - weights[columns, other]) / lengths
    speaking = np.zeros(len(text) + 2)
    for offset in range(vectoriser.longest):
        inside = lengths > offset
        np.add.at(speaking, starts[inside] + offset + 1, added[inside])
    speaking = speaking[1:-1]
    speaking[[character.isspace() for character in text]] = 0
    return _runs(shown, speaking, most)


def _runs(text: str, speaking: np.ndarray[tuple[int], np.dtype[np.float64]], most: int) -> tuple[Word, ...]:
    for_it = float(speaking[speaking > 0].sum())
    if for_it <= 0:
        return ()
    strong = speaking >= _LEAST * speaking.max()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], strong, [False]]).astype(np.int8)))
    gathered: dict[str, float] = {}
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        run = text[start:end].strip("，。、；：！？,.;:!?()（）「」 ")
        if run:
            gathered[run] = gathered.get(run, 0.0) + float(speaking[start:end].sum()) / for_it
    ordered = sorted(gathered.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Word(run, round(part, 3)) for run, part in ordered[:most])
