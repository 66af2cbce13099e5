"""年度標案考核 (B06): scored from the locked months, on the site, graded, signed, published; every point has its months."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound, NotPermitted
from shizheng.domains.projects.actions import assessments as actions
from shizheng.domains.projects.frame import assessments as assessment_frame
from shizheng.domains.projects.models import AssessedTender
from shizheng.domains.projects.publications import ASSESSMENT
from shizheng.domains.projects.queries import assessments as queries
from shizheng.domains.projects.rules.assessing import Item, MonthFacts, automatic, grade, scored, total
from shizheng.domains.projects.tests.month_town import bulk_records, bulk_tenders, on
from shizheng.kernel.history import queries as history
from shizheng.kernel.publication import actions as publication
from shizheng.kernel.publication import store
from shizheng.web.work import items_of

D = Decimal
WEIGHTS = {
    Item.PROGRESS: D(35), Item.EXECUTION: D(20), Item.FILING: D(15), Item.SEVERE: D(15), Item.STREAK: D(15),
}  # fmt: skip
BANDS = ((D(90), "優等"), (D(80), "甲等"), (D(70), "乙等"), (D(0), "丙等"))


def month(number: int, **more: Any) -> MonthFacts:
    given: dict[str, Any] = {"good": True, "on_time": True, "severe": False, "in_streak": False, **more}
    return MonthFacts(f"2025-{number:02d}", **given)


@pytest.mark.parametrize(
    ("months", "scores", "auto"),
    [
        ([month(n) for n in range(1, 5)], [100, None, 100, 100, 100], "100.00"),
        ([month(1), month(2, good=False), month(3, good=None), month(4)], ["66.67", None, 100, 100, 100], "85.42"),
        ([month(1, severe=True), month(2, severe=True)], [100, None, 100, 60, 100], "92.50"),
        ([month(n, severe=True) for n in range(1, 8)], [100, None, 100, 0, 100], "81.25"),
        ([month(1, on_time=False), month(2, on_time=None), month(3, in_streak=True)], [100, None, 50, 100, "66.67"], "84.38"),
        ([month(1, executed=D(45), allocated=D(50)), month(2)], [100, 90, 100, 100, 100], "98.00"),
        ([month(1, executed=D(60), allocated=D(50))], [100, 100, 100, 100, 100], "100.00"),
        ([month(1, good=None, on_time=None)], [None, None, None, 100, 100], "100.00"),
    ],
)  # fmt: skip
def test_items_are_scored_from_the_months(
    months: list[MonthFacts], scores: list[Any], auto: str | None
) -> None:
    found = scored(months, WEIGHTS, D(20))
    shown = [None if each.score is None else round(each.score, 2) for each in found]
    assert shown == [None if each is None else D(each) for each in scores]
    assert automatic(found) == D(auto or 0)


def test_each_item_names_the_months_that_speak_against_it() -> None:
    found = {
        each.item: each.months
        for each in scored([month(1), month(2, good=False, severe=True)], WEIGHTS, D(20))
    }
    assert found[Item.PROGRESS] == found[Item.SEVERE] == ("2025-02",) and found[Item.FILING] == ()


@pytest.mark.parametrize(
    ("auto", "site", "paper", "expected", "label"),
    [
        ("90", "90", False, "90.00", "優等"), ("89.99", "90", False, "89.99", "甲等"), ("80", "70", False, "76.00", "乙等"),
        ("70", None, True, "70", "乙等"), ("69.99", None, True, "69.99", "丙等"), ("95", None, False, None, ""),
        (None, "95", False, None, ""),
    ],
)  # fmt: skip
def test_the_total_takes_forty_of_a_hundred_from_the_site(
    auto: str | None, site: str | None, paper: bool, expected: str | None, label: str
) -> None:
    points = total(auto and D(auto), site and D(site), D(40), paper=paper)  # type: ignore[arg-type]
    assert points == (None if expected is None else D(expected)) and grade(points, BANDS) == label


@pytest.fixture
def town(month_town: SimpleNamespace, tmp_path: Path, settings: Any) -> SimpleNamespace:
    """Three tenders with six locked months of 114, one with five; it is March of 115."""
    settings.DATA_DIR = tmp_path
    month_town.good, month_town.late, month_town.far, month_town.short = bulk_tenders(
        month_town.works, "A", 4
    )
    money = {"paid": D(90), "payable": D(0), "surplus": D(0), "allocated": D(100), "year_budget": D(100)}
    lags = {
        "01": (0, 0, 0),
        "02": (0, -6, 0),
        "03": (0, -12, 0),
        "04": (0, -11, None),
        "05": (0, -10, 0),
        "06": (0, 0, 0),
    }
    for number, found in lags.items():
        with on(f"2025-{int(number) + 1:02d}-11"):
            told = [None if each is None else D(each) for each in found]
            bulk_records([month_town.good, month_town.late, month_town.far], f"2025-{number}", told, **money)
            if number != "06":
                bulk_records([month_town.short], f"2025-{number}", [D(0)], **money)
    return month_town


@pytest.mark.django_db
def test_a_year_is_opened_scored_signed_and_published(town: SimpleNamespace) -> None:
    with on("2025-12-31"), pytest.raises(BadInput, match="還沒有過完"):
        actions.open_assessment(town.rdec, 114)
    with on("2026-03-02"):
        with pytest.raises(NotPermitted):
            actions.open_assessment(town.control, 114)
        with pytest.raises(CannotDo, match="沒有鎖定滿 6 個月"):
            actions.open_assessment(town.rdec, 113)
        with pytest.raises(CannotDo, match="規則"):  # a year before any rule of assessment
            actions.open_assessment(town.rdec, 2)
        made = actions.open_assessment(town.rdec, 114)
        assert made.due_on == date(2026, 6, 30)
        with pytest.raises(BadInput, match="已經開始"):
            actions.open_assessment(town.rdec, 114)
        rows = {each.project_id: each for each in queries.tenders_of(made)}
        assert set(rows) == {town.good.pk, town.late.pk, town.far.pk}
        late = {each["item"]: each for each in rows[town.late.pk].items}
        assert late["progress"]["months"] == ["2025-02", "2025-03", "2025-04", "2025-05"]
        assert late["severe"]["months"] == ["2025-03", "2025-04", "2025-05"]  # exactly ten behind is severe
        assert late["streak"]["months"] and late["execution"]["score"] == "90"
        unfiled = {each["item"]: each for each in rows[town.far.pk].items}
        assert unfiled["filing"]["months"] == ["2025-04"]
        (waiting,) = items_of(assessment_frame.waiting(town.rdec, date(2026, 3, 2)))
        assert "3 件" in str(waiting.why)
        with pytest.raises(CannotDo, match="還有 3 件"):
            actions.sign_assessment(town.rdec_head, 114, version=None)
        with pytest.raises(NotFound):  # while it is made only the commission sees it
            queries.assessment(town.control, 114)
        given = {
            "site_score": D(95),
            "visited_on": date(2026, 2, 20),
            "group": "研考會、工務局",
            "findings": "良好",
            "reward": "嘉獎",
        }
        scored_row = actions.score_tender(town.rdec, 114, town.good.pk, version=1, values=given)
        assert (scored_row.automatic, scored_row.total, scored_row.grade) == (D("97.65"), D("96.59"), "優等")
        with pytest.raises(Conflict):
            actions.score_tender(town.rdec, 114, town.good.pk, version=1, values=given)
        for wrong in (
            {"site_score": D(101)},
            {"site_score": D(90), "visited_on": None},
            {"visited_on": date(2027, 1, 1)},
        ):
            with pytest.raises(BadInput):
                actions.score_tender(town.rdec, 114, town.late.pk, version=None, values=wrong)
        for each in (town.late, town.far):
            actions.score_tender(town.rdec, 114, each.pk, version=None, values={"mode": "paper"})
        with pytest.raises(CannotDo, match="還沒有核定"):
            publication.issue(town.rdec_head, ASSESSMENT, made.pk)
        signed = actions.sign_assessment(town.rdec_head, 114, version=None)
        assert queries.assessment(town.control, 114) == signed
        with pytest.raises(CannotDo, match="已經核定"):
            actions.score_tender(town.rdec, 114, town.good.pk, version=None, values=given)
        issued = publication.issue(town.rdec_head, ASSESSMENT, made.pk)
        everything = "".join(
            store.read(each.sha256).decode() for each in issued.artefacts.filter(format__in=("json", "csv"))
        )
        assert "優等" in everything and "良好" not in everything and "嘉獎" not in everything


@pytest.mark.django_db
def test_counting_again_follows_a_correction_and_keeps_what_the_group_wrote(town: SimpleNamespace) -> None:
    with on("2026-03-02"):
        made = actions.open_assessment(town.rdec, 114)
        actions.score_tender(
            town.rdec,
            114,
            town.good.pk,
            version=None,
            values={"site_score": D(90), "visited_on": date(2026, 2, 20)},
        )
        bulk_records([town.short], "2025-06", [D(-30)])
        before = AssessedTender.objects.get(assessment=made, project=town.good)
        with pytest.raises(BadInput):
            actions.recount_assessment(town.rdec, 114, version=None, reason=" ")
        actions.recount_assessment(town.rdec, 114, version=None, reason="六月補鎖定")
        after = AssessedTender.objects.get(assessment=made, project=town.good)
        assert (after.site_score, after.total, after.version) == (
            before.site_score,
            before.total,
            before.version + 1,
        )
        assert AssessedTender.objects.filter(assessment=made, project=town.short).exists()
        assert any("六月補鎖定" in (each.reason or "") for each in history.entries_of(after))


@pytest.mark.django_db
def test_pages_and_api_show_the_evidence_and_take_scores(
    town: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    client = Client()
    client.force_login(town.rdec)
    with on("2026-03-02"):
        made = client.post("/projects/register/assessments/", {"roc_year": "114"})
        place = f"/projects/register/assessments/114/{town.late.pk}/"
        assert (
            made.status_code == 302
            and client.post("/projects/register/assessments/", {"roc_year": "114"}).status_code == 422
        )
        shown = client.get(place).content.decode()
        assert "114-03" in shown and "tender.assess_progress@1" in shown and "待確認" in shown
        with django_assert_max_num_queries(15):
            listed = client.get("/projects/register/assessments/114/").content.decode()
        assert "標案A1" in listed and "標案A3" not in listed
        wrong = client.post(f"{place}score/", {"version": 1, "mode": "site", "site_score": "120"})
        assert wrong.status_code == 422 and 'value="120"' in wrong.content.decode()
        form = {"version": 1, "mode": "site", "site_score": "80", "visited_on": "115-02-20", "findings": "可"}
        assert client.post(f"{place}score/", form).status_code == 302
        twice = client.post(f"{place}score/", form | {"findings": "不可"})
        assert twice.status_code == 409 and "不可" in twice.content.decode()
        api = f"/api/v1/projects/assessments/114/{town.late.pk}"
        read = client.get(api)
        assert json.loads(read.content)["site_score"] == "80.00"
        changed = client.patch(
            api,
            json.dumps({"site_score": "85"}),
            content_type="application/json",
            headers={"If-Match": read["ETag"]},
        )
        assert changed.status_code == 200 and json.loads(changed.content)["site_score"] == "85.00"
        year = client.get("/api/v1/projects/assessments/114")
        unsigned = client.post(
            "/api/v1/projects/assessments/114/reopen",
            json.dumps({"reason": "補件"}),
            content_type="application/json",
            headers={"If-Match": year["ETag"]},
        )
        assert unsigned.status_code in (403, 409) and json.loads(unsigned.content)["message"]
        client.force_login(town.control)
        assert client.get(place).status_code == 404 and client.get(f"{place}score/").status_code == 403
        assert client.post("/projects/register/assessments/", {"roc_year": "113"}).status_code == 403


@pytest.mark.django_db
def test_who_assesses_is_told_of_a_year_that_nobody_has_begun(town: SimpleNamespace) -> None:
    def waiting(person: Any, day: date) -> list[Any]:
        return items_of(assessment_frame.waiting(person, day))

    with on("2026-03-02"):
        (item,) = waiting(town.rdec, date(2026, 3, 2))
        assert "114 年度" in str(item.title) and item.due == date(2026, 6, 30)
        assert waiting(town.rdec, date(2025, 12, 31)) == []  # of 113 no month was locked
        assert waiting(town.control, date(2026, 3, 2)) == []
        actions.open_assessment(town.rdec, 114)
        assert [str(each.why) for each in waiting(town.rdec, date(2026, 3, 2))] == ["3 件待實地考核"]
