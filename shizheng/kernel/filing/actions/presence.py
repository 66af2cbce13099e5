"""Saying that one has a return open."""

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.kernel.filing.models import Presence
from shizheng.kernel.filing.queries.presence import Present, present
from shizheng.kernel.filing.queries.returns import filing
from shizheng.kernel.history.actions import recorded


def note_presence(actor: Actor, return_id: int, *, field: str = "") -> list[Present]:
    """Note that the actor has the return open, at a field (`row.field`); answers who else has."""
    found = filing(actor, return_id)
    if actor.pk is None:
        return present(found.pk)
    with recorded(by=actor, action="filing.note_presence"):
        Presence.objects.update_or_create(
            filing_id=found.pk, user_id=actor.pk, defaults={"field": field[:130], "seen_at": clock.now()}
        )
    return present(found.pk, actor.pk)
