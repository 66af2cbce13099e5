"""Who sent a mail presses the link: then it is a petition, with number, code and receipt. Reminded once, and given up in the end."""

import uuid
from typing import Any

from shizheng.citizens import mail_keys
from shizheng.citizens.actions.citizen import citizen
from shizheng.citizens.actions.drafting import keep_draft, new_draft
from shizheng.citizens.actions.letter_words import CHANNEL
from shizheng.citizens.actions.letters import write_letter, write_mail_letter
from shizheng.citizens.actions.mail_looking import (
    Checked,
    Read,
    check_files,
    keep_files,
    look,
    raw_of,
)
from shizheng.citizens.actions.mail_settling import join
from shizheng.citizens.actions.sending import kept_receipt, subject_of
from shizheng.citizens.models import Contact, IncomingMail
from shizheng.citizens.models.contacts import LetterKind
from shizheng.citizens.models.mails import MailState
from shizheng.citizens.queries.ruling import confirm_ends, remind_from
from shizheng.citizens.queries.tokens import read_token
from shizheng.citizens.rules.mail_text import fitted
from shizheng.common import clock
from shizheng.common.errors import Conflict, NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import N_, tell, written
from shizheng.domains.petitions import actions as petitions
from shizheng.domains.petitions.actions.receiving import LONGEST
from shizheng.domains.petitions.rules.classes import PetitionClass
from shizheng.kernel.history.actions import recorded

SUBJECT = N_("市民電子郵件陳情")


def confirm_mail(token: str) -> uuid.UUID:
    """Make a petition of a mail, once: of two presses the second gets what the first got. Gives the token under which it is shown.

    Raises NotFound, Conflict (too late, or not wanted).
    """
    shown = uuid.UUID(mail_keys.keyed("mail.shown", token.encode())[:32])
    row = IncomingMail.objects.filter(pk=read_token("mail", token)).first()
    if row is None:
        raise NotFound(tell("找不到這封信。請核對信裡的網址。"))
    if row.state == MailState.TAKEN:
        return shown
    _still_waiting(row)
    found, checked, later = looked_at(row)
    with recorded(by=citizen(), action="citizens.confirm_mail"):
        row = IncomingMail.objects.select_for_update().get(pk=row.pk)
        if row.state == MailState.TAKEN:
            return shown
        _still_waiting(row)
        received = open_petition(citizen("petitions.open", "files.keep"), row, found, checked)
        case = received.petition.case
        contact = Contact.objects.create(
            case=case, language=row.language, has_mail=True, asked_at=row.asked_at, confirmed_at=clock.now()
        )
        write_letter(contact, LetterKind.RECEIVED, str(len(row.left_out)))
        receipt = kept_receipt(received.petition, checked.photographs)
        join_followers(case, later)
        keep_draft(
            new_draft(shown),
            {"sent": {"number": case.number, "code": received.code, "receipt": receipt}},
            sent=True,
        )
    return shown


def _still_waiting(row: IncomingMail) -> None:
    if row.state == MailState.EXPIRED:
        raise Conflict(
            tell("這個連結已經過期，這封信沒有立案。要陳情請再寄一次，或用網頁陳情。"), code="expired"
        )
    if row.state != MailState.WAITING or row.follows_id is not None:
        raise Conflict(
            tell("這封信不能用這個連結立案，沒有執行。請用網頁陳情，或打 1999。"), code="not_waiting"
        )


def looked_at(row: IncomingMail) -> tuple[Read, Checked, list[tuple[IncomingMail, Read, Checked]]]:
    """The mail and those that answered our asking, read and their attachments checked before anything is locked."""
    found = look(raw_of(row), with_files=True)
    later = []
    for each in row.followers.filter(state=MailState.WAITING).order_by("pk"):
        read = look(raw_of(each), with_files=True)
        later.append((each, read, check_files(read)))
    return found, check_files(found), later


def open_petition(
    actor: Actor, row: IncomingMail, found: Read, checked: Checked, **given: Any
) -> petitions.Received:
    """Take a mail in as a petition (helper: the row is locked). `given` replaces what a mail does not say: subject, words, class, category."""
    note = written("（來信較長，全文在原信裡。）")
    text = "\n\n".join(each for each in (found.subject, found.text.strip()) if each)
    words, _cut = fitted(text or written("（信裡沒有文字，見附件。）"), LONGEST, note)
    new: dict[str, Any] = {
        "subject": subject_of(None, "", SUBJECT), "words": words, "petition_class": PetitionClass.PETITION, **given,
    }  # fmt: skip
    received = petitions.receive_petition(
        actor,
        petitions.NewPetition(
            channel=CHANNEL, language="en" if row.language == "en" else "zh-Hant", photographs=checked.photographs,
            petitioner={"name": found.sender_name, "email": found.sender}, **new,
        ),
    )  # fmt: skip
    case = received.petition.case
    keep_files(actor, case, checked, case.number, photographs=False)
    row.case, row.left_out = case, checked.left_out
    row.state, row.settled_at, row.version = MailState.TAKEN, clock.now(), row.version + 1
    row.save()
    return received


def join_followers(case: Any, later: list[tuple[IncomingMail, Read, Checked]]) -> None:
    """What the sender wrote in answer to our asking goes to the case as a comment (helper)."""
    for each, read, checked in later:
        row = IncomingMail.objects.select_for_update().get(pk=each.pk)
        if row.state == MailState.WAITING and not read.refused:
            join(row, case, read, checked)


def chase_unconfirmed(actor: Actor) -> dict[str, int]:
    """Remind once who has not confirmed, and give up after the rule's days. Returns how many of each."""
    done = {"reminded": 0, "expired": 0}
    today = clock.today()
    waiting = IncomingMail.objects.filter(state=MailState.WAITING, asked_at__isnull=False).order_by("pk")
    for row in list(waiting):
        assert row.asked_at is not None
        late = today > confirm_ends(row.asked_at)
        if not late and (row.reminded_at is not None or today < remind_from(row.asked_at)):
            continue
        with recorded(by=actor, action="citizens.chase_mails"):
            locked = IncomingMail.objects.select_for_update().get(pk=row.pk)
            if locked.state != MailState.WAITING:
                continue
            if late:
                now = clock.now()
                locked.followers.filter(state=MailState.WAITING).update(
                    state=MailState.EXPIRED, settled_at=now
                )
                locked.state, locked.settled_at = MailState.EXPIRED, now
                done["expired"] += 1
            else:
                locked.reminded_at = clock.now()
                write_mail_letter(locked, LetterKind.REMIND)
                done["reminded"] += 1
            locked.version += 1
            locked.save()
    return done
