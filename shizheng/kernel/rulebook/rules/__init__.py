"""Dated parameters, pure: what a value may be, which version counts on a day. No Django, no clock, no database."""

from shizheng.kernel.rulebook.rules.kinds import PERSONS, SIGNERS, Kind
from shizheng.kernel.rulebook.rules.reading import read_proposed, read_shape, read_value
from shizheng.kernel.rulebook.rules.resolving import AsOf, Stretch, VersionFact, known, resolve, stretches
from shizheng.kernel.rulebook.rules.values import (
    Band,
    Composition,
    Deadline,
    DeadlineUnit,
    FilingRounds,
    FilingWindow,
    Frequency,
    LadderStep,
    MonthlyDeadline,
    QuarterlyDeadline,
    Range,
    StageTarget,
    Value,
    YearlyDeadline,
)

__all__ = [
    "PERSONS",
    "SIGNERS",
    "AsOf",
    "Band",
    "Composition",
    "Deadline",
    "DeadlineUnit",
    "FilingRounds",
    "FilingWindow",
    "Frequency",
    "Kind",
    "LadderStep",
    "MonthlyDeadline",
    "QuarterlyDeadline",
    "Range",
    "StageTarget",
    "Stretch",
    "Value",
    "VersionFact",
    "YearlyDeadline",
    "known",
    "read_proposed",
    "read_shape",
    "read_value",
    "resolve",
    "stretches",
]
