"""axe-core over a page that Playwright drives; the one way in which browser tests ask it.

Kept apart from the tests so that the design system's and the journeys' look at pages in the same manner.
"""

import json
from pathlib import Path
from typing import Any

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that look at colours: all that another theme of the same page can break."""


def violations(page: Any, only: tuple[str, ...] = ()) -> list[tuple[str, list[str]]]:
    """Rules of WCAG 2.2 AA (and axe's best practice) that the page breaks, each with the elements that break it.

    `only`: the names of the rules to look at, instead of all of them.
    """
    size = page.viewport_size
    # As tall as the page: else what lies under the phone's tab bar at this moment counts as covered.
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height + 60})
    session = page.context.new_cdp_session(page)  # past the policy, which refuses injected scripts
    if not page.evaluate("'axe' in window"):
        session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    asked = {"type": "rule", "values": only} if only else {"type": "tag", "values": TAGS}
    options = json.dumps({"runOnly": asked, "resultTypes": ["violations"]})
    run = f"axe.run({options}).then(r => JSON.stringify(r.violations.map(v => [v.id, v.nodes.map(n => n.html)])))"
    answer = session.send(
        "Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True}
    )
    session.detach()
    page.set_viewport_size(size)
    return [(rule, nodes) for rule, nodes in json.loads(answer["result"]["value"])]
