"""An action plan shows the tenders that carry it out, and its quarter is prefilled from what was locked about them."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.domains.planning.actions import promises
from shizheng.domains.planning.models.promises import PromiseProgress
from shizheng.domains.projects import actions
from shizheng.domains.projects.tests.month_town import lock_month, make_month_town, on, row, tender
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing.models import Return
from shizheng.kernel.people import factories as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    town = make_month_town()
    town.head = people.person("head", town.works, username="head")
    made = promises.create_programme(
        town.rdec, title="市長政見", term_from=date(2022, 12, 25), term_to=date(2026, 12, 24)
    )
    days = {"main_agency_id": town.works.pk, "starts_on": date(2025, 1, 1), "ends_on": date(2026, 12, 24)}
    for code, values in (
        ("1", {"title": "好走的路"}), ("1-1", {"title": "橋梁"}), ("1-1-1", {"title": "改建通車", **days}),
        ("1-1-11", {"title": "另一座", **days}),
    ):  # fmt: skip
        town.promise = promises.create_promise(town.rdec, made.pk, code, values)
    town.promise = made.promises.get(code="1-1-1")
    town.tender = tender(town.works, "A1")
    actions.edit_project(
        town.rdec, town.tender.pk, version=None, changes={"promise_codes": "1-1-1"}, reason="連結"
    )
    return town


def page_of(town: SimpleNamespace, code: str = "1-1-1") -> str:
    client = Client()
    client.force_login(town.rdec)
    row = town.promise.programme.promises.get(code=code)
    return client.get(f"/planning/promises/{row.pk}/").content.decode()


def test_the_page_of_the_promise_shows_the_tender_as_locked_last_and_the_other_way_round(
    town: SimpleNamespace,
) -> None:
    assert town.tender.name in page_of(town) and "還沒有鎖定的月進度" in page_of(town)
    assert town.tender.name not in page_of(town, "1-1-11")  # not by the beginning of its code
    with on("2025-04-10"):
        lock_month(town, "2025-03", {town.tender: row("40")})
        assert "70.00<" in page_of(town)
    client = Client()
    client.force_login(town.officer)
    assert "1-1-1 改建通車" in client.get(f"/projects/register/{town.tender.pk}/").content.decode()


def test_the_quarter_of_the_promise_takes_the_progress_and_nobody_types_it(town: SimpleNamespace) -> None:
    with on("2025-04-10"):
        lock_month(town, "2025-03", {town.tender: row("40")})
        found = filing.open_round(town.rdec, "planning.promise", "2025-Q1")
        each = Return.objects.get(round=found, unit=town.works)
        other = town.promise.programme.promises.get(code="1-1-11")
        typed = [
            (town.promise.pk, "text", "施工中"),
            (other.pk, "percent", "20"),
            (other.pk, "text", "設計中"),
        ]
        filing.save_entries(
            town.officer, each.pk, [filing.TypedEntry(str(pk), name, text) for pk, name, text in typed]
        )
        filing.submit_return(town.officer, each.pk, version=None)
        for who in (town.chief, town.head):
            filing.sign_return(who, each.pk, version=None)
        filing.lock_round(town.rdec, found.pk)
    assert PromiseProgress.objects.get(promise=town.promise).percent == Decimal(70)
    assert "70" in page_of(town)
