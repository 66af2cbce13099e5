"""Every page is wholly English to a reader of English; what is Chinese by nature says so (WCAG 3.1.2)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation

from shizheng.common import words
from tests.architecture.test_permission_matrix import OURS
from tests.english.reading import read

NO_PAGES = re.compile(
    r"^/(?:api|static|language|jsi18n)|\.(?:json|csv|xlsx|ods|ics|txt|svg|webmanifest|js)\b|export="
)
SEEDS = (
    "/",
    "/work/",
    "/account/",
    "/account/2fa/",
    "/account/sessions/",
    "/planning/public/",
    "/search/?q=KPI",
    "/search/",
)
MOST_OF_ONE_ROUTE = 4
"""How many pages of one route are read: rows differ, and so do the words that they need."""


@pytest.fixture
def reader(city: None, django_db_blocker: Any) -> Iterator[Client]:
    """A system administrator of the demonstration city who reads English."""
    from shizheng.kernel.people import queries

    with django_db_blocker.unblock():
        client = Client()
        client.force_login(queries.user_by_username("admin"))
        client.cookies["django_language"] = "en"
        yield client


def route_of(path: str) -> str | None:
    try:
        return resolve(path.split("?")[0]).route
    except Resolver404:
        return None


def test_every_page_is_english_to_a_reader_of_english(reader: Client) -> None:
    waiting = [*SEEDS, *(f"/{address}" for address, _ in OURS if "<" not in address)]
    seen: set[str] = set()
    read_of: dict[str, int] = {}
    chinese: dict[str, list[str]] = {}
    while waiting:
        path = waiting.pop(0)
        route = route_of(path)
        if path in seen or route is None or NO_PAGES.search(path) or "logout" in path:
            continue
        seen.add(path)
        if read_of.get(route, 0) >= MOST_OF_ONE_ROUTE:
            continue
        answer = reader.get(path)
        if answer.status_code in (301, 302):
            waiting.append(answer["Location"])
            continue
        if "html" not in answer.get("Content-Type", "") or answer.status_code == 405:
            continue
        read_of[route] = read_of.get(route, 0) + 1
        page = read(answer.content.decode())
        with translation.override("en"):
            ours = [text for text in page.marked if words.read(text) != text]
        found = [*page.unmarked, *page.unsaid, *(f"marked, but ours: {text}" for text in ours)]
        if found:
            chinese[f"{path} ({answer.status_code})"] = found
        waiting += [link for link in (absolute(path, href) for href in page.links) if link]
    assert len(read_of) >= 60, sorted(read_of)
    told = [f"{path}: {text}" for path, texts in chinese.items() for text in dict.fromkeys(texts)]
    assert told == [], "\n".join(told)


def absolute(path: str, href: str) -> str:
    """The address that a link leads to within the product; nothing for others."""
    href = href.split("#")[0]
    if href.startswith("?"):
        return path.split("?")[0] + href
    return href if href.startswith("/") and not href.startswith("//") else ""
