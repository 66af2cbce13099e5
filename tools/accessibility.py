"""axe-core over a page that Playwright drives; the one way in which browser tests ask it.

Kept apart from the tests so that the design system's and the journeys' look at pages in the same manner.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that look at colours: all that another theme of the same page can break."""


ENOUGH = 2
"""So many of one parent's children that are made alike are looked at: the hundredth row tells nothing new."""
_MARK_ALIKE = """enough => {
  const told = a => /^(class|role|type|style|aria-current|aria-sort)$/.test(a.name) ? a.name + a.value : a.name
  const drawn = each => [each.localName, each.textContent.trim() !== '', ...[...each.attributes].map(told)].join()
  for (const left of document.querySelectorAll('[data-alike]')) left.removeAttribute('data-alike')
  for (const parent of document.querySelectorAll('tbody, ul, ol, svg, svg g')) {
    const seen = new Map()
    for (const child of parent.children) {
      const kind = [child, ...child.querySelectorAll('*')].map(drawn).join('|')
      seen.set(kind, (seen.get(kind) ?? 0) + 1)
      if (seen.get(kind) > enough) child.setAttribute('data-alike', '')
    }
  }
}"""
"""Marks what is made as others beside it: the same elements and attributes, filled or empty at the same places."""


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


@contextmanager
def whole_height(page: Any) -> Iterator[None]:
    """The window as tall as the page: else what lies under the phone's tab bar at this moment counts as covered."""
    size = page.viewport_size
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height + 60})
    yield
    page.set_viewport_size(size)


def violations(page: Any, only: tuple[str, ...] = ()) -> list[tuple[str, list[str]]]:
    """Rules of WCAG 2.2 AA (and axe's best practice) that the page breaks, each with the elements that break it.

    `only`: the names of the rules to look at, instead of all of them.
    """
    with whole_height(page):
        return violations_as_it_stands(page, only)


def violations_as_it_stands(page: Any, only: tuple[str, ...] = ()) -> list[tuple[str, list[str]]]:
    """The same of a page whose window has its whole height already."""
    session = page.context.new_cdp_session(page)  # past the policy, which refuses injected scripts
    if not page.evaluate("'axe' in window"):
        session.send("Runtime.evaluate", {"expression": _axe()})
    asked = {"type": "rule", "values": only} if only else {"type": "tag", "values": TAGS}
    options = json.dumps({"runOnly": asked, "resultTypes": ["violations"]})
    page.evaluate(_MARK_ALIKE, ENOUGH)
    told = "r => JSON.stringify(r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
    run = f"axe.run({{exclude: ['[data-alike]']}}, {options}).then({told})"
    answer = session.send(
        "Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True}
    )
    session.detach()
    return [(rule, nodes) for rule, nodes in json.loads(answer["result"]["value"])]
