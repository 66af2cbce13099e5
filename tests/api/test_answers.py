"""What the demonstration city says through the API is what the description of the API promises, operation by operation."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from conftest import clone_of
from tests.architecture.test_routes import operations

DESCRIBED = ("projects", "procurement", "commitments", "petitions", "meetings")
NEWEST = {
    "projects/agencies/{unit_id}": ("projects.Project", "agency_id"),
    "projects/applications/{application_id}": ("projects.ControlApplication", "pk"),
    "projects/external/records/{record_id}": ("projects.ExternalRecord", "pk"),
    "projects/grants/items/{item_id}": ("projects.GrantItem", "pk"),
    "projects/grants/{year_id}": ("projects.GrantYear", "pk"),
    "projects/photos/{photo_id}": ("projects.ProjectPhoto", "pk"),
    "projects/programmes/{programme_id}": ("projects.Programme", "pk"),
    "projects/register/{project_id}": ("projects.Project", "pk"),
    "projects/visits/{visit_id}": ("projects.SiteVisit", "pk"),
    "projects/bulletins/{period}": ("projects.MonthRecord", "period"),
    "projects/external/pcc/fill/{month}": ("projects.MonthRecord", "period"),
    "projects/assessments/{roc_year}": ("projects.Assessment", "roc_year"),
    "procurement/failed/cases/{case_id}": ("procurement.FailedTenderCase", "pk"),
    "procurement/failed/patterns/{roc_year}": ("procurement.SupervisionSeries", "roc_year"),
    "procurement/reviews/own/{year}": ("procurement.OwnReviews", "period"),
    "procurement/reviews/{case_id}": ("procurement.ReviewCase", "pk"),
    "commitments/{commitment_id}": ("commitments.Commitment", "pk"),
    "petitions/{case_id}": ("petitions.Petition", "case_id"),
    "meetings/meetings/{meeting_id}": ("meetings.Meeting", "pk"),
    "meetings/series/{series_id}": ("meetings.MeetingSeries", "pk"),
}
"""The beginning of an address with a place in it, and whose newest rows fill the place."""
MOST = 3
ASKED = {
    "met": "?period=2025-04",
    "month": "?month=2026-01",
    "assigning": "?month=2026-01",
    "analysis": "?month=2026-01",
    "city-meeting": "?period=2025-Q2",
}
ANOTHER = re.compile(r"\{[^}]+\}")


@pytest.fixture
def everybody(demonstration: str, django_db_blocker: Any) -> Iterator[Client]:
    """Somebody of the demonstration city who holds every permission."""
    from shizheng.common.permissions import declared
    from shizheng.kernel.people.factories import person, role

    with django_db_blocker.unblock(), clone_of(demonstration):
        codes = [permission.code for permission in declared()]
        client = Client()
        client.force_login(
            person(role=role("everything", name="全部權限", permissions=codes), second_factor=True)
        )
        yield client


def addresses(address: str) -> list[str]:
    """The address of an operation with the numbers of the newest rows in its place; none where there are no rows."""
    place = next((each for each in NEWEST if address.startswith(each)), None)
    if place is None:
        return [] if ANOTHER.search(address) else [address]
    label, name = NEWEST[place]
    found = apps.get_model(label).objects.order_by("-pk").values_list(name, flat=True)
    rows = list(dict.fromkeys(found[:200]))[:MOST]
    if place.endswith("{year}"):
        rows = sorted({str(each)[:4] for each in rows})
    filled = [address.replace(place, ANOTHER.sub(str(each), place)) for each in rows]
    return [each for each in filled if not ANOTHER.search(each)]


def test_every_answer_of_the_demonstration_city_is_as_described(everybody: Client) -> None:
    """`conftest` fails an answer that lacks what its operation said; its shape fails one that is otherwise."""
    read: set[str] = set()
    for method, path, _permission in operations():
        address = re.sub(r"\{\w+:", "{", path.removeprefix("/api/v1/"))
        if method != "GET" or not address.startswith(DESCRIBED) or "oc4ids" in address:
            continue
        for each in addresses(address):
            answer = everybody.get(f"/api/v1/{each}{ASKED.get(each.rpartition('/')[2], '')}")
            assert answer.status_code == 200, (each, answer.content)
            read.add(address)
    assert len(read) >= 40, sorted(read)
    for part in DESCRIBED:
        assert any(each.startswith(part) for each in read), part
