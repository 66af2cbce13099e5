"""Mails come in: each is kept once, sealed, before anybody reads it; the mailbox says where reading goes on."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from shizheng.citizens.mail_keys import keyed, sealed
from shizheng.citizens.mail_server import Address, NotRead, Session
from shizheng.citizens.models import IncomingMail, Mailbox, MailContent
from shizheng.citizens.models.mails import MailState, MailWhy
from shizheng.citizens.rules.mails import fingerprint
from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.common.words import tell
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations

MOST_BYTES = 25 * 1024 * 1024
"""Of one mail; a larger one stays in the mailbox, and its beginning is kept."""
HEAD_BYTES = 64 * 1024
AT_MOST = 200
"""Mails of one run; the next run, a minute later, goes on."""
TRIES = 3
"""Of a mail that the server lists and does not hand out."""
LEFT_THERE = (MailWhy.TOO_LARGE, MailWhy.UNFETCHED)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail lies: the mailbox, its UIDVALIDITY, its number."""

    mailbox: Mailbox
    validity: int
    uid: int


def reads_mails() -> bool:
    """Whether this installation reads a mailbox; a demonstration database takes in nobody's mails."""
    return bool(settings.MAILBOX_URL) and not organisations.is_demonstration()


def read_mailbox(address: Address | None = None) -> dict[str, int]:
    """Keep what is new in the mailbox; may be killed at any moment and run again. Returns counts; trouble stands on the mailbox."""
    if address is None:
        if not reads_mails():
            return {}
        address = Address.of(settings.MAILBOX_URL)
    box, _made = Mailbox.objects.get_or_create(name=address.name)
    done = {"kept": 0, "known": 0, "refused": 0}
    trouble = ""
    try:
        session = address.open()
        try:
            _read(session, box, done)
        finally:
            session.close()
    except NotRead as failure:
        trouble = failure.text
        done["trouble"] = 1
    Mailbox.objects.filter(pk=box.pk).update(read_at=clock.now(), trouble=trouble[:300])
    return done


def _read(session: Session, box: Mailbox, done: dict[str, int]) -> None:
    delete = settings.MAILBOX_AFTER == "delete"
    if delete:
        _delete_again(session, box)
    last = box.last_uid if box.uid_validity == session.validity else 0
    for uid, size in list(session.after(last))[:AT_MOST]:
        place = Place(box, session.validity, uid)
        row = _one(session, place, size)
        why = row.why if row is not None else ""
        done["known" if row is None else "refused" if why else "kept"] += 1
        if why not in LEFT_THERE:
            session.taken(uid, delete=delete)


def _one(session: Session, place: Place, size: int) -> IncomingMail | None:
    """Keep one mail; None where it was kept before. Raises NotRead."""
    try:
        if size > MOST_BYTES:
            head = session.raw(place.uid, HEAD_BYTES) or b""
            return keep_mail(head, place=place, size=size, why=MailWhy.TOO_LARGE)
        raw = session.raw(place.uid, MOST_BYTES + 1)
    except NotRead as failure:
        if not failure.one:
            raise
        tries = (Mailbox.objects.get(pk=place.mailbox.pk).stuck or 0) + 1
        if tries < TRIES:
            Mailbox.objects.filter(pk=place.mailbox.pk).update(stuck=tries)
            raise
        return keep_mail(b"", place=place, size=size, why=MailWhy.UNFETCHED)
    if raw is None:  # somebody deleted it meanwhile
        with recorded(by=SYSTEM, action="citizens.keep_mail"):
            _go_on(place)
        return None
    if len(raw) > MOST_BYTES:  # the server said otherwise
        return keep_mail(raw[:HEAD_BYTES], place=place, size=len(raw), why=MailWhy.TOO_LARGE)
    return keep_mail(raw, place=place)


def _delete_again(session: Session, box: Mailbox) -> None:
    """Delete what was kept and, since a run was killed, not deleted."""
    if box.uid_validity != session.validity:
        return
    old = [uid for uid, _size in session.after(0) if uid <= box.last_uid]
    rows = IncomingMail.objects.filter(mailbox=box, uid_validity=session.validity, uid__in=old)
    for uid in rows.exclude(why__in=LEFT_THERE).values_list("uid", flat=True):
        session.taken(int(uid or 0), delete=True)


def keep_mail(
    raw: bytes, *, place: Place | None = None, size: int | None = None, why: str = ""
) -> IncomingMail | None:
    """Keep a mail sealed, and how far the mailbox was read, in one transaction; None where it is known. Raises CannotDo (a file too large)."""
    if place is None and len(raw) > MOST_BYTES:
        raise CannotDo(
            tell("這封信超過 %(n)s MB，沒有收下。", n=MOST_BYTES // 1024 // 1024), code="too_large"
        )
    mark = fingerprint(raw) + (
        f"\0{place.validity}\0{place.uid}".encode() if place and why in LEFT_THERE else b""
    )
    with recorded(by=SYSTEM, action="citizens.keep_mail"):
        if place is not None and not _go_on(place):
            return None
        key = keyed("mail", mark)
        if IncomingMail.objects.filter(key=key).exists():
            return None
        row = IncomingMail.objects.create(
            key=key, arrived_at=clock.now(), size=len(raw) if size is None else size, why=why,
            state=MailState.REFUSED if why else MailState.NEW, **_where(place),
        )  # fmt: skip
        MailContent.objects.create(mail=row, raw=sealed(row.pk, "raw", raw))
    return row


def _where(place: Place | None) -> dict[str, Any]:
    if place is None:
        return {}
    return {"mailbox": place.mailbox, "uid_validity": place.validity, "uid": place.uid}


def _go_on(place: Place) -> bool:
    """Note that the mailbox was read up to here; False where another run did (its row is locked meanwhile)."""
    box = Mailbox.objects.select_for_update().get(pk=place.mailbox.pk)
    if box.uid_validity == place.validity and place.uid <= box.last_uid:
        return False
    box.uid_validity, box.last_uid, box.stuck = place.validity, place.uid, 0
    box.save(update_fields=["uid_validity", "last_uid", "stuck"])
    return True
