"""Tenders out of spreadsheets, all or none; the API as the pages."""

import json
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common.errors import BadInput
from shizheng.domains.projects import actions
from shizheng.domains.projects.models import Project
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.queries.sheets import sheet_rows
from shizheng.domains.projects.tests.town import enter, make_town, tell, type_of
from shizheng.web import exports
from shizheng.web.sheets import RowsRefused

pytestmark = pytest.mark.django_db
HEAD = "列管編號,標案名稱,類型,主辦機關,承辦單位,列管層級,列管年度,預算金額（元）,專案計畫,地點\n"


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    return make_town()


def read_in(town: SimpleNamespace, text: str, who: Any = None) -> actions.ImportReport:
    return actions.import_projects(who or town.control, text.encode(), "a.csv", reason="年度建檔")


def test_new_rows_get_numbers_and_known_ones_are_changed(town: SimpleNamespace) -> None:
    row = enter(town)
    report = read_in(
        town,
        HEAD
        + f"{row.number},東橋改建工程,發包工程,工務局,,機關列管,114,60000000,,東岸\n"
        + ',西橋改建工程,works,測試市政府工務局,土木科,府列管,2025,"1,500,000",社會住宅 8 年 1 萬戶：30、forward,\n',
    )
    assert (report.created, report.changed) == (["114-W-002"], [row.number])
    made = Project.objects.get(number="114-W-002")
    assert (made.level, made.roc_year, made.budget, made.unit_id) == ("city", 114, 1_500_000, town.section.pk)
    assert sorted(str(each.quantity) for each in made.tags.all()) == ["30.000000", "None"]


def test_one_wrong_row_and_nothing_is_read(town: SimpleNamespace) -> None:
    with pytest.raises(RowsRefused) as failure:
        read_in(
            town,
            HEAD
            + ",甲,發包工程,工務局,,,114,1000000,,\n"
            + ",乙,沒有的類型,工務局,,,114,abc,,\n"
            + ",丙,發包工程,公園局,,,114,1000000,,\n"
            + "999-X-001,丁,發包工程,工務局,,,114,1,,\n",
        )
    assert [(each.line, each.column) for each in failure.value.problems] == [
        (3, "預算金額（元）"), (3, "類型"), (4, "主辦機關"), (5, "列管編號"),
    ]  # fmt: skip
    assert not Project.objects.exists()


def test_an_export_read_in_again_changes_nothing(town: SimpleNamespace) -> None:
    enter(
        town,
        longitude=Decimal("120.6"),
        latitude=Decimal("24.1"),
        funds_held_on=date(2025, 1, 2),
        note="=1+1",
    )
    enter(town, "西橋", level="city", officer_id=town.officer.pk, unit_id=town.section.pk)
    for kind in ("csv", "xlsx", "ods"):
        answer = exports.response(kind, sheet_rows(queries.editable_by(town.control)), "標案", "a")
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        report = actions.import_projects(town.control, data, f"a.{kind}", reason="原樣")
        assert (report.created, report.changed, len(report.unchanged)) == ([], [], 2), kind


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"a,b\n1,2\n", HEAD.encode(), b"PK\x03\x04broken", b""])
def test_damaged_files_are_refused_with_words(town: SimpleNamespace, data: bytes) -> None:
    with pytest.raises(BadInput):
        actions.import_projects(town.control, data, "壞.xlsx", reason="試")


def test_the_import_page_reports_row_by_row(town: SimpleNamespace) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = Client()
    client.force_login(town.control)
    file = SimpleUploadedFile("a.csv", (HEAD + ",乙,沒有的類型,工務局,,,114,1000000,,\n").encode())
    answer = client.post("/projects/register/import/", {"file": file, "reason": "建檔"})
    assert answer.status_code == 422 and "沒有「沒有的類型」這個類型" in answer.content.decode()
    file = SimpleUploadedFile("a.csv", (HEAD + ",乙,發包工程,工務局,,,114,1000000,,\n").encode())
    assert client.post("/projects/register/import/", {"file": file, "reason": "建檔"}).status_code == 302


def call(who: Any, method: str, address: str, body: Any = None, **headers: str) -> Any:
    client = Client()
    client.force_login(who)
    return client.generic(
        method,
        f"/api/v1/projects/{address}",
        json.dumps(body or {}),
        content_type="application/json",
        headers=headers,
    )


def test_a_tender_lives_through_the_api(town: SimpleNamespace) -> None:
    given = {
        "name": "南橋", "type_id": type_of("land").pk, "agency_id": town.works.pk, "roc_year": 114, "budget": "5000000",
    }  # fmt: skip
    made = call(town.control, "POST", "register", given)
    assert made.status_code == 200 and made.json()["number"] == "114-W-001"
    pk = made.json()["id"]
    assert call(town.control, "PATCH", f"register/{pk}", {"place": "南岸", "reason": "補"}).status_code == 412
    changed = call(
        town.control,
        "PATCH",
        f"register/{pk}",
        {"place": "南岸", "reason": "補"},
        **{"If-Match": made["ETag"]},
    )
    assert changed.status_code == 200 and changed.json()["place"] == "南岸"
    told = call(town.control, "POST", f"register/{pk}/happenings", {"kind": "announced", "on": "2025-02-01"})
    assert told.status_code == 200
    points = [{"name": "結案", "stage": "closing", "weight": "100", "planned_on": "2025-12-31"}]
    planned = call(town.control, "POST", f"register/{pk}/plans", {"number": 0, "checkpoints": points})
    assert planned.status_code == 200 and planned.json()["from_period"] == "2025-12"
    assert (
        call(town.control, "POST", f"register/{pk}/plans", {"number": 0, "checkpoints": points}).status_code
        == 409
    )
    fixed = call(
        town.control,
        "POST",
        f"happenings/{told.json()['id']}/correct",
        {"on": "2025-02-03", "reason": "誤植"},
    )
    assert fixed.status_code == 200 and fixed.json()["supersedes_id"] == told.json()["id"]
    whole = call(town.leader, "GET", f"register/{pk}").json()
    assert (
        whole["state"] == "tendering"
        and len(whole["happenings"][0]["earlier"]) == 1
        and len(whole["plans"]) == 1
    )
    assert call(town.leader, "GET", "register?state=tendering&q=南橋").json()["count"] == 1
    assert (
        call(
            town.control, "POST", f"register/{pk}/withdraw", {"ground": "merged", "reason": "併"}
        ).status_code
        == 403
    )
    gone = call(town.rdec, "POST", f"register/{pk}/withdraw", {"ground": "merged", "reason": "併案"})
    assert gone.status_code == 200 and gone.json()["state"] == "withdrawn"


def test_types_and_derived_lists_through_the_api(town: SimpleNamespace) -> None:
    listed = call(town.leader, "GET", "types").json()["items"]
    assert [each["code"] for each in listed] == ["goods_services", "design", "land", "works"]
    wrong = call(
        town.rdec,
        "POST",
        "types",
        {"name": "甲", "checkpoints": [{"name": "乙", "stage": "award", "weight": "90"}]},
    )
    assert wrong.status_code == 422 and "checkpoints" in wrong.json()["fields"]
    row = enter(town)
    tell(
        town.control,
        row,
        ("announced", date(2025, 2, 1)),
        ("failed", date(2025, 2, 9)),
        ("void", date(2025, 2, 20)),
    )
    found = call(town.leader, "GET", "failed").json()
    assert (found["count"], found["unawarded"], found["threshold"]) == (1, 1, "2")
    assert found["items"][0]["failed"] == 1 and found["items"][0]["void"] == 1
    assert call(town.leader, "GET", "due").json()["unplanned"] == 0
