"""Commitments out of spreadsheets, all or none; the API as the pages."""

import json
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common.errors import BadInput
from shizheng.domains.commitments import actions
from shizheng.domains.commitments.models import Commitment
from shizheng.domains.commitments.queries import commitments as queries
from shizheng.domains.commitments.queries.sheets import sheet_rows
from shizheng.domains.commitments.tests.town import enter, list_of, owed
from shizheng.web import exports
from shizheng.web.sheets import ImportReport, RowsRefused

pytestmark = pytest.mark.django_db
HEAD = "列管編號,列管清單,列管事項,決定日,原訂期限,主辦單位,協辦單位,目標數量,數量單位,自訂欄位\n"


def read_in(who: Any, text: str) -> ImportReport:
    return actions.import_commitments(who, text.encode(), "a.csv", reason="彙整建檔")


def test_new_rows_get_numbers_and_known_ones_are_changed(town: SimpleNamespace) -> None:
    row = enter(town)
    report = read_in(
        town.rdec,
        HEAD
        + f"{row.number},標案督導會報決議,新的文字,114-03-03,114-07-31,工務局,公園局、土木科,,,\n"
        + ',promise,種樹,2025-03-01,,公園局,,"1,000",棵,承諾場合：里民座談\n',
    )
    assert (report.created, report.changed) == (["114-PROMISE-001"], [row.number])
    row.refresh_from_db()
    assert (row.text, row.due_on, row.units.count()) == ("新的文字", date(2025, 7, 31), 3)
    made = Commitment.objects.get(number="114-PROMISE-001")
    assert (made.target_quantity, made.extra) == (Decimal(1000), {"occasion": "里民座談"})


def test_one_wrong_row_and_nothing_is_read(town: SimpleNamespace) -> None:
    with pytest.raises(RowsRefused) as failure:
        read_in(
            town.rdec,
            HEAD
            + ",tender,甲,114-03-03,,工務局,,,,\n"
            + ",沒有的清單,乙,114-03-03,,工務局,,,,\n"
            + ",tender,丙,某日,,沒有的局,,abc,,\n"
            + ",promise,丁,114-03-03,,工務局,,,,顏色：紅\n"
            + "999-X-001,tender,戊,114-03-03,,工務局,,,,\n",
        )
    assert {(each.line, each.column) for each in failure.value.problems} == {
        (3, "列管清單"), (4, "決定日"), (4, "目標數量"), (4, "主辦單位"), (5, "自訂欄位"), (6, "列管編號"),
    }  # fmt: skip
    assert not Commitment.objects.exists()


def test_an_export_read_in_again_changes_nothing(town: SimpleNamespace) -> None:
    enter(town, text="=1+1\n第二行", note="說明")
    enter(
        town,
        "promise",
        target_quantity=Decimal("12.5"),
        quantity_unit="公里",
        extra={"occasion": "座談"},
        agreed_due=None,
    )
    rows = list(queries.with_units(queries.visible_to(town.rdec)).order_by("number"))
    for kind in ("csv", "xlsx", "ods"):
        answer = exports.response(kind, sheet_rows(rows), "列管事項", "a")
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        report = actions.import_commitments(town.rdec, data, f"a.{kind}", reason="原樣")
        assert (report.created, report.changed, len(report.unchanged)) == ([], [], 2), kind


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"a,b\n1,2\n", HEAD.encode(), b"PK\x03\x04broken", b""])
def test_damaged_files_are_refused_with_words(town: SimpleNamespace, data: bytes) -> None:
    with pytest.raises(BadInput):
        actions.import_commitments(town.rdec, data, "壞.xlsx", reason="試")


def test_the_import_page_reports_row_by_row(town: SimpleNamespace) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = Client()
    client.force_login(town.rdec)
    wrong = SimpleUploadedFile("a.csv", (HEAD + ",沒有,乙,114-03-03,,工務局,,,,\n").encode())
    answer = client.post("/commitments/import/", {"file": wrong, "reason": "建檔"})
    assert answer.status_code == 422 and "沒有「沒有」這份列管清單" in answer.content.decode()
    right = SimpleUploadedFile("a.csv", (HEAD + ",tender,乙,114-03-03,,工務局,,,,\n").encode())
    assert client.post("/commitments/import/", {"file": right, "reason": "建檔"}).status_code == 302
    assert client.get("/commitments/sheet.ods").status_code == 200


def call(who: Any, method: str, address: str, body: Any = None, **headers: str) -> Any:
    client = Client()
    client.force_login(who)
    return client.generic(
        method,
        f"/api/v1/commitments/{address}",
        json.dumps(body or {}),
        content_type="application/json",
        headers=headers,
    )


