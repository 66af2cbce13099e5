"""What is sealed of a case, by name alone, and who opened it."""

from collections.abc import Sequence
from typing import Any

from shizheng.kernel.cases.models import Case, CaseReading, SealedPart
from shizheng.kernel.cases.queries.whole import MOST_READINGS, held


def sealed_names(case: Case) -> frozenset[str]:
    """Names of what is sealed, never what is in it; also after the key was destroyed."""
    there = held(case, "sealed")
    if there is not None:
        return frozenset(each.name for each in there)
    return frozenset(SealedPart.objects.filter(case=case).values_list("name", flat=True))


def readings_of(case: Case) -> Sequence[Any]:
    """Who opened what for which purpose, the newest first."""
    there = held(case, "readings")
    if there is not None:
        return there
    return list(CaseReading.objects.filter(case=case).select_related("reader")[:MOST_READINGS])
