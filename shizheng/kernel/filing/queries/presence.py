"""Who else has a return open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from shizheng.common import clock
from shizheng.kernel.filing.models import Presence

GONE_AFTER = timedelta(seconds=40)
"""Somebody not heard of for so long has left; an open page says so every ten seconds."""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has the return open, and the field he or she stands in (`row.field`)."""

    user_id: int
    name: str
    field: str
    filing_id: int


def present(return_id: int, without: int | None = None) -> list[Present]:
    """Who has the return open now, without oneself."""
    return present_in([return_id], without)


def present_in(return_ids: Iterable[int], without: int | None = None) -> list[Present]:
    """The same for several returns in one query."""
    rows = Presence.objects.filter(
        filing_id__in=list(return_ids), seen_at__gte=clock.now() - GONE_AFTER
    ).order_by("pk")
    if without is not None:
        rows = rows.exclude(user_id=without)
    return [
        Present(each.user_id, each.user.display_name, each.field, each.filing_id)
        for each in rows.select_related("user")
    ]
