"""F01's counts as the cases stand today, by series."""

from collections import defaultdict

from django.db.models import Count

from shizheng.domains.procurement.models import FailedTenderCase
from shizheng.domains.procurement.rules.failed import Outcome, Settled


def settled_by_series() -> dict[int, Settled]:
    """Series → listed, awarded, dropped (one query); a series without cases has none."""
    found: dict[int, Settled] = defaultdict(lambda: Settled(0, 0, 0))
    rows = FailedTenderCase.objects.order_by().values_list("series_id", "outcome").annotate(n=Count("pk"))
    for series_id, outcome, n in rows:
        found[series_id] += Settled(
            n, n if outcome == Outcome.AWARDED else 0, n if outcome == Outcome.DROPPED else 0
        )
    return found
