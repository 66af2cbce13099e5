"""A commitment that is linked to a tender shows how the tender stands."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.common.errors import CannotDo
from shizheng.domains.commitments import actions
from shizheng.domains.commitments.tests.town import enter, make_town, owed
from shizheng.domains.projects import actions as projects
from shizheng.domains.projects.models import Project, ProjectType
from shizheng.domains.projects.tests.month_town import bulk_records, on
from shizheng.journeys import commitment_progress

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    town = make_town()
    projects.load_shipped_types()
    values = {
        "name": "東橋改建工程", "type_id": ProjectType.objects.get(code="works").pk, "agency_id": town.works.pk,
        "roc_year": 114, "budget": Decimal(1_000_000),
    }  # fmt: skip
    town.tender = projects.create_project(town.control, values)
    return town


def tell(town: SimpleNamespace, *told: tuple[str, date]) -> None:
    for kind, day in told:
        more = {"contractor": "甲營造", "amount": Decimal(900_000), "bidders": 3} if kind == "awarded" else {}
        projects.record_happening(
            town.control,
            town.tender.pk,
            version=None,
            values={"kind": kind, "on": day, "text": "說明", **more},
        )


def test_the_state_of_the_tender_stands_on_the_commitment_and_the_other_way_round(
    town: SimpleNamespace,
) -> None:
    key = commitment_progress.find(town.rdec, f" {town.tender.number.lower()} ")
    assert key == str(town.tender.pk) and commitment_progress.find(town.rdec, "114-W-999") is None
    row = enter(town, "promise", joint_ids=[], link_kind=commitment_progress.KIND, link_key=key)
    client = Client()
    client.force_login(town.rdec)
    page = client.get(f"/commitments/{row.pk}/").content.decode()
    assert town.tender.name in page and "籌辦中" in page
    assert row.number in client.get(f"/projects/register/{town.tender.pk}/").content.decode()
    one = owed(row, town.works)
    actions.tell(town.control, one.pk, text="施工")
    with pytest.raises(CannotDo):
        actions.ask_release(town.control, one.pk, reason="完成")
    tell(
        town,
        ("announced", date(2025, 3, 1)),
        ("awarded", date(2025, 3, 20)),
        ("started", date(2025, 4, 1)),
        ("completed", date(2025, 9, 1)),
        ("accepted", date(2025, 10, 1)),
    )
    assert Project.objects.get(pk=town.tender.pk).state == "accepted"
    actions.ask_release(town.control, one.pk, reason="已驗收")
    assert owed(row, town.works).state == "asked"


def test_a_tender_that_nobody_filed_about_for_years_keeps_its_last_month(town: SimpleNamespace) -> None:
    bulk_records([town.tender], "2025-03", [Decimal(-5)])
    bulk_records([town.tender], "2025-04", [None])
    with on("2027-11-22"):
        shown = commitment_progress.read([str(town.tender.pk)])[str(town.tender.pk)]
    assert (shown.percent, shown.note) == (45, "114 年 3 月鎖定的標案進度")


def test_what_is_gone_or_no_number_is_left_out(town: SimpleNamespace) -> None:
    found = commitment_progress.read(["x", "999999999", str(town.tender.pk)])
    assert list(found) == [str(town.tender.pk)] and found[str(town.tender.pk)].percent is None
