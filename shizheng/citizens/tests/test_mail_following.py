"""What follows on a mail: what is never answered, what is refused, who is reminded, what an officer does with it."""

import io
import json
import zipfile
from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.citizens import actions
from shizheng.citizens.actions.mail_looking import raw_of
from shizheng.citizens.models import Comment, Contact, IncomingMail, Letter, MailContent
from shizheng.citizens.queries.tokens import made_token
from shizheng.citizens.tests.conftest import photograph
from shizheng.citizens.tests.mailboxes import (
    SENDER,
    WORDS,
    Box,
    Smtp,
    a_mail,
    came,
    confirmed,
    delivered,
    everything_kept,
    text_of,
)
from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.domains.petitions import actions as petitions
from shizheng.domains.petitions.models import Petition
from shizheng.domains.petitions.tests.town import act, again, drafted
from shizheng.kernel.cases.tests.calendars import at
from shizheng.kernel.files import queries as files

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Return_Path": "<>"}, "bounce"), ({"Auto_Submitted": "auto-replied"}, "auto"), ({"List_Id": "<l.example>"}, "list"),
        ({"From": "mayor@city.example"}, "ours"),
    ],
)  # fmt: skip
def test_what_a_program_wrote_is_never_answered(box: Box, headers: dict[str, str], why: str) -> None:
    (row,) = came(a_mail(**headers))
    assert (row.state, row.why) == ("ignored", why) and not Letter.objects.exists() and raw_of(row)


def test_a_bounce_of_our_letter_is_seen_and_an_answer_to_our_asking_waits_with_its_mail(
    box: Box, smtp: Smtp
) -> None:
    (row,) = came(a_mail())
    delivered(smtp)
    ours = str(smtp.last()["Message-ID"])
    (reply,) = came(a_mail("忘了說：在十二號門口", In_Reply_To=ours, Subject="Re: 請確認"))
    assert (reply.state, reply.follows_id) == (
        "waiting",
        row.pk,
    ) and Letter.objects.count() == 1  # no asking about an answer
    petition = confirmed(row)
    assert Comment.objects.get(case=petition.case_id).text == "忘了說：在十二號門口"
    came(a_mail("", Return_Path="<>", References=ours))
    assert Letter.objects.get(mail_id=ours).state == "failed"


def test_answers_to_our_letters_are_comments_and_a_number_alone_convinces_nobody(
    box: Box, smtp: Smtp
) -> None:
    petition = confirmed(came(a_mail())[0])
    delivered(smtp)
    ours = str(smtp.last()["Message-ID"])
    number = petition.case.number
    picture = [("a.jpg", "image/jpeg", photograph().getvalue())]
    rows = came(
        a_mail("還是不亮\n\n> 您的陳情已經立案", References=f"<other@x.example> {ours}", files=picture),
        a_mail("再補充", Subject=f"Re: 案號 {number}"),
        a_mail("我也要看", Subject=f"案號 {number}", From="stranger@example.com"),
    )
    assert [each.state for each in rows] == ["joined", "joined", "waiting"]
    assert list(Comment.objects.order_by("id").values_list("text", flat=True)) == ["還是不亮", "再補充"]
    assert len(files.files_of("petitions.petition", petition.case_id)) == 2 and Petition.objects.count() == 1


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", b"\0" * 30_000_000)
    return out.getvalue()


PARTS = (
    f"From: {SENDER}\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n".encode()
    + b"--B\r\n\r\nx\r\n" * 10_000
)


def test_hostile_mails_are_refused_with_a_record_and_nothing_is_lost(
    box: Box, street: SimpleNamespace
) -> None:
    raws = [PARTS, b"X: y\r\n" * 10_000 + b"\r\nx", a_mail(From=""), a_mail("", Subject="")]
    rows = came(*raws)
    assert [(each.state, each.why) for each in rows] == [
        ("refused", why) for why in ("parts", "headers", "no_sender", "empty")
    ]
    assert [raw_of(each) for each in rows] == raws and not Letter.objects.exists()
    from shizheng.citizens.frame import work_items

    waiting = [each for each in work_items(street.rdec, clock.today()) if not isinstance(each, list)]
    assert len(waiting) == 4 and list(work_items(street.officer, clock.today())) == []


def test_a_bomb_among_the_attachments_and_a_header_in_the_subject_harm_nothing(box: Box, smtp: Smtp) -> None:
    raw = a_mail(files=[("a.odt", "application/vnd.oasis.opendocument.text", bomb())]).replace(
        b"Subject: ", b"Subject: =?utf-8?q?a=0D=0ABcc:_victim=40example.com?= "
    )
    (row,) = came(raw)
    petition = confirmed(row)
    assert row.left_out and not files.files_of("petitions.petition", petition.case_id)
    delivered(smtp)
    assert [to for to, _mail in smtp.taken] == [[SENDER]] and smtp.last()["Bcc"] is None
    assert "victim" not in petition.case.title


def test_one_sender_is_answered_so_often_a_day_and_no_more(box: Box) -> None:
    from shizheng.citizens.rules.limits import LIMITS

    most = LIMITS["mail"].times
    rows = came(*(a_mail(f"第 {n} 封") for n in range(most + 1)))
    assert [each.state for each in rows] == ["waiting"] * most + ["refused"] and rows[-1].why == "too_often"
    assert Letter.objects.count() == most


