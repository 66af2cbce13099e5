"""What becomes of a mail: answered never where a program wrote it, a comment where it answers us, else its sender is asked to confirm it."""

from typing import Any

from django.conf import settings

from shizheng.citizens.actions.allowing import within_limit
from shizheng.citizens.actions.citizen import citizen
from shizheng.citizens.actions.commenting import LONGEST, comment
from shizheng.citizens.actions.letters import write_mail_letter
from shizheng.citizens.actions.mail_looking import (
    Checked,
    Read,
    check_files,
    keep_files,
    look,
    raw_of,
    seal_sender,
)
from shizheng.citizens.models import IncomingMail, Letter
from shizheng.citizens.models.contacts import LetterKind, LetterState
from shizheng.citizens.models.mails import MailState
from shizheng.citizens.rules.mail_text import fitted, language_of, numbers_in, own_words
from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.common.words import written
from shizheng.domains.petitions.queries.public import case_of_number
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.cases import queries as case_queries
from shizheng.kernel.history.actions import recorded

AT_MOST = 200


def settle_mails() -> dict[str, int]:
    """Decide about what came in, a transaction each; may be killed and run again. Returns how many by state."""
    done: dict[str, int] = {}
    new = IncomingMail.objects.filter(state=MailState.NEW).order_by("pk")
    for pk in list(new.values_list("pk", flat=True)[:AT_MOST]):
        state = settle_mail(pk)
        if state:
            done[state] = done.get(state, 0) + 1
    return done


def settle_mail(pk: int) -> str:
    """Decide about one mail; the state that it has now, empty where another did. It is read before anything is locked."""
    row = IncomingMail.objects.get(pk=pk)
    if row.state != MailState.NEW:
        return ""
    found = look(raw_of(row), with_files=True)
    letter, case = _answers(found)
    checked = check_files(found) if case is not None else Checked()
    with recorded(by=SYSTEM, action="citizens.settle_mail"):
        locked = IncomingMail.objects.select_for_update().get(pk=pk)
        if locked.state != MailState.NEW:
            return ""
        _decide(locked, found, letter, case, checked)
        return str(locked.state)


def _answers(found: Read) -> tuple[Letter | None, Any]:
    """The letter of ours that a mail answers, and the case that it belongs to.

    A letter's id cannot be guessed: who names it has our letter. A number in the subject can, so the sender must be the petitioner.
    """
    letter = (
        Letter.objects.select_related("contact__case", "incoming__case")
        .filter(mail_id__in=found.references)
        .first()
    )
    if letter is not None:
        of = letter.contact if letter.contact is not None else letter.incoming
        return letter, of.case if of is not None else None
    for number in numbers_in(found.subject) if found.sender and not found.automatic else ():
        case = case_of_number(number)
        if case is not None and _is_petitioner(case, found.sender):
            return None, case
    return None, None


def _is_petitioner(case: Any, address: str) -> bool:
    if case.anonymised_at is not None or "email" not in case_queries.sealed_names(case):
        return False
    known = cases.read_sealed(SYSTEM, case.pk, "email", purpose=written("核對來信的寄件人"))
    return known.strip().lower() == address.lower()


def _decide(row: IncomingMail, found: Read, letter: Letter | None, case: Any, checked: Checked) -> None:
    if found.refused:
        return _end(row, MailState.REFUSED, found.refused)
    row.attachments = len(found.names) + found.left_out
    row.language = language_of(f"{found.subject}\n{found.text}")
    seal_sender(row, found)
    if found.automatic:
        if found.automatic == "bounce" and letter is not None:
            _came_back(letter)
        return _end(row, MailState.IGNORED, found.automatic)
    if found.sender and found.sender.lower() in ours():
        return _end(row, MailState.IGNORED, "ours")
    if not (found.text.strip() or found.subject.strip() or found.names):
        return _end(row, MailState.REFUSED, "empty")
    if case is not None and join(row, case, found, checked):
        return None
    if not found.sender:
        return _end(row, MailState.REFUSED, "no_sender")
    if letter is not None and letter.incoming is not None and letter.incoming.state == MailState.WAITING:
        row.follows, row.state = letter.incoming, MailState.WAITING
        row.save()
        return None
    if not within_limit("mail", found.sender.lower()):
        return _end(row, MailState.REFUSED, "too_often")
    row.state, row.asked_at = MailState.WAITING, clock.now()
    row.save()
    write_mail_letter(row, LetterKind.ASK)
    return None


def ours() -> frozenset[str]:
    """Addresses that are our own: a mail from them is a loop."""
    from email.utils import parseaddr

    known = (parseaddr(settings.MAIL_FROM)[1], settings.MAILBOX_ADDRESS)
    return frozenset(each.lower() for each in known if each)


def join(row: IncomingMail, case: Any, found: Read, checked: Checked) -> bool:
    """Add a mail to the case that it is about (helper: in the transaction of what happens). False where the case takes nothing more."""
    text, _cut = fitted(
        own_words(found.text) or found.subject, LONGEST, written("（來信較長，全文在原信裡。）")
    )
    try:
        comment(case.pk, text or written("（只有附件）"))
    except CannotDo:
        return False
    keep_files(citizen("files.keep"), case, checked, f"{case.number}-m{row.pk}", photographs=True)
    row.left_out = checked.left_out
    row.case = case
    _end(row, MailState.JOINED)
    return True


def _came_back(letter: Letter) -> None:
    """Our letter could not be delivered after all."""
    Letter.objects.filter(pk=letter.pk).exclude(state=LetterState.WAITING).update(
        state=LetterState.FAILED, note=written("退信：對方的伺服器送不到")
    )


def _end(row: IncomingMail, state: MailState, why: str = "") -> None:
    row.state, row.why, row.settled_at = state, why, clock.now()
    row.save()
