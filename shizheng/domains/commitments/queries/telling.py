"""What was told last about commitments."""

from collections.abc import Iterable

from django.db.models import F

from shizheng.domains.commitments.models import CommitmentUpdate


def last_told(commitment_ids: Iterable[int]) -> dict[int, CommitmentUpdate]:
    """The newest update of each, of whichever unit, the main one's first where both told on the same day (one query)."""
    rows = (
        CommitmentUpdate.objects.filter(owed__commitment_id__in=list(commitment_ids))
        .exclude(owed__state="dropped")
        .annotate(of=F("owed__commitment_id"))
        .order_by("of", "-on", "-owed__part", "-id")
        .distinct("of")
    )
    return {each.of: each for each in rows}
