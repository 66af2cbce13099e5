"""The calendar's API: reading for who may look, writing for who may revise, refusals with their reason."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.kernel.people.factories import person, role

pytestmark = pytest.mark.django_db
API = "/api/v1/calendar"
FRIDAY = "115-11-27"


def client_of(*permissions: str) -> Client:
    """A browser of somebody whose one role holds these permissions."""
    held = role("calendar_tests", permissions=list(permissions)) if permissions else None
    browser = Client()
    browser.force_login(person(role=held), backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


@pytest.fixture
def reader() -> Client:
    return client_of("calendar.view")


@pytest.fixture
def reviser() -> Client:
    return client_of("calendar.view", "calendar.revise")


def get(browser: Client, path: str, **query: Any) -> Any:
    answer = browser.get(f"{API}{path}", query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def post(browser: Client, path: str, body: dict[str, Any]) -> Any:
    return browser.post(f"{API}{path}", json.dumps(body), content_type="application/json")


def revision(**given: Any) -> dict[str, Any]:
    return {"kind": "放假", "name": "市慶", "reason": "市府公告", "source": "測試", "version": 4, **given}


def test_a_day_says_whether_it_works_why_and_by_which_paper(reader: Client) -> None:
    found = get(reader, "/days/113-02-17")
    assert (found["date"], found["working"], found["state"]) == ("2024-02-17", True, "make_up")  # Saturday
    assert "補行上班" in found["reason"] and "院授人培字" in found["source"]
    assert found["calendar_version"] == 4


def test_a_range_lists_each_day_and_counts_the_working_ones(reader: Client) -> None:
    found = get(reader, "/days", first="2025-01-01", last="2025-12-31")
    assert len(found["days"]) == 365 and found["working_days"] == 247
    assert get(reader, "/days", first="2025-01-01", last="2025-12-31", version=1)["working_days"] == 250


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ({"start": "2025-02-07", "amount": 6}, "2025-02-14"),  # Friday → Friday
        ({"start": "114-02-07", "amount": 6}, "2025-02-14"),
        ({"start": "2025-09-26", "amount": 3, "version": 1}, "2025-10-01"),  # Wednesday
        ({"start": "2025-09-26", "amount": 3, "version": 2}, "2025-10-02"),  # Thursday
        ({"start": "2026-10-05", "amount": 5, "unit": "calendar_days"}, "2026-10-12"),  # Saturday → Monday
        ({"start": "2026-10-05", "amount": 5, "unit": "calendar_days", "roll": "false"}, "2026-10-10"),
        ({"start": "2026-10-09", "time": "22:00", "amount": 4, "unit": "hours"}, "2026-10-10"),  # Saturday
    ],
)
def test_a_deadline_is_derived_with_its_days(reader: Client, asked: dict[str, Any], due: str) -> None:
    found = get(reader, "/deadline", **asked)
    assert found["due"] == due and found["days"][-1]["date"] == due


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/days/2028-01-03", 422, "calendar_year_missing"),
        ("/days/9999-12-31", 422, "calendar_year_missing"),
        ("/deadline?start=9999-12-31&amount=3000&unit=calendar_days", 422, "calendar_year_missing"),
        ("/deadline?start=9999-12-31&amount=80000&unit=hours", 422, "calendar_year_missing"),
        ("/deadline?start=2026-10-05&amount=5000", 422, "too_many_days"),
        ("/deadline?start=2026-10-05&amount=1&time=25:00", 422, "invalid"),
        ("/days/2026-13-01", 422, "invalid"),
        ("/days/2026-10-05?district=火星區", 422, "unknown_district"),
        ("/days/2026-10-05?version=99", 404, "not_found"),
        ("/days?first=2026-10-05&last=2026-10-01", 422, "bad_input"),
        ("/versions/99/changes", 404, "not_found"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_its_reason(
    reader: Client, path: str, status: int, code: str
) -> None:
    answer = reader.get(f"{API}{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content.decode()
    assert answer.json()["message"]


def test_versions_and_what_they_changed(reader: Client) -> None:
    assert [one["number"] for one in get(reader, "/versions")] == [4, 3, 2, 1]
    moved = [one["date"] for one in get(reader, "/versions/2/changes") if one["moves_deadlines"]]
    assert moved == ["2025-09-29", "2025-10-24", "2025-12-25"]  # Monday, Friday, Thursday
    assert get(reader, "/versions/1/changes") == []
    assert len(get(reader, "/versions/4/changes", since=1)) == 5


def test_a_revision_makes_a_version_and_the_second_officer_is_told(reviser: Client) -> None:
    first = post(reviser, f"/days/{FRIDAY}/revise", revision())
    assert (first.status_code, first.json()["number"]) == (200, 5)
    second = post(reviser, f"/days/{FRIDAY}/revise", revision(name="校慶"))
    assert (second.status_code, second.json()["code"]) == (409, "conflict")
    assert get(reviser, f"/days/{FRIDAY}")["reason"] == "市慶"
    assert get(reviser, f"/days/{FRIDAY}", version=4)["working"] is True


def test_a_closure_is_recorded_read_by_district_and_withdrawn(reviser: Client) -> None:
    body = {
        "day": FRIDAY,
        "districts": ["龍井區"],
        "start": "12:00",
        "cause": "測試颱風",
        "source": "停班公告",
    }
    assert post(reviser, "/closures", body).status_code == 200
    assert post(reviser, "/closures", body).status_code == 422
    (found,) = get(reviser, "/closures", district="66000250")
    assert (found["district"], found["start"], found["end"]) == ("龍井區", "12:00:00", None)
    assert get(reviser, "/closures", district="梧棲區") == []
    assert get(reviser, f"/days/{FRIDAY}", district="龍井區")["state"] == "partly_closed"
    gone = post(reviser, f"/closures/{found['id']}/withdraw", {"reason": "誤登", "version": found["version"]})
    assert gone.status_code == 200 and get(reviser, "/closures") == []
    assert len(get(reviser, "/closures", version=5)) == 1
    again = post(
        reviser, f"/closures/{found['id']}/withdraw", {"reason": "誤登", "version": found["version"]}
    )
    assert again.status_code == 409


def test_a_year_is_added(reviser: Client) -> None:
    table = [{"day": "117-10-10", "kind": "放假", "name": "國慶日"}]  # Tuesday
    body = {"year": 2028, "days": table, "reason": "公布", "source": "測試"}
    assert post(reviser, "/years", body).status_code == 200
    assert get(reviser, "/days/117-10-10")["working"] is False
    assert post(reviser, "/years", body).status_code == 422


def test_office_hours_are_read_and_set_from_a_day_on(reviser: Client) -> None:
    (shipped,) = get(reviser, "/hours")
    assert (
        shipped["sessions"][0] == {"start": "08:00:00", "end": "12:00:00"} and "待確認" in shipped["source"]
    )
    body = {
        "since": "115-01-01", "sessions": [{"start": "08:30", "end": "12:30"}, {"start": "13:30", "end": "17:30"}],
        "partly_closed_counts": False, "reason": "市府決定", "source": "測試",
    }  # fmt: skip
    assert post(reviser, "/hours", body).status_code == 200
    asked = {"start": "2026-10-12", "time": "08:00", "amount": 8, "unit": "office_hours"}  # Monday
    assert get(reviser, "/deadline", **asked)["due_at"] == "2026-10-12T17:30:00+08:00"
    assert get(reviser, "/deadline", **asked, version=4)["due_at"] == "2026-10-12T17:00:00+08:00"
    assert post(reviser, "/hours", {**body, "sessions": body["sessions"][::-1]}).status_code == 422


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            "/hours",
            {
                "since": FRIDAY,
                "sessions": [{"start": "08:00", "end": "12:00"}],
                "partly_closed_counts": True,
                "reason": "x",
                "source": "x",
            },
        ),
        (f"/days/{FRIDAY}/revise", revision()),
        ("/closures", {"day": FRIDAY, "cause": "x", "source": "x"}),
        ("/closures/1/withdraw", {"reason": "x", "version": 1}),
        ("/years", {"year": 2028, "days": [], "reason": "x", "source": "x"}),
    ],
)
def test_who_may_only_look_changes_nothing(reader: Client, path: str, body: dict[str, Any]) -> None:
    answer = post(reader, path, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    assert len(get(reader, "/versions")) == 4


def test_strangers_and_people_without_a_role_see_nothing() -> None:
    assert Client().get(f"{API}/days/2026-10-05").status_code == 401
    assert client_of().get(f"{API}/days/2026-10-05").status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        revision(name="a\x00b"),
        revision(kind="休假"),
        revision(extra=1),
        revision(version=0),
        revision(reason=" "),
    ],
)
def test_bodies_that_cannot_be_taken_are_refused(reviser: Client, body: dict[str, Any]) -> None:
    assert post(reviser, f"/days/{FRIDAY}/revise", body).status_code == 422


def test_a_moment_with_a_zone_is_refused(reviser: Client) -> None:
    body = {"day": FRIDAY, "start": "12:00:00Z", "cause": "測試", "source": "測試"}
    assert post(reviser, "/closures", body).status_code == 422


def test_once_a_version_is_known_the_calendar_costs_one_query(reader: Client) -> None:
    get(reader, "/days/2026-10-05")
    with CaptureQueriesContext(connection) as asked:
        get(reader, "/days", first="2013-01-01", last="2022-12-31")
    ours = [query["sql"] for query in asked if '"calendar_' in query["sql"]]
    assert len(ours) == 1, ours
    assert len(asked) <= 10  # the rest is who asks: session, user, roles
