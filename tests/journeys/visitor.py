"""Somebody with a browser: short words for what people do, and what must hold on every page that they see."""

import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from tools.accessibility import COLOURS, violations

BOTH = "light", "dark"
STEP = 30
"""Seconds for which an authenticator shows a code (RFC 6238)."""
NOTHING_TO_COME = """() => !document.querySelector("[hx-trigger=load], .htmx-request")
    && [...document.querySelectorAll("[data-chart-box]")].every(box => box.querySelector("svg"))"""


LEAVES = """(() => {
  const leave = () => { window.leaving = true; };
  addEventListener("submit", event => {
    const later = event.target.matches("form[data-filing], form[data-resolve]");  // sent once what was typed is saved
    if (later || !event.defaultPrevented && event.target.method !== "dialog") leave();
  });
  navigation.addEventListener("navigate", event => {
    if (!event.hashChange && !event.destination.sameDocument && event.downloadRequest === null) leave();
  });
})()"""
"""Marks a document that is being left: until its answer is there, what stands on it says nothing about the answer."""
ARRIVED = "() => !window.leaving && document.readyState !== 'loading'"
SAVED = """() => document.querySelector("[data-save-state]").textContent.startsWith("已存")
    && [...document.querySelectorAll("[data-field], [data-grid-cell]")].every(one => one.saved === undefined || one.value === one.saved)"""
"""All that was typed is kept: that some was a moment ago says less."""


SHAPE = """() => [...document.querySelectorAll("*")].map(one => [
    one.tagName, one.className.baseVal ?? one.className, one.getAttributeNames().sort().join(" "),
    one.getAttribute("role") ?? "", [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()) ? "text" : "",
].join("|")).join()"""
"""What a page is made of, without its words. Pages made of the same are judged by axe once, in a width and theme."""
judged: set[tuple[str, int, str]] = set()
used: dict[str, str] = {}
"""The last code that each account has used."""


def saved(page: Page) -> None:
    """Wait until all is kept that was typed into a return or the grid."""
    page.wait_for_function(SAVED)


@dataclass
class Visitor:
    """A page in the browser, what went wrong in it, and the accounts that may sign in."""

    page: Page
    address: str
    accounts: dict[str, Any]
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.context.add_init_script(LEAVES)

    def note(self, kind: str, text: str) -> None:
        """Keep what the console calls an error; refusals that a journey provokes are answers, not errors."""
        if kind == "error" and "status of 4" not in text:
            self.problems.append(f"{self.page.url}: {text}")

    def arrived(self) -> None:
        """Wait until a page that is being left is left: for the answer to what was pressed, followed or sent."""
        self.page.wait_for_function(ARRIVED)

    def goto(self, path: str) -> None:
        """Open an address of the product, once what was sent before is answered; an error page is a failure."""
        self.arrived()
        answer = self.page.goto(self.address + path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"

    def press(self, name: str) -> None:
        """Press the button with that name; where it sends a form, what comes next looks at the answer."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.arrived()

    def follow(self, name: str, within: str = "main") -> None:
        """Follow the link with that name to its page."""
        self.page.locator(within).get_by_role("link", name=name, exact=True).first.click()
        self.arrived()

    def text(self, selector: str = "main") -> str:
        """What a part of the page says, as it is drawn."""
        self.arrived()
        return self.page.locator(selector).first.inner_text()

    def row(self, words: str) -> Locator:
        """The first row of a table that has the words."""
        self.arrived()
        return self.page.locator("main tr", has_text=words).first

    def give_password(self, username: str) -> None:
        """Fill in the first page of signing in and send it."""
        self.goto("/account/login/")
        self.page.get_by_label("帳號").fill(username)
        self.page.get_by_label("密碼").first.fill(self.accounts[username].password)
        self.press("登入")

    def give_code(self, username: str) -> None:
        """Fill in what the authenticator shows, and send it; as one does, not one that is about to change.

        A code opens the door once: where it has been used already, this waits for the next.
        """
        left = STEP - time.time() % STEP
        if left < 5 or used.get(username) == self.accounts[username].totp_now():
            time.sleep(left)
        used[username] = self.accounts[username].totp_now()
        self.page.locator("input[name=code]").fill(used[username])
        self.press("登入")

    def sign_in(self, username: str) -> None:
        """Sign in with a demonstration account, with its code where it has one."""
        self.give_password(username)
        if self.accounts[username].totp_secret:
            self.give_code(username)
        self.page.wait_for_url(lambda url: "/account/" not in url)

    def settle(self) -> None:
        """Wait until nothing more is to come: the next page, parts of this one, charts, maps."""
        self.arrived()
        self.page.wait_for_load_state("load")
        self.page.wait_for_function(NOTHING_TO_COME)

    def fits(self) -> None:
        """Nothing makes the page scroll sideways."""
        self.settle()
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{self.page.url} is {wider} px too wide"

    def in_theme(self, theme: str) -> None:
        """The page in the light or in the dark."""
        self.arrived()
        self.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        self.page.wait_for_function("theme => document.documentElement.dataset.bsTheme === theme", arg=theme)

    def look(self, name: str = "", *themes: str) -> None:
        """What holds on every page: it fits, axe finds nothing; in the themes that are named (light where none is)."""
        page = self.page
        assert page.viewport_size is not None
        for at, theme in enumerate(themes or ("light",)):
            self.in_theme(theme)
            self.fits()
            shape = theme, page.viewport_size["width"], page.evaluate(SHAPE)
            if shape not in judged:
                only = COLOURS if at else ()  # of another theme of the page that was just judged
                found = [(rule, [node[:200] for node in nodes[:3]]) for rule, nodes in violations(page, only)]
                assert found == [], f"{page.url} ({theme}): {found}"
                judged.add(shape)
            self._keep(name, theme)
        page.emulate_media(color_scheme="light")

    def _keep(self, name: str, theme: str) -> None:
        folder = os.environ.get("SHIZHENG_SCREENSHOTS")
        if not folder:
            return
        size = self.page.viewport_size
        assert size is not None
        name = name or re.sub(r"\W+", "-", self.page.url.removeprefix(self.address)).strip("-") or "home"
        Path(folder).mkdir(parents=True, exist_ok=True)
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": height})  # the tab bar at the foot
        self.page.screenshot(path=str(Path(folder) / f"{name}-{size['width']}-{theme}.png"))
        self.page.set_viewport_size(size)
