"""Every page that the product has, as a citizen, an officer and an administrator meet it: axe finds nothing, in both themes,
on a wide screen and on a phone; and it fits.

The pages are found by following every link from the addresses that need nothing filled in. Of each route one page is judged,
and of its other pages those on which something stands that had not been judged: another kind of element, not another word.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.architecture.test_permission_matrix import OURS
from tests.english.reading import read
from tests.english.test_pages import NO_PAGES, absolute, route_of
from tests.journeys.conftest import WIDTHS
from tests.journeys.visitor import Visitor
from tools.accessibility import COLOURS, violations

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
TAG = re.compile(r"<([a-z][\w-]*)((?:\s[^<>]*)?)>")
DRAWN = re.compile(r"\b(?:class|role|type|aria-current|data-bs-theme)=\"[^\"]*\"")


def kinds_of(text: str) -> set[str]:
    """The kinds of elements on a page: what they are and how they are drawn."""
    return {" ".join((tag, *DRAWN.findall(attributes))) for tag, attributes in TAG.findall(text)}


@dataclass
class Walk:
    """What has been seen of the product, whoever saw it."""

    judged: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)


def pages(somebody: Visitor) -> dict[str, list[tuple[str, set[str]]]]:
    """Addresses of pages by their route, with the kinds of elements there: a few of each, found by following links."""
    asked = somebody.page.context.request
    waiting = [*SEEDS, *(f"/{address}" for address, _ in OURS if "<" not in address)]
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


def judge(somebody: Visitor, path: str, walk: Walk) -> None:
    """The page in both widths and both themes; where the theme alone changes, its colours alone are looked at again."""
    page = somebody.page
    for width in WIDTHS.values():
        page.set_viewport_size(width)  # type: ignore[arg-type]
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.wait_for_function("theme => document.documentElement.dataset.bsTheme === theme", arg=theme)
            somebody.settle()
            told = f"{path} ({width['width']}, {theme})"
            for rule, nodes in violations(page, COLOURS if theme == "dark" else ()):
                walk.found.append(f"{told}: {rule}: {[node[:200] for node in nodes[:3]]}")
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            walk.found.append(f"{path} ({width['width']}): {wider} px too wide")


@pytest.fixture(scope="module")
def walk() -> Walk:
    return Walk()


@pytest.mark.parametrize("who", WHO, ids=["citizen", *WHO[1:]])  # type: ignore[list-item]
def test_every_page_that_somebody_can_open_is_accessible(
    visit: Callable[..., Visitor], walk: Walk, who: Any
) -> None:
    somebody = visit("desktop", by=who)
    page = somebody.page
    there = pages(somebody)
    for route, paths in there.items():
        for path, kinds in paths:
            if route in walk.judged and kinds <= walk.kinds:
                continue
            walk.kinds |= kinds
            walk.judged.add(route)
            page.set_viewport_size(WIDTHS["desktop"])  # type: ignore[arg-type]
            somebody.goto(path)
            judge(somebody, path, walk)
    found, walk.found = walk.found, []
    assert found == [], "\n".join(found)
    assert len(there) >= {None: 10, "officer": 50, "admin": 80}[who], sorted(there)
