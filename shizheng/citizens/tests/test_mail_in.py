"""電子郵件陳情: read from a real mailbox and confirmed by a link that a real server took in; nothing twice, nothing lost."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.citizens import actions
from shizheng.citizens.actions import mail_keeping
from shizheng.citizens.actions.mail_looking import raw_of
from shizheng.citizens.models import IncomingMail, Letter, Mailbox, MailContent
from shizheng.citizens.queries.keys import public_keys
from shizheng.citizens.rules import receipts
from shizheng.citizens.tests.conftest import photograph
from shizheng.citizens.tests.mailboxes import (
    SENDER,
    WORDS,
    Box,
    Smtp,
    a_mail,
    delivered,
    everything_kept,
    link_in,
    text_of,
)
from shizheng.domains.petitions.models import Petition
from shizheng.kernel.cases import queries as cases
from shizheng.kernel.files import queries as files
from shizheng.kernel.files.store import FILES

pytestmark = pytest.mark.django_db


def test_a_mail_becomes_a_petition_once_its_sender_pressed_the_link(box: Box, smtp: Smtp) -> None:
    box.put(
        a_mail(
            files=[
                ("IMG_林小美.jpg", "image/jpeg", photograph(120.68).getvalue()),
                ("x.exe", "application/x-msdownload", b"MZ\x90\x00" + b"\0" * 90),
            ]
        )
    )
    assert actions.read_mailbox()["kept"] == 1 and actions.settle_mails() == {"waiting": 1}
    row = IncomingMail.objects.get()
    assert not Petition.objects.exists() and row.attachments == 2
    assert delivered(smtp) == {"sent": 1}
    asking = smtp.last()
    assert (
        asking["To"] == SENDER
        and asking["Auto-Submitted"] == "auto-generated"
        and asking["Reply-To"] == "mayor@city.example"
    )
    assert WORDS not in text_of(asking) and "林小美" not in asking.as_string()
    browser, link = Client(), link_in(text_of(asking))
    assert browser.get(link).status_code == 200 and not Petition.objects.exists()  # looking is not pressing
    shown = browser.get(browser.post(link)["Location"]).context["sent"]
    petition = Petition.objects.select_related("case").get()
    assert (petition.case.channel, petition.source, petition.case.number) == (
        "email",
        "mayor_mailbox",
        shown["number"],
    )
    assert (
        petition.words.startswith("路燈不亮")
        and WORDS in petition.words
        and petition.case.title == "市民電子郵件陳情"
    )
    assert set(cases.sealed_names(petition.case)) == {"name", "email", "receipt"}
    kept = list(files.files_of("petitions.petition", petition.case_id))
    assert len(kept) == 2 and all(
        "林小美" not in each.name and b"SecretCamera" not in FILES.read(each.sha256) for each in kept
    )
    assert (
        browser.get(browser.post(link)["Location"]).context["sent"] == shown
    )  # pressed twice: the same, once
    assert Petition.objects.count() == 1
    assert delivered(smtp) == {"sent": 1}
    receipt = smtp.last()
    text = text_of(receipt)
    assert shown["number"] in text and shown["code"] not in receipt.as_string() and "1 個附件沒有收下" in text
    (attached,) = receipt.iter_attachments()
    payload = receipts.checked(attached.get_content().decode(), {each["kid"]: each for each in public_keys()})
    whole = receipts.said_by(shown["receipt"])
    assert (
        payload == receipts.without_words(whole)
        and WORDS in whole["content"]["words"]
        and "content" not in payload
    )
    assert not any(word in everything_kept() for word in (WORDS, "0911222333", SENDER, "林小美"))


def test_a_reading_that_is_killed_anywhere_is_gone_on_with_and_nothing_is_doubled(
    box: Box, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    box.put(*(a_mail(f"第 {n} 件") for n in range(4)))
    make, mark, calls = MailContent.objects.create, mail_keeping.Session.taken, {"n": 0}

    def dies(*_given: Any, **_more: Any) -> Any:
        calls["n"] += 1
        if calls["n"] == 2:
            raise KeyboardInterrupt
        return (make if "raw" in _more else mark)(*_given, **_more)

    monkeypatch.setattr(MailContent.objects, "create", dies)  # in the middle of keeping one
    with pytest.raises(KeyboardInterrupt):
        actions.read_mailbox()
    assert IncomingMail.objects.count() == MailContent.objects.count() == 1
    monkeypatch.setattr(MailContent.objects, "create", make)
    calls["n"] = 0
    monkeypatch.setattr(mail_keeping.Session, "taken", dies)  # kept, and not yet said to the mailbox
    settings.MAILBOX_AFTER = "delete"
    with pytest.raises(KeyboardInterrupt):
        actions.read_mailbox()
    monkeypatch.setattr(mail_keeping.Session, "taken", mark)
    assert len(box.flags()) == 3
    assert (
        actions.read_mailbox()["kept"] == 2
        and IncomingMail.objects.count() == MailContent.objects.count() == 4
    )
    assert box.flags() == [] and actions.read_mailbox()["kept"] == 0


def test_a_mailbox_made_anew_is_read_again_and_known_mails_are_not_taken_twice(box: Box) -> None:
    old = [a_mail("甲"), a_mail("乙")]
    box.put(*old, old[0])  # one was delivered twice
    assert actions.read_mailbox() == {"kept": 2, "known": 1, "refused": 0}
    assert all(b"\\Seen" in each for each in box.flags())
    box.anew(b"Received: from the new server\r\n" + old[1], a_mail("丙"), old[0])
    assert (
        actions.read_mailbox() == {"kept": 1, "known": 2, "refused": 0} and IncomingMail.objects.count() == 3
    )


def test_a_mailbox_that_does_not_answer_is_said_where_it_is_looked_for(
    box: Box, settings: Any, street: SimpleNamespace
) -> None:
    settings.MAILBOX_URL = box.url.replace("secret", "wrong")
    assert actions.read_mailbox()["trouble"] == 1
    assert "帳號、密碼" in Mailbox.objects.get().trouble
    rdec = Client()
    rdec.force_login(street.rdec)
    assert "帳號、密碼" in rdec.get("/citizens/mail/").content.decode()
    settings.MAILBOX_URL = "imap://a:b@mail.example.invalid/INBOX"
    actions.read_mailbox()
    trouble = Mailbox.objects.latest("pk").trouble
    assert "沒有加密" in trouble or "連不上" in trouble


def test_what_is_larger_than_a_mail_may_be_stays_where_it_is_with_a_record(
    box: Box, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(mail_keeping, "MOST_BYTES", 20_000)
    settings.MAILBOX_AFTER = "delete"
    box.put(a_mail("大" * 20_000), a_mail("小"))
    assert actions.read_mailbox() == {"kept": 1, "known": 0, "refused": 1}
    row = IncomingMail.objects.get(why="too_large")
    assert row.state == "refused" and row.size > 20_000 and SENDER.encode() in raw_of(row)
    assert len(box.flags()) == 1 and not Letter.objects.exists()
