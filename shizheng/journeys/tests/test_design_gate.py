"""Works of fifty million are tendered once their basic design is approved; the others are the agencies' own."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.domains.procurement import actions
from shizheng.domains.procurement.queries.reviews import documents
from shizheng.domains.procurement.tests.town import on
from shizheng.domains.projects.tests.town import enter, make_town, tell, type_of
from shizheng.journeys import design_gate
from shizheng.kernel.people import factories as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    made = make_town()
    made.rdec_head = people.person("rdec_head", username="rdechead", second_factor=True)
    return made


def approved(town: SimpleNamespace, number: str) -> None:
    day = date(2025, 2, 3)
    with on("2025-02-03"):
        row = actions.submit_review(
            town.control,
            {
                "name": "工程",
                "agency_id": town.works.pk,
                "control_number": number,
                "amount": Decimal(60_000_000),
            },
        )
        actions.admit(town.rdec, row.pk, version=None, there=documents(day))
        values = {"name": "甲", "speciality": "結構", "source": "internal", "declared_on": day}
        actions.add_member(town.rdec, row.pk, values)
        actions.appoint_panel(town.rdec, row.pk, version=None)
        actions.hold_meeting(town.rdec, row.pk, version=None)
        actions.approve_review(town.rdec_head, row.pk, version=None, reason="沒有意見，通過")


def test_a_work_that_was_tendered_without_an_approved_design_is_flagged(town: SimpleNamespace) -> None:
    with on("2025-01-10"):
        good, late = enter(town, "有審議"), enter(town, "審議前就公告")
        small = enter(town, "未達門檻", budget=Decimal(49_999_999))
        service = enter(town, "勞務", type_id=type_of("design").pk)
    with on("2025-01-20"):
        tell(town.control, late, ("announced", date(2025, 1, 20)))
    approved(town, good.number)
    approved(town, late.number)
    with on("2025-03-03"):
        tell(town.control, good, ("announced", date(2025, 3, 3)))
        found = {each.project.pk: each for each in design_gate.gates(town.rdec)}
    assert set(found) == {good.pk, late.pk} and not {small.pk, service.pk} & set(found)
    assert found[good.pk].passed and not found[good.pk].flagged
    assert found[late.pk].flagged  # approved afterwards, but not when it was announced
    client = Client()
    client.force_login(town.control)
    assert "未經審議即招標" in client.get(f"/projects/register/{late.pk}/").content.decode()
    assert "可以招標" in client.get(f"/projects/register/{good.pk}/").content.decode()
    assert "設計審議關卡" not in client.get(f"/projects/register/{small.pk}/").content.decode()
    page = client.get("/journeys/design-gate/?list=flagged").content.decode()
    assert "審議前就公告" in page and "有審議" not in page
