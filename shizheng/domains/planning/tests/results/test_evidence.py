"""Evidence of a result (佐證): files of the return, named wherever its figure is, opened only by who may see the return."""

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.domains.planning.models import Outcome
from shizheng.domains.planning.publications.results import document
from shizheng.domains.planning.rounds import CODE
from shizheng.domains.planning.tests.results.town import (
    MEAN,
    RATIO,
    again,
    kpi_of,
    on,
    row_of,
)
from shizheng.domains.planning.tests.results.walking import fill
from shizheng.kernel.filing import actions, queries
from shizheng.kernel.filing.actions import TypedEntry
from shizheng.kernel.filing.models import CorrectionRequest, Return
from shizheng.kernel.publication import actions as publication
from shizheng.kernel.publication import queries as published

pytestmark = pytest.mark.django_db
NAME = "工程月報.txt"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Any, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


def browser(user: Any) -> Client:
    made = Client()
    made.force_login(user)
    return made


def attach(town: SimpleNamespace, owed: Return, name: str = NAME) -> str:
    """Choose a file in the form of the return: the address at which it is opened."""
    field = f"{row_of(town.plan, RATIO)}.files"
    body = {"act": "save", "version": str(again(owed).version), f"v.{field}": "0"}
    upload = SimpleUploadedFile(name, "106 年 6 月".encode())
    answer = browser(town.officer).post(f"/filing/returns/{owed.pk}/", {**body, f"f.{field}": upload})
    assert answer.status_code == 302
    entry = queries.entries_of(owed.pk)[row_of(town.plan, RATIO), "files"]
    return f"/files/{entry.text}/"


def lock(town: SimpleNamespace, owed: Return) -> None:
    with on("2017-07-05"):
        actions.submit_return(town.officer, owed.pk, version=None)
    with on("2017-07-07"):
        actions.sign_return(town.chief, owed.pk, version=None)
    with on("2017-07-09"):
        actions.sign_return(town.head, owed.pk, version=None)
    with on("2017-07-14"):
        actions.lock_round(town.rdec, owed.round_id)


@pytest.fixture
def file(town: SimpleNamespace, owed: Return) -> str:
    """A locked half year whose ratio has evidence: the file's address."""
    with on("2017-07-05"):
        fill(town, owed)
        address = attach(town, owed)
    lock(town, owed)
    return address


def trace_of(town: SimpleNamespace) -> str:
    return f"/measures/{kpi_of(town.plan, RATIO).measure_id}/trace"


def test_the_trace_of_the_figure_shows_its_evidence_and_opens_it_for_who_may_see_the_return(
    town: SimpleNamespace, file: str
) -> None:
    query = f"unit={town.agency.pk}&period=2017-H1"
    for reader in (town.officer, town.head, town.rdec):
        page = browser(reader).get(f"{trace_of(town)}/?{query}").content.decode()
        assert NAME in page and f'href="{file}"' in page
        assert browser(reader).get(f"{file}download/").status_code == 200
    said = browser(town.control).get(f"{trace_of(town)}.json?{query}").json()["evidence"]
    assert said == [{"file": file.strip("/").split("/")[1], "name": NAME}]
    assert browser(town.control).get(f"/api/v1{trace_of(town)}?{query}").json()["evidence"] == said
    page = browser(town.leader).get(f"{trace_of(town)}/?{query}").content.decode()
    opens = browser(town.leader).get(f"{file}download/").status_code == 200
    assert NAME in page and (f'href="{file}"' in page) is opens
    other = browser(town.officer).get(f"{trace_of(town)}/?unit={town.agency.pk}&period=2017").content.decode()
    assert NAME not in other


def test_before_the_lock_nothing_is_said_and_the_past_is_as_it_was(town: SimpleNamespace, file: str) -> None:
    query = f"unit={town.agency.pk}&period=2017-H1&as_of="
    for day, there in (("106-07-12", False), ("106-07-20", True)):
        page = browser(town.officer).get(f"{trace_of(town)}/?{query}{day}").content.decode()
        assert (NAME in page) is there


def test_a_file_is_evidence_enough_for_a_number_that_was_typed(town: SimpleNamespace, owed: Return) -> None:
    with on("2017-07-05"):
        fill(town, owed)
        row = row_of(town.plan, MEAN)
        actions.save_entries(town.officer, owed.pk, [TypedEntry(row, "evidence", "", None)])
        field = f"{row}.files"
        body = {"act": "save", "version": "1", f"v.{field}": "0"}
        upload = SimpleUploadedFile("滿意度.txt", b"x")
        browser(town.officer).post(f"/filing/returns/{owed.pk}/", {**body, f"f.{field}": upload})
        actions.submit_return(town.officer, owed.pk, version=None)
    assert again(owed).state == "submitted"


