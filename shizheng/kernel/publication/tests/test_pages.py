"""Publications as people and programs see them."""

import json
from decimal import Decimal
from types import SimpleNamespace

import pytest
from defusedxml import ElementTree
from django.test import Client

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.measures import actions as measure_actions
from shizheng.kernel.measures.tests.factories import at
from shizheng.kernel.people.factories import person
from shizheng.kernel.publication import actions
from shizheng.kernel.publication.models import Publication

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(office: SimpleNamespace) -> Publication:
    with clock.set_to(at("2017-07-20 09:30")):
        publication = actions.issue(SYSTEM, "tests.memo", 1)
    writer = person("rdec_officer", display_name="王小明", second_factor=True)
    with clock.set_to(at("2017-09-12 14:00")):
        measure_actions.correct_fact(
            writer, office.facts[0].pk, value=Decimal(166), reason="王小明發現一案其實落後"
        )
    return publication


@pytest.fixture
def chief(client: Client) -> Client:
    client.force_login(person("rdec_head", second_factor=True))
    return client


def test_the_record_shows_files_checks_figures_and_what_differs(chief: Client, made: Publication) -> None:
    page = chief.get(f"/publications/{made.code}/").content.decode()
    for words in (
        "重算相符",
        "memo.odt",
        "77.31%",
        "76.85%",
        "一案其實落後",
        "第一部分：進度",
    ):
        assert words in page
    assert f"/publications/{made.code}/today/" in page
    today = chief.get(f"/publications/{made.code}/today/").content.decode()
    for words in ("內容與今天的差異", "77.31", "76.85"):
        assert words in today
    assert "工程進度報告" in chief.get("/publications/").content.decode()


def test_the_record_stays_within_its_queries(
    chief: Client, made: Publication, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    chief.get(f"/publications/{made.code}/")
    with django_assert_max_num_queries(15):
        chief.get(f"/publications/{made.code}/")
    with django_assert_max_num_queries(15):
        chief.get(f"/publications/{made.code}/today/")


def test_everybody_reads_the_page_the_figure_and_the_files(client: Client, made: Publication) -> None:
    address = f"/public/publications/{made.code}/"
    page = client.get(address).content.decode()
    assert "77.31%" in page and "更正" in page and "76.85%" in page and "重算相符" in page
    assert "王小明" not in page and "○○○發現一案其實落後" in page
    figure = client.get(f"{address}figures/rate/").content.decode()
    assert "100 × 167 ÷ 216" in figure and "現在是 76.85%" in figure and "王小明" not in figure
    told = client.get(f"{address}figures/rate.json").json()
    assert told["figure"]["value"] == "77.31" and told["recomputed"] is True
    assert told["today"] == {
        "text": "76.85%",
        "since": "2017-09-12",
        "reason": "○○○發現一案其實落後",
        "of_verdict": False,
    }
    assert client.get(f"{address}figures/{told['figure']['id']}.json").json() == told


def test_every_file_is_served_as_it_was_issued(client: Client, made: Publication) -> None:
    for file in made.artefacts.all():
        answer = client.get(f"/public/publications/{made.code}/{file.name}")
        assert answer.status_code == 200 and len(answer.content) == file.size
        assert answer["Content-Type"] == file.media_type and answer["ETag"] == f'"{file.sha256}"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        again = client.get(
            f"/public/publications/{made.code}/{file.name}", headers={"If-None-Match": answer["ETag"]}
        )
        assert again.status_code == 304 and again.content == b""
    assert client.get(f"/public/publications/{made.code}/nothing.odt").status_code == 404


def test_the_feeds_are_well_formed_and_name_each_publication(client: Client, made: Publication) -> None:
    feed = ElementTree.fromstring(client.get("/public/publications/feed.atom").content)
    name = "{http://www.w3.org/2005/Atom}"
    (entry,) = feed.findall(f"{name}entry")
    assert entry.find(f"{name}id").text == f"urn:shizheng:{made.code}"
    assert entry.find(f"{name}title").text == "工程進度報告"
    assert feed.find(f"{name}updated").text == "2017-07-20T09:30:00+08:00"
    told = client.get("/public/publications/feed.json").json()
    assert told["version"].endswith("1.1") and told["items"][0]["url"].endswith(
        f"/public/publications/{made.code}/"
    )


