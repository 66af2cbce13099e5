"""Mails on their way, for those who look after them."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.db.models import Count, Min, QuerySet

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import tell
from shizheng.kernel.notifications.mail import NotNow, Server
from shizheng.kernel.notifications.models import Attempt, Delivery, DeliveryState


def deliveries(actor: Actor) -> QuerySet[Delivery]:
    """Every mail with `notifications.manage`, else none; newest first."""
    if not actor.may("notifications.manage"):
        return Delivery.objects.none()
    return Delivery.objects.select_related("user", "message", "message__template", "digest").order_by("-id")


def delivery(actor: Actor, pk: int) -> Delivery:
    """One mail. Raises NotFound."""
    found = deliveries(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(tell("找不到這封信，或您不能看。"))
    return found


def attempts_of(delivery: Delivery) -> QuerySet[Attempt]:
    """What became of each attempt, oldest first."""
    return Attempt.objects.filter(delivery=delivery).order_by("id")


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many mails there are by state, and since when the oldest one that is due has been waiting."""

    counts: dict[str, int]
    oldest_due: datetime | None


def outlook(now: datetime) -> Outlook:
    """The mails as a whole (two queries)."""
    counts = dict(Delivery.objects.order_by().values_list("state").annotate(n=Count("id")))
    due = Delivery.objects.filter(state=DeliveryState.WAITING, next_at__lte=now)
    return Outlook(counts, due.aggregate(oldest=Min("created_at"))["oldest"])


def trouble_with_mail_server() -> str:
    """Connect, encrypt and sign in as for a mail, and send none: what is wrong, in Chinese; empty where nothing is."""
    try:
        made = Server.of(settings.MAIL_URL).connect()
    except NotNow as failure:
        return failure.text
    with suppress(OSError, SMTPException):
        made.quit()
    made.close()
    return ""
