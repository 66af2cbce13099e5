"""What letters to citizens say: what happened, never what the citizen wrote. The answer itself goes by mail to who asked by mail alone."""

import json

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from shizheng.citizens.models import Invitation, Letter
from shizheng.citizens.models.contacts import LetterKind
from shizheng.citizens.queries.ruling import confirm_ends
from shizheng.citizens.queries.tokens import made_token
from shizheng.citizens.rules import receipts
from shizheng.common.permissions import SYSTEM
from shizheng.common.roc import in_words
from shizheng.common.words import tell, written
from shizheng.domains.petitions.queries import public
from shizheng.domains.petitions.rules.workflow import WORKFLOW
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.notifications.mail import Mail

CHANNEL = "email"
"""Of a petition that came by mail."""
RECEIPT = "receipt"
"""The sealed part of a case in which its receipt lies; it goes with the case's key."""


def composed(row: Letter, address: str) -> Mail:
    """The mail of a letter, in its receiver's language. Raises CannotDo (erased meanwhile)."""
    language = (
        row.contact.language
        if row.contact is not None
        else row.incoming.language
        if row.incoming
        else "zh-hant"
    )
    with override(language):
        subject, lines = _said(row)
        answerable = bool(settings.MAILBOX_ADDRESS) and (row.incoming is not None or _by_mail(row))
        if row.contact is not None:
            look_up = f"{settings.BASE_URL}{reverse('petition:look_up')}"
            lines += ["", _("查詢進度（要案號與查詢碼）：%(url)s") % {"url": look_up}]
        if answerable and row.contact is not None:
            foot = _("要補充，可以直接回覆這封信；不想收通知，請在查詢頁修改。")
        elif row.contact is not None:
            foot = _("這封信由系統寄出，請勿回信；不想收通知，請在查詢頁修改。")
        else:
            foot = _("這封信由系統寄出；回信不算確認，要打開上面的連結。")
        return Mail(
            settings.MAIL_FROM, address, "", subject, "\n".join([*lines, "", foot]) + "\n", row.mail_id, row.made_at, language,
            reply_to=settings.MAILBOX_ADDRESS if answerable else "",
            attachments=_receipt(row) if row.kind == LetterKind.RECEIVED else (),
        )  # fmt: skip


def _by_mail(row: Letter) -> bool:
    return row.contact is not None and row.contact.case.channel == CHANNEL


def _said(row: Letter) -> tuple[str, list[str]]:
    if row.incoming is not None:
        return _to_confirm(row)
    assert row.contact is not None
    number = row.contact.case.number
    if row.kind == LetterKind.CONFIRM:
        url = settings.BASE_URL + reverse("petition:confirm", args=[made_token("confirm", row.contact.pk)])
        return _("請確認您的電子郵件（案號 %(number)s）") % {"number": number}, [
            _("有人用這個信箱送出了陳情，案號 %(number)s。") % {"number": number},
            _("請打開下面的連結，確認這是您的信箱，之後才會寄進度與答復通知給您："),
            url,
            "",
            _("不是您送的，請不要理會；沒有確認，就不會再寄信到這個信箱。"),
        ]
    if row.kind == LetterKind.RECEIVED:
        return _received(row, number)
    if row.kind == LetterKind.ANSWERED:
        return _answered(row, number)
    said = _("處理期限依規定延長了，新的期限請到查詢頁看。")
    if row.about in WORKFLOW.by_code:
        said = tell(WORKFLOW.by_code[row.about].public)
    return _("您的陳情有新進度（案號 %(number)s）") % {"number": number}, [
        _("您的陳情（案號 %(number)s）：%(said)s") % {"number": number, "said": said}
    ]


def _to_confirm(row: Letter) -> tuple[str, list[str]]:
    """To who sent a mail: it is a petition once he or she pressed the link."""
    mail = row.incoming
    assert mail is not None and mail.asked_at is not None
    url = settings.BASE_URL + reverse("petition:confirm_mail", args=[made_token("mail", mail.pk)])
    until = in_words(confirm_ends(mail.asked_at), "long")
    first = (
        _("您寄來的陳情信還沒有確認，所以還沒有立案。")
        if row.kind == LetterKind.REMIND
        else _("收到您寄來的信了。為了確定是您本人寄的，請打開下面的連結確認，確認後才立案：")
    )
    subject = _("請再確認：您寄來的陳情信") if row.kind == LetterKind.REMIND else _("請確認您寄來的陳情信")
    return subject, [
        first,
        url,
        "",
        _("確認後會給您案號與查詢碼，期限從那時起算。請在%(day)s以前確認。") % {"day": until},
        _("不是您寄的，請不要理會；沒有確認就不立案，內容期滿清除。"),
    ]


def _received(row: Letter, number: str) -> tuple[str, list[str]]:
    """The petition counts; which number it has. Its code was shown when the link was pressed, and goes into no mail."""
    lines = [
        _("您的陳情已經立案，案號 %(number)s。") % {"number": number},
        _("收據附在這封信，證明我們什麼時候收到；全文的收據請用案號與查詢碼（按下確認時顯示）到查詢頁下載。"),
    ]
    if row.about.isdigit() and int(row.about):
        lines.append(
            _(
                "有 %(n)s 個附件沒有收下（種類不收、太大，或檢查不通過）；照片請用 JPEG 或 PNG，文件請用 PDF 再寄。"
            )
            % {"n": row.about}
        )
    return _("已收到您的陳情（案號 %(number)s）") % {"number": number}, lines


def _answered(row: Letter, number: str) -> tuple[str, list[str]]:
    assert row.contact is not None
    lines = [_("您的陳情（案號 %(number)s）已經答復，請到查詢頁看答復內容。") % {"number": number}]
    petition = public.of_case(row.contact.case_id) if _by_mail(row) else None
    answer = public.answers(petition).first() if petition is not None else None
    if answer is not None and row.contact.case.confidentiality == "ordinary":
        lines = [_("您的陳情（案號 %(number)s）答復如下：") % {"number": number}, "", answer.text]
    found = Invitation.objects.filter(pk=int(row.about)).first()
    if found is not None:
        url = settings.BASE_URL + reverse("petition:survey", args=[made_token("survey", found.pk)])
        lines += [
            "",
            _("處理得好不好，請花一分鐘告訴我們（%(day)s 前有效）：") % {"day": in_words(found.until)},
            url,
        ]
    return _("您的陳情已答復（案號 %(number)s）") % {"number": number}, lines


def _receipt(row: Letter) -> tuple[tuple[str, str, bytes], ...]:
    """The receipt as it may travel: number, time and the hash of what was received, signed; none of its words."""
    assert row.contact is not None
    case = row.contact.case
    whole = cases.read_sealed(SYSTEM, case.pk, RECEIPT, purpose=written("寄出收據"))
    payload = receipts.without_words(receipts.said_by(json.loads(whole)))
    signed = receipts.signed(receipts.key_of(settings.SIGNING_KEY), payload)
    return ((f"receipt-{case.number}.json", "application/jose+json", receipts.canonical(signed)),)
