"""Whom is told what by mail: only at an address that its owner confirmed, and only of what he or she wants to know."""

from typing import Any

from shizheng.citizens.actions.commenting import erase_said
from shizheng.citizens.actions.letters import write_letter
from shizheng.citizens.actions.mail_erasing import erase_mails_of
from shizheng.citizens.actions.surveying import invite
from shizheng.citizens.models import Contact
from shizheng.citizens.models.contacts import LetterKind
from shizheng.citizens.queries.ruling import confirm_ends
from shizheng.citizens.queries.tokens import read_token
from shizheng.common import clock
from shizheng.common.errors import Conflict, NotFound
from shizheng.common.permissions import SYSTEM, Actor
from shizheng.common.words import tell
from shizheng.domains.petitions.rules.workflow import WORKFLOW
from shizheng.kernel.history.actions import recorded

BEGINNINGS = ("open_case", "bring_in")
"""Steps before which nobody can have said how to reach the citizen."""
ANSWERS = ("reply", "reply_promising")
ENDS = ("decline", "transfer")


def hear(actor: Actor, case: Any, step: Any) -> None:
    """What the citizen's side lets follow when something happens to a petition, in the same transaction."""
    if step.name in BEGINNINGS:
        return
    if step.name == "anonymise":
        erase_said(case)
        erase_mails_of(case)
        return
    invitation = invite(case) if step.name in ANSWERS else None
    contact = Contact.objects.filter(case=case).first()
    if contact is None or not contact.reachable:
        return
    act = WORKFLOW.by_name.get(step.name)
    if invitation is not None:
        if contact.tell_answer:
            write_letter(contact, LetterKind.ANSWERED, str(invitation.pk))
    elif act is not None and _new_words(step):
        wanted = contact.tell_answer if step.name in ENDS else contact.tell_progress
        if wanted:
            write_letter(contact, LetterKind.PROGRESS, step.target)
    elif step.name == "decide_extension" and step.fields.get("approved"):
        write_letter(
            contact, LetterKind.PROGRESS, "extended"
        )  # 行政程序法 51: told before the deadline, asked for or not


def _new_words(step: Any) -> bool:
    """Whether what the public is told changes with the step."""
    before = WORKFLOW.by_code.get(step.source)
    return before is None or before.public != WORKFLOW.by_code[step.target].public


def confirm(token: str) -> Contact:
    """The owner of an address says that it is his or hers. Raises NotFound, Conflict (dropped)."""
    pk = read_token("confirm", token)
    with recorded(by=SYSTEM, action="citizens.confirm"):
        row = Contact.objects.select_for_update(of=("self",)).select_related("case").filter(pk=pk).first()
        if row is None or not row.has_mail:
            raise NotFound(tell("這個確認連結不對，或資料已經清除。請核對信裡的網址。"))
        if row.dropped_at is not None:
            raise Conflict(
                tell("這個連結已經過期，不再寄信到這個信箱；陳情照樣辦理，請用案號與查詢碼查詢。"),
                code="dropped",
            )
        if row.confirmed_at is None:
            row.confirmed_at = clock.now()
            row.version += 1
            row.save(update_fields=["confirmed_at", "version"])
    return row


def set_wishes(case_id: int, *, answer: bool, progress: bool) -> Contact:
    """What the citizen wants to be told of. Raises NotFound (no address was left)."""
    with recorded(by=SYSTEM, action="citizens.set_wishes"):
        row = Contact.objects.select_for_update().filter(case=case_id, has_mail=True).first()
        if row is None:
            raise NotFound(tell("這件沒有留電子郵件，所以不寄通知。"))
        row.tell_answer, row.tell_progress = answer, progress
        row.version += 1
        row.save(update_fields=["tell_answer", "tell_progress", "version"])
    return row


def drop_unconfirmed(actor: Actor) -> int:
    """Addresses that nobody confirmed in time get no mail; the petitions go on. Returns how many."""
    rows = Contact.objects.filter(has_mail=True, confirmed_at=None, dropped_at=None, asked_at__isnull=False)
    late = [each.pk for each in rows if each.asked_at and clock.today() > confirm_ends(each.asked_at)]
    with recorded(by=actor, action="citizens.drop_unconfirmed"):
        return Contact.objects.filter(pk__in=late, confirmed_at=None).update(dropped_at=clock.now())
