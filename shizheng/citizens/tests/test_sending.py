"""我要陳情: three steps without sign-in and without script; nothing is lost, nothing is sent twice, nothing personal is in the open."""

import base64
import io
import json
import subprocess
import sys
import uuid
from email import message_from_bytes, policy
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.citizens import actions, faq_urls, petition_urls
from shizheng.citizens.models import Allowance, Contact, Draft, Letter
from shizheng.citizens.queries.keys import public_keys
from shizheng.citizens.rules import receipts
from shizheng.citizens.rules.limits import LIMITS
from shizheng.citizens.tests.conftest import WHO, WORDS, looked_up, photograph, sent, written
from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.common.routes import PUBLIC
from shizheng.domains.petitions.models import Petition
from shizheng.kernel.cases.models import SealedPart
from shizheng.kernel.cases.tests.calendars import at
from shizheng.kernel.files import queries as files
from shizheng.kernel.history.models import Entry

pytestmark = pytest.mark.django_db


def test_three_steps_give_a_number_a_code_and_a_receipt_and_the_petition_is_like_any_other(
    browser: Client,
) -> None:
    mine = sent(browser, longitude="120.68", latitude="24.14")
    row = Petition.objects.select_related("case", "category").get()
    assert (row.case.number, row.words, row.case.channel, row.source) == (
        mine["number"], WORDS, "web", "mayor_mailbox",
    )  # fmt: skip
    assert row.category is not None and row.category.code == "lamp"  # proposed by the words, accepted
    assert row.case.title == "路燈：中山路 12 號前" and row.case.district_code == "66000010"
    assert set(SealedPart.objects.values_list("name", flat=True)) == {"name", "email", "phone", "receipt"}
    page = looked_up(Client(), {**mine, "code": mine["code"].lower()})
    assert WORDS in page.content.decode() and "114年2月12日" in page.content.decode()


def test_nothing_is_lost_on_the_way_back_or_on_an_error(browser: Client) -> None:
    second = written(browser)
    back = browser.post(second, {"name": "林小美", "email": "no address", "back": "1"})
    first = browser.get(back["Location"]).content.decode()
    assert WORDS in first and "中山路 12 號前" in first
    again = browser.get(second)
    assert "no address" in again.content.decode()
    wrong = browser.post(second, {"name": "林小美", "email": "no address"})
    assert wrong.status_code == 422 and "林小美" in wrong.content.decode()
    short = browser.post("/petition/", {"words": "", "place": "河邊"})
    assert short.status_code == 422 and "河邊" in short.content.decode()
    assert browser.get(second.replace("who", "check"))["Location"].endswith(
        "/who/"
    )  # steps are not jumped over


def test_of_two_presses_one_petition_is_made(browser: Client) -> None:
    mine = sent(browser)
    assert browser.post(mine["check"])["Location"] == mine["done"]
    assert Petition.objects.count() == 1
    token = mine["check"].split("/")[2]
    about = {
        "words": "",
        "category_id": None,
        "place": "",
        "longitude": None,
        "latitude": None,
        "district": "",
    }
    again = actions.send_petition(uuid.UUID(token), about, {})  # whoever came second to the lock
    assert (again.number, again.code) == (mine["number"], mine["code"]) and Petition.objects.count() == 1


def test_a_draft_opens_in_its_own_browser_alone_is_sealed_and_goes(browser: Client) -> None:
    second = written(browser)
    assert Client().get(second).status_code == 404
    assert all("路燈".encode() not in bytes(each.sealed) for each in Draft.objects.all())
    with clock.set_to(at("2025-02-08 10:00")):
        assert browser.get(second).status_code == 404
        assert actions.clear_drafts() == 1 and not Draft.objects.exists()


def test_number_and_code_are_shown_for_an_hour_and_kept_nowhere_in_the_open(browser: Client) -> None:
    mine = sent(browser)
    kept = " ".join(str(each) for each in Entry.objects.values_list("before", "after", "reason", "origin"))
    for word in ("林小美", "mei@example.com", "0900-000-123", "兩個禮拜", mine["code"]):
        assert word not in kept
    with clock.set_to(at("2025-02-07 11:30")):
        assert browser.get(mine["done"]).status_code == 404


def test_photographs_are_kept_without_what_the_camera_wrote_and_their_place_is_offered(
    browser: Client,
) -> None:
    stay = browser.post("/petition/", {"words": WORDS, "photographs": [photograph(120.7)], "stay": "1"})
    text = stay.content.decode()
    assert stay.status_code == 200 and "lamp.jpg" in text and "120.683" in text
    token = stay.context["token"]
    bad = browser.post(f"/petition/{token}/what/", {"words": WORDS, "photographs": [_program()]})
    assert bad.status_code == 422 and "lamp.jpg" in bad.content.decode()  # the good one stays
    second = browser.post(f"/petition/{token}/what/", {"words": WORDS})["Location"]
    third = browser.post(second, {})["Location"]
    assert browser.post(third).status_code == 302
    kept = files.files_of("petitions.petition", Petition.objects.get().case_id)
    assert len(kept) == 2 and all(b"SecretCamera" not in files.read_bytes(each) for each in kept)


def _program() -> object:
    file = io.BytesIO(b"MZ\x90\x00 this program cannot be run")
    file.name = "photo.jpg"
    return file


