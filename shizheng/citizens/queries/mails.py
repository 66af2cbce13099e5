"""Mails that came in, for those who look after them: how many where, never what they say."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet

from shizheng.citizens.mail_server import Address, NotRead
from shizheng.citizens.models import IncomingMail, Letter, Mailbox, MailContent, MailReading
from shizheng.citizens.models.mails import MailState
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import tell

HANDLE = "citizens.handle_mail"


def mails(actor: Actor) -> QuerySet[IncomingMail]:
    """Every mail with `citizens.handle_mail`, else none; newest first."""
    if not actor.may(HANDLE):
        return IncomingMail.objects.none()
    return IncomingMail.objects.select_related("case", "follows").order_by("-arrived_at", "-pk")


def mail(actor: Actor, pk: int) -> IncomingMail:
    """One mail. Raises NotFound."""
    found = mails(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(tell("找不到這封信，或您不能看。請從陳情來信清單進入。"))
    return found


def counts() -> Counter[str]:
    """How many there are by state (one query)."""
    rows = IncomingMail.objects.order_by().values_list("state").annotate(n=Count("id"))
    return Counter(dict(rows))


def refused() -> QuerySet[IncomingMail]:
    """Those that nobody has looked at and that were not taken, oldest first."""
    return IncomingMail.objects.filter(state=MailState.REFUSED).order_by("arrived_at")


def readings_of(row: IncomingMail) -> QuerySet[MailReading]:
    """Who opened it, newest first."""
    return MailReading.objects.filter(mail=row).select_related("reader")


def letters_to(row: IncomingMail) -> QuerySet[Letter]:
    """What was written to its sender while it was no case."""
    return Letter.objects.filter(incoming=row).order_by("pk")


def has_content(row: IncomingMail) -> bool:
    """Whether it can still be opened."""
    return MailContent.objects.filter(mail=row).exists()


def mails_of(case_id: int) -> QuerySet[IncomingMail]:
    """The mails of a case, newest first."""
    return IncomingMail.objects.filter(case=case_id).order_by("-pk")


def trouble_with_mailbox() -> str:
    """Connect, sign in and open the folder, and read nothing: what is wrong, in Chinese; empty where nothing is."""
    try:
        Address.of(settings.MAILBOX_URL).open().close()
    except NotRead as failure:
        return failure.text
    return ""


def mailboxes() -> list[Any]:
    """The mailboxes that were read, with when and what was wrong."""
    return list(Mailbox.objects.order_by("-read_at"))
