"""Scores made into probabilities that come true: of the answers given with 80 %, 80 in 100 are right.

Two steps. p = softmax(a · s + b): one temperature for all labels and one offset for each, fitted by maximum likelihood on
scores of texts that the weights had not seen, with a pull of the offsets towards nothing, so that rare labels do not run
away. Then the probability of the likeliest label is bent, ln(p/(1−p)) → c · ln(p/(1−p)) + d, by how answers of older
weights came true on newer texts: cases to come are less like the past than the past is like itself. The answer stays.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shizheng.kernel.routing.rules.grams import Floats, Ints

Doubles = npt.NDArray[np.float64]
PULL = 0.1
FEW = 5.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """`sharpness` a and `offsets` b of p = softmax(a · s + b); `curve` c and d of the likeliest label."""

    sharpness: float
    offsets: Floats
    curve: tuple[float, float] = (1.0, 0.0)

    def probabilities(self, scores: npt.NDArray[np.floating]) -> Doubles:
        """Of one text (labels) or many (texts by labels); each row sums to 1, or less where the curve cut others down."""
        raised = self.sharpness * scores.astype(np.float64) + self.offsets
        raised = np.exp(raised - raised.max(axis=-1, keepdims=True))
        shares = np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float64)
        return shares if self.curve == (1.0, 0.0) else self._bent(shares)

    def _bent(self, shares: Doubles) -> Doubles:
        """The likeliest as the curve has it, the others less or more in proportion, none above the likeliest."""
        first = shares.argmax(axis=-1, keepdims=True)
        top = np.take_along_axis(shares, first, axis=-1)
        slope, shift = self.curve
        new = 1 / (1 + np.exp(-(slope * _odds(top) + shift)))
        new = np.maximum(new, 1 / shares.shape[-1])
        others: Doubles = np.minimum(shares * (1 - new) / np.maximum(1 - top, 1e-12), new)
        np.put_along_axis(others, first, new, axis=-1)
        return others


def _odds(shares: Doubles) -> Doubles:
    clipped = np.clip(shares, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(clipped / (1 - clipped)), dtype=np.float64)


Judged = tuple[npt.NDArray[np.floating], Ints]
"""Scores (texts by labels) of texts that the weights had not seen, and the right labels (−1: one that the model does not know)."""


def bend(found: Calibration, newer: Judged, like_the_past: Judged | None = None) -> Calibration:
    """`found` with the curve by which its answers came true on newer texts by older weights.

    Where nothing is newer, because no times are known, `like_the_past` tells as much and counts the same. Few texts hardly
    bend it: the pull towards no curve weighs as much as some dozens of them.
    """
    from scipy.optimize import minimize

    if not len(newer[1]):
        return found
    odds, good, weight = [], [], []
    for scores, labels in (newer, like_the_past) if like_the_past else (newer,):
        shares = found.probabilities(scores)
        odds.append(_odds(shares.max(axis=1)))
        good.append(shares.argmax(axis=1) == labels)
        weight.append(np.full(len(labels), len(newer[1]) / max(len(labels), 1)))
    known, right, heavy = np.concatenate(odds), np.concatenate(good), np.concatenate(weight)

    def loss(given: Doubles) -> tuple[float, Doubles]:
        slope = np.exp(given[0])
        raised = slope * known + given[1]
        wrong = (heavy * np.logaddexp(0, np.where(right, -raised, raised))).sum() + FEW * (given**2).sum()
        by = heavy * (1 / (1 + np.exp(-raised)) - right)
        return float(wrong), np.array([(by * slope * known).sum(), by.sum()]) + 2 * FEW * given

    best = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B")
    return Calibration(found.sharpness, found.offsets, (float(np.exp(best.x[0])), float(best.x[1])))


def fit(scores: npt.NDArray[np.floating], labels: Ints, pull: float = PULL) -> Calibration:
    """Fitted on `scores` (texts by labels) and the right labels. Without any texts: softmax of the scores as they are."""
    from scipy.optimize import minimize

    count, known = scores.shape[1], scores.astype(np.float64)
    if not len(labels):
        return Calibration(1.0, np.zeros(count, dtype=np.float32))
    texts = np.arange(len(labels))
    right = np.bincount(labels, minlength=count)

    def loss(given: Doubles) -> tuple[float, Doubles]:
        sharpness, offsets = np.exp(given[0]), given[1:]
        raised = sharpness * known + offsets
        top = raised.max(axis=1, keepdims=True)
        powers = np.exp(raised - top)
        sums = powers.sum(axis=1, keepdims=True)
        wrong = float((np.log(sums[:, 0]) + top[:, 0] - raised[texts, labels]).mean())
        shares = powers / sums
        by_offset = (shares.sum(axis=0) - right) / len(labels) + 2 * pull * offsets / count
        expected = (shares * known).sum(axis=1) - known[texts, labels]
        slope = np.concatenate([[sharpness * expected.mean()], by_offset])
        return wrong + pull * float((offsets**2).sum()) / count, slope

    found = minimize(loss, np.zeros(count + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return Calibration(float(np.exp(found.x[0])), found.x[1:].astype(np.float32))
