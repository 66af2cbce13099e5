"""The report card of a model: what it did on examples that it had not seen, as plain JSON."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from shizheng.kernel.routing.rules import metrics
from shizheng.kernel.routing.rules.grams import Ints

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 0.99)
MOST_CONFUSIONS = 20
PERIODS = 6


def summary(right: Ints, given: Ints, confidence: npt.NDArray[np.float64]) -> dict[str, Any]:
    """The figures that everybody asks for, to four places: n, accuracy, macro_f1, ece, coverage_at_precision."""
    return {
        "n": len(right),
        "accuracy": round(metrics.accuracy(right, given), 4),
        "macro_f1": round(metrics.macro_f1(right, given), 4),
        "ece": round(metrics.calibration_error(right, given, confidence), 4),
        "coverage_at_precision": {
            f"{precision:.2f}": round(metrics.coverage_at(right, given, confidence, precision)[0], 4)
            for precision in metrics.PRECISIONS
        },
    }


def card_of(
    *,
    names: Sequence[str],
    right: Ints,
    probabilities: npt.NDArray[np.float64],
    before: Ints,
    times: Sequence[datetime] | None,
) -> dict[str, Any]:
    """Everything measured. `right` by number (−1: none of `names`), `before` the labels of the older examples."""
    given, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    top = np.argsort(-probabilities, axis=1)[:, :3]
    often = Counter(int(each) for each in before)
    commonest = often.most_common(1)[0][0]
    return {
        "measured": summary(right, given, confidence),
        "commonest_label_alone": round(float((right == commonest).mean()), 4) if len(right) else 0.0,
        "right_among_three": round(float((top == right[:, None]).any(axis=1).mean()), 4)
        if len(right)
        else 0.0,
        "bins": [_rounded(asdict(each)) for each in metrics.bins(right, given, confidence)],
        "thresholds": [
            _rounded(asdict(each)) for each in metrics.at_thresholds(right, given, confidence, THRESHOLDS)
        ],
        "precision_thresholds": {
            f"{precision:.2f}": metrics.coverage_at(right, given, confidence, precision)[1]
            for precision in metrics.PRECISIONS
        },
        "by_label": _by_label(names, right, given, often),
        "confusions": _confusions(names, right, given),
        "drift": _drift(right, given, before, times, len(names)),
    }


def _by_label(names: Sequence[str], right: Ints, given: Ints, often: Counter[int]) -> list[dict[str, Any]]:
    found = [
        {**_rounded(asdict(each)), "label": names[each.label], "n_trained": often[each.label]}
        for each in metrics.by_label(right, given)
        if each.label >= 0
    ]
    return sorted(found, key=lambda each: (-each["n"], each["label"]))


def _confusions(names: Sequence[str], right: Ints, given: Ints) -> list[dict[str, Any]]:
    wrong = (right != given) & (right >= 0)
    pairs = Counter(zip(right[wrong].tolist(), given[wrong].tolist(), strict=True))
    return [
        {"label": names[was], "given": names[said], "n": n}
        for (was, said), n in pairs.most_common(MOST_CONFUSIONS)
    ]


def _drift(
    right: Ints, given: Ints, before: Ints, times: Sequence[datetime] | None, labels: int
) -> list[dict[str, Any]]:
    """The measured part in up to six pieces of one size, the oldest first; nothing where no times are known."""
    if times is None or not len(right):
        return []
    pieces = np.array_split(np.arange(len(right)), min(PERIODS, max(len(right) // 50, 1)))
    return [
        {
            "from": times[piece[0]].isoformat(), "to": times[piece[-1]].isoformat(), "n": len(piece),
            "accuracy": round(metrics.accuracy(right[piece], given[piece]), 4),
            "shift": round(metrics.shift(before, right[piece], labels), 4),
        }
        for piece in pieces
    ]  # fmt: skip


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in values.items()}
