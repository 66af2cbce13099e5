"""Letters to citizens: written down with what happened, sent by the minute, once."""

import hashlib
import hmac
from typing import Any

from django.conf import settings

from shizheng.citizens.actions.letter_words import composed
from shizheng.citizens.actions.mail_looking import sender_of
from shizheng.citizens.models import Contact, IncomingMail, Letter
from shizheng.citizens.models.contacts import LetterKind, LetterState
from shizheng.citizens.models.mails import MailState
from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.common.words import written
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.notifications import way_out
from shizheng.kernel.notifications.mail import NotNow, Refused, Transport
from shizheng.kernel.notifications.rules import back_off, gives_up

AT_MOST = 500
"""Mails of one run; the next run, a minute later, goes on."""


def write_letter(contact: Contact, kind: LetterKind, about: str = "") -> Letter:
    """A mail to the citizen of a case that waits to be sent (helper: in the transaction of what happened)."""
    count = Letter.objects.filter(contact=contact).count()
    return _written(f"letter\0{contact.pk}\0{count}", contact=contact, kind=kind, about=about)


def write_mail_letter(mail: IncomingMail, kind: LetterKind) -> Letter:
    """The same to who sent a mail that is no case yet (helper)."""
    count = Letter.objects.filter(incoming=mail).count()
    return _written(f"mail\0{mail.pk}\0{count}", incoming=mail, kind=kind)


def _written(what: str, **about: Any) -> Letter:
    """`what` makes its id, which nobody can guess: who answers by it has the letter."""
    now = clock.now()
    host = settings.BASE_URL.rpartition("/")[2].partition(":")[0] or "shizheng.invalid"
    key = hmac.new(settings.SECRET_KEY.encode(), what.encode(), hashlib.sha256)
    return Letter.objects.create(
        **about, made_at=now, next_at=now, mail_id=f"<{key.hexdigest()[:32]}@{host}>"
    )


def deliver_letters(by: Transport | None = None) -> dict[str, int]:
    """Send what is due; a letter is locked while it goes, and one that a killed worker left is sent again as the same mail."""
    done: dict[str, int] = {}
    transport = by or way_out.transport()
    try:
        while sum(done.values()) < AT_MOST:
            outcome, go_on = _deliver_one(transport)
            if outcome:
                done[outcome] = done.get(outcome, 0) + 1
            if not go_on:
                break
    finally:
        transport.close()
    return done


def _deliver_one(transport: Transport) -> tuple[str, bool]:
    with recorded(by=SYSTEM, action="citizens.deliver_letters"):
        now = clock.now()
        due = Letter.objects.filter(state=LetterState.WAITING, next_at__lte=now).order_by("next_at", "pk")
        row = (
            due.select_for_update(skip_locked=True, of=("self",))
            .select_related("contact__case", "incoming")
            .first()
        )
        if row is None:
            return "", False
        try:
            address, why = _address_of(row)
        except CannotDo:
            address, why = "", written("資料已經清除")
        if not address:
            return _ended(row, LetterState.DROPPED, why), True
        row.attempts += 1
        try:
            transport.send(composed(row, address))
        except Refused:
            return _ended(row, LetterState.FAILED, written("郵件伺服器拒收")), True
        except NotNow as failure:
            if now + back_off(row.attempts) > gives_up(row.made_at):
                return _ended(row, LetterState.FAILED, written("試了好幾天都寄不出去")), True
            row.next_at = now + back_off(row.attempts)
            row.save(update_fields=["attempts", "next_at"])
            return "later", not failure.whole_server
        row.sent_at = now
        return _ended(row, LetterState.SENT, ""), True


def _address_of(row: Letter) -> tuple[str, str]:
    """Where a letter goes; where it goes nowhere, why. Raises CannotDo (erased)."""
    if row.incoming is not None:
        if row.incoming.state != MailState.WAITING:
            return "", written("不必再確認")
        return sender_of(row.incoming)[0], written("資料已經清除")
    contact = row.contact
    if (
        contact is None
        or not contact.has_mail
        or contact.dropped_at
        or (row.kind != LetterKind.CONFIRM and not contact.reachable)
    ):
        return "", written("沒有確認過的電子郵件")
    return cases.read_sealed(SYSTEM, contact.case_id, "email", purpose=written("寄出給陳情人的信")), ""


def _ended(row: Letter, state: LetterState, note: str) -> str:
    row.state, row.next_at, row.note = state, None, note
    row.save(update_fields=["attempts", "state", "next_at", "note", "sent_at"])
    return str(state)
