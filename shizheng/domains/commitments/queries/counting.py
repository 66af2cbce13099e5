"""How many commitments are on each list."""

from django.db.models import Count, Q

from shizheng.common.permissions import Actor
from shizheng.domains.commitments.queries.commitments import OPEN_STATES, visible_to


def of_lists(actor: Actor) -> dict[int, tuple[int, int]]:
    """Per list how many are open and how many there are (one query)."""
    rows = (
        visible_to(actor)
        .order_by()
        .values_list("list_id")
        .annotate(open=Count("pk", filter=Q(state__in=OPEN_STATES)), all=Count("pk"))
    )
    return {pk: (still, whole) for pk, still, whole in rows}
