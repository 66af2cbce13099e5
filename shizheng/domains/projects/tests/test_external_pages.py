"""Reconciling in the browser and through the API: lists, one tender side by side, candidates, fill rate, work items."""

import json
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shizheng.common import clock
from shizheng.domains.projects.models import ExternalRecord, Project
from shizheng.domains.projects.tests.foreign import PCC
from shizheng.domains.projects.tests.test_external import awarded
from shizheng.domains.projects.tests.town import make_town, type_of
from shizheng.web import work

pytestmark = pytest.mark.django_db
BASE = "/projects/external/"
API = "/api/v1/projects/external"


@pytest.fixture
def town(db: None) -> Any:
    with clock.set_to(datetime.fromisoformat("2025-09-04T10:00:00+08:00")):
        yield make_town()


def browser(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def upload(client: Client, text: str = PCC) -> Any:
    return client.post(
        f"{BASE}pcc/import/", {"file": SimpleUploadedFile("pcc.xml", text.encode()), "reason": "八月"}
    )


def test_from_the_file_to_the_decision(town: SimpleNamespace) -> None:
    project = awarded(town)
    rdec, control = browser(town.rdec), browser(town.control)
    assert upload(rdec, "<標案管理>").status_code == 422
    done = upload(rdec)
    assert done.status_code == 302 and "值讀不懂" in rdec.get(done.url).content.decode()
    page = control.get(BASE).content.decode()
    assert "東橋改建工程（第一期）" in page and "51,000,000" in page
    assert (
        "51,000,000"
        in b"".join(control.get(f"{BASE}?export=csv&part=award_amount").streaming_content).decode()
    )  # type: ignore[attr-defined]
    here = f"{BASE}tenders/{project.pk}/"
    assert browser(town.leader).get(here).content.decode().count('<form method="post" class="form"') == 0
    record = ExternalRecord.objects.get(number="W-114-01", period="")
    project.refresh_from_db()
    sent = {
        "record": record.pk,
        "part": "award_amount",
        "version": project.version,
        "choice": "taken",
        "reason": "",
    }
    refused = control.post(here, sent)
    assert refused.status_code == 422
    assert control.post(here, sent | {"reason": "契約書"}).status_code == 302
    stale = control.post(here, sent | {"part": "name", "reason": "慢了"})
    assert stale.status_code == 422 and "別人" in stale.content.decode()
    project.refresh_from_db()
    assert project.award_amount == 51_000_000
    keep = sent | {"part": "name", "choice": "kept", "reason": "不分期", "version": project.version}
    assert control.post(here, keep).status_code == 302
    assert "不分期" in control.get(here).content.decode()
    assert "東橋改建工程" in control.get(f"{BASE}?state=kept").content.decode()


def test_a_candidate_is_registered_from_its_page(town: SimpleNamespace) -> None:
    upload(browser(town.rdec))
    control = browser(town.control)
    assert "不知道是誰的工程" in control.get(f"{BASE}candidates/?source=pcc&agency=others").content.decode()
    record = ExternalRecord.objects.get(number="W-114-01", period="")
    here = f"{BASE}candidates/{record.pk}/"
    assert "甲營造(股)公司" in control.get(here).content.decode()
    form = control.get(f"{here}register/").content.decode()
    assert "東橋改建工程（第一期）" in form and "60000000" in form
    sent = {
        "name": record.title, "type_id": type_of("works").pk, "agency_id": town.works.pk, "level": "agency", "roc_year": 114,
        "budget": "60000000", "tender_no": record.number,
    }  # fmt: skip
    assert control.post(f"{here}register/", sent).status_code == 302
    assert Project.objects.get().tender_no == "W-114-01"
    other = ExternalRecord.objects.get(number="X-999", period="")
    there = f"{BASE}candidates/{other.pk}/"
    assert control.post(there, {"act": "dismiss", "why-reason": "不是我們的"}).status_code == 422
    assert browser(town.rdec).post(there, {"act": "dismiss", "why-reason": "不是本府的"}).status_code == 302
    assert control.post(there, {"act": "link", "link-number": "999", "link-reason": "試"}).status_code == 422
    assert "不是本府的" in control.get(there).content.decode()


def test_rdec_is_reminded_by_day_7_and_urges(town: SimpleNamespace) -> None:
    awarded(town)
    rdec = browser(town.rdec)
    upload(rdec, PCC.replace('日曆月="8"', '日曆月="7"'))
    items = {str(each.title): each for each in work.items_for(town.rdec, date(2025, 9, 4))}
    urging = next(each for title, each in items.items() if "催辦工程會系統" in title)
    assert urging.due == date(2025, 9, 7) and any("外部資料不同" in title for title in items)
    page = rdec.get(urging.url).content.decode()
    assert "0 ÷ 1" in page and "東橋改建工程" in page and "待確認" in page
    assert "W-114-01" in b"".join(rdec.get(f"{urging.url}&export=csv").streaming_content).decode().upper()  # type: ignore[attr-defined]
    assert rdec.post(f"{BASE}pcc/urge/?period=2025-08").status_code == 302
    assert "1 個機關" in rdec.get(urging.url).content.decode()
    assert not any(
        "催辦工程會系統" in str(each.title) for each in work.items_for(town.rdec, date(2025, 9, 4))
    )


def test_an_agency_has_its_missing_tenders_in_its_own_work_until_they_are_told(town: SimpleNamespace) -> None:
    project = awarded(town)
    rdec, control = browser(town.rdec), browser(town.control)
    upload(rdec, PCC.replace('日曆月="8"', '日曆月="7"'))

    def missing(who: Any, day: date = date(2025, 9, 4)) -> list[Any]:
        return [each for each in work.items_for(who, day) if "補登工程會系統" in str(each.title)]

    (item,) = missing(town.control)
    assert "1 件" in str(item.title) and project.name in str(item.why) and item.due == date(2025, 9, 7)
    assert project.name in control.get(item.url).content.decode()
    assert missing(town.rdec) == [] and missing(town.control, date(2025, 10, 20)) == []
    assert upload(rdec).status_code == 302
    assert missing(town.control) == []


def test_the_same_through_the_api(town: SimpleNamespace) -> None:
    project = awarded(town)
    rdec, control = browser(town.rdec), browser(town.control)
    file = SimpleUploadedFile("pcc.xml", PCC.encode())
    made = rdec.post(f"{API}/pcc", {"file": file, "reason": "八月"})
    assert made.status_code == 201 and made.json()["rows"] == 2
    found = control.get(f"{API}/differences?open=true&project_id={project.pk}").json()
    one = next(each for each in found["items"] if each["part"] == "award_on")
    body = {
        "record_id": one["record_id"],
        "part": "award_on",
        "choice": "taken",
        "version": one["version"],
        "reason": "公告",
    }
    answer = control.post(
        f"{API}/tenders/{project.pk}/decide", json.dumps(body), content_type="application/json"
    )
    assert answer.status_code == 200 and answer.json()["theirs"] == "2025-03-05"
    assert control.get(f"{API}/candidates?source=pcc").json()["count"] == 1
    told = control.get(f"{API}/records/{one['record_id']}").json()
    assert told["project_id"] == project.pk and len(told["told"]) == 3
    fill = control.get(f"{API}/pcc/fill/2025-08").json()
    assert (fill["filled"], fill["owed"], fill["due"]) == (1, 1, "2025-09-07")
    assert rdec.post(f"{API}/pcc/fill/2025-08/urge").status_code == 409


def test_a_candidate_is_registered_through_the_api(town: SimpleNamespace) -> None:
    upload(browser(town.rdec))
    record = ExternalRecord.objects.get(number="W-114-01", period="")
    address = f"{API}/records/{record.pk}/register"
    body = {
        "name": record.title, "type_id": type_of("works").pk, "agency_id": town.works.pk, "roc_year": 114,
        "budget": "60000000", "tender_no": record.number,
    }  # fmt: skip

    def register(who: Any, given: dict[str, Any] = body, at: str = address) -> Any:
        return browser(who).post(at, json.dumps(given), content_type="application/json")

    assert register(town.leader).status_code == 403
    assert register(town.control, body | {"budgett": "1"}).status_code == 422
    assert register(town.control, at=f"{API}/records/999999/register").status_code == 404
    assert not Project.objects.exists()
    made = register(town.control)
    assert made.status_code == 200, made.content
    assert made.json()["tender_no"] == "W-114-01" and made["ETag"] == f'"{made.json()["version"]}"'
    told = browser(town.control).get(f"{API}/records/{record.pk}").json()
    assert told["project_id"] == made.json()["id"] == Project.objects.get().pk
    assert register(town.control).status_code == 409
