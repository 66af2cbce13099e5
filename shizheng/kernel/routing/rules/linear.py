"""Weights of a linear classifier: fitted with scikit-learn, used with NumPy alone.

One support vector machine for each label against the rest (liblinear): on texts of Chinese it is as good as slower ways
and done in minutes. Its scores are no probabilities; `calibration` makes them so.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from shizheng.kernel.routing.rules.grams import Floats, Ints, Vectoriser, chunks, grams

Weights = npt.NDArray[np.floating]
"""Single precision as fitted, half precision as kept."""
Matrix = Any
"""A SciPy CSR matrix, one row a text (SciPy is loaded only where models are made)."""


def matrix(vectoriser: Vectoriser, texts: Sequence[str]) -> Matrix:
    """The vectors of many texts."""
    from scipy import sparse

    width, parts = len(vectoriser.keys), []
    for _first, some in chunks(texts):
        found = grams(some, vectoriser.shortest, vectoriser.longest)
        known, columns = vectoriser.places(found.keys)
        ones = np.ones(len(columns), dtype=np.float32)
        part = sparse.csr_matrix((ones, (found.texts[known], columns)), shape=(len(some), width))
        part.sum_duplicates()
        part.data = (1 + np.log(part.data)) * vectoriser.idf[part.indices]
        lengths = np.sqrt(np.asarray(part.multiply(part).sum(axis=1))).ravel()
        part.data = (part.data / np.repeat(np.maximum(lengths, 1e-12), np.diff(part.indptr))).astype(
            np.float32
        )
        parts.append(part)
    return sparse.vstack(parts, format="csr") if parts else sparse.csr_matrix((0, width), dtype=np.float32)


def label_weights(labels: Ints, count: int, balance: float) -> npt.NDArray[np.float64]:
    """How much an example of each label counts: (n / (labels · nᵢ)) to the power `balance`; 0 is each example the same."""
    often = np.maximum(np.bincount(labels, minlength=count), 1)
    weights = (len(labels) / (count * often)) ** balance
    return np.asarray(weights, dtype=np.float64)


def fit(rows: Matrix, labels: Ints, count: int, *, strength: float, balance: float) -> tuple[Floats, Floats]:
    """Weights (features by labels) and offsets. `strength` is C: the larger, the closer to the examples.

    Every label from 0 to `count` − 1 must stand in `labels`, and there must be two or more.
    """
    from sklearn.svm import LinearSVC

    weights = dict(enumerate(label_weights(labels, count, balance)))
    machine = LinearSVC(C=strength, class_weight=weights, dual=True, tol=1e-3, max_iter=2000, random_state=0)
    machine.fit(rows, labels)
    found, offsets = machine.coef_, machine.intercept_
    if count == 2:  # liblinear keeps one line for two labels
        found, offsets = np.vstack([-found[0], found[0]]), np.array([-offsets[0], offsets[0]])
    return np.ascontiguousarray(found.T, dtype=np.float32), offsets.astype(np.float32)


def scores(weights: Weights, offsets: Floats, columns: Ints, values: Floats) -> Floats:
    """The score of each label for one text."""
    return np.asarray(values @ weights[columns].astype(np.float32) + offsets, dtype=np.float32)
