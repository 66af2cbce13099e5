"""The API of people and units: the same actions as the pages."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from shizheng.common import clock
from shizheng.kernel.organisations.factories import agency, city, unit
from shizheng.kernel.people import actions
from shizheng.kernel.people.factories import person, role
from shizheng.kernel.people.models import Role, User

pytestmark = pytest.mark.django_db
BASE = "/api/v1"


class Program:
    """A program with a token of an administrator for everything that he holds."""

    def __init__(self, user: User) -> None:
        scopes = sorted(user.authority.permissions)
        _token, text = actions.create_token(
            user, name="程式", scopes=scopes, expires_at=clock.now() + timedelta(days=1)
        )
        self.client = Client(HTTP_AUTHORIZATION=f"Bearer {text}")

    def send(self, method: str, path: str, data: object = None):  # type: ignore[no-untyped-def]
        body = json.dumps(data if data is not None else {})
        return self.client.generic(method, f"{BASE}{path}", body, content_type="application/json")


@pytest.fixture
def program(db: None) -> Program:
    return Program(person(role="administrator", second_factor=True))


def test_units_are_read_as_of_a_day_and_below_a_unit(program: Program) -> None:
    bureau = agency(on=clock.today() - timedelta(days=400))
    section = unit(parent=bureau, on=clock.today() - timedelta(days=10))
    now = program.client.get(f"{BASE}/organisations/units?under={bureau.pk}").json()
    assert [row["id"] for row in now] == [bureau.pk, section.pk]
    before = (clock.today() - timedelta(days=20)).isoformat()
    then = program.client.get(f"{BASE}/organisations/units?under={bureau.pk}&as_of={before}").json()
    assert [row["id"] for row in then] == [bureau.pk]


def test_a_unit_is_opened_renamed_merged_and_found(program: Program) -> None:
    made = program.send(
        "POST", "/organisations/units",
        {"code": "new", "kind": "agency", "name": "新局", "parent_id": city().pk, "on": "2026-01-01", "reason": "設立"},
    )  # fmt: skip
    assert made.status_code == 201
    data = made.json()
    change = {"name": "新名局", "on": "2026-02-01", "reason": "更名", "version": data["version"]}
    assert program.send("POST", f"/organisations/units/{data['id']}/rename", change).status_code == 200
    again = program.send("POST", f"/organisations/units/{data['id']}/rename", change)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    found = program.client.get(f"{BASE}/organisations/units/by-name?name=新名局&as_of=2026-02-01")
    assert found.json()["id"] == data["id"]
    merged = program.send(
        "POST", "/organisations/units/merge",
        {"unit_ids": [data["id"]], "into_id": agency().pk, "on": "2026-03-01", "reason": "整併"},
    )  # fmt: skip
    assert merged.status_code == 200
    assert merged.json()["predecessors"][0]["predecessor_id"] == data["id"]


@pytest.mark.parametrize("both", [{}, {"into_id": 1, "into_new": {"code": "x", "name": "x"}}])
def test_a_merger_names_exactly_one_successor(program: Program, both: dict[str, object]) -> None:
    bureau = agency()
    if "into_id" in both:
        both = {**both, "into_id": bureau.pk}
    answer = program.send(
        "POST",
        "/organisations/units/merge",
        {"unit_ids": [bureau.pk], "on": "2026-01-01", "reason": "x", **both},
    )
    assert answer.status_code == 422
    assert "into_id" in answer.json()["fields"]


def test_numbers_that_no_row_can_have_are_not_found(program: Program) -> None:
    for path in ("/organisations/units/", "/people/people/"):
        for number in (0, 987654321, 2**63, 10**30):
            assert program.client.get(f"{BASE}{path}{number}").status_code == 404


def test_an_account_is_made_changed_and_given_a_role(program: Program) -> None:
    made = program.send("POST", "/people/people", {"username": "api.made", "display_name": "程式建的"})
    assert made.status_code == 201
    pk, version = made.json()["person"]["id"], made.json()["person"]["version"]
    assert User.objects.get(pk=pk).check_password(made.json()["temporary_password"])
    assert "email" not in made.json()["person"]
    bureau = agency()
    given = program.send(
        "POST", f"/people/people/{pk}/assignments", {"role_id": role("officer").pk, "unit_id": bureau.pk}
    )
    assert given.status_code == 201
    changed = program.send("PATCH", f"/people/people/{pk}", {"version": version, "job_title": "科員"})
    assert changed.json()["job_title"] == "科員"
    listed = program.client.get(f"{BASE}/people/people?unit_id={bureau.pk}").json()
    assert (listed["count"], listed["items"][0]["id"]) == (1, pk)
    ended = program.send("POST", f"/people/assignments/{given.json()['id']}/end", {"reason": "調職"})
    assert ended.json()["end_date"] == clock.today().isoformat()


def test_a_wrong_account_name_is_told_by_its_field(program: Program) -> None:
    answer = program.send("POST", "/people/people", {"username": "有空格 的", "display_name": ""})
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"username", "display_name"}
    assert not User.objects.filter(display_name="").exists()


def test_a_role_is_made_and_changed(program: Program) -> None:
    made = program.send(
        "POST", "/people/roles", {"code": "reader", "name": "讀者", "permissions": ["planning.view"]}
    )
    assert made.status_code == 201
    path = f"/people/roles/{made.json()['id']}"
    change = {"version": 1, "permissions": ["planning.view", "measures.view"], "reason": "擴充"}
    assert program.send("PATCH", path, change).json()["permissions"] == ["measures.view", "planning.view"]
    assert program.send("PATCH", path, change).status_code == 409
    assert Role.objects.get(code="reader").version == 2


def test_the_last_administrator_stays_through_the_api_too(program: Program) -> None:
    administrator = User.objects.get(assignments__role__code="administrator")
    answer = program.send(
        "PATCH",
        f"/people/people/{administrator.pk}",
        {"version": administrator.version, "is_active": False, "reason": "x"},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "last_administrator")


def test_people_out_of_sight_are_not_found() -> None:
    head = Program(person(role="head", unit=agency()))
    stranger = person(unit=agency())
    assert head.client.get(f"{BASE}/people/people/{stranger.pk}").status_code == 404
    ids = [row["id"] for row in head.client.get(f"{BASE}/people/people").json()["items"]]
    assert stranger.pk not in ids


def test_tokens_of_others_are_listed_without_their_text_and_revoked_with_a_reason(program: Program) -> None:
    user = person(role="leader")
    token, text = actions.create_token(
        user, name="x", scopes=["planning.view"], expires_at=clock.now() + timedelta(days=1)
    )
    listed = program.client.get(f"{BASE}/people/people/{user.pk}/tokens")
    assert text not in listed.content.decode()
    assert program.send("POST", f"/people/tokens/{token.pk}/revoke", {"reason": ""}).status_code == 422
    done = program.send("POST", f"/people/tokens/{token.pk}/revoke", {"reason": "外洩"})
    assert done.json()["revoked_at"] is not None


def test_a_browsers_session_needs_the_csrf_token_to_write() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person(role="administrator", second_factor=True))
    assert browser.get(f"{BASE}/people/roles").status_code == 200
    answer = browser.post(f"{BASE}/people/people", "{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert "X-CSRFToken" in answer.json()["message"]


@pytest.mark.parametrize("headers", [{}, {"HTTP_AUTHORIZATION": "Bearer szt_invented"}])
def test_a_write_by_nobody_is_told_to_sign_in_and_nothing_about_csrf(headers: dict[str, str]) -> None:
    program = Client(enforce_csrf_checks=True, **headers)  # type: ignore[arg-type]
    answer = program.post(f"{BASE}/people/people", "{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_a_token_outside_its_scope_is_told_so_and_not_that_the_role_lacks_it() -> None:
    user = person(role="leader", second_factor=True)
    _token, text = actions.create_token(
        user, name="x", scopes=["planning.view"], expires_at=clock.now() + timedelta(days=1)
    )
    answer = Client(HTTP_AUTHORIZATION=f"Bearer {text}").get(f"{BASE}/organisations/units")
    assert answer.status_code == 403 and "權杖的範圍沒有「檢視機關與組織」" in answer.json()["message"]
    assert "角色" not in answer.json()["message"]


def test_characters_that_no_row_can_hold_are_refused_in_words(program: Program) -> None:
    answer = program.send("POST", "/people/people", {"username": "abc", "display_name": "a\u0000b"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unstorable")
    assert not User.objects.filter(username="abc").exists()
    browser = Client(raise_request_exception=False)
    browser.force_login(person(role="administrator", second_factor=True))
    assert browser.get("/people/?q=%00").status_code == 400
    assert browser.post("/account/login/", {"login": "a\x00b", "password": "x"}).status_code < 500


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1911-12-31"])
def test_days_far_away_are_answered_in_words(program: Program, day: str) -> None:
    bureau = agency()
    path = f"/organisations/units/{bureau.pk}"
    rename = program.send("POST", f"{path}/rename", {"on": day, "version": 1, "name": "遠", "reason": "x"})
    assert rename.status_code in (200, 409)
    opened = program.send(
        "POST", "/organisations/units",
        {"code": "far", "kind": "unit", "name": "遠", "parent_id": bureau.pk, "on": day, "reason": "x"},
    )  # fmt: skip
    assert opened.status_code in (201, 422)
    assert program.client.get(f"{BASE}/organisations/units?as_of={day}").status_code == 200
