"""Scores made into probabilities that come true: of the answers given with 80 %, 80 in 100 are right.

p = softmax(a · s + b): one temperature for all labels, one offset for each, fitted on texts that the weights have not
seen, by maximum likelihood with a pull of the offsets towards nothing, so that rare labels do not run away.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shizheng.kernel.routing.rules.grams import Floats, Ints

Doubles = npt.NDArray[np.float64]
PULL = 0.02


@dataclass(frozen=True, slots=True)
class Calibration:
    """`sharpness` a and `offsets` b of p = softmax(a · s + b)."""

    sharpness: float
    offsets: Floats

    def probabilities(self, scores: npt.NDArray[np.floating]) -> Doubles:
        """Of one text (labels) or many (texts by labels); each row sums to 1."""
        raised = self.sharpness * scores.astype(np.float64) + self.offsets
        raised = np.exp(raised - raised.max(axis=-1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float64)


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
