"""The month's quality and quantity report: drafted from the figures, written over, published; nothing of the citizen in it."""

import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.common import clock
from shizheng.common.errors import CannotDo, NotFound, NotPermitted
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.rules.report_words import draft_findings
from shizheng.domains.petitions.tests.test_pages import api, body, page
from shizheng.domains.petitions.tests.town import NAME, PHONE, answered
from shizheng.kernel.cases.tests.calendars import at
from shizheng.kernel.publication import queries as publications

pytestmark = pytest.mark.django_db


def facts(**more: Any) -> dict[str, Any]:
    """Figures of a month, made up."""
    return {
        "received": 120, "received_before": 100, "received_year": 150, "rise": 25, "target": "99", "least": 5, "hot": [], "themes": [],
        "total": {"counted": 80, "in_time": 78, "on_time_rate": "97.50", "open_after": 31},
        "categories": [{"name": "路燈", "now": 40, "before": 20, "share": "80.00"}, {"name": "坑洞", "now": 8, "before": 3, "share": "20.00"}, {"name": "噪音", "now": 1, "before": 6, "share": None}],
        **more,
    }  # fmt: skip


def test_the_draft_says_what_the_figures_say_by_hand() -> None:
    assert draft_findings(facts()).splitlines() == [
        "本月收件 120 件，較上月 100 件增加 20 件（20.0%），較去年同月 150 件減少 30 件（20.0%）。",
        "依限辦結率 97.50%（78 ÷ 80），計畫目標 99%；月底未結 31 件。",
        "與上月比，增加的分類合計增加 25 件：路燈增加 20 件（20 → 40），占增加的 80.0%；坑洞增加 5 件（3 → 8），占增加的 20.0%。",
        "沒有一個地方的任何分類（至少 5 件）多到不像碰巧。",
    ]
    hot = [{"name": "路燈", "place": "東區", "n": 9, "expected": "2.0"}]
    text = draft_findings(
        facts(received_before=0, received_year=120, hot=hot, themes=[{"name": "夜間照明", "now": 41}])
    )
    assert "較上月 0 件增加 120 件，與去年同月相同" in text
    assert "有 1 處：東區的路燈（9 件，預期 2.0 件）" in text and "夜間照明 41 件較多" in text


def test_a_report_is_drafted_written_over_published_and_holds_nothing_of_the_citizen(
    month: SimpleNamespace,
) -> None:
    answered(month)
    at_page = "/petitions/reports/2025-02/"
    assert page(month.rdec, at_page).status_code == 404  # the month is not over
    with clock.set_to(at("2025-03-03 10:00")):
        shown = body(page(month.rdec, at_page))
        assert "本月收件 21 件" in shown and "依限辦結率 100.00%（1 ÷ 1）" in shown and "Benjamini" in shown
        assert NAME not in shown and PHONE not in shown and "兩個禮拜" not in shown
        data = {
            "version": 0,
            "foreword": "一月到二月。",
            "findings": "路燈集中在一個區。",
            "advice": "先修整排路燈。",
        }
        assert page(month.officer, at_page, data).status_code == 403
        assert page(month.rdec, at_page, data).status_code == 302
        assert page(month.rdec, at_page, {**data, "advice": "別的"}).status_code == 409
        made = page(month.rdec, f"{at_page}publish/", {})
        assert made.status_code == 302
        edition = publications.publication(month.rdec, made.url.rstrip("/").split("/")[-1])
        kept = json.dumps(edition.facts, ensure_ascii=False)
        assert "先修整排路燈。" in kept and "路燈集中在一個區。" in kept
        assert NAME not in kept and PHONE not in kept and "兩個禮拜" not in kept and "中山路" not in kept
        assert {each.format for each in edition.artefacts.all()} >= {"odt", "pdf", "ods", "csv"}
        rose = {each["name"]: each["share"] for each in edition.facts["categories"]}
        assert sum(Decimal(each) for each in rose.values() if each) == pytest.approx(
            Decimal(100), abs=Decimal("0.02")
        )
        assert edition.code in body(page(month.officer, "/petitions/reports/"))
        with pytest.raises(CannotDo):
            actions.publish_report(month.rdec, "2025-02")
        with pytest.raises(NotPermitted):
            actions.publish_report(month.officer, "2025-02")
        with pytest.raises(NotFound):
            actions.write_report(month.rdec, "2025-03", version=0, values={"advice": "x"})


def test_the_api_gives_the_analysis_and_keeps_the_words(month: SimpleNamespace) -> None:
    found = api(month.rdec, "get", "/analysis?month=2025-02").json()
    assert [each["key"] for each in found["categories"]] == ["litter", "lamp", "pothole"]
    assert {(each["category"], each["n"]) for each in found["hot_districts"]} == {("lamp", 9), ("litter", 9)}
    with clock.set_to(at("2025-03-03 10:00")):
        assert api(month.rdec, "get", "/reports/2025-02").json()["version"] == 0
        assert api(month.rdec, "put", "/reports/2025-02", {"advice": "先修路燈。"}).status_code == 412
        assert api(month.officer, "get", "/reports/2025-02").status_code == 403
        assert [each["period"] for each in api(month.officer, "get", "/reports").json()["items"]] == [
            "2025-02",
            "2025-01",
        ]
