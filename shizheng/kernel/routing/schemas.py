"""What the API of routing answers, field by field. Shares are between 0 and 1."""

from typing import Any

from ninja import Schema


class RoutingFiguresOut(Schema):
    """Figures of a report card; `coverage_at_precision`: precision → the share of cases that can be assigned at it."""

    n: int
    accuracy: float
    macro_f1: float
    ece: float
    coverage_at_precision: dict[str, float]


class RoutingVersionOut(Schema):
    """A version. `sha256`: of its bytes; `size`: how many; `examples`: cases it was made from."""

    number: int
    sha256: str
    size: int
    made_from: str
    made_at: str
    examples: int
    labels: int
    reason: str
    measured: RoutingFiguresOut


class RoutingCardOut(RoutingVersionOut):
    """A version with its whole report card: bins of confidence, thresholds, labels, confusions, drift, settings."""

    card: dict[str, Any]


class RoutingModelOut(Schema):
    """A model. `version` is for changing it; `threshold` null: people assign every case."""

    name: str
    purpose: str
    version: int
    threshold: float | None
    active: RoutingVersionOut | None


class RoutingTrainingOut(Schema):
    """A training: `state` queued, done or failed; `said`: why it failed; `made`: the number of the version."""

    id: int
    model: str
    state: str
    said: str | None
    made: int | None
    asked_at: str
    ended_at: str | None


class RoutingModelWholeOut(RoutingModelOut):
    """A model with its versions and its latest trainings, the newest first."""

    versions: list[RoutingVersionOut]
    trainings: list[RoutingTrainingOut]


class RoutingModelsOut(Schema):
    """Every model."""

    items: list[RoutingModelOut]


class RoutingChoiceOut(Schema):
    """A label that it could also be."""

    label: str
    confidence: float


class RoutingWordOut(Schema):
    """A word of the text, and its part of all that spoke for the answer."""

    text: str
    part: float


class RoutingAnswerOut(RoutingChoiceOut):
    """What a text is; `by_itself`: confident enough to need no person."""

    alternatives: list[RoutingChoiceOut]
    words: list[RoutingWordOut]
    by_itself: bool


class RoutingAnswersOut(Schema):
    """One answer a text, in order; null where nothing is left of the text."""

    model: str
    version: int | None
    answers: list[RoutingAnswerOut | None]
