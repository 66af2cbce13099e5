"""Lists of commitments, what is on them, who owes it, and what was told, asked and decided about it."""

from shizheng.domains.commitments.models.commitments import Commitment, CommitmentUnit, Part
from shizheng.domains.commitments.models.lists import CommitmentList
from shizheng.domains.commitments.models.told import (
    CommitmentUpdate,
    Extension,
    ExtensionDecision,
    Outcome,
    Step,
)

__all__ = [
    "Commitment",
    "CommitmentList",
    "CommitmentUnit",
    "CommitmentUpdate",
    "Extension",
    "ExtensionDecision",
    "Outcome",
    "Part",
    "Step",
]
