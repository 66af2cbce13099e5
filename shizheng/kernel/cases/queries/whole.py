"""Everything that the page of one case shows of it, read in one question."""

from typing import Any

from django.db.models import QuerySet

from shizheng.common.together import together
from shizheng.kernel.cases.models import (
    Case,
    CaseAssignment,
    CaseEscalation,
    CaseExtension,
    CaseLink,
    CasePause,
    CaseReading,
    CaseStep,
    SealedPart,
)

MOST_READINGS = 20


def read_whole(case: Case, *beside: QuerySet[Any, Any]) -> None:
    """Read what belongs to a case, with querysets of what stands `beside` it, in one query: the other functions then ask nothing.

    For a page that only reads: what is written afterwards is not seen by this instance.
    """
    rows: dict[str, QuerySet[Any, Any]] = {
        "pauses": CasePause.objects.filter(case=case),
        "extensions": CaseExtension.objects.filter(case=case).select_related("asked_by", "decided_by"),
        "assignments": CaseAssignment.objects.filter(case=case).select_related("unit", "officer", "suggested", "by"),
        "steps": CaseStep.objects.filter(case=case),
        "escalations": CaseEscalation.objects.filter(case=case),
        "sealed": SealedPart.objects.filter(case=case).defer("ciphertext"),
        "readings": CaseReading.objects.filter(case=case).select_related("reader")[:MOST_READINGS],
        "links": CaseLink.objects.filter(case=case).select_related("case", "other"),
        "linked": CaseLink.objects.filter(other=case).select_related("case", "other"),
    }  # fmt: skip
    together(*rows.values(), *beside)
    vars(case).setdefault("_prefetched_objects_cache", {}).update(rows)


def held(case: Case, name: str) -> list[Any] | None:
    """What was read of a case with it; None where nothing was."""
    found = vars(case).get("_prefetched_objects_cache", {}).get(name)
    return None if found is None else list(found)
