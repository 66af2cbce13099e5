"""Saying that one has a return open."""

from collections.abc import Sequence

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.kernel.filing.models import Presence, Return
from shizheng.kernel.filing.queries.presence import Present, present, present_in
from shizheng.kernel.filing.queries.returns import filing
from shizheng.kernel.filing.queries.work import may_write
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


def note_presence_in(
    actor: Actor, returns: Sequence[Return], *, at: int = 0, field: str = ""
) -> list[Present]:
    """The same of a grid over several returns that the actor may see: where the actor writes, and at which field."""
    if actor.pk is None:
        return present_in([each.pk for each in returns])
    here = [
        Presence(
            filing_id=each.pk,
            user_id=actor.pk,
            field=field[:130] if each.pk == at else "",
            seen_at=clock.now(),
        )
        for each in returns
        if may_write(actor, each)
    ]
    if here:
        with recorded(by=actor, action="filing.note_presence"):
            Presence.objects.bulk_create(
                here,
                update_conflicts=True,
                unique_fields=["filing", "user"],
                update_fields=["field", "seen_at"],
            )
    return present_in([each.pk for each in returns], actor.pk)