def test_the_publication_names_the_files_and_the_public_never_opens_one(
    town: SimpleNamespace, owed: Return
) -> None:
    with on("2017-07-05"):
        fill(town, owed)
        file = attach(town, owed, "王承辦整理.txt")
    lock(town, owed)
    with on("2017-07-20"):
        issued = publication.issue(town.rdec_head, CODE, town.plan.pk, period="2017-H1")
    said = json.dumps(issued.facts, ensure_ascii=False)
    assert "○○○整理.txt" in said and "王承辦" not in said
    everybody = Client()
    page = everybody.get(f"/public/publications/{issued.code}/").content.decode()
    assert "佐證：○○○整理.txt。" in page and file not in page
    assert everybody.get(f"{file}download/").status_code in (302, 404)
    trace = f"/planning/public/{town.plan.pk}/figures/{kpi_of(town.plan, RATIO).measure_id}/trace.json"
    assert "整理.txt" not in everybody.get(f"{trace}?period=2017-H1").content.decode()
    assert published.document_differences(issued) == []


def test_what_was_published_before_there_was_evidence_reads_as_it_did(
    town: SimpleNamespace, file: str
) -> None:
    with on("2017-07-20"):
        issued = publication.issue(town.rdec_head, CODE, town.plan.pk, period="2017-H1")
    for goal in issued.facts["goals"]:
        for kpi in goal["kpis"]:
            del kpi["evidence_files"]
    found = document(issued.facts, {})
    assert "佐證檔名" not in [each.title for each in found.datasets[0].fields]
    assert published.document_differences(issued) == []


def test_the_grid_and_the_sheet_leave_evidence_alone(town: SimpleNamespace, owed: Return) -> None:
    with on("2017-07-05"):
        fill(town, owed)
        file = attach(town, owed)
        page = browser(town.officer)
        grid = f"/filing/rounds/{owed.round_id}/grid/"
        assert "佐證" not in page.get(grid).content.decode()
        with CaptureQueriesContext(connection) as asked:
            page.get(grid)
        assert len(asked) <= 15, [each["sql"][:200] for each in asked]
        sheet = page.get(f"{grid}?export=xlsx")
        content = b"".join(sheet.streaming_content) if sheet.streaming else sheet.content  # type: ignore[attr-defined]
        upload = io.BytesIO(content)
        upload.name = "a.xlsx"
        answer = page.post(f"/filing/rounds/{owed.round_id}/upload/", {"file": upload})
        assert sheet["Content-Type"].endswith("sheet") and answer.status_code == 302
    kept = queries.entries_of(owed.pk)[row_of(town.plan, RATIO), "files"].text
    assert f"/files/{kept}/" == file


def test_a_correction_adds_evidence_and_shows_it_by_name_to_who_decides(
    town: SimpleNamespace, file: str, owed: Return
) -> None:
    first = file.strip("/").split("/")[1]
    field = f"{row_of(town.plan, RATIO)}.files"
    with on("2017-09-11"):
        page = browser(town.officer)
        address = f"/filing/returns/{owed.pk}/correct/"
        assert f'value="{first}" checked' in page.get(address).content.decode()
        body = {
            "version": str(again(owed).version), "reason": "補附估驗單", f"v.{field}": "1", f"f.{field}.held": first,
            f"f.{field}": SimpleUploadedFile("估驗單.txt", b"y"),
        }  # fmt: skip
        assert page.post(address, body).status_code == 302
        request = CorrectionRequest.objects.get()
        shown = browser(town.control).get(f"/filing/corrections/{request.pk}/").content.decode()
        assert f"{NAME}<br>估驗單.txt" in shown and first not in shown
        assert "估驗單.txt" not in page.get(f"{trace_of(town)}/?unit={town.agency.pk}&period=2017-H1").content.decode()  # fmt: skip
    with on("2017-09-12"):
        actions.approve_correction(town.control, request.pk, version=None, reason="核對無誤")
    names = [each["name"] for each in Outcome.objects.get(kpi=kpi_of(town.plan, RATIO)).evidence_files]
    assert names == [NAME, "估驗單.txt"]
    page_now = browser(town.officer).get(f"{trace_of(town)}/?unit={town.agency.pk}&period=2017-H1")
    assert "估驗單.txt" in page_now.content.decode()


def test_a_hostile_file_in_a_correction_is_said_at_its_field_and_nothing_is_asked_for(
    town: SimpleNamespace, file: str, owed: Return
) -> None:
    from shizheng.kernel.files.tests import samples

    field = f"{row_of(town.plan, RATIO)}.files"
    body = {
        "version": str(again(owed).version), "reason": "補附", f"v.{field}": "1",
        f"f.{field}": SimpleUploadedFile("壞.pdf", samples.program()),
    }  # fmt: skip
    answer = browser(town.officer).post(f"/filing/returns/{owed.pk}/correct/", body)
    assert answer.status_code == 422 and "「壞.pdf」沒有收下" in answer.content.decode()
    assert not CorrectionRequest.objects.exists()
