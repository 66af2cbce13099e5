"""Pages and the API: from the upload to the report card, the threshold, the answer; what is wrong stays on the page."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.routing import actions
from shizheng.kernel.routing.models import RoutingModel, Training
from shizheng.kernel.routing.tests.conftest import trained
from shizheng.kernel.routing.tests.made import as_csv, cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(house: SimpleNamespace) -> Client:
    client = Client()
    client.force_login(house.rdec)
    return client


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("cases.csv", text.encode())


def text_of(answer: Any) -> str:
    return answer.content.decode()


def test_a_model_goes_from_the_upload_to_answering(browser: Client, house: SimpleNamespace) -> None:
    assert "還沒有分案模型" in text_of(browser.get("/routing/"))
    given = {"name": "agency", "purpose": "陳情 → 單位", "text": "內容", "label": "單位", "reason": "第一次"}
    answer = browser.post("/routing/train/", {**given, "file": upload(as_csv(cases(200)))})
    assert (answer.status_code, answer["Location"]) == (302, "/routing/models/agency/")
    actions.train(SYSTEM, Training.objects.get().pk)
    page = text_of(browser.get("/routing/models/agency/"))
    assert "還沒有啟用任何一版" in page and "/routing/models/agency/versions/1/activate/" in page
    assert "各類別" in text_of(browser.get("/routing/models/agency/versions/1/"))
    version = RoutingModel.objects.get().version
    assert (
        browser.post(
            "/routing/models/agency/versions/1/activate/", {"version": version, "reason": "夠準"}
        ).status_code
        == 302
    )
    page = text_of(browser.get("/routing/models/agency/"))
    for words in ("macro-F1", "校準誤差 ECE", "信心至少", "隨時間的變化", "道路", "一律由人分派", "?to=0.5"):
        assert words in page, words
    assert 'value="0.95"' in text_of(browser.get("/routing/models/agency/threshold/?to=0.95"))
    sent = {"version": version + 1, "threshold": "0.5", "reason": "依成績單"}
    assert browser.post("/routing/models/agency/threshold/", sent).status_code == 302
    found = text_of(browser.post("/routing/models/agency/try/", {"text": "市場口路面坑洞"}))
    assert "道路" in found and "<mark>" in found and "達到門檻" in found
    exported = b"".join(browser.get("/routing/?export=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "agency" in exported and "0.5" in exported


def test_what_is_wrong_stays_on_the_page_with_what_was_typed(browser: Client, house: SimpleNamespace) -> None:
    given = {"name": "agency", "text": "本文", "label": "單位", "reason": "試"}
    answer = browser.post("/routing/train/", {**given, "file": upload(as_csv(cases(30)))})
    assert (
        answer.status_code == 422
        and "沒有這一欄：本文" in text_of(answer)
        and 'value="本文"' in text_of(answer)
    )
    assert browser.post("/routing/train/", {"name": "agency", "reason": "試"}).status_code == 422
    trained(house.rdec)
    answer = browser.post("/routing/models/agency/roll-back/", {"version": 1, "reason": "試"})
    assert answer.status_code == 422 and "沒有可以退回的" in text_of(answer)
    answer = browser.post("/routing/models/agency/try/", {"text": "路燈"})
    assert answer.status_code == 422 and "還沒有啟用" in text_of(answer)
    answer = browser.post("/routing/models/agency/versions/1/activate/", {"version": 9, "reason": "試"})
    assert answer.status_code == 409 and "剛才已由別人改過" in text_of(answer)
    assert browser.get("/routing/models/nobody/").status_code == 404
    assert browser.get("/routing/models/agency/versions/7/").status_code == 404


def test_pages_ask_the_database_little(browser: Client, house: SimpleNamespace) -> None:
    for seed in range(3):
        trained(house.rdec, seed=seed)
    for number in (1, 2):
        actions.activate(house.rdec, "agency", number, version=None, reason="試")
    for address, most in (
        ("/routing/", 12),
        ("/routing/models/agency/", 15),
        ("/routing/models/agency/versions/1/", 10),
    ):
        browser.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        assert len(asked) <= most, (address, len(asked))


def test_the_api_shows_cards_and_answers_texts(browser: Client, house: SimpleNamespace) -> None:
    def post(path: str, body: dict[str, Any]) -> Any:
        return browser.post(f"/api/v1/routing{path}", json.dumps(body), content_type="application/json")

    given = {
        "name": "agency",
        "text": "內容",
        "label": "單位",
        "reason": "第一次",
        "file": upload(as_csv(cases(200))),
    }
    answer = browser.post("/api/v1/routing/trainings", given)
    assert answer.status_code == 201, answer.content
    actions.train(SYSTEM, answer.json()["id"])
    assert browser.get(f"/api/v1/routing/trainings/{answer.json()['id']}").json()["made"] == 1
    assert post("/models/agency/predict", {"texts": ["路燈不亮"]}).status_code == 409
    assert post("/models/agency/versions/1/activate", {"reason": "夠準"}).json()["active"]["number"] == 1
    found = post("/models/agency/predict", {"texts": ["路燈不亮", "  "]}).json()
    assert (
        found["answers"][0]["label"] == "路燈"
        and found["answers"][0]["by_itself"] is False
        and found["answers"][1] is None
    )
    assert (
        post("/models/agency/threshold", {"threshold": 0.4, "reason": "依成績單"}).json()["threshold"] == 0.4
    )
    assert post("/models/agency/threshold", {"threshold": 7, "reason": "x"}).status_code == 422
    card = browser.get("/api/v1/routing/models/agency/versions/1").json()["card"]
    assert (
        set(card["measured"]) == {"n", "accuracy", "macro_f1", "ece", "coverage_at_precision"}
        and card["by_label"]
    )
    assert browser.get("/api/v1/routing/models/agency").json()["versions"][0]["sha256"]
    assert [each["name"] for each in browser.get("/api/v1/routing/models").json()["items"]] == ["agency"]


def test_who_may_not_see_models_does_not(house: SimpleNamespace) -> None:
    trained(house.rdec)
    client = Client()
    client.force_login(house.officer)
    for address in ("/routing/", "/routing/models/agency/", "/routing/train/", "/api/v1/routing/models"):
        assert client.get(address).status_code == 403, address
