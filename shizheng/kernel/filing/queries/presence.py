"""Who else has a return open."""

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


def present(return_id: int, without: int | None = None) -> list[Present]:
    """Who has the return open now, without oneself."""
    rows = Presence.objects.filter(filing_id=return_id, seen_at__gte=clock.now() - GONE_AFTER)
    if without is not None:
        rows = rows.exclude(user_id=without)
    return [Present(each.user_id, each.user.display_name, each.field) for each in rows.select_related("user")]
