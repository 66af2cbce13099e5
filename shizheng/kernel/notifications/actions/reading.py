"""What somebody does with his or her own messages."""

from collections.abc import Iterable

from shizheng.common.permissions import Actor
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.notifications import queries
from shizheng.kernel.notifications.models import Message, Reading


def mark_read(actor: Actor, pks: Iterable[int]) -> int:
    """Note that the actor has read these of his or her own messages; returns how many were unread until now."""
    unread = list(queries.messages_of(actor).filter(pk__in=list(pks), reading=None).order_by("pk"))
    return _note(actor, unread)


def mark_all_read(actor: Actor) -> int:
    """Note that the actor has read everything; returns how many were unread until now."""
    return _note(actor, list(queries.messages_of(actor).filter(reading=None).order_by("pk")))


def _note(actor: Actor, unread: list[Message]) -> int:
    if not unread:
        return 0
    with recorded(by=actor, action="notifications.mark_read"):
        Reading.objects.bulk_create(
            [Reading(message=each) for each in unread], ignore_conflicts=True, batch_size=1000
        )
    return len(unread)
