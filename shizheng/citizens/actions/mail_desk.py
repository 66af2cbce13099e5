"""What officers do with mails: open one, with a record of it; take one in without waiting; put aside what is none."""

from dataclasses import dataclass
from typing import Any

from shizheng.citizens.actions.letters import write_letter
from shizheng.citizens.actions.mail_confirming import join_followers, looked_at, open_petition
from shizheng.citizens.actions.mail_looking import Read, look, raw_of
from shizheng.citizens.actions.sending import kept_receipt
from shizheng.citizens.models import Contact, IncomingMail, MailReading
from shizheng.citizens.models.contacts import LetterKind
from shizheng.citizens.models.mails import MailState, MailWhy
from shizheng.common import clock
from shizheng.common.errors import CannotDo, Conflict, NotFound, NotPermitted
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.words import tell
from shizheng.domains.petitions import actions as petitions
from shizheng.domains.petitions.rules.classes import PetitionClass
from shizheng.kernel.history.actions import recorded

HANDLE = "citizens.handle_mail"
DONE = (MailState.TAKEN, MailState.JOINED)


@dataclass(frozen=True, slots=True)
class OpenedMail:
    """A mail that somebody opened: what could be read of it, and the bytes as they came."""

    row: IncomingMail
    read: Read
    raw: bytes


def open_mail(actor: Actor, pk: int, *, purpose: str) -> OpenedMail:
    """What a mail says, once it is written down who opened it and for what.

    Raises NotPermitted, NotFound, BadInput (no purpose), CannotDo (erased).
    """
    require(actor, HANDLE)
    text = need_reason(purpose)
    if actor.pk is None:
        raise NotPermitted(tell("只有登入的人能開啟來信。"))
    with recorded(by=actor, action="citizens.open_mail", reason=text):
        row = _locked(pk, None)
        raw = raw_of(row)
        MailReading.objects.create(mail=row, reader_id=actor.pk, purpose=text)
    return OpenedMail(row, look(raw), raw)


def take_mail(
    actor: Actor,
    pk: int,
    *,
    version: int | None,
    subject: str,
    petition_class: PetitionClass,
    category_id: int | None = None,
    words: str = "",
    reason: str,
) -> petitions.Received:
    """Take a mail in without waiting for its sender; `words` where the mail itself cannot be read. The address is asked to confirm itself.

    Raises NotPermitted, NotFound, Conflict, CannotDo (taken already, erased), BadInput (fields).
    """
    require(actor, HANDLE)
    text = need_reason(reason)
    row = _open_row(pk)
    found, checked, later = looked_at(row)
    given: dict[str, Any] = {"subject": subject, "petition_class": petition_class, "category_id": category_id}
    if words.strip() or found.refused:
        given["words"] = words
    with recorded(by=actor, action="citizens.take_mail", reason=text):
        row = _locked(pk, version)
        _not_done(row)
        received = open_petition(actor, row, found, checked, **given)
        if not row.why:
            row.why = MailWhy.BY_HAND
            row.save(update_fields=["why"])
        case = received.petition.case
        kept_receipt(received.petition, checked.photographs)
        contact = Contact.objects.create(case=case, language=row.language, has_mail=bool(found.sender))
        if contact.has_mail:
            contact.asked_at = clock.now()
            contact.save(update_fields=["asked_at"])
            write_letter(contact, LetterKind.CONFIRM)
        join_followers(case, later)
    return received


def mark_spam(actor: Actor, pk: int, *, version: int | None, reason: str) -> IncomingMail:
    """Put a mail aside for good, with why; it can still be taken in. Raises NotPermitted, NotFound, Conflict, CannotDo, BadInput."""
    require(actor, HANDLE)
    text = need_reason(reason)
    with recorded(by=actor, action="citizens.mark_spam", reason=text):
        row = _locked(pk, version)
        _not_done(row)
        if row.state == MailState.SPAM:
            raise CannotDo(tell("這封信已經列為垃圾信，沒有再改。"), code="spam")
        row.state, row.settled_at, row.version = MailState.SPAM, clock.now(), row.version + 1
        row.save()
    return row


def _open_row(pk: int) -> IncomingMail:
    row = IncomingMail.objects.filter(pk=pk).first()
    if row is None:
        raise _missing()
    _not_done(row)
    return row


def _locked(pk: int, version: int | None) -> IncomingMail:
    row = IncomingMail.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise _missing()
    if version is not None and row.version != version:
        raise Conflict(tell("這封信剛才已由別人處理，或寄件人已經確認，沒有執行。請看現在的狀態再決定。"))
    return row


def _not_done(row: IncomingMail) -> None:
    if row.state in DONE:
        raise CannotDo(tell("這封信已經在案件裡，沒有執行。請到案件頁辦理。"), code="taken")


def _missing() -> NotFound:
    return NotFound(tell("找不到這封信。請從陳情來信清單進入。"))
