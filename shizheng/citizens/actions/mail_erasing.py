"""Mails end: those of a petition with its personal data, the others when the rule's time is over."""

from typing import Any

from shizheng.citizens.models import IncomingMail, MailContent
from shizheng.citizens.models.mails import MailState
from shizheng.citizens.queries.ruling import mail_kept_until
from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.kernel.history.actions import recorded

BATCH = 500


def erase_mails_of(case: Any) -> None:
    """Delete what is in the mails of a case (helper: the case is being anonymised). The rows stay."""
    _erase(list(IncomingMail.objects.filter(case=case, erased_at=None).values_list("pk", flat=True)))


def erase_mails_due(actor: Actor) -> int:
    """Delete what is in mails that became no petition once the rule's time is over. Returns how many."""
    rows = IncomingMail.objects.filter(case=None, erased_at=None).exclude(
        state__in=(MailState.NEW, MailState.WAITING)
    )
    today = clock.today()
    due = [
        pk
        for pk, at in rows.order_by("arrived_at").values_list("pk", "arrived_at")[:BATCH]
        if today > mail_kept_until(at)
    ]
    with recorded(by=actor, action="citizens.erase_mails"):
        _erase(due)
    return len(due)


def _erase(mails: list[int]) -> None:
    MailContent.objects.filter(mail__in=mails).delete()
    IncomingMail.objects.filter(pk__in=mails).update(erased_at=clock.now())
