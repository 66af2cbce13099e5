"""Which of what other systems know has to be entered here: from the amount of TC-01 on, that amount included."""

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shizheng.common import clock
from shizheng.domains.projects.queries import candidates
from shizheng.domains.projects.tests.foreign import PCC
from shizheng.domains.projects.tests.town import make_town

pytestmark = pytest.mark.django_db
LIST = "/projects/external/candidates/"


@pytest.fixture
def town() -> Any:
    with clock.set_to(datetime.fromisoformat("2025-09-04T10:00:00+08:00")):
        yield make_town()


@pytest.mark.parametrize(
    ("told", "size"),
    [
        ({"budget": "1000000"}, "over"), ({"budget": "999999"}, "under"), ({"budget": "999999.5"}, "under"),
        ({"award_amount": "900000", "budget": "1000000"}, "over"),  # what counts is the budget (TC-11)
        ({"award_amount": "1000000"}, "over"), ({"suggested": "0"}, "under"), ({}, ""), ({"budget": "NaN"}, ""),
    ],
)  # fmt: skip
def test_a_tender_has_to_be_entered_from_the_threshold_on(town: Any, told: dict[str, str], size: str) -> None:
    record: Any = SimpleNamespace(payload=told)
    assert candidates.size(record, candidates.floor_rule()) == size
    assert candidates.size(record, candidates.floor_rule(date(2010, 1, 1))) == ""  # no plan said so yet


def test_the_list_and_the_api_tell_those_that_have_to_be_entered(town: SimpleNamespace) -> None:
    def browser(person: Any) -> Client:
        client = Client()
        client.force_login(person)
        return client

    file = SimpleUploadedFile("pcc.xml", PCC.encode())
    sent = browser(town.rdec).post("/projects/external/pcc/import/", {"file": file, "reason": "八月"})
    assert sent.status_code == 302
    client = browser(town.control)
    whole = client.get(LIST).content.decode()
    assert "東橋改建工程（第一期）" in whole and "達門檻，應建檔" in whole and "第 2 版" in whole
    over = client.get(f"{LIST}?size=over").content.decode()
    assert "東橋改建工程（第一期）" in over and "不知道是誰的工程" not in over
    assert "東橋改建工程（第一期）" not in client.get(f"{LIST}?size=under").content.decode()
    told = client.get("/api/v1/projects/external/candidates").json()["items"]
    assert {each["number"]: each["has_to_be_entered"] for each in told} == {"W-114-01": True, "X-999": None}
