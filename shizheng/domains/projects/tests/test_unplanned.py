"""未訂作業計畫 (TC-12, TC-27): due a month after the funds are held, moved off days off; the list, the API, who is reminded."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.domains.projects.frame.tenders import plans_to_set
from shizheng.domains.projects.queries.unplanned import due_day, unplanned
from shizheng.domains.projects.tests.month_town import a_type, happen, on, tender
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.web.work import items_of

pytestmark = pytest.mark.django_db


def bare(agency: Any, number: str, **values: Any) -> Any:
    """A tender without a plan."""
    from shizheng.common.permissions import SYSTEM
    from shizheng.domains.projects.models import Project

    given = {"name": f"標案{number}", "budget": 5_000_000, "roc_year": 114, "state": "preparing", **values}
    with recorded(by=SYSTEM, action="tests.tender"):
        return Project.objects.create(number=number, agency=agency, type=a_type(), **given)


@pytest.fixture
def town(month_town: SimpleNamespace) -> SimpleNamespace:
    """A planned one; one funded on 10 January by its data; one by an event of 3 February; one of which nobody told."""
    with on("2025-02-05"):
        month_town.planned = tender(month_town.works, "A0", funds_held_on=date(2025, 1, 1))
        month_town.first = bare(month_town.works, "A1", funds_held_on=date(2025, 1, 10))
        month_town.second = bare(month_town.works, "A2")
        happen(month_town.second, "funded", "2025-02-03")
        month_town.third = bare(month_town.works, "A3")
        bare(month_town.works, "A4", state="withdrawn", funds_held_on=date(2025, 1, 1))
    return month_town


@pytest.mark.parametrize(
    ("held_on", "due"),
    [
        ("2025-01-10", "2025-02-10"),
        ("2025-01-28", "2025-03-03"),  # 28 February is a holiday, a Friday
        ("2025-01-31", "2025-03-03"),  # there is no 31 February
        ("2025-01-08", "2025-02-08"),  # a Saturday, but worked
    ],
)
def test_the_month_ends_on_a_working_day(month_town: SimpleNamespace, held_on: str, due: str) -> None:
    rule = rulebook.value_or_none("TC-12", date(2025, 1, 1))
    assert due_day(date.fromisoformat(held_on), rule, calendar.current_calendar()) == date.fromisoformat(due)
    before = rulebook.value_or_none("TC-12", date(2015, 12, 31))  # the plan of 105 is the first that says so
    assert due_day(date.fromisoformat(held_on), before, calendar.current_calendar()) is None


def test_the_list_is_exact_on_the_day_and_the_day_after(town: SimpleNamespace) -> None:
    def told(day: str) -> list[tuple[str, date | None, int]]:
        with on(day):
            found = unplanned(town.leader)
        assert found.controlled == 4 and [each.code for each in found.rules] == ["TC-12", "TC-27"]
        return [(each.project.number, each.due, each.late) for each in found.rows]

    ten, three = date(2025, 2, 10), date(2025, 3, 3)
    assert told("2025-02-10") == [("A1", ten, 0), ("A2", three, 0), ("A3", None, 0)]
    assert told("2025-02-11") == [("A1", ten, 1), ("A2", three, 0), ("A3", None, 0)]
    assert told("2025-03-06") == [("A1", ten, 24), ("A2", three, 3), ("A3", None, 0)]
    with on("2025-03-06"):
        found = unplanned(town.leader)
        assert [each.project.number for each in found.late] == ["A1", "A2"]
        assert [each.project.number for each in found.unfunded] == ["A3"]
        assert {each.begins for each in found.rows} == {date(2025, 1, 1)}


def test_who_got_a_plan_is_gone_from_the_list(town: SimpleNamespace) -> None:
    from shizheng.domains.projects.tests.month_town import plan

    plan(town.first, 1, "2025-03")
    with on("2025-03-06"):
        assert [each.project.number for each in unplanned(town.leader).rows] == ["A2", "A3"]


def test_the_page_the_api_and_my_work_say_the_same(town: SimpleNamespace) -> None:
    def browser(person: Any) -> Client:
        client = Client()
        client.force_login(person)
        return client

    with on("2025-03-06"):
        client = browser(town.control)
        text = client.get("/projects/register/unplanned/").content.decode()
        assert "列管 4 件裡 3 件還沒有預定進度" in text and "其中 2 件已逾期" in text
        late = client.get("/projects/register/unplanned/?only=late").content.decode()
        assert "標案A1" in late and "標案A3" not in late
        without = client.get("/projects/register/unplanned/?only=unfunded").content.decode()
        assert "標案A3" in without and "標案A1" not in without
        csv = b"".join(client.get("/projects/register/unplanned/?export=csv").streaming_content)  # type: ignore[arg-type]
        assert "標案A1" in csv.decode() and "24" in csv.decode()
        told = client.get("/api/v1/projects/unplanned").json()
        assert (told["controlled"], told["count"], told["late"]) == (4, 3, 2)
        assert [(each["project"], each["due"], each["late"]) for each in told["items"]] == [
            ("A1", "2025-02-10", 24), ("A2", "2025-03-03", 3), ("A3", None, 0),
        ]  # fmt: skip
        today = date(2025, 3, 6)
        items_of(plans_to_set(town.control, today))  # what is remembered is warm
        with CaptureQueriesContext(connection) as asked:
            [item] = items_of(plans_to_set(town.control, today))
        assert len(asked) <= 5, [each["sql"][:100] for each in asked]
        assert (item.due, "2 件" in str(item.title), "已逾期 2 件" in str(item.why)) == (
            date(2025, 2, 10),
            True,
            True,
        )
        assert items_of(plans_to_set(town.other, today)) == []
        assert items_of(plans_to_set(town.leader, today)) == []