def test_similar_ones_are_shown_before_sending_without_a_word_that_anybody_wrote(browser: Client) -> None:
    sent(browser, longitude="120.68", latitude="24.14")
    second = written(
        browser, words="路燈不亮，很危險", place="中山路 14 號", longitude="120.6805", latitude="24.1401"
    )
    check = browser.get(browser.post(second, {})["Location"])
    text = check.content.decode()
    assert "可能已經有人反映" in text and "公尺外" in text
    assert "12 號" not in text and "林小美" not in text and "兩個禮拜" not in text
    (similar,) = check.context["similar"]
    assert similar.category.code == "lamp" and similar.metres == 50


def test_what_programs_fill_in_is_refused(browser: Client) -> None:
    assert browser.post("/petition/", {"words": WORDS, "website": "http://spam"}).status_code == 422
    mine = sent(browser)
    assert browser.post("/petition/look-up/", {**mine, "website": "x"}).status_code == 422


def test_a_form_of_another_site_is_refused(street: SimpleNamespace) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/petition/", {"words": WORDS}).status_code == 403


def test_each_source_sends_so_often_and_no_more_and_its_address_is_not_kept(browser: Client) -> None:
    first = sent(browser)
    for _each in range(LIMITS["send"].times - 1):
        assert browser.post(first["check"]).status_code == 302
    refused = browser.post(first["check"])
    assert refused.status_code == 429 and "1999" in refused.content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.post("/petition/look-up/", {"number": "1", "code": "2"}).status_code == 422
    assert not any("127.0.0.1" in str(each) for each in Allowance.objects.values_list("source", "what"))
    with clock.set_to(at("2025-02-07 11:30")):
        assert browser.post(first["check"]).status_code != 429
    with clock.set_to(at("2025-02-09 11:30")):
        assert actions.forget_old() > 0


def test_every_public_page_of_this_app_is_limited() -> None:
    views = [each.callback for each in (*petition_urls.urlpatterns, *faq_urls.urlpatterns)]
    public = [view for view in views if getattr(view, "permission", "") == PUBLIC]
    assert len(public) > 20 and all(set(view.limits) <= set(LIMITS) for view in public)


def test_the_receipt_proves_content_and_time_to_anybody(browser: Client, tmp_path: Path) -> None:
    mine = sent(browser)
    kept = browser.get(mine["done"].replace("done/", "receipt.json")).content
    payload = receipts.checked(kept.decode(), {each["kid"]: each for each in public_keys()})
    assert payload["jti"] == mine["number"] and payload["content"]["words"] == WORDS
    assert payload["received_at"] == "2025-02-07T10:00:00+08:00"
    assert not {"name", "email", "phone"} & set(payload["content"])
    looked = Client()
    looked_up(looked, mine)
    later = looked.get(f"/petition/look-up/{mine['number']}/receipt.json").content
    assert json.loads(later) == json.loads(kept)
    (tmp_path / "receipt.json").write_bytes(kept)
    (tmp_path / "keys.json").write_bytes(Client().get("/petition/keys.json").content)
    (tmp_path / "check.py").write_bytes(Client().get("/petition/verify/check_receipt.py").content)

    def alone() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "check.py", "receipt.json", "keys.json"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip

    good = alone()
    assert good.returncode == 0 and mine["number"] in good.stdout
    changed = json.loads(kept)
    payload["content"]["words"] = "沒有這件事"
    changed["payload"] = base64.urlsafe_b64encode(receipts.canonical(payload)).rstrip(b"=").decode()
    (tmp_path / "receipt.json").write_text(json.dumps(changed))
    assert alone().returncode == 1
    page = Client().post("/petition/verify/", {"text": json.dumps(changed)})
    assert page.status_code == 422 and "被改過" in page.content.decode()
    page = Client().post("/petition/verify/", {"text": kept.decode()})
    assert page.status_code == 200 and "簽章相符" in page.content.decode()


def test_an_address_gets_mail_once_its_owner_confirmed_it_and_is_dropped_otherwise(
    browser: Client, settings: object, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    mine = sent(browser)
    contact = Contact.objects.get()
    assert actions.deliver_letters() == {"sent": 1}
    (mail,) = (tmp_path / "outbox").glob("*.eml")
    text = message_from_bytes(mail.read_bytes(), policy=policy.default).get_content()
    assert mine["number"] in text
    assert not any(word in text for word in ("林小美", "兩個禮拜", mine["code"], "中山路"))
    link = next(line for line in text.splitlines() if "/petition/confirm/" in line)
    path = "/petition/confirm/" + link.rpartition("/confirm/")[2]
    assert Client().get(path).status_code == 200
    contact.refresh_from_db()
    assert contact.confirmed_at is None  # opening confirms nothing
    assert Client().post(path).status_code == 302
    contact.refresh_from_db()
    assert contact.reachable
    assert Client().get("/petition/confirm/1-00000000000000000000000000000000/").status_code == 404
    sent(Client(), {**WHO, "email": "other@example.com"})
    with clock.set_to(at("2025-02-20 10:00")):
        assert actions.drop_unconfirmed(SYSTEM) == 1
        other = Contact.objects.exclude(pk=contact.pk).get()
        assert not other.reachable and actions.deliver_letters() == {"dropped": 1}
        assert Letter.objects.count() == 2
