"""What was told last about commitments."""

from collections.abc import Iterable

from shizheng.domains.commitments.models import CommitmentUpdate


def last_told(commitment_ids: Iterable[int]) -> dict[int, CommitmentUpdate]:
    """The newest update of each, of whichever unit, the main one's first where both told on the same day (one query)."""
    ids = list(commitment_ids)
    rows = (
        CommitmentUpdate.objects.filter(owed__commitment_id__in=ids)
        .exclude(owed__state="dropped")
        .order_by("owed__commitment_id", "-on", "-owed__part", "-id")
        .distinct("owed__commitment_id")
        .values_list("owed__commitment_id", "pk")
    )
    updates = CommitmentUpdate.objects.in_bulk([pk for _row, pk in rows]) if ids else {}
    return {row: updates[pk] for row, pk in rows if pk in updates} if ids else {}
