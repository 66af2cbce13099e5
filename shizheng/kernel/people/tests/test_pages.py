"""Pages on people: what they show, keep and refuse."""

import pytest
from django.test.utils import CaptureQueriesContext

from shizheng.kernel.organisations.factories import agency, unit
from shizheng.kernel.people.factories import confirmed, person, role
from shizheng.kernel.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client) -> User:  # type: ignore[no-untyped-def]
    user = person(role="administrator", second_factor=True)
    client.force_login(user)
    confirmed(client)
    return user


def test_an_account_is_made_with_its_first_role_and_its_password_shown_once(client, administrator) -> None:  # type: ignore[no-untyped-def]
    bureau = agency()
    answer = client.post(
        "/people/new/",
        {"username": "chen.yu", "display_name": "陳○玉", "role": role("officer").pk, "unit": bureau.pk},
    )
    password = answer.content.decode().split('id="temporary">')[1].split("<")[0]
    made = User.objects.get(username="chen.yu")
    assert made.check_password(password)
    assert made.may("planning.view", bureau.pk)
    assert made.must_change_password


def test_a_refused_form_keeps_what_was_typed_and_makes_nothing(client, administrator) -> None:  # type: ignore[no-untyped-def]
    person(username="taken.name")
    answer = client.post(
        "/people/new/", {"username": "TAKEN.name", "display_name": "林○○", "job_title": "科員"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "已經有人使用" in page
    assert 'value="林○○"' in page
    assert 'value="科員"' in page
    assert not User.objects.filter(display_name="林○○").exists()


def test_of_two_who_change_one_person_the_second_is_told_and_keeps_his_text(client, administrator) -> None:  # type: ignore[no-untyped-def]
    user = person(display_name="原名")
    form = {"display_name": "甲改的", "version": user.version}
    assert client.post(f"/people/{user.pk}/change/", form).status_code == 302
    answer = client.post(f"/people/{user.pk}/change/", {**form, "display_name": "乙改的"})
    assert answer.status_code == 422
    assert "又改過" in answer.content.decode()
    assert "乙改的" in answer.content.decode()
    assert User.objects.get(pk=user.pk).display_name == "甲改的"


def test_contact_data_of_others_is_shown_nowhere(client, administrator) -> None:  # type: ignore[no-untyped-def]
    user = person(email="private@example.org")
    for address in (f"/people/{user.pk}/", f"/people/{user.pk}/change/", "/people/", "/people/?export=csv"):
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"private@example.org" not in content


def test_a_person_out_of_sight_is_not_found(client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(person(role="head", unit=agency()))
    assert client.get(f"/people/{person(unit=agency()).pk}/").status_code == 404
    assert client.get("/people/987654321/").status_code == 404


def test_the_list_of_people_takes_as_many_queries_for_fifty_as_for_five(client, administrator) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection

    bureau = agency()
    for _number in range(5):
        person(unit=bureau)
    client.get("/people/")
    with CaptureQueriesContext(connection) as few:
        client.get("/people/")
    for _number in range(25):
        person(unit=unit(parent=bureau))
    with CaptureQueriesContext(connection) as many:
        assert client.get("/people/").status_code == 200
    assert len(many) == len(few) <= 15


@pytest.mark.parametrize("act", ["assign", "change", "password", "factor", "sessions", "close"])
def test_every_act_has_its_page(client, administrator, act) -> None:  # type: ignore[no-untyped-def]
    assert client.get(f"/people/{person().pk}/{act}/").status_code == 200


def test_closing_an_account_ends_its_sessions(client, administrator) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    user, browser = person(), Client()
    browser.force_login(user)
    assert browser.get("/people/me/").status_code == 200
    client.post(f"/people/{user.pk}/close/", {"reason": "離職", "version": user.version})
    assert browser.get("/people/me/").status_code == 302


def test_preferences_are_kept_and_set_the_language(client) -> None:  # type: ignore[no-untyped-def]
    user = person()
    client.force_login(user)
    answer = client.post(
        "/people/me/", {"language": "en", "date_style": "gregorian", "theme": "dark", "name_en": "Chen"}
    )
    assert answer.status_code == 302
    assert answer.cookies["django_language"].value == "en"
    user.refresh_from_db()
    assert user.prefers_gregorian
    assert user.theme == "dark"
    assert client.post("/people/me/", {"language": "xx"}).status_code == 422


def test_a_lost_phone_is_mended_by_an_administrator(client, administrator) -> None:  # type: ignore[no-untyped-def]
    from shizheng.kernel.people.queries import has_second_factor

    user = person(role="auditor", second_factor=True)
    client.post(f"/people/{user.pk}/factor/", {"reason": "手機遺失"})
    assert not has_second_factor(user.pk)
