"""Requests sent over Open311: petitions with who sent them sealed, refusals, photographs, tokens, limits."""

import json
from datetime import timedelta
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.test import Client

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import Category, Petition, RateCount, ServiceRequest
from shizheng.domains.petitions.open311 import limits
from shizheng.domains.petitions.tests.reports import (
    ROOT,
    SIZES,
    WORDS,
    get,
    numbers_of,
    post,
    post_form,
    sent,
)
from shizheng.domains.petitions.tests.test_pages import photograph
from shizheng.domains.petitions.tests.town import NAME, PHONE, act
from shizheng.kernel.cases.models import Case, SealedPart
from shizheng.kernel.cases.tests.calendars import at
from shizheng.kernel.files import queries as files
from shizheng.kernel.history.models import Entry
from shizheng.kernel.people import actions as people

pytestmark = pytest.mark.django_db


def test_what_is_sent_becomes_a_petition_with_who_sent_it_sealed(
    reported: Petition, town: SimpleNamespace
) -> None:
    case = reported.case
    assert (reported.category.code, case.channel, case.unit_id) == ("pothole", "open311", town.city.pk)  # type: ignore[union-attr]
    assert (case.longitude, case.latitude, reported.place) == (121.4657, 25.0125, "中山路 12 號前")
    assert reported.words == WORDS and "林" not in case.title
    assert {each.name for each in SealedPart.objects.filter(case=case)} == {"name", "phone", "email"}
    came = reported.service_request
    assert came.key_name == "鄰里回報 App" and came.answers[0]["values"] == [{"key": "large", "name": "大"}]
    told = json.dumps(list(Entry.objects.values_list("after", flat=True)), ensure_ascii=False, default=str)
    assert NAME not in told and PHONE not in told and "我住 5 樓" not in told and "tt222111" not in told


def test_the_answer_holds_number_and_look_up_code(key: str, pothole: Category) -> None:
    (made,) = post_form(key).json()
    assert (
        set(made) == {"service_request_id", "service_notice", "account_id"} and made["account_id"] == "123456"
    )
    code = made["service_notice"].partition("查詢碼 ")[2][:10]
    from shizheng.domains.petitions.queries.petitions import looked_up

    assert looked_up(made["service_request_id"], code) is not None
    xml = ElementTree.fromstring(post(sent(key), "xml").content)
    assert (
        xml.tag == "service_requests"
        and xml.findtext("request/service_request_id") != made["service_request_id"]
    )


def test_several_values_key_in_the_address_and_a_bearer_are_taken(
    key: str, pothole: Category, town: SimpleNamespace
) -> None:
    actions.save_attribute(
        town.rdec, pothole.pk, None, version=None,
        changes={"code": "SEEN", "datatype": "multivaluelist", "label": "看到什麼？", "values": SIZES},
    )  # fmt: skip
    assert post_form(key, **{"attribute[SEEN][]": ["small", "large"]}).status_code == 200
    kept = {each["code"]: each["values"] for each in ServiceRequest.objects.get().answers}
    assert [each["key"] for each in kept["SEEN"]] == ["small", "large"]
    data = sent("")
    assert Client().post(f"{ROOT}requests.json?api_key={key}&jurisdiction_id=", data).status_code == 200
    assert post(data, headers={"authorization": f"Bearer {key}"}).status_code == 200


def test_everything_that_is_wrong_is_said_at_once(key: str, pothole: Category) -> None:
    answer = post(
        sent(key, lat="", email="nobody", media_url="ftp://x/y", description="a" * 4001,
             **{"attribute[SIZE]": "huge", "attribute[NONE]": "1"})
    )  # fmt: skip
    assert answer.status_code == 400 and Petition.objects.count() == 0
    said = " ".join(each["description"] for each in answer.json())
    assert {each["code"] for each in answer.json()} == {400} and len(answer.json()) == 6
    for about in ("lat", "email", "media_url", "description", "SIZE", "NONE"):
        assert about in said


REFUSED: list[tuple[dict[str, str], int, str]] = [
    ({"api_key": ""}, 403, "api_key"),
    ({"api_key": "szt_wrong"}, 403, "api_key"),
    ({"jurisdiction_id": "elsewhere.gov"}, 404, "elsewhere.gov"),
    ({"service_code": ""}, 400, "service_code"),
    ({"service_code": "nowhere"}, 404, "nowhere"),
    ({"service_code": "roads"}, 404, "roads"),
    ({"lat": "", "long": "", "address_string": ""}, 400, "address_id"),
    ({"lat": "", "long": "", "address_string": "", "address_id": "x1"}, 400, "address_id"),
    ({"attribute[SIZE]": ""}, 400, "SIZE"),
    ({"first_name": "a\nb"}, 400, "first_name"),
    ({"description": "a\x00b"}, 400, "description"),
]