def test_a_commitment_lives_through_the_api(town: SimpleNamespace) -> None:
    given = {
        "list_id": list_of("tender").pk, "text": "南橋限期修復", "agreed_on": "2025-03-03", "agreed_due": "2025-06-30",
        "main_id": town.works.pk,
    }  # fmt: skip
    made = call(town.rdec, "POST", "", given)
    assert made.status_code == 200 and made.json()["number"] == "114-TENDER-001"
    pk, part = made.json()["id"], made.json()["units"][0]["id"]
    assert call(town.rdec, "PATCH", f"{pk}", {"note": "急", "reason": "補"}).status_code == 412
    changed = call(town.rdec, "PATCH", f"{pk}", {"note": "急", "reason": "補"}, **{"If-Match": made["ETag"]})
    assert changed.status_code == 200 and changed.json()["note"] == "急"
    near = call(town.leader, "POST", "near", {"text": "南橋應限期修復", "unit_ids": [town.works.pk]}).json()
    assert [each["number"] for each in near["items"]] == ["114-TENDER-001"]
    told = call(town.control, "POST", f"units/{part}/updates", {"text": "辦理中", "progress": "40"})
    assert told.status_code == 200 and told.json()["unit"]["progress"] == "40"
    asked = call(town.control, "POST", f"units/{part}/extensions", {"until": "2025-08-31", "reason": "延"})
    assert asked.status_code == 200 and asked.json()["due_then"] == "2025-06-30"
    decided = call(
        town.rdec, "POST", f"extensions/{asked.json()['id']}/decide", {"accept": True, "reason": "可"}
    )
    assert (decided.json()["due_on"], decided.json()["agreed_due"]) == ("2025-08-31", "2025-06-30")
    assert call(town.control, "POST", f"units/{part}/release", {"reason": "完成"}).status_code == 200
    assert (
        call(town.control, "POST", f"units/{part}/decide", {"accept": True, "reason": "可"}).status_code
        == 403
    )
    stale = call(town.rdec, "POST", f"units/{part}/decide", {"accept": True, "reason": "可", "version": 1})
    assert stale.status_code == 409
    done = call(town.rdec, "POST", f"units/{part}/decide", {"accept": True, "reason": "可"})
    assert done.json()["state"] == "closed"
    again = call(town.rdec, "POST", f"{pk}/reopen", {"reason": "未完成", "units": [part]})
    assert again.json()["state"] == "ongoing"
    gone = call(town.rdec, "POST", f"{pk}/withdraw", {"ground": "merged", "reason": "併"})
    assert gone.json()["state"] == "withdrawn"
    assert call(town.rdec, "POST", f"{pk}/restore", {"reason": "恢復"}).json()["state"] == "ongoing"
    whole = call(town.leader, "GET", f"{pk}").json()
    assert [each["act"] or each["what"] for each in whole["timeline"]] == [
        "restored", "withdrawn", "reopened", "released", "asked", "decision", "extension", "update",
    ]  # fmt: skip
    assert call(town.leader, "GET", f"?state=ongoing&q=南橋&unit_id={town.works.pk}").json()["count"] == 1
    assert call(town.leader, "GET", "?overdue=true&list=tender").json()["count"] == 1
    assert call(town.leader, "GET", "board?list=tender").json()["total"]["all"] == 1


def test_lists_through_the_api(town: SimpleNamespace) -> None:
    assert len(call(town.leader, "GET", "lists").json()["items"]) == 7
    field = {"code": "councillor", "name": "議員", "kind": "text", "required": True}
    made = call(town.rdec, "POST", "lists", {"code": "council", "name": "議會決議", "fields": [field]})
    assert made.status_code == 200 and made.json()["fields"][0]["required"] is True
    pk = made.json()["id"]
    assert call(town.rdec, "PATCH", f"lists/{pk}", {"cycle": "week", "reason": "改"}).status_code == 412
    changed = call(
        town.rdec,
        "PATCH",
        f"lists/{pk}",
        {"cycle": "week", "reason": "改"},
        **{"If-Match": made["ETag"]},
    )
    assert changed.json()["cycle"] == "week" and changed.json()["fields"]
    assert call(town.control, "POST", "lists", {"code": "x", "name": "甲"}).status_code == 403


def test_the_evidence_of_others_cannot_be_taken(town: SimpleNamespace) -> None:
    row = enter(town, joint_ids=[])
    answer = call(
        town.control,
        "POST",
        f"units/{owed(row, town.works).pk}/updates",
        {"text": "有佐證", "evidence": ["00000000-0000-4000-8000-000000000000"]},
    )
    assert answer.status_code in (404, 409, 422) and not owed(row, town.works).updates.exists()
