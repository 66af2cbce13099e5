"""Every route and API operation × every shipped role: generated from the routes and `roles.toml` themselves.

A role without the permission is refused; a role with it is not. What an allowed caller then gets (200, 404 for a
number that does not exist, 405, 409, 422) is the business of each app's own tests.
"""

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern

from shizheng.common.routes import PUBLIC, SIGNED_IN
from shizheng.config.middleware import permission_of
from tests.architecture.test_routes import CODES, operations, routes

ROLES = tomllib.loads(
    (Path(apps.get_app_config("people").path) / "data" / "roles.toml").read_text(encoding="utf-8")
)
SAMPLES = {
    "int": "987654321",
    "str": "nothing",
    "slug": "nothing",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "path": "nothing",
}
YEAR = "114"
"""The year that the demonstration city assesses."""
OURS = [
    (address, pattern)
    for address, pattern in routes()
    if not address.startswith("api/")
    if pattern.callback.__module__.startswith("shizheng.") or hasattr(pattern.callback, "permission")
]


def example(address: str) -> str:
    """An address with something in each of its places."""

    def fill(match: re.Match[str]) -> str:
        kind = match[1].rstrip(":") if match[1] else "str"
        if match[2] == "roc_year":
            return YEAR
        return SAMPLES.get(kind, "2026" if "year" in kind else "2026-01-01")

    return "/" + re.sub(r"<(\w+:)?(\w+)>", fill, address)


def api_example(address: str) -> str:
    return re.sub(r"\{(?:\w+:)?\w+\}", "987654321", address)


def test_roles_name_only_permissions_that_exist() -> None:
    for code, role in ROLES.items():
        assert set(role["permissions"]) <= CODES, code


def test_every_permission_is_held_by_some_role() -> None:
    held = {permission for role in ROLES.values() for permission in role["permissions"]}
    assert held >= CODES


@pytest.fixture
def sign_in(db: None):  # type: ignore[no-untyped-def]
    """A browser signed in with one role over the whole city."""
    from shizheng.kernel.people.factories import person

    def signed_in(role: str) -> Client:
        client = Client(raise_request_exception=True)
        client.force_login(person(role=role, second_factor=True))
        return client

    return signed_in


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_exactly_for_the_roles_that_hold_their_permission(role: str, sign_in) -> None:  # type: ignore[no-untyped-def]
    browser = sign_in(role)
    wrong = []
    for address, pattern in OURS:
        needed = permission_of(pattern.callback)
        answer = browser.get(example(address))
        allowed = needed in {PUBLIC, SIGNED_IN} or needed in ROLES[role]["permissions"]
        to_login = answer.status_code == 302 and "/login/" in answer["Location"]
        if (answer.status_code == 403 or to_login) == allowed and answer.status_code != 404:
            wrong.append((address, needed, answer.status_code))
        if answer.status_code >= 500:
            wrong.append((address, needed, answer.status_code))
    assert wrong == []


@pytest.mark.django_db
def test_strangers_are_sent_to_the_sign_in_page_from_everything_but_public_pages() -> None:
    browser = Client()
    wrong = []
    for address, pattern in OURS:
        needed = permission_of(pattern.callback)
        answer = browser.get(example(address))
        to_login = answer.status_code == 302 and "/login/" in answer["Location"]
        if to_login != (needed != PUBLIC):
            wrong.append((address, needed, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_the_api_answers_exactly_the_roles_that_hold_the_permission(role: str, sign_in) -> None:  # type: ignore[no-untyped-def]
    browser = sign_in(role)
    wrong = []
    for method, address, needed in operations():
        answer = browser.generic(method, api_example(address), "{}", content_type="application/json")
        allowed = needed == PUBLIC or needed in ROLES[role]["permissions"]
        if (answer.status_code == 403) == allowed:
            wrong.append((method, address, needed, answer.status_code))
        if answer.status_code >= 500:
            wrong.append((method, address, needed, answer.status_code))
    assert wrong == []


@pytest.mark.django_db
def test_the_api_tells_strangers_to_identify_themselves() -> None:
    browser = Client()
    wrong = []
    for method, address, needed in operations():
        answer = browser.generic(method, api_example(address), "{}", content_type="application/json")
        if (answer.status_code == 401) != (needed != PUBLIC):
            wrong.append((method, address, needed, answer.status_code))
    assert wrong == []


def test_the_matrix_is_not_empty() -> None:
    assert len(OURS) > 30 and all(isinstance(pattern, URLPattern) for _, pattern in OURS)
    assert len(list(operations())) > 15
