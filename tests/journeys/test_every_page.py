"""Every page that the navigation of each role leads to, a page of each list, and the main pages in English."""

import re
from collections.abc import Callable

import pytest

from tests.journeys.visitor import BOTH, Visitor

ROLES = ("officer", "control", "head", "rdec", "rdechead", "leader", "auditor", "admin")
# Those whose navigation, together, has every entry; their pages are looked at in both widths and themes.
EVERYTHING = ("rdec", "admin")
CJK = re.compile(r"[\u4e00-\u9fff]")


def entries(somebody: Visitor) -> list[str]:
    """Where the navigation and the user's menu lead to."""
    links = somebody.page.locator(".rail a[href^='/'], .menu a.menu-link[href^='/']")
    found = links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return sorted(set(found) - {"/"})


def in_lists(somebody: Visitor) -> str | None:
    """The first row of a list, as a link."""
    link = somebody.page.locator("main [data-key-row] a[href^='/'], main table tbody a[href^='/']").first
    return link.get_attribute("href") if link.count() else None


@pytest.mark.parametrize("role", EVERYTHING)
def test_every_page_of_the_navigation_and_one_of_each_list_is_whole(
    visit: Callable[..., Visitor], width: str, role: str
) -> None:
    somebody = visit(width, by=role)
    somebody.goto("/work/")
    there = entries(somebody)
    assert len(there) >= 8
    seen: set[str] = set()
    for path in there:
        somebody.goto(path)
        somebody.look("", *BOTH)
        one = in_lists(somebody)
        if one and one.split("?")[0] not in seen | set(there):
            seen.add(one.split("?")[0])
            somebody.goto(one)
            somebody.look("", *BOTH)
    assert len(seen) >= 4


@pytest.mark.parametrize("role", [role for role in ROLES if role not in EVERYTHING])
def test_what_other_roles_are_shown_opens_for_them(visit: Callable[..., Visitor], role: str) -> None:
    somebody = visit("desktop", by=role)
    somebody.goto("/work/")
    there = entries(somebody)
    assert len(there) >= 5
    for path in there:
        somebody.page.set_viewport_size({"width": 1440, "height": 1000})
        somebody.goto(path)
        somebody.fits()
        somebody.page.set_viewport_size({"width": 390, "height": 844})
        somebody.look(f"{role}{path}".strip("/").replace("/", "-"))


MAIN = (
    "/work/",
    "/planning/?year=114",
    "/planning/kpis/",
    "/planning/plans/",
    "/calendar/",
    "/organisations/",
    "/people/roles/",
    "/measures/",
)


def test_the_main_pages_are_there_in_english(visit: Callable[..., Visitor], width: str) -> None:
    reader = visit(width, by="rdec", language="en")
    for path in MAIN:
        reader.goto(path)
        assert reader.page.locator("html").get_attribute("lang") == "en"
        reader.look(f"english-{path.strip('/').split('?')[0].replace('/', '-')}")
        labels = reader.page.locator(".rail, .topbar, h1, main th, main button").all_inner_texts()
        chinese = [text for text in labels if CJK.search(text)]
        print(path, chinese)
