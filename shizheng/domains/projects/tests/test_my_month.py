"""我的月進度: what an officer, a supervisor and the commission see of the month, and the way through the grid and back."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects.tests.month_town import LATE, lock_month, on, row, tender
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing import sheets
from shizheng.kernel.filing.models import Return
from shizheng.kernel.people.models import User
from shizheng.web import exports
from shizheng.web.sheets import read_sheet

pytestmark = pytest.mark.django_db
HERE = "/projects/month/"


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def april(month_town: SimpleNamespace) -> SimpleNamespace:
    """March is locked; April is open: one tender is filed and behind, one is new, the parks have one of theirs."""
    town = month_town
    town.a, town.p = (
        tender(town.works, "A1", state="performing"),
        tender(town.parks, "P1", state="performing"),
    )
    with on("2025-04-03"):
        lock_month(town, "2025-03", {town.a: row("10")}, {town.p: row("10")})
    town.b = tender(town.works, "B1", from_period="2025-04", state="performing")
    with on("2025-05-01"):
        town.round = filing.open_round(SYSTEM, "projects.month", "2025-04")
    town.mine = Return.objects.get(round=town.round, unit=town.works)
    with on("2025-05-02"):
        typed = [filing.TypedEntry(str(town.a.pk), name, text) for name, text in row("0").items()]
        filing.save_entries(town.officer, town.mine.pk, typed)
        yield town


def test_an_officer_sees_what_is_missing_behind_and_changed(april: SimpleNamespace) -> None:
    text = browser(april.officer).get(HERE).content.decode()
    for words in (
        "1 ÷ 2",
        "還有 1 件",
        "要寫原因、對策與預定趕上日",
        "05-05（一）",
        "05-10（六）",
        "TC-14",
        "第一次填",
        "標案B1",
    ):
        assert words in text, words
    assert "標案P1" not in text and f"/filing/rounds/{april.round.pk}/grid/" in text
    typed = [filing.TypedEntry(str(april.a.pk), name, value) for name, value in LATE.items()]
    filing.save_entries(april.officer, april.mine.pk, typed)
    assert "要寫原因、對策與預定趕上日" not in browser(april.officer).get(HERE).content.decode()


def test_what_the_month_before_only_offers_is_not_filed(april: SimpleNamespace) -> None:
    with on("2025-05-08"):
        filing.lock_round(SYSTEM, april.round.pk, reason="公園局未填報")
    with on("2025-06-01"):
        again = filing.open_round(SYSTEM, "projects.month", "2025-05")
        mine = Return.objects.get(round=again, unit=april.works)
        assert "0 ÷ 2" in browser(april.officer).get(HERE).content.decode()
        filing.save_entries(april.officer, mine.pk, [filing.TypedEntry(str(april.a.pk), "text", "照進度")])
        page = browser(april.officer).get(HERE).content.decode()
        assert "1 ÷ 2" in page and "還有 1 件" in page


def test_a_supervisor_sees_what_waits_and_the_commission_every_agency(april: SimpleNamespace) -> None:
    typed = [filing.TypedEntry(str(april.b.pk), name, value) for name, value in {**row("10"), **LATE}.items()]
    typed += [filing.TypedEntry(str(april.a.pk), name, value) for name, value in LATE.items()]
    filing.save_entries(april.officer, april.mine.pk, typed)
    filing.submit_return(april.officer, april.mine.pk, version=None)
    assert "等您簽核" in browser(april.chief).get(HERE).content.decode()
    commission = browser(april.rdec)
    text = commission.get(HERE).content.decode()
    with CaptureQueriesContext(connection) as asked:
        commission.get(HERE)
    assert len(asked) <= 15, [each["sql"][:200] for each in asked]
    assert "各機關" in text and "工務局" in text and "公園局" in text and "等您簽核" not in text
    filing.send_back(april.chief, april.mine.pk, version=None, reason="請補照片")
    back = browser(april.officer).get(HERE).content.decode()
    assert "被退回" in back and "請補照片" in back


def test_without_a_month_the_page_says_so(month_town: SimpleNamespace) -> None:
    assert "還沒有開放的月份" in browser(month_town.officer).get(HERE).content.decode()


def test_a_hundred_tenders_go_out_as_a_spreadsheet_and_come_in_again(month_town: SimpleNamespace) -> None:
    """By paste, XLSX and ODS; the page asks as much for a hundred as for two."""
    town = month_town
    rows = [tender(town.works, f"N{n:03}", state="performing") for n in range(100)]
    with on("2025-05-01"):
        town.round = filing.open_round(SYSTEM, "projects.month", "2025-04")
    mine = Return.objects.get(round=town.round, unit=town.works)
    with on("2025-05-02"):
        typed = [
            filing.TypedEntry(str(each.pk), name, text) for each in rows for name, text in row("30").items()
        ]
        filing.save_entries(town.officer, mine.pk, typed)
        client = browser(town.officer)
        client.get(HERE)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(HERE)
        assert len(asked) <= 15, [each["sql"][:200] for each in asked]
        assert "100 ÷ 100" in page.content.decode()
        grid = f"/filing/rounds/{town.round.pk}/grid/"
        for kind in ("xlsx", "ods"):
            answer = client.get(f"{grid}?export={kind}")
            data = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            back = client.post(
                f"/filing/rounds/{town.round.pk}/upload/", {"file": SimpleUploadedFile(f"a.{kind}", data), "reason": "整批"}
            )  # fmt: skip
            assert back.status_code in (200, 302), back.content.decode()[:500]
        head, *lines = [list(each) for each in read_sheet(data)]
        for line in lines:
            line[head.index("辦理情形")] = "依契約施作，月底前完成"
        changed = exports.xlsx_bytes([head, *lines], "月進度")
        with CaptureQueriesContext(connection) as asked:
            taken = sheets.take_in(User.objects.get(pk=town.officer.pk), town.round, changed)
        assert (taken.changed, taken.problems) == (100, ())
        assert sum("projects_plannedcheckpoint" in each["sql"] for each in asked) == 1, (
            "its rows are made once"
        )
        assert len(asked) <= 22, [each["sql"][:200] for each in asked]
