"""Cases: the envelope that every kind has, its clock, who handles it, what it is linked with, what is sealed."""

from shizheng.kernel.cases.models.clocks import (
    CaseClock,
    CaseEscalation,
    CaseExtension,
    CasePause,
    CaseRung,
    Decided,
    Ground,
)
from shizheng.kernel.cases.models.envelope import Case, CaseCounter, CaseStep, Confidentiality
from shizheng.kernel.cases.models.handling import CaseAssignment, CaseLink, How, LinkKind, Part
from shizheng.kernel.cases.models.sealed import CaseKey, CaseReading, SealedPart

__all__ = [
    "Case",
    "CaseAssignment",
    "CaseClock",
    "CaseCounter",
    "CaseEscalation",
    "CaseExtension",
    "CaseKey",
    "CaseLink",
    "CasePause",
    "CaseReading",
    "CaseRung",
    "CaseStep",
    "Confidentiality",
    "Decided",
    "Ground",
    "How",
    "LinkKind",
    "Part",
    "SealedPart",
]
