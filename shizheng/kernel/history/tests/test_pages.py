"""History as the auditor sees it."""

import pytest
from django.test import Client
from django.urls import reverse

from shizheng.common import clock
from shizheng.kernel.history import queries
from shizheng.kernel.history.tests.test_history import make_role
from shizheng.kernel.people.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(person(role="auditor", second_factor=True))
    return client


def test_the_list_and_the_entry_tell_who_why_and_what(auditor: Client) -> None:
    role = make_role(reason="季度調整")
    entry = queries.entries_of(role).get()
    assert "季度調整" in auditor.get("/history/?model=people.role").content.decode()
    page = auditor.get(f"/history/{entry.pk}/").content.decode()
    assert "系統" in page and "季度調整" in page and "試驗角色" in page


def test_the_list_stays_within_its_budget_however_long(
    auditor: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(30):
        make_role(code=f"role{number}", name=f"角色{number}")
    auditor.get("/history/")  # the first page of a session also notes the session
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        auditor.get("/history/")


def test_the_api_pages_backwards_through_history(auditor: Client) -> None:
    role = make_role()
    entries = auditor.get(f"/api/v1/history/?model=people.role&object_id={role.pk}").json()
    assert [entry["operation"] for entry in entries] == ["I"]
    older = auditor.get(f"/api/v1/history/?before_id={entries[0]['id']}").json()
    assert all(entry["id"] < entries[0]["id"] for entry in older)


def test_as_of_a_day_the_list_ends_with_that_day(auditor: Client) -> None:
    make_role(reason="今天的事")
    assert "今天的事" not in auditor.get("/history/?as_of=112-01-01").content.decode()


def test_moments_are_of_taipei_in_the_list_and_in_the_file(auditor: Client) -> None:
    page = auditor.get(reverse("history:entries")).content.decode()
    assert "---------" not in page and '<option value="" selected>全部</option>' in page
    now = clock.now().astimezone(clock.TAIPEI)
    assert f">{now.year - 1911}-{now.month:02d}-{now.day:02d} " in page
    exported = auditor.get(reverse("history:entries"), {"export": "csv"})
    lines = b"".join(exported.streaming_content).decode() if exported.streaming else exported.content.decode()  # type: ignore[arg-type]
    assert f"\n{now.date().isoformat()} " in lines and "+00:00" not in lines
