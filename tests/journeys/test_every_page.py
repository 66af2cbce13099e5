"""Every page that the navigation leads to, a page of each list, and the main pages in English.

What citizens, officers and administrators reach by links is judged in `test_accessibility`; these are the other desks.
"""

import re
from collections.abc import Callable

import pytest

from tests.journeys.conftest import WIDTHS
from tests.journeys.visitor import Visitor

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
in_dark: set[str] = set()


def entries(somebody: Visitor) -> list[str]:
    """Where the navigation and the user's menu lead to."""
    links = somebody.page.locator(".rail a[href^='/'], .menu a.menu-link[href^='/']")
    found = links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return sorted(set(found) - {"/"})


def one_of(somebody: Visitor) -> str | None:
    """The first row of a list, as a link."""
    link = somebody.page.locator("main [data-key-row] a[href^='/'], main table tbody a[href^='/']").first
    return link.get_attribute("href") if link.count() else None


def whole(somebody: Visitor, path: str) -> None:
    """The page opens and is whole: on a wide screen in the light, then made narrow, in the dark when seen first."""
    somebody.page.set_viewport_size(WIDTHS["desktop"])  # type: ignore[arg-type]
    somebody.goto(path)
    somebody.look()
    kind = re.sub(r"\d+", "0", path.split("?")[0])
    somebody.page.set_viewport_size(WIDTHS["phone"])  # type: ignore[arg-type]
    somebody.look("", "light" if kind in in_dark else "dark")
    in_dark.add(kind)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_that_a_role_is_shown_is_whole(visit: Callable[..., Visitor], role: str) -> None:
    somebody = visit("desktop", by=role)
    somebody.goto("/work/")
    there = entries(somebody)
    assert len(there) >= 6
    seen: set[str] = set()
    for path in there:
        whole(somebody, path)
        one = one_of(somebody) if role in LISTS else None
        if one and one.split("?")[0] not in seen | set(there):
            seen.add(one.split("?")[0])
            whole(somebody, one)
    assert role not in LISTS or len(seen) >= 5


def test_the_main_pages_are_there_in_english(visit: Callable[..., Visitor], width: str) -> None:
    reader = visit(width, by="rdec", language="en")
    left: dict[str, list[str]] = {}
    for path in MAIN:
        reader.goto(path)
        assert reader.page.locator("html").get_attribute("lang") == "en"
        reader.look(f"english-{path.strip('/').split('?')[0].replace('/', '-')}")
        texts = reader.page.locator(OURS).all_inner_texts()
        if chinese := sorted({text for text in texts if CJK.search(text)}):
            left[path] = chinese
    assert left == {}
