"""Acts on accounts and roles ask again who is there, and then go on with what was typed."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from shizheng.common import clock
from shizheng.kernel.history.queries import entries_of
from shizheng.kernel.organisations.factories import agency
from shizheng.kernel.people import actions
from shizheng.kernel.people.factories import PASSWORD, confirmed, person, role
from shizheng.kernel.people.models import Role, RoleAssignment, User

pytestmark = pytest.mark.django_db
ASK = "/account/reauthenticate/"


@pytest.fixture
def administrator() -> User:
    return person(role="administrator", password=PASSWORD, second_factor=True)


@pytest.fixture
def left_open(client: Client, administrator: User) -> Client:
    """A browser that was signed in long ago."""
    client.force_login(administrator)
    return client


def confirm(client: Client, asked: Any, password: str = PASSWORD) -> Any:
    assert asked.status_code == 302 and asked["Location"].startswith(ASK), asked.content
    page = client.get(asked["Location"])
    assert page.status_code == 200
    target = page.context["redirect_field_value"]
    return client.post(ASK, {"password": password, "next": target})


def test_a_new_account_waits_for_the_password_and_keeps_what_was_typed(left_open: Client) -> None:
    bureau = agency()
    typed = {
        "username": "chen.yu",
        "display_name": "陳○玉",
        "role": role("officer").pk,
        "unit": bureau.pk,
        "reason": "新到任",
    }
    asked = left_open.post("/people/new/", typed)
    assert not User.objects.filter(username="chen.yu").exists()
    wrong = confirm(left_open, asked, "wrong-password")
    assert wrong.status_code == 200 and "密碼不對" in wrong.content.decode()
    assert not User.objects.filter(username="chen.yu").exists()
    done = left_open.post(ASK, {"password": PASSWORD, "next": "/people/new/"})
    assert 'id="temporary"' in done.content.decode()
    made = User.objects.get(username="chen.yu")
    assert made.display_name == "陳○玉" and made.may("planning.view", bureau.pk)


@pytest.mark.parametrize("act", ["password", "factor", "reopen"])
def test_acts_on_a_person_ask_first(left_open: Client, act: str) -> None:
    other = person(role="auditor", second_factor=True, is_active=act != "reopen")
    before = (other.version, other.is_active)
    asked = left_open.post(f"/people/{other.pk}/{act}/", {"reason": "本人來電", "version": other.version})
    other.refresh_from_db()
    assert (other.version, other.is_active) == before
    confirm(left_open, asked)
    other.refresh_from_db()
    assert other.version == before[0] + 1


def test_giving_and_ending_a_role_ask_first(left_open: Client, administrator: User) -> None:
    other, bureau = person(role=None), agency()
    typed = {"role": role("officer").pk, "unit": bureau.pk, "start_date": clock.today().isoformat()}
    asked = left_open.post(f"/people/{other.pk}/assign/?as_of=115-01-01", typed)
    assert not other.assignments.exists()
    confirm(left_open, asked)
    held = other.assignments.get()
    made = entries_of(held).first()
    assert (
        made is not None and made.origin["path"] == f"/people/{other.pk}/assign/"
    )  # not where one confirmed
    left_open.logout()
    left_open.force_login(administrator)
    end = {"on": clock.today().isoformat(), "reason": "調職", "version": held.version}
    asked = left_open.post(f"/people/assignments/{held.pk}/end/", end)
    assert RoleAssignment.objects.get(pk=held.pk).end_date is None
    confirm(left_open, asked)
    assert RoleAssignment.objects.get(pk=held.pk).end_date is not None


def test_the_matrix_waits_with_all_its_ticks(left_open: Client) -> None:
    role("officer")
    roles = list(Role.objects.all())
    typed: dict[str, Any] = {"reason": "首長核定"}
    for each in roles:
        typed[f"role-{each.pk}"] = [code for code in each.permissions if code != "calendar.view"]
        typed[f"version-{each.pk}"] = each.version
    asked = left_open.post("/people/roles/", typed)
    assert "calendar.view" in Role.objects.get(code="officer").permissions
    done = confirm(left_open, asked)
    assert (done.status_code, done["Location"]) == (302, "/people/roles/")
    assert "calendar.view" not in Role.objects.get(code="officer").permissions


def test_a_role_is_made_and_changed_after_confirming(left_open: Client, administrator: User) -> None:
    typed = {"code": "helper", "name": "協辦", "reason": "新設"}
    asked = left_open.post("/people/roles/new/", typed)
    assert not Role.objects.filter(code="helper").exists()
    confirm(left_open, asked)
    made = Role.objects.get(code="helper")
    left_open.logout()
    left_open.force_login(administrator)
    change = {"name": "協辦員", "version": made.version, "reason": "改名", "is_active": "on"}
    asked = left_open.post(f"/people/roles/{made.pk}/change/", change)
    confirm(left_open, asked)
    assert Role.objects.get(pk=made.pk).name == "協辦員"


def test_within_the_minutes_nothing_is_asked_twice(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    confirmed(client)
    other = person()
    assert client.post(f"/people/{other.pk}/password/", {"reason": "忘記"}).status_code == 200
    session = client.session
    late = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1
    for record in session["account_authentication_methods"]:
        record["at"] -= late
    session.save()
    assert client.post(f"/people/{other.pk}/password/", {"reason": "忘記"})["Location"].startswith(ASK)


def test_a_form_with_mistakes_is_mended_before_anything_is_asked(left_open: Client) -> None:
    assert left_open.post("/people/new/", {"username": "x"}).status_code == 422
    assert left_open.post(f"/people/{person().pk}/password/", {"reason": ""}).status_code == 422


def test_taking_access_away_in_a_hurry_asks_nothing(left_open: Client) -> None:
    other = person()
    gone = left_open.post(f"/people/{other.pk}/close/", {"reason": "離職", "version": other.version})
    assert gone["Location"] == f"/people/{other.pk}/"
    other.refresh_from_db()
    assert not other.is_active


def test_an_act_begun_by_one_is_not_ended_by_another_in_the_same_browser(
    left_open: Client, administrator: User
) -> None:
    other = person()
    asked = left_open.post(f"/people/{other.pk}/password/", {"reason": "本人來電"})
    left_open.post("/account/logout/")
    second = person(role="administrator", password=PASSWORD, second_factor=True)
    left_open.force_login(second)
    before = User.objects.get(pk=other.pk).password
    left_open.post(ASK, {"password": PASSWORD, "next": asked["Location"].split("next=")[1]})
    assert User.objects.get(pk=other.pk).password == before


def test_the_api_in_a_browser_asks_too_and_a_token_was_confirmed_when_it_was_made(
    left_open: Client, administrator: User
) -> None:
    def send(client: Client, name: str) -> Any:
        body = json.dumps({"username": name, "display_name": "甲", "reason": "新到任"})
        return client.post("/api/v1/people/people", body, content_type="application/json")

    refused = send(left_open, "first.one")
    assert (refused.status_code, refused.json()["code"]) == (403, "reauthentication_required")
    assert not User.objects.filter(username="first.one").exists()
    confirmed(left_open)
    assert send(left_open, "first.one").status_code == 201
    _token, text = actions.create_token(
        administrator, name="人事", scopes=["people.manage"], expires_at=clock.now() + timedelta(days=1)
    )
    assert send(Client(HTTP_AUTHORIZATION=f"Bearer {text}"), "second.one").status_code == 201


def test_what_is_refused_after_confirming_is_sent_again_to_its_own_address(left_open: Client) -> None:
    person(username="taken.name")
    asked = left_open.post("/people/new/", {"username": "taken.name", "display_name": "林○○"})
    answer = confirm(left_open, asked)
    page = answer.content.decode()
    assert answer.status_code == 422 and "已經有人使用" in page and 'value="林○○"' in page
    assert 'action="/people/new/"' in page


def test_a_refused_matrix_after_confirming_is_sent_again_to_its_own_address(left_open: Client) -> None:
    stale = role("officer")
    typed = {f"version-{each.pk}": each.version + 1 for each in Role.objects.all()}
    asked = left_open.post("/people/roles/", {**typed, f"role-{stale.pk}": [], "reason": "首長核定"})
    answer = confirm(left_open, asked)
    assert answer.status_code == 409
    assert 'action="/people/roles/"' in answer.content.decode()
