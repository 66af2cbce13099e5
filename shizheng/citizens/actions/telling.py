"""Telling the citizen by mail: only at an address that its owner confirmed, and only that something happened, never what was written."""

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from shizheng.citizens.actions.commenting import erase_said
from shizheng.citizens.actions.surveying import invite
from shizheng.citizens.models import Contact, Invitation, Letter
from shizheng.citizens.models.contacts import LetterKind, LetterState
from shizheng.citizens.queries.ruling import confirm_ends
from shizheng.citizens.queries.tokens import made_token, read_token
from shizheng.common import clock
from shizheng.common.errors import CannotDo, Conflict, NotFound
from shizheng.common.permissions import SYSTEM, Actor
from shizheng.common.roc import in_words
from shizheng.common.words import tell, written
from shizheng.domains.petitions.rules.workflow import WORKFLOW
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.notifications import way_out
from shizheng.kernel.notifications.mail import Mail, NotNow, Refused, Transport
from shizheng.kernel.notifications.rules import back_off, gives_up

BEGINNINGS = ("open_case", "bring_in")
"""Steps before which nobody can have said how to reach the citizen."""
ANSWERS = ("reply", "reply_promising")
ENDS = ("decline", "transfer")
AT_MOST = 500
"""Mails of one run; the next run, a minute later, goes on."""


def write_letter(contact: Contact, kind: LetterKind, about: str = "") -> Letter:
    """A mail that waits to be sent (helper: in the transaction of what happened)."""
    now = clock.now()
    count = Letter.objects.filter(contact=contact).count()
    host = settings.BASE_URL.rpartition("/")[2].partition(":")[0] or "shizheng.invalid"
    key = hmac.new(settings.SECRET_KEY.encode(), f"letter\0{contact.pk}\0{count}".encode(), hashlib.sha256)
    return Letter.objects.create(
        contact=contact, kind=kind, about=about, made_at=now, next_at=now,
        mail_id=f"<{key.hexdigest()[:32]}@{host}>",
    )  # fmt: skip


def hear(actor: Actor, case: Any, step: Any) -> None:
    """What the citizen's side lets follow when something happens to a petition, in the same transaction."""
    if step.name in BEGINNINGS:
        return
    if step.name == "anonymise":
        erase_said(case)
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
        row = due.select_for_update(skip_locked=True, of=("self",)).select_related("contact__case").first()
        if row is None:
            return "", False
        contact = row.contact
        if (
            not contact.has_mail
            or contact.dropped_at
            or (row.kind != LetterKind.CONFIRM and not contact.reachable)
        ):
            return _ended(row, LetterState.DROPPED, written("沒有確認過的電子郵件")), True
        try:
            address = cases.read_sealed(SYSTEM, contact.case_id, "email", purpose=written("寄出給陳情人的信"))
        except CannotDo:
            return _ended(row, LetterState.DROPPED, written("資料已經清除")), True
        row.attempts += 1
        try:
            transport.send(_composed(row, address))
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


def _ended(row: Letter, state: LetterState, note: str) -> str:
    row.state, row.next_at, row.note = state, None, note
    row.save(update_fields=["attempts", "state", "next_at", "note", "sent_at"])
    return str(state)


def _composed(row: Letter, address: str) -> Mail:
    contact = row.contact
    number = contact.case.number
    with override(contact.language):
        look_up = f"{settings.BASE_URL}{reverse('petition:look_up')}"
        subject, lines = _said(row, number)
        lines += [
            "",
            _("查詢進度（要案號與查詢碼）：%(url)s") % {"url": look_up},
            "",
            _("這封信由系統寄出，請勿回信；不想收通知，請在查詢頁修改。"),
        ]
        return Mail(
            settings.MAIL_FROM, address, "", subject, "\n".join(lines) + "\n", row.mail_id, row.made_at, contact.language
        )  # fmt: skip


def _said(row: Letter, number: str) -> tuple[str, list[str]]:
    if row.kind == LetterKind.CONFIRM:
        url = settings.BASE_URL + reverse("petition:confirm", args=[made_token("confirm", row.contact_id)])
        return _("請確認您的電子郵件（案號 %(number)s）") % {"number": number}, [
            _("有人用這個信箱送出了陳情，案號 %(number)s。") % {"number": number},
            _("請打開下面的連結，確認這是您的信箱，之後才會寄進度與答復通知給您："),
            url,
            "",
            _("不是您送的，請不要理會；沒有確認，就不會再寄信到這個信箱。"),
        ]
    if row.kind == LetterKind.ANSWERED:
        found = Invitation.objects.filter(pk=int(row.about)).first()
        lines = [_("您的陳情（案號 %(number)s）已經答復，請到查詢頁看答復內容。") % {"number": number}]
        if found is not None:
            url = settings.BASE_URL + reverse("petition:survey", args=[made_token("survey", found.pk)])
            lines += [
                "",
                _("處理得好不好，請花一分鐘告訴我們（%(day)s 前有效）：") % {"day": in_words(found.until)},
                url,
            ]
        return _("您的陳情已答復（案號 %(number)s）") % {"number": number}, lines
    said = _("處理期限依規定延長了，新的期限請到查詢頁看。")
    if row.about in WORKFLOW.by_code:
        said = tell(WORKFLOW.by_code[row.about].public)
    return _("您的陳情有新進度（案號 %(number)s）") % {"number": number}, [
        _("您的陳情（案號 %(number)s）：%(said)s") % {"number": number, "said": said}
    ]
