"""The month's bulletin: what it holds, its foreword, its editions, who is told; and the draft memo on streaks."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from shizheng.common.errors import CannotDo, Conflict, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects import actions
from shizheng.domains.projects.frame.months import bulletin_to_publish
from shizheng.domains.projects.models import Happening
from shizheng.domains.projects.publications import BULLETIN
from shizheng.domains.projects.publications.bulletin import gather
from shizheng.domains.projects.tests.month_town import (
    LATE,
    bulk_records,
    bulk_tenders,
    happen,
    lock_month,
    recorded,
    row,
    tender,
)
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.notifications.models import Message
from shizheng.kernel.people import factories as people
from shizheng.kernel.publication import actions as publication
from shizheng.kernel.publication import queries, registry
from shizheng.kernel.publication.documents import text
from shizheng.web.work import items_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture(autouse=True)
def store_of_its_own(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def month(month_town: SimpleNamespace) -> SimpleNamespace:
    """March: a major work behind, one of 49,999,999, one that failed twice, one awarded in the month."""
    month_town.head = people.person("head", month_town.works, username="head", second_factor=True)
    big = tender(month_town.works, "A1", budget=D(50_000_000), name="大橋")
    small = tender(month_town.works, "A2", budget=D(49_999_999))
    own = tender(month_town.works, "A3", level="agency")
    failed = tender(month_town.parks, "B1", name="公園")
    for kind, day in (
        ("announced", "2025-01-05"),
        ("failed", "2025-02-10"),
        ("failed", "2025-03-31"),
        ("failed", "2025-04-01"),
    ):
        happen(failed, kind, day, "tendering")
    happen(small, "announced", "2025-02-01", "tendering")
    with recorded(by=SYSTEM, action="tests.award"):
        Happening.objects.create(
            project=small,
            kind="awarded",
            on="2025-03-20",
            contractor="嵐河營造",
            amount=D(48_000_000),
            bidders=3,
        )
    late = row("0", reached="design", **LATE)
    lock_month(month_town, "2025-03", {big: late, small: row("0"), own: row("0")})
    return month_town


def told(gathered: Any) -> str:
    made = registry.kind(BULLETIN)
    return text.to_text(queries.draft(made, gathered))


def test_it_tells_of_major_works_severe_and_failed_ones_and_awards(month: SimpleNamespace) -> None:
    gathered = gather(month.city.pk, "2025-03")
    facts = gathered.facts
    assert [each["number"] for each in facts["major"]] == ["A1", "B1"]
    assert [each["number"] for each in facts["severe"]] == ["A1"]
    assert [(each["number"], each["failed"], each["last_on"]) for each in facts["failed"]] == [
        ("B1", 2, "2025-03-31")
    ]
    assert [(each["number"], each["contractor"], each["amount"]) for each in facts["awarded"]] == [
        ("A2", "嵐河營造", "48000000")
    ]
    said = told(gathered)
    assert "50,000,000元以上的府列管案件共2件。" in said and "大橋" in said
    assert "增加機具" not in said  # what officers write stays inside
    assert "系統裡沒有 114 年 3 月的公文處理績效數字，所以這一章沒有內容。" in said
    assert gathered.figures["matching-city"].exact_text is not None


def test_other_chapters_take_what_the_measures_hold_of_the_month(month: SimpleNamespace) -> None:
    measure = measures.define_measure(
        SYSTEM, code="documents.speed", name="公文處理時效", owner_id=month.city.pk,
        content=measures.Content(
            valid_from=date(2017, 1, 1), formula=parse("x"), inputs=[{"name": "x", "label": "日數", "unit": "日", "list": False}],
            unit="日", places=2, target_period="month", aggregation_units="sum",
        ),
    )  # fmt: skip
    fact = measures.Filing(
        measure.pk, "x", month.city.pk, "2025-03", value=D("2.5"), source={"kind": "reported", "text": "統計"}
    )
    measures.record_facts(SYSTEM, [fact])
    gathered = gather(month.city.pk, "2025-03")
    (found,) = gathered.facts["chapters"]["documents"]
    assert found["name"] == "公文處理時效" and gathered.facts["chapters"]["service"] == []
    assert "公文處理時效\t2.5" in told(gathered)


def test_its_foreword_stands_before_the_figures_and_two_writers_see_both(month: SimpleNamespace) -> None:
    actions.write_foreword(month.rdec, "2025-03", version=0, text="本月重點：\n橋梁工程落後。")
    said = told(gather(month.city.pk, "2025-03"))
    assert said.index("橋梁工程落後。") < said.index("全府標案進度")
    with pytest.raises(Conflict):
        actions.write_foreword(month.rdec, "2025-03", version=0, text="另一個人寫的。")
    with pytest.raises(CannotDo, match="相同"):
        actions.write_foreword(month.rdec, "2025-03", version=1, text="本月重點：\n橋梁工程落後。 ")
    with pytest.raises(NotPermitted):
        actions.write_foreword(month.officer, "2025-03", version=1, text="局裡寫的。")
    with pytest.raises(CannotDo, match="還沒有鎖定"):
        actions.write_foreword(month.rdec, "2025-04", version=0, text="還沒有的月份。")


def test_publishing_keeps_an_edition_and_tells_the_heads(month: SimpleNamespace) -> None:
    made = actions.publish_bulletin(month.rdec_head, "2025-03")
    names = {each.name for each in made.artefacts.all()}
    assert {
        "bulletin.pdf",
        "bulletin.odt",
        "bulletin.ods",
        "bulletin.xlsx",
        "bulletin.json",
        "major.csv",
    } <= names
    assert [each.user_id for each in Message.objects.filter(template__code="projects.bulletin_out")] == [
        month.head.pk
    ]
    with pytest.raises(CannotDo):
        actions.publish_bulletin(month.rdec_head, "2025-03")  # nothing is new
    with pytest.raises(CannotDo, match="月報從"):
        publication.issue(month.rdec_head, BULLETIN, month.city.pk, period="2025-03")
    actions.write_foreword(month.rdec, "2025-03", version=0, text="補前言。")
    again = actions.publish_bulletin(month.rdec_head, "2025-03", reason="補前言")
    assert again.edition == 2 and Message.objects.filter(template__code="projects.bulletin_out").count() == 2
    first = queries.publication(month.rdec_head, made.code)
    assert first.facts["foreword"] == ""
    assert all(
        check.good for check in queries.checks(first, list(first.figures.all()), list(first.artefacts.all()))
    )


def test_it_is_written_and_published_on_its_page(month: SimpleNamespace) -> None:
    client = Client()
    client.force_login(month.rdec)
    listed = client.get("/projects/bulletins/").content.decode()
    assert "114 年 3 月" in listed and "還沒有公布過。" in listed
    page = "/projects/bulletins/2025-03/"
    assert "大橋" in client.get(page).content.decode()
    with CaptureQueriesContext(connection) as asked:
        client.get(page)
    assert len(asked) <= 15, [each["sql"][:200] for each in asked]
    assert client.post(page, {"version": 0, "text": "前言一"}).status_code == 302
    both = client.post(page, {"version": 0, "text": "前言二"})
    assert both.status_code == 409 and "前言一" in both.content.decode() and "前言二" in both.content.decode()
    assert client.get("/projects/bulletins/2025-Q1/").status_code == 404
    assert client.post(f"{page}publish/", {}).status_code == 302
    refused = client.post(f"{page}publish/", {})
    assert refused.status_code == 422
    reader = Client()
    reader.force_login(month.officer)
    assert reader.get(page).status_code == 403 and reader.get("/projects/bulletins/").status_code == 200


def test_the_memo_lists_every_month_of_its_evidence_with_the_plan_version(
    month_town: SimpleNamespace,
) -> None:
    first, second = bulk_tenders(month_town.works, "W", 2)
    for period in ("2025-01", "2025-02", "2025-03"):
        bulk_records([first, second], period, [D(-10), D(12)])
    client = Client()
    client.force_login(month_town.rdec)
    page = client.get("/projects/streaks/?period=2025-03").content.decode()
    assert "/projects/streaks/memo.odt?period=2025-03" in page
    answer = client.get("/projects/streaks/memo.pdf?period=2025-03")
    said = "".join(
        "".join(each.extract_text().split()) for each in PdfReader(io.BytesIO(answer.content)).pages
    )
    assert "擬建議獎勵1件、懲處1件" in said and said.count("−10.00") == 3 and said.count("+12.00") == 3
    assert (
        "獎懲門檻」第1版" in said and "@" not in said and "tender." not in said and "單位主管連帶負責" in said
    )
    odt = client.get("/projects/streaks/memo.odt?period=2025-03")
    with zipfile.ZipFile(io.BytesIO(odt.content)) as file:
        assert "擬建議獎勵1件、懲處1件" in file.read("content.xml").decode()
    assert client.get("/projects/streaks/memo.docx").status_code == 404
    empty = client.get("/projects/streaks/memo.odt?period=2024-01")
    with zipfile.ZipFile(io.BytesIO(empty.content)) as file:
        assert "沒有連續落後達門檻的標案。" in file.read("content.xml").decode()


def test_who_compiles_is_told_of_a_locked_month_without_a_bulletin(month: SimpleNamespace) -> None:
    def waiting(person: Any) -> list[Any]:
        return items_of(bulletin_to_publish(person, date(2025, 4, 12)))

    (item,) = waiting(month.rdec_head)
    assert "114 年 3 月" in str(item.title) and item.due == date(2025, 4, 30)
    assert waiting(month.officer) == []
    actions.publish_bulletin(month.rdec_head, "2025-03")
    assert waiting(month.rdec_head) == []
