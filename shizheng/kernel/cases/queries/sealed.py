"""What is sealed of a case, by name alone, and who opened it."""

from collections.abc import Sequence
from typing import Any

from shizheng.kernel.cases.models import Case, CaseReading, SealedPart


def sealed_names(case_id: int) -> frozenset[str]:
    """Names of what is sealed, never what is in it; also after the key was destroyed."""
    return frozenset(SealedPart.objects.filter(case=case_id).values_list("name", flat=True))


def readings_of(case: Case, most: int = 20) -> Sequence[Any]:
    """Who opened what for which purpose, the newest first."""
    return list(CaseReading.objects.filter(case=case).select_related("reader")[:most])