def test_each_refusal_has_its_status_in_both_formats(key: str, pothole: Category) -> None:
    for changes, status, about in REFUSED:
        data = {**sent(key), **changes}
        answer = post(data)
        (error,) = answer.json()
        assert (answer.status_code, error["code"]) == (status, status), changes
        assert about in error["description"], changes
        other = post(data, "xml")
        xml = ElementTree.fromstring(other.content)
        assert other.status_code == status and xml.tag == "errors"
        assert xml.findtext("error/description") == error["description"]
    assert not Petition.objects.exists()


def test_a_key_whose_scope_lacks_receiving_or_keeping_files_is_refused(
    town: SimpleNamespace, pothole: Category
) -> None:
    until = clock.now() + timedelta(days=1)
    _t, reads = people.create_token(town.rdec, name="x", scopes=["petitions.view"], expires_at=until)
    assert post(sent(reads)).status_code == 403
    _t, words = people.create_token(town.rdec, name="y", scopes=["petitions.open"], expires_at=until)
    assert post(sent(words, media=photograph())).status_code == 403
    _t, small = people.create_token(town.officer, name="z", scopes=["petitions.open"], expires_at=until)
    assert post(sent(small)).status_code == 403, "the officer of one agency takes nothing in for the city"
    assert not Petition.objects.exists()


def test_media_is_a_link_that_nobody_follows_or_a_photograph_without_what_the_camera_wrote(
    key: str, pothole: Category
) -> None:
    answer = post(sent(key, media=photograph(), media_url="http://169.254.169.254/latest"))
    assert answer.status_code == 200, answer.content
    row = Petition.objects.get()
    assert row.service_request.media_url == "http://169.254.169.254/latest"
    kept = [each for each in files.files_of("petitions.petition", row.case_id)]
    assert kept
    from django.core.files.uploadedfile import SimpleUploadedFile

    bad = SimpleUploadedFile("x.jpg", b"<script>alert(1)</script>", "image/jpeg")
    assert post(sent(key, media=bad)).status_code == 400 and Petition.objects.count() == 1


def test_a_service_that_gives_numbers_later_answers_with_a_token(
    key: str, pothole: Category, town: SimpleNamespace
) -> None:
    actions.save_service(
        town.rdec, pothole.pk, version=None, changes={"timing": "batch"}, reason="先看再給號"
    )
    (made,) = post_form(key).json()
    assert "service_request_id" not in made and made["token"]
    row = Petition.objects.select_related("case").get()
    assert row.service_request.token_hash and made["token"] not in row.service_request.token_hash
    (waiting,) = get(f"tokens/{made['token']}.json").json()
    assert (
        waiting == {"service_request_id": None, "token": made["token"]} and get("requests.json").json() == []
    )
    act(town.rdec, row, "accept")
    (given,) = get(f"tokens/{made['token']}.json").json()
    assert given["service_request_id"] == row.case.number
    assert numbers_of(get("requests.json")) == [row.case.number]


def test_pages_of_other_sites_read_but_nobody_s_session_sends(
    key: str, pothole: Category, town: SimpleNamespace
) -> None:
    answer = get("services.json")
    assert (
        answer["Access-Control-Allow-Origin"] == "*"
        and answer["Content-Type"] == "application/json; charset=utf-8"
    )
    before = Client().options(ROOT + "requests.json")
    assert before.status_code == 204 and "POST" not in before["Access-Control-Allow-Methods"]
    assert before["Allow"] == "GET, HEAD, POST, OPTIONS"
    browser = Client()
    browser.force_login(town.rdec)
    assert browser.post(ROOT + "requests.json", sent("")).status_code == 403
    refused = browser.put(ROOT + "services.json")
    assert refused.status_code == 405 and refused.json()[0]["code"] == 405
    assert post("{}", content_type="application/json").status_code == 400


def test_too_many_calls_are_told_when_to_come_back(
    key: str, pothole: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "READING", limits.Limit("read", 2, timedelta(minutes=5)))
    monkeypatch.setattr(limits, "SENDING", limits.Limit("send", 1, timedelta(minutes=5)))
    monkeypatch.setattr(limits, "WRONG_KEY", limits.Limit("wrong_key", 1, timedelta(minutes=5)))
    assert [get("services.json").status_code for _each in range(3)] == [200, 200, 429]
    assert [post_form(key).status_code for _each in range(2)] == [200, 429]
    answer = [post(sent("szt_x")) for _each in range(2)][1]
    assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 300
    assert not RateCount.objects.filter(who__contains="127").exists()
    with clock.set_to(clock.now() + timedelta(days=3)):
        assert get("services.json").status_code == 200
        assert limits.forget_old() == 3


def test_answers_and_link_are_erased_with_the_petition(reported: Petition, town: SimpleNamespace) -> None:
    act(town.rdec, reported, "withdraw", reason="民眾來電撤回")
    with clock.set_to(at("2031-02-07 10:00")):
        actions.anonymise_petition(SYSTEM, reported.case_id, version=None, reason="保存期滿")
    came = ServiceRequest.objects.get()
    assert came.answers == [] and came.media_url == ""
    assert Case.objects.get().anonymised_at is not None
