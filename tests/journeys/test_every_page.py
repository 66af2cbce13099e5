"""Every page that the product has: axe finds nothing, in both themes, on a wide screen and on a phone; and it fits.

As a citizen, an officer and an administrator meet it, the pages are found by following every link from the addresses that need
nothing filled in. Of each route one page is judged, and of its other pages those on which something stands that had not been
judged: another kind of element, not another word. At the other desks it is every page that the navigation leads to and a page
of each list; the main pages also in English.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.architecture.test_permission_matrix import OURS as ROUTES
from tests.english.reading import read
from tests.english.test_pages import NO_PAGES, absolute, route_of
from tests.journeys.judging import Walk, judge, kinds_of
from tests.journeys.visitor import Visitor

SEEDS = (
    "/",
    "/work/",
    "/account/",
    "/account/2fa/",
    "/account/sessions/",
    "/search/?q=KPI",
    "/search/",
    "/public/",
)
WHO = (None, "officer", "admin")
MOST_OF_ONE_ROUTE = 2
ROLES = ("rdec", "control", "head")
LISTS = ("rdec",)
"""Who sees every list: a page of each is opened as them."""
MAIN = (
    "/work/", "/planning/?year=114", "/planning/kpis/", "/planning/plans/", "/planning/public/", "/calendar/",
    "/calendar/deadline/", "/organisations/", "/people/roles/", "/measures/", "/people/me/",
)  # fmt: skip
CJK = re.compile(r"[\u4e00-\u9fff]")
OURS = ".rail-link, .asof, main .btn-plain, main .btn-main, main thead th, main .card-h"
"""Words of the frame, buttons, heads of tables and cards: ours, not the city's data."""


def pages(somebody: Visitor) -> dict[str, list[tuple[str, set[str]]]]:
    """Addresses of pages by their route, with the kinds of elements there: a few of each, found by following links."""
    asked = somebody.page.context.request
    waiting = [*SEEDS, *(f"/{address}" for address, _ in ROUTES if "<" not in address)]
    seen: set[str] = set()
    there: dict[str, list[tuple[str, set[str]]]] = {}
    while waiting:
        path = waiting.pop(0)
        route = route_of(path)
        if path in seen or route is None or NO_PAGES.search(path) or "logout" in path:
            continue
        seen.add(path)
        if len(there.get(route, ())) >= MOST_OF_ONE_ROUTE:
            continue
        answer = asked.get(somebody.address + path)
        if answer.status != 200 or "html" not in answer.headers.get("content-type", ""):
            continue
        at = answer.url.removeprefix(somebody.address)
        text = answer.text()
        if at != path or "<html" not in text:  # led elsewhere; a part of a page
            waiting.append(at)
            continue
        there.setdefault(route, []).append((path, kinds_of(text)))
        waiting += [link for link in (absolute(path, href) for href in read(text).links) if link]
    return there


@pytest.mark.parametrize("who", WHO, ids=["citizen", *WHO[1:]])  # type: ignore[list-item]
def test_every_page_that_somebody_can_open_is_accessible(
    visit: Callable[..., Visitor], walk: Walk, who: Any
) -> None:
    somebody = visit("desktop", by=who)
    there = pages(somebody)
    for route, paths in there.items():
        for path, kinds in paths:
            if asked := walk.asks(route, kinds):
                somebody.goto(path)
                judge(somebody, path, asked, walk.found)
    found, walk.found = walk.found, []
    assert found == [], "\n".join(found)
    assert len(there) >= {None: 10, "officer": 50, "admin": 80}[who], sorted(there)


def entries(somebody: Visitor) -> list[str]:
    """Where the navigation and the user's menu lead to."""
    links = somebody.page.locator(".rail a[href^='/'], .menu a.menu-link[href^='/']")
    found = links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return sorted(set(found) - {"/"})


def one_of(somebody: Visitor) -> str | None:
    """The first row of a list, as a link."""
    link = somebody.page.locator("main [data-key-row] a[href^='/'], main table tbody a[href^='/']").first
    return link.get_attribute("href") if link.count() else None


def whole(somebody: Visitor, path: str, walk: Walk) -> None:
    """The page opens and is whole: it fits in both widths, and what has not been judged yet is accessible."""
    somebody.goto(path)
    judge(somebody, path, walk.asks(str(route_of(path)), kinds_of(somebody.page.content())), walk.found)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_that_a_role_is_shown_is_whole(
    visit: Callable[..., Visitor], walk: Walk, role: str
) -> None:
    somebody = visit("desktop", by=role)
    somebody.goto("/work/")
    there = entries(somebody)
    assert len(there) >= 6
    seen: set[str] = set()
    for path in there:
        whole(somebody, path, walk)
        one = one_of(somebody) if role in LISTS else None
        if one and one.split("?")[0] not in seen | set(there):
            seen.add(one.split("?")[0])
            whole(somebody, one, walk)
    found, walk.found = walk.found, []
    assert found == [], "\n".join(found)
    assert role not in LISTS or len(seen) >= 5


def test_the_main_pages_are_there_in_english(visit: Callable[..., Visitor], width: str) -> None:
    reader = visit(width, by="rdec", language="en")
    left: dict[str, list[str]] = {}
    for path in MAIN:
        reader.goto(path)
        assert reader.page.locator("html").get_attribute("lang") == "en"
        name = f"english-{path.strip('/').split('?')[0].replace('/', '-')}"
        reader.look(name) if width == "desktop" else reader.fits()
        texts = reader.page.locator(OURS).all_inner_texts()
        if chinese := sorted({text for text in texts if CJK.search(text)}):
            left[path] = chinese
    assert left == {}
