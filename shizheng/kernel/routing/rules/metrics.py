"""How good answers were: accuracy, macro-F1, calibration error, coverage at a precision, each label, over time.

Everywhere `right` and `given` are labels by number, `confidence` is the probability that came with the given one, between
0 and 1. −1 as the right one is a label that the model does not know, −2 as the given one is no answer; both are wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from shizheng.kernel.routing.rules.grams import Ints

Doubles = npt.NDArray[np.float64]
PRECISIONS = (0.90, 0.95)
BINS = 15
_95 = 1.96


@dataclass(frozen=True, slots=True)
class OfLabel:
    """One label: how many texts were of it (`n`) and were given it (`given`); shares between 0 and 1, None of nothing."""

    label: int
    n: int
    given: int
    precision: float | None
    recall: float | None
    f1: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence: how many, how confident on average, what share was right."""

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """Answers with at least `threshold`: how many, their share of all, the share of them that was right, at worst.

    `at_worst` is the lower end of the 95 % interval (Wilson).
    """

    threshold: float
    n: int
    coverage: float
    precision: float | None
    at_worst: float | None


def accuracy(right: Ints, given: Ints) -> float:
    """The share of answers that were right; 0 of nothing."""
    return float((right == given).mean()) if len(right) else 0.0


def by_label(right: Ints, given: Ints) -> list[OfLabel]:
    """Each label that was right or given at least once, by its number."""
    found = []
    for label in np.unique(np.concatenate([right, given])):
        were, said = right == label, given == label
        both, n, times = int((were & said).sum()), int(were.sum()), int(said.sum())
        found.append(
            OfLabel(
                int(label),
                n,
                times,
                both / times if times else None,
                both / n if n else None,
                2 * both / (n + times),
            )
        )
    return found


def macro_f1(right: Ints, given: Ints) -> float:
    """The mean of F1 over the labels, each counting the same; 0 of nothing."""
    found = by_label(right, given)
    return sum(each.f1 for each in found) / len(found) if found else 0.0


def bins(right: Ints, given: Ints, confidence: Doubles, count: int = BINS) -> list[Bin]:
    """Answers by confidence in `count` bins of one width; empty ones are left out."""
    places = np.minimum((confidence * count).astype(np.int64), count - 1)
    found = []
    for place in np.unique(places):
        here = places == place
        found.append(
            Bin(
                float(place) / count, float(place + 1) / count, int(here.sum()),
                float(confidence[here].mean()), float((right[here] == given[here]).mean()),
            )
        )  # fmt: skip
    return found


def calibration_error(right: Ints, given: Ints, confidence: Doubles, count: int = BINS) -> float:
    """Expected calibration error: how far confidence and accuracy lie apart, on average over the answers."""
    found = bins(right, given, confidence, count)
    return sum(each.n * abs(each.confidence - each.accuracy) for each in found) / max(len(right), 1)


def coverage_at(
    right: Ints, given: Ints, confidence: Doubles, precision: float
) -> tuple[float, float | None]:
    """The largest share of texts whose answers are right in `precision` of the cases, and the threshold that cuts it.

    (0, None) where no threshold reaches it. Answers of the same confidence stay together.
    """
    if not len(right):
        return 0.0, None
    order = np.argsort(-confidence, kind="stable")
    good = np.cumsum((right == given)[order])
    taken = np.arange(1, len(order) + 1)
    ordered = confidence[order]
    last = np.append(ordered[1:] != ordered[:-1], True)
    enough = np.flatnonzero((good >= precision * taken - 1e-9) & last)
    if not len(enough):
        return 0.0, None
    place = int(enough[-1])
    return float(taken[place]) / len(right), float(ordered[place])


def at_thresholds(
    right: Ints, given: Ints, confidence: Doubles, thresholds: Sequence[float]
) -> list[AtThreshold]:
    """What each threshold would have given."""
    found = []
    for threshold in thresholds:
        here = confidence >= threshold
        n, good = int(here.sum()), int((right[here] == given[here]).sum())
        found.append(
            AtThreshold(
                threshold,
                n,
                n / max(len(right), 1),
                good / n if n else None,
                lower_end(good, n) if n else None,
            )
        )
    return found


def lower_end(good: int, n: int) -> float:
    """The lower end of the 95 % interval of good/n (Wilson 1927)."""
    share, square = good / n, _95**2 / n
    return (share + square / 2 - _95 * sqrt(share * (1 - share) / n + square / (4 * n))) / (1 + square)


def shift(before: Ints, after: Ints, count: int) -> float:
    """How differently labels are spread, 0 (the same) to 1: half the sum of the differences of their shares."""
    shares = [
        np.bincount(each[each >= 0], minlength=count) / max(int((each >= 0).sum()), 1)
        for each in (before, after)
    ]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)