def test_who_does_not_confirm_is_reminded_once_and_given_up_and_the_mail_goes_when_its_time_is_over(
    box: Box, smtp: Smtp
) -> None:
    (row,) = came(a_mail())
    with clock.set_to(at("2025-02-09 10:00")):
        assert actions.chase_unconfirmed(SYSTEM) == {"reminded": 0, "expired": 0}
    with clock.set_to(at("2025-02-10 10:00")):
        assert actions.chase_unconfirmed(SYSTEM) == {"reminded": 1, "expired": 0}
        assert actions.chase_unconfirmed(SYSTEM) == {"reminded": 0, "expired": 0}
        assert delivered(smtp) == {"sent": 2} and "還沒有確認" in text_of(smtp.last())
    with clock.set_to(at("2025-02-15 10:00")):
        assert actions.chase_unconfirmed(SYSTEM) == {"reminded": 0, "expired": 1}
        late = Client().post(f"/petition/mail/{made_token('mail', row.pk)}/")
        assert (
            late.status_code == 409 and "已經過期" in late.content.decode() and not Petition.objects.exists()
        )
    with clock.set_to(at("2025-05-08 10:00")):
        assert actions.erase_mails_due(SYSTEM) == 0
    with clock.set_to(at("2025-05-09 10:00")):
        assert actions.erase_mails_due(SYSTEM) == 1 and not MailContent.objects.exists()
        assert actions.erase_mails_due(SYSTEM) == 0 and IncomingMail.objects.get().erased_at


def test_the_answer_goes_by_mail_to_who_asked_by_mail_and_the_mail_is_erased_with_the_case(
    box: Box, smtp: Smtp, street: SimpleNamespace
) -> None:
    row = came(a_mail())[0]
    petition = confirmed(row)
    act(street.rdec, petition, "accept")
    petitions.dispatch(
        street.rdec, petition.case_id, version=None, unit_id=street.works.pk, officer_id=street.officer.pk
    )
    act(street.officer, petition, "take_up")
    drafted(street, again(petition))
    act(street.chief, petition, "approve")
    act(street.officer, petition, "reply", fields={"told": "電子郵件"})
    delivered(smtp)
    assert "您好：路燈已在今天修好。" in text_of(smtp.last()) and WORDS not in text_of(smtp.last())
    with clock.set_to(at("2030-02-08 10:00")):
        assert petitions.anonymise_due(street.rdechead) == 1
    assert not MailContent.objects.exists() and not Contact.objects.get().reachable


def test_an_officer_opens_a_mail_for_a_purpose_takes_it_in_and_puts_aside_what_is_none(
    box: Box, street: SimpleNamespace
) -> None:
    mine, hostile, advert = came(a_mail(), PARTS, a_mail("買這個", From="shop@example.com"))
    rdec, officer = Client(), Client()
    rdec.force_login(street.rdec)
    officer.force_login(street.officer)
    assert officer.get("/citizens/mail/").status_code == 403
    page = rdec.get("/citizens/mail/").content.decode()
    assert not any(word in page for word in (SENDER, "林小美", WORDS, "路燈"))
    address = f"/citizens/mail/{mine.pk}/"
    assert WORDS not in rdec.get(address).content.decode()
    assert rdec.post(f"{address}open/", {"purpose": " "}).status_code == 422 and not mine.readings.exists()
    opened = rdec.post(f"{address}open/", {"purpose": "民眾來電詢問"})
    assert WORDS in opened.content.decode() and opened["Cache-Control"] == "private, no-store"
    assert mine.readings.get().reader == street.rdec
    file = rdec.post(f"/citizens/mail/{hostile.pk}/open/", {"purpose": "看原信", "file": "on"})
    assert (
        file.content == PARTS
        and file["Content-Type"] == "application/octet-stream"
        and file["X-Content-Type-Options"] == "nosniff"
    )
    given = {
        "version": mine.version,
        "subject": "中山路路燈不亮",
        "petition_class": "petition",
        "reason": "民眾到櫃檯說不會按連結",
    }
    taken = rdec.post(f"{address}take/", given)
    petition = Petition.objects.select_related("case").get()
    assert (
        petition.case.number in taken.content.decode()
        and petition.case.title == "中山路路燈不亮"
        and WORDS in petition.words
    )
    assert list(Letter.objects.filter(contact__case=petition.case).values_list("kind", flat=True)) == [
        "confirm"
    ]
    refused = Client().post(f"/petition/mail/{made_token('mail', mine.pk)}/")
    assert refused.status_code == 302 and Petition.objects.count() == 1  # its link opens nothing more
    assert rdec.post(f"{address}take/", {**given, "version": 9}).status_code in (409, 422)
    nothing = rdec.post(f"/citizens/mail/{hostile.pk}/take/", {**given, "version": hostile.version})
    assert (
        nothing.status_code == 422 and Petition.objects.count() == 1
    )  # what cannot be read needs the officer's words
    spam = rdec.post(f"/citizens/mail/{advert.pk}/spam/", {"version": advert.version, "reason": "廣告"})
    assert spam.status_code == 302 and IncomingMail.objects.get(pk=advert.pk).state == "spam"
    assert Client().post(f"/petition/mail/{made_token('mail', advert.pk)}/").status_code == 409
    assert str(petition.case.number) in rdec.get("/citizens/mail/?state=taken").content.decode()
    assert f"/citizens/mail/{mine.pk}/" in rdec.get(f"/petitions/{petition.case_id}/").content.decode()
    assert "0911222333" not in json.dumps(everything_kept(), ensure_ascii=False)
