"""Making a classifier from examples, and the report card that says how good it is on what it had not seen.

The examples are laid in order of time (without times: in an order made from the texts, equal texts together), and the newest
fifth is held back. Temperature and offsets come from the older part alone, each fifth of it judged by weights of the other four; how
confidence comes true from the older half of what was held back; everything is measured on the newer half.
Then weights are fitted anew on all examples, so that the model that is used has seen the newest cases too.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from shizheng.kernel.routing.rules import calibration, linear
from shizheng.kernel.routing.rules.calibration import Calibration, Judged
from shizheng.kernel.routing.rules.cards import card_of
from shizheng.kernel.routing.rules.grams import Floats, Ints, Vectoriser, learn
from shizheng.kernel.routing.rules.model import TextModel
from shizheng.kernel.routing.rules.text import Stripper, prepared

HELD_BACK = 0.2
FOLDS = 5
UNSEEN = -1.1
"""The score of a label that a part knows nothing of: about what every other label has."""
RARE = 5_000
"""A label with fewer than one example in so many is left out: nothing can be learnt of it, and it takes answers away."""
FEWEST = 20
"""Examples without which nothing is made."""


class CannotTrain(ValueError):
    """The examples do not make a model. `code` says why: `few`, `one_label`."""

    def __init__(self, code: str, number: int) -> None:
        super().__init__(code)
        self.code, self.number = code, number


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what it was; when (naive or aware, all alike), where that is known."""

    text: str
    label: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is made. `at_most`: n-grams kept; `strength`: C of the classifier, 0 by the number of examples (the fewer,
    the closer it keeps to each); `balance`: 0 every example counts the same, 1 every label; `at_least_examples`: labels
    with fewer are left out."""

    shortest: int = 1
    longest: int = 3
    at_least: int = 2
    at_most: int = 400_000
    strength: float = 0
    balance: float = 0.25
    at_least_examples: int = 2


@dataclass(frozen=True, slots=True)
class _Read:
    texts: list[str]
    labels: Ints
    names: tuple[str, ...]
    times: list[datetime] | None
    empty: int
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Fitted:
    vectoriser: Vectoriser
    weights: Floats
    offsets: Floats


Hear = Callable[[str], None]
"""Hears which step begins: `reading`, `measuring`, `calibrating`, `fitting`."""


def train(
    examples: Sequence[Example],
    *,
    stripped: Sequence[str] = (),
    settings: Settings | None = None,
    about: dict[str, Any] | None = None,
    hear: Hear = lambda step: None,
) -> TextModel:
    """A calibrated model with its card (`about` is added to it). Raises CannotTrain."""
    chosen = settings or Settings()
    hear("reading")
    read = _read(examples, stripped, chosen)
    if not chosen.strength:
        chosen = replace(chosen, strength=round(min(max(3_000 / len(read.texts), 0.1), 1.0), 3))
    held = max(int(len(read.texts) * HELD_BACK), 1)
    old, new = slice(0, len(read.texts) - held), slice(len(read.texts) - held, None)
    hear("calibrating")
    fitted, present = _fit(read.texts[old], read.labels[old], chosen)
    places = np.full(len(read.names), -1, dtype=np.int64)
    places[present] = np.arange(len(present))
    past = _judged(fitted.vectoriser, read.texts[old], places[read.labels[old]], len(present), chosen)
    plain = calibration.fit(*past)
    hear("measuring")
    raw = linear.matrix(fitted.vectoriser, read.texts[new]) @ fitted.weights + fitted.offsets
    right = places[read.labels[new]]
    half = len(right) // 2
    alike = None if read.times else past
    measured = calibration.bend(plain, (raw[:half], right[:half]), alike).probabilities(raw[half:])
    card = card_of(
        names=[read.names[n] for n in present], right=right[half:], probabilities=measured,
        before=places[read.labels[old]], times=read.times[len(read.texts) - len(right) + half :] if read.times else None,
    )  # fmt: skip
    unknown = Counter(read.names[n] for n in read.labels[new][half:][right[half:] < 0])
    kept = _spread(calibration.bend(plain, (raw, right), alike), present, len(read.names))
    hear("fitting")
    final, _all = _fit(read.texts, read.labels, chosen)
    return TextModel(
        labels=read.names, vectoriser=final.vectoriser, weights=final.weights, offsets=final.offsets,
        calibration=kept, stripped=tuple(stripped),
        card={
            **_counts(read, held, half), **card, "not_in_training": dict(unknown),
            "settings": asdict(chosen), "n_grams": len(final.vectoriser.keys), **(about or {}),
        },
    )  # fmt: skip


def _read(examples: Sequence[Example], stripped: Sequence[str], settings: Settings) -> _Read:
    strip = Stripper(stripped)
    plain = [replace(each, text=strip(prepared(each.text))) for each in examples]
    full = [each for each in plain if each.text]
    often = Counter(each.label for each in full)
    least = max(settings.at_least_examples, len(full) // RARE)
    rare = {label: n for label, n in sorted(often.items()) if n < least}
    kept = [each for each in full if each.label not in rare]
    names = tuple(sorted({each.label for each in kept}))
    if len(kept) < FEWEST:
        raise CannotTrain("few", len(kept))
    if len(names) < 2:
        raise CannotTrain("one_label", len(names))
    timed = all(each.at is not None for each in kept)
    order = sorted(kept, key=lambda each: each.at) if timed else sorted(kept, key=_shuffled)  # type: ignore[arg-type,return-value]
    number = {name: n for n, name in enumerate(names)}
    return _Read(
        [each.text for each in order], np.array([number[each.label] for each in order], dtype=np.int64), names,
        [each.at for each in order if each.at] if timed else None, len(plain) - len(full), rare,
    )  # fmt: skip


def _shuffled(example: Example) -> tuple[str, str]:
    return hashlib.sha256(example.text.encode("utf-8", "replace")).hexdigest(), example.label


def _fit(texts: Sequence[str], labels: Ints, settings: Settings) -> tuple[_Fitted, Ints]:
    """The classifier and which labels it knows. Raises CannotTrain where that is only one."""
    present, places = np.unique(labels, return_inverse=True)
    if len(present) < 2:
        raise CannotTrain("one_label", len(present))
    vectoriser = learn(
        texts,
        shortest=settings.shortest,
        longest=settings.longest,
        at_least=settings.at_least,
        at_most=settings.at_most,
    )
    rows = linear.matrix(vectoriser, texts)
    weights, offsets = linear.fit(
        rows, places.astype(np.int64), len(present), strength=settings.strength, balance=settings.balance
    )
    return _Fitted(vectoriser, weights, offsets), present


def _judged(
    vectoriser: Vectoriser, texts: Sequence[str], labels: Ints, count: int, settings: Settings
) -> Judged:
    """Scores in which no text had a part, and the labels: each fifth, in order, by weights of the others."""
    rows = linear.matrix(vectoriser, texts)
    fold = np.arange(len(labels)) * FOLDS // len(labels)
    judged = np.full((len(labels), count), UNSEEN, dtype=np.float32)
    for number in range(FOLDS):
        out = fold == number
        known, places = np.unique(labels[~out], return_inverse=True)
        if len(known) < 2 or not out.any():
            continue
        weights, offsets = linear.fit(
            rows[~out],
            places.astype(np.int64),
            len(known),
            strength=settings.strength,
            balance=settings.balance,
        )
        judged[np.ix_(out, known)] = rows[out] @ weights + offsets
    return judged, labels


def _spread(found: Calibration, present: Ints, count: int) -> Calibration:
    """The calibration for all labels; those that were not in the older part have no offset of their own."""
    offsets = np.zeros(count, dtype=np.float32)
    offsets[present] = found.offsets
    return Calibration(found.sharpness, offsets, found.curve)


def _counts(read: _Read, held: int, half: int) -> dict[str, Any]:
    n = len(read.texts)
    found: dict[str, Any] = {
        "n": n, "n_trained_before_measuring": n - held, "n_calibrating": half, "n_measured": held - half,
        "labels": len(read.names), "empty": read.empty, "left_out": read.left_out,
        "held_back": "time" if read.times else "text",
    }  # fmt: skip
    if read.times:
        edges = {"first": 0, "held_back_from": n - held, "measured_from": n - held + half, "last": n - 1}
        found["times"] = {name: read.times[place].isoformat() for name, place in edges.items()}
    return found
