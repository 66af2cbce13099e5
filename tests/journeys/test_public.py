"""A visitor without sign-in reads what is published and takes the data along."""

import csv
import json
from pathlib import Path

from tests.journeys.visitor import BOTH


def test_a_citizen_reads_a_published_plan_and_takes_its_data(visit, width) -> None:  # type: ignore[no-untyped-def]
    citizen = visit(width)
    citizen.goto("/public/")
    citizen.look("public-home", *BOTH)
    citizen.follow("施政計畫", "header")
    citizen.look("public-plans", *BOTH)
    citizen.page.locator("#agency-search").fill("工務")
    citizen.page.keyboard.press("Enter")
    citizen.page.wait_for_url("**q=**")
    assert "環境保護局" not in citizen.text()
    citizen.page.locator("section", has_text="114 年度").get_by_role("link", name="工務局").first.click()
    citizen.settle()
    read = citizen.text()
    assert "重大工程進度相符率" in read and "74.19" in read and "92 ÷ 124" in read
    citizen.look("public-plan", *BOTH)

    with citizen.page.expect_download() as download:
        citizen.page.get_by_role("link", name="指標 CSV").click()
    rows = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 6 and any(
        "重大工程進度相符率" in row for row in rows
    )  # five KPIs under their heading
    with citizen.page.expect_download() as download:
        citizen.page.get_by_role("link", name="全部 JSON").click()
    plan = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert [len(goal["kpis"]) for goal in plan["goals"]] == [2, 2, 1]


def test_a_citizen_sees_nothing_that_is_not_published(visit, width) -> None:  # type: ignore[no-untyped-def]
    citizen = visit(width)
    for path in ("/planning/public/999999/", "/planning/public/999999/plan.csv"):
        answer = citizen.page.goto(citizen.address + path)
        assert answer.status == 404, path
    citizen.page.goto(citizen.address + "/planning/public/999999/")
    citizen.look("not-found", *BOTH)
    for path in ("/planning/plans/1/", "/measures/1/trace/", "/people/"):
        citizen.goto(path)
        assert "/account/login/" in citizen.page.url, path
