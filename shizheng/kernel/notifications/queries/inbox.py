"""One person's messages."""

from django.db.models import Count, QuerySet

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import tell
from shizheng.kernel.notifications.models import Message


def messages_of(actor: Actor) -> QuerySet[Message]:
    """What the actor was told, newest first, with when it was read. Nobody sees what others were told."""
    return (
        Message.objects.filter(user_id=actor.pk).select_related("template", "reading").order_by("-id")
        if actor.pk is not None
        else Message.objects.none()
    )


def message(actor: Actor, pk: int) -> Message:
    """One of the actor's own messages. Raises NotFound for anybody else's."""
    found = messages_of(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(tell("找不到這則通知，或它不是給您的。"))
    return found


def unread_count(actor: Actor) -> int:
    """How many messages the actor has not opened (one query)."""
    return Message.objects.filter(user_id=actor.pk, reading=None).count() if actor.pk is not None else 0


def counts_by_template(actor: Actor) -> list[tuple[int, str, int]]:
    """Kinds of messages that the actor has: template, its name, how many."""
    rows = (
        messages_of(actor)
        .order_by("template__code")
        .values_list("template_id", "template__name")
        .annotate(n=Count("id"))
    )
    return [(pk, tell(name), n) for pk, name, n in rows]
