"""Which looks at a page can find something that no look at another page has found, and those looks."""

import re
from dataclasses import dataclass, field

from tests.journeys.visitor import Visitor
from tools.accessibility import COLOURS, violations_as_it_stands, whole_height

DESKTOP, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
TAG = re.compile(r"<([a-z][\w-]*)((?:\s[^<>]*)?)>")
DRAWN = re.compile(r"\b(?:class|role|type|aria-current|data-bs-theme)=\"[^\"]*\"")
ALL: tuple[str, ...] = ()
"""Every rule of axe."""
Looks = dict[tuple[int, str], tuple[str, ...]]
"""Widths and themes in which axe is asked, and for which rules."""
EVERYWHERE: Looks = {
    (1440, "light"): ALL, (1440, "dark"): COLOURS, (390, "light"): COLOURS, (390, "dark"): ALL,
}  # fmt: skip
"""Where an element is drawn in a way that has not been judged: all rules in each width and each theme, colours in every pair."""
ONCE: Looks = {(1440, "light"): ALL, (390, "dark"): COLOURS}
"""Where all that stands on a page has been judged on others: how it is put together, each width and each theme once."""


def kinds_of(text: str) -> set[str]:
    """The kinds of elements on a page: what they are and how they are drawn."""
    return {" ".join((tag, *DRAWN.findall(attributes))) for tag, attributes in TAG.findall(text)}


@dataclass
class Walk:
    """What has been judged of the product, whoever saw it, and what was found wrong."""

    routes: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    def asks(self, route: str, kinds: set[str]) -> Looks:
        """How a page of that route with those kinds of elements is to be looked at; from now on it counts as judged."""
        asked: Looks = EVERYWHERE if not kinds <= self.kinds else {} if route in self.routes else ONCE
        self.routes.add(route)
        self.kinds |= kinds
        return asked


def judge(somebody: Visitor, path: str, asked: Looks, found: list[str]) -> None:
    """The page that is open: it fits in both widths, and axe finds nothing where it is asked. Leaves it wide and light."""
    page = somebody.page
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        somebody.settle()
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            found.append(f"{path} ({size['width']}): {wider} px too wide")
        themes = [theme for width, theme in asked if width == size["width"]]
        if not themes:
            continue
        with whole_height(page):
            for theme in themes:
                somebody.in_theme(theme)
                somebody.settle()
                for rule, nodes in violations_as_it_stands(page, asked[size["width"], theme]):
                    told = f"{path} ({size['width']}, {theme}): {rule}"
                    found.append(f"{told}: {[node[:200] for node in nodes[:3]]}")
        somebody.in_theme("light")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
