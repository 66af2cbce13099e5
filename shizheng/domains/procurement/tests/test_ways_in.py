"""Pages, spreadsheet and API of failed tenders and design reviews: kept input, two at once, all or nothing, files."""

import json
import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.domains.procurement import actions
from shizheng.domains.procurement.models import CaseEvent, FailedTenderCase, ReviewCase
from shizheng.domains.procurement.queries.sheets import sheet_rows
from shizheng.domains.procurement.tests.town import listed, on, tell
from shizheng.kernel.files.queries import files_of
from shizheng.web import exports
from shizheng.web.sheets import RowsRefused

pytestmark = pytest.mark.django_db


def browser(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def sheet(rows: Any) -> bytes:
    return b"".join(exports.response("csv", rows, "x", "x"))  # type: ignore[arg-type]


def test_an_export_read_in_again_changes_nothing_and_one_wrong_row_leaves_all_out(
    town: SimpleNamespace,
) -> None:
    with on("2025-03-20"):
        row = listed(town, "W-1")
        tell(town, row, "failed", "2025-01-05", causes=["price", "market"])
        tell(town, row, "awarded", "2025-03-01")
        data = sheet(sheet_rows(FailedTenderCase.objects.select_related("agency", "series")))
        report = actions.import_cases(town.rdec, data, "a.csv", reason="再讀一次")
        assert (report.unchanged, report.created, report.changed) == (["W-1"], [], [])
        head = "年度,採購案號,標案名稱,主辦機關,標的分類,預算金額（元）,列管日,事件\n"
        good = "114,N-1,新案,公園局,財物,500000,114-03-01,114-01-05 流標 1家 規格限制；114-02-05 廢標 3家 投標文件不合格\n"
        wrong = "114,N-2,錯案,沒有這個局,財物,500000,114-03-01,\n"
        with pytest.raises(RowsRefused) as refused:
            actions.import_cases(town.rdec, (head + good + wrong).encode(), "a.csv", reason="匯入")
        assert [each.line for each in refused.value.problems] == [3]
        assert FailedTenderCase.objects.count() == 1
        actions.import_cases(town.rdec, (head + good).encode(), "a.csv", reason="匯入")
        made = FailedTenderCase.objects.get(tender_no="N-1")
        assert (made.failed, made.void, made.agency_id) == (1, 1, town.parks.pk)
        answer = browser(town.rdec).post(
            "/procurement/failed/import/",
            {"file": SimpleUploadedFile("a.csv", (head + wrong).encode()), "reason": "匯入"},
        )
        assert answer.status_code == 422 and "沒有這個局" in answer.content.decode()


def test_two_at_once_see_both_and_what_was_typed_is_kept(town: SimpleNamespace) -> None:
    with on("2025-03-20"):
        row = listed(town, "W-1")
        tell(town, row, "failed", "2025-01-05")
        client, address = browser(town.control), f"/procurement/failed/{row.pk}/"
        form = {
            "version": row.version,
            "tender_no": "W-1",
            "name": "甲打的名稱",
            "category": "works",
            "amount": "1,000",
            "reason": "改",
        }
        actions.edit_case(town.rdec, row.pk, version=row.version, changes={"name": "乙先改了"}, reason="改")
        answer = client.post(f"{address}edit/", form)
        text = answer.content.decode()
        assert answer.status_code == 409 and "甲打的名稱" in text and "乙先改了" in text
        row.refresh_from_db()
        wrong = client.post(
            f"{address}happened/",
            {"version": row.version, "kind": "failed", "on": "114-03-02", "text": "留著的字"},
        )
        assert wrong.status_code == 422 and "留著的字" in wrong.content.decode()
        done = client.post(
            f"{address}happened/",
            {"version": row.version, "kind": "void", "on": "114-03-02", "causes": ["price"]},
        )
        assert done.status_code == 302
        event = CaseEvent.objects.get(case=row, kind="void")
        row.refresh_from_db()
        fixed = client.post(
            f"/procurement/failed/events/{event.pk}/correct/",
            {
                "version": row.version,
                "kind": "void",
                "on": "114-03-03",
                "causes": ["terms"],
                "reason": "日期錯",
            },
        )
        assert fixed.status_code == 302
        row.refresh_from_db()
        assert row.last_failed_on is not None and row.last_failed_on.day == 3
        assert "日期錯" in client.get(address).content.decode()
        assert browser(town.other).get(f"{address}edit/").status_code == 403
        with CaptureQueriesContext(connection) as asked:
            assert "同一個原因" not in client.get(address).content.decode()
        assert len(asked) <= 17
        assert client.get("/procurement/failed/patterns/?export=csv").status_code == 200
        assert client.get("/procurement/failed/series/").status_code == 200


def test_the_api_says_and_does_what_the_pages_do(town: SimpleNamespace) -> None:
    with on("2025-03-20"):
        row = listed(town, "W-1")
        client = browser(town.rdec)
        base = "/api/v1/procurement"

        def call(method: str, path: str, body: Any = None, who: Client = client, **headers: str) -> Any:
            return who.generic(
                method,
                f"{base}{path}",
                json.dumps(body or {}),
                content_type="application/json",
                headers=headers,
            )

        told = {"kind": "failed", "on": "2025-03-01", "causes": ["price"], "bidders": 1}
        event = call("POST", f"/failed/cases/{row.pk}/events", told).json()
        assert event["causes"] == ["price"]
        assert call("POST", f"/failed/cases/{row.pk}/events", {**told, "causes": []}).status_code == 422
        shown = call("GET", f"/failed/cases/{row.pk}").json()
        assert shown["outcome"] == "open" and shown["failed"] == 1 and len(shown["events"]) == 1
        assert call("PATCH", f"/failed/cases/{row.pk}", {"name": "新", "reason": "改"}).status_code == 412
        etag = call("GET", f"/failed/cases/{row.pk}")["ETag"]
        again = call("PATCH", f"/failed/cases/{row.pk}", {"name": "新", "reason": "改"}, **{"If-Match": etag})
        assert again.status_code == 200 and again.json()["name"] == "新"
        assert call("GET", "/failed/cases?outcome=awarded").json()["count"] == 0
        assert call("GET", "/failed/patterns/114").json()["listed"] == 1
        new = {"name": "橋", "agency_id": town.works.pk, "amount": "60000000"}
        assert call("POST", "/reviews", new).status_code == 403  # an agency sends its own
        made = call("POST", "/reviews", new, browser(town.control)).json()
        assert made["state"] == "submitted" and made["number"] == "114-D001"
        assert call("POST", f"/reviews/{made['id']}/steps/admit", {"there": ["設計圖說"]}).status_code == 422
        assert call("POST", f"/reviews/{made['id']}/steps/admit", {"amount": "1"}).status_code == 422
        back = call("POST", f"/reviews/{made['id']}/steps/return_documents", {"there": [], "reason": "缺件"})
        assert back.json()["state"] == "incomplete"
        assert (
            call("POST", f"/reviews/{made['id']}/steps/approve_review", {"reason": "通過"}).status_code == 403
        )
        assert len(call("GET", f"/reviews/{made['id']}").json()["steps"]) == 2
        expert = {"name": "王委員", "speciality": "橋梁", "source": "pcc"}
        member = call("POST", f"/reviews/{made['id']}/members", expert).json()
        place, told = f"/reviews/members/{member['id']}", {"conflict": True, "conflict_note": "曾任顧問"}
        assert call("PATCH", place, {**told, "reason": "聲明"}).status_code == 412
        changed = call("PATCH", place, {**told, "reason": "聲明"}, **{"If-Match": '"1"'})
        assert changed.json()["conflict"] and changed.json()["version"] == 2
        assert call("POST", f"{place}/remove", {"reason": ""}).status_code == 422
        assert call("POST", f"{place}/remove", {"reason": "另聘"}).json()["removed"]
        assert call("GET", f"/reviews/{made['id']}").json()["panel"] == []


def test_documents_come_with_the_submission_and_are_checked(
    town: SimpleNamespace, tmp_path: Any, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    client = browser(town.control)
    form = {"name": "橋", "agency_id": town.works.pk, "stage": "basic", "amount": "60000000"}
    bad = SimpleUploadedFile("a.pdf", b"MZ\x90\x00 not a document")
    refused = client.post("/procurement/reviews/new/", {**form, "files": [bad]})
    assert refused.status_code == 422 and not ReviewCase.objects.exists()
    good = SimpleUploadedFile("說明.txt", "基本設計報告書".encode())
    answer = client.post("/procurement/reviews/new/", {**form, "files": [good]})
    assert answer.status_code == 302, answer.content.decode()[:300]
    row = ReviewCase.objects.get()
    kept = files_of("procurement.review", row.pk)
    assert [each.name for each in kept] == ["說明.txt"] and row.acts.get().files == [str(kept[0].pk)]
    assert "說明.txt" in client.get(f"/procurement/reviews/{row.pk}/").content.decode()


def test_each_count_of_the_patterns_opens_the_cases_that_it_counts(town: SimpleNamespace) -> None:
    with on("2025-06-20"):
        first, second, third = (
            listed(town, f"W-{n}", town.parks if n == 3 else town.works, amount=Decimal(n * 9_000_000)) for n in (1, 2, 3)
        )  # fmt: skip
        for row in (first, second):
            tell(town, row, "failed", "2025-02-05", causes=["price"])
        tell(town, second, "failed", "2025-03-05", causes=["price"])
        tell(town, third, "void", "2025-02-05")
        tell(town, first, "awarded", "2025-05-02")
        client = browser(town.rdec)
        page = client.get("/procurement/failed/patterns/")
        addresses = re.findall(
            r'<a href="(/procurement/failed/\?pattern=[^"]+)">([\d,]+)</a>', page.content.decode()
        )
        assert len(addresses) > 15  # also those of the strip
        for address, count in addresses:
            rows = client.get(address).context["table"].rows
            assert len(rows) == int(count), address

        def opened(group: str, code: str, stood: str, day: str = "2025-06-20") -> set[str]:
            shown = client.get(f"/procurement/failed/?pattern=114:{day}:{group}:{code}:{stood}")
            return {each.record.tender_no for each in shown.context["table"].rows}

        assert opened("cause", "price", "awarded") == {"W-1"}
        assert opened("cause", "price", "awarded", "2025-04-30") == set()  # as they stood on that day
        assert opened("cause", "price", "repeated") == {"W-2"} and opened("times", "2", "listed") == {"W-2"}
        assert opened("agency", str(town.parks.pk), "open") == {"W-3"}
        shown = client.get("/procurement/failed/?pattern=114:2025-06-20:cause:price:open").content.decode()
        assert "預算或底價偏低" in shown and "截至" in shown and 'name="pattern"' in shown
        for wrong in (
            "114:2025-06-20:nothing:price:open",
            "x",
            "114:never:cause:price:open",
            "114:2025-06-20",
        ):
            broken = client.get(f"/procurement/failed/?pattern={wrong}")
            assert broken.status_code == 200 and len(broken.context["table"].rows) == 0
