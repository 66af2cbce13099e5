"""A classifier of texts as it is kept and asked: n-grams, weights, calibration, and what is known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from shizheng.kernel.routing.rules import explaining, linear
from shizheng.kernel.routing.rules.calibration import Calibration
from shizheng.kernel.routing.rules.explaining import Word
from shizheng.kernel.routing.rules.grams import Floats, Vectoriser
from shizheng.kernel.routing.rules.linear import Weights
from shizheng.kernel.routing.rules.text import Stripper, as_written, prepared

MOST_ALTERNATIVES = 4


class EmptyText(ValueError):
    """Nothing is left of the text to go by."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A label and its probability, 0 to 1."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """The likeliest label, what else it could be (likeliest first), and the words that decided."""

    label: str
    confidence: float
    alternatives: tuple[Choice, ...]
    words: tuple[Word, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs; probabilities to four places."""
        return {
            "label": self.label,
            "confidence": round(self.confidence, 4),
            "alternatives": [
                {"label": each.label, "confidence": round(each.confidence, 4)} for each in self.alternatives
            ],
            "words": [{"text": each.text, "part": each.part} for each in self.words],
        }


@dataclass(frozen=True)
class TextModel:
    """Answers for a text which of `labels` it is. `card` is plain JSON: what it was made from and how good it was."""

    labels: tuple[str, ...]
    vectoriser: Vectoriser
    weights: Weights
    offsets: Floats
    calibration: Calibration
    stripped: tuple[str, ...] = ()
    card: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = (len(self.vectoriser.keys), len(self.labels))
        if self.weights.shape != shape or self.offsets.shape != shape[1:]:
            raise ValueError(f"weights of {self.weights.shape} for {shape[0]} n-grams and {shape[1]} labels")
        object.__setattr__(self, "_strip", Stripper(self.stripped))

    def read(self, text: str) -> str:
        """The text as the model reads it. Raises EmptyText where nothing is left."""
        plain: str = self._strip(prepared(text))  # type: ignore[attr-defined]
        if not plain:
            raise EmptyText(text)
        return plain

    def probabilities(self, text: str) -> npt.NDArray[np.float64]:
        """The probability of each label, in the order of `labels`. Raises EmptyText."""
        columns, values = self.vectoriser.vector(self.read(text))
        return self.calibration.probabilities(linear.scores(self.weights, self.offsets, columns, values))

    def predict(
        self, text: str, *, alternatives: int = MOST_ALTERNATIVES, explain: bool = True
    ) -> Prediction:
        """What the text is. Raises EmptyText."""
        plain = self.read(text)
        columns, values = self.vectoriser.vector(plain)
        found = self.calibration.probabilities(linear.scores(self.weights, self.offsets, columns, values))
        order = np.argsort(-found, kind="stable")[: alternatives + 1]
        first, second = int(order[0]), int(order[1]) if len(order) > 1 else int(np.argsort(-found)[1])
        shown = as_written(text, self._strip) if explain else ""  # type: ignore[attr-defined]
        words = (
            explaining.words(self.vectoriser, plain, shown, self.weights, first, second) if explain else ()
        )
        others = tuple(Choice(self.labels[n], float(found[n])) for n in order[1:])
        return Prediction(self.labels[first], float(found[first]), others, words)

    def answers(self, texts: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """The likeliest label by number and its probability, of many texts; −2 and 0 where nothing is left of one."""
        given = np.full(len(texts), -2, dtype=np.int64)
        confidence = np.zeros(len(texts))
        for number, text in enumerate(texts):
            try:
                found = self.probabilities(text)
            except EmptyText:
                continue
            given[number] = int(found.argmax())
            confidence[number] = found[given[number]]
        return given, confidence