def test_a_withdrawn_publication_says_so_and_gives_no_files(
    chief: Client, client: Client, made: Publication
) -> None:
    refused = chief.post(f"/publications/{made.code}/withdraw/", {"reason": ""})
    assert refused.status_code == 422
    answer = chief.post(f"/publications/{made.code}/withdraw/", {"reason": "機關名稱印錯"}, follow=True)
    assert "機關名稱印錯" in answer.content.decode()
    public = Client()
    page = public.get(f"/public/publications/{made.code}/").content.decode()
    assert "已經撤回" in page and "機關名稱印錯" in page and "memo.odt" not in page
    assert public.get(f"/public/publications/{made.code}/memo.odt").status_code == 404
    assert chief.get(f"/publications/{made.code}/files/memo.odt").status_code == 200
    assert (
        "已撤回：機關名稱印錯"
        in public.get("/public/publications/feed.json").json()["items"][0]["content_text"]
    )
    assert chief.post(f"/publications/{made.code}/withdraw/", {"reason": "再一次"}).status_code == 409


def test_a_new_edition_is_looked_at_and_then_issued(chief: Client, made: Publication) -> None:
    address = "/publications/issue/tests.memo/1/"
    page = chief.get(address).content.decode()
    assert "76.85" in page and "第 1 版" in page and Publication.objects.count() == 1
    answer = chief.post(address, {"reason": "更正一案"}, follow=True)
    assert "已公布第 2 版" in answer.content.decode() and Publication.objects.count() == 2
    again = chief.post(address, {"reason": ""})
    assert again.status_code == 409 and "第 2 版相同" in again.content.decode()


def test_who_may_only_look_can_neither_issue_nor_withdraw(client: Client, made: Publication) -> None:
    client.force_login(person("officer"))
    assert client.get(f"/publications/{made.code}/").status_code == 200
    assert client.get("/publications/issue/tests.memo/1/").status_code == 403
    assert client.post(f"/publications/{made.code}/withdraw/", {"reason": "x"}).status_code == 403


def test_the_api_tells_issues_checks_and_withdraws(chief: Client, made: Publication) -> None:
    def post(address: str, **body: object):  # type: ignore[no-untyped-def]
        return chief.post(f"/api/v1/publication/{address}", json.dumps(body), content_type="application/json")

    told = Client().get(f"/api/v1/publication/public/{made.code}").json()
    assert told["figures"][0]["today"]["text"] == "76.85%" and len(told["files"]) == 8 and "facts" not in told
    assert Client().get("/api/v1/publication/public").json()["count"] == 1
    assert (
        Client().get(f"/api/v1/publication/public/{made.code}/figures/rate").json()["figure"]["text"]
        == "77.31%"
    )
    assert chief.get(f"/api/v1/publication/{made.code}").json()["facts"]["text"] == "77.31"
    assert chief.get(f"/api/v1/publication/{made.code}/check").json()["good"] is True
    new = post("", kind="tests.memo", subject=1, reason="更正")
    assert new.status_code == 201 and new.json()["edition"] == 2
    assert post("", kind="tests.memo", subject=1).json()["code"] == "nothing_new"
    gone = post(f"{made.code}/withdraw", reason="印錯")
    assert gone.json()["state"] == "withdrawn"
    assert chief.get("/api/v1/publication/?kind=tests.memo").json()["count"] == 2
    assert Client().get(f"/api/v1/publication/{made.code}").status_code == 401


def test_the_search_finds_a_publication_by_title_code_and_figure(chief: Client, made: Publication) -> None:
    figure = made.figures.get().figure_id
    for words in ("工程進度報告", made.code, figure):
        assert made.code in chief.get("/search/", {"q": words}).content.decode(), words


def test_feeds_and_lists_ask_a_fixed_number_of_queries(
    client: Client, made: Publication, office: SimpleNamespace, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    for number in range(2, 6):
        office.notes[0] = f"第 {number} 版"
        actions.withdraw(SYSTEM, actions.issue(SYSTEM, "tests.memo", 1).code, reason="印錯")
    for address in (
        "/public/publications/feed.atom",
        "/public/publications/feed.json",
        "/api/v1/publication/public",
    ):
        with django_assert_max_num_queries(4):
            client.get(address)
    with django_assert_max_num_queries(12):
        client.get("/public/publications/")


def test_feeds_and_the_public_home_are_in_the_readers_language(client: Client, made: Publication) -> None:
    client.cookies["django_language"] = "en"
    assert "language=en" in client.get("/public/publications/").content.decode()
    feed = ElementTree.fromstring(client.get("/public/publications/feed.atom?language=en").content)
    space = "{http://www.w3.org/2005/Atom}"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert feed.findtext(f"{space}title") == "Recently published"
    assert feed.find(f"{space}link").get("href", "").endswith("?language=en")
    plain = client.get(
        "/public/publications/feed.json"
    ).json()  # without a language in its address it is Chinese
    assert (plain["title"], plain["language"]) == ("最近公布", "zh-Hant-TW")
    home = client.get("/public/").content.decode()
    assert ">2017-07-20</time>" in home and "106.07.20" not in home
    client.cookies["django_language"] = "zh-hant"
    assert ">106-07-20</time>" in client.get("/public/").content.decode()
