"""A stopwatch over what an officer does with a month of tenders: one item, and an agency's hundred items in the grid.

Every key is pressed in a real browser. What the machine takes is measured; what a person takes beside it is counted by the
keystroke-level model (Card, Moran and Newell 1980): a key of an average typist 0.28 s, a thought before each cell 1.35 s,
a hand between keyboard and mouse 0.4 s, a pointed click 1.2 s.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from tests.benchmarks.report import Report
from tests.serving import ARGUMENTS, served

KEY, THOUGHT, HAND, CLICK = 0.28, 1.35, 0.4, 1.2
"""Seconds."""
ITEMS, LATE = 100, 10
"""Tenders of the agency, and how many of them are behind: every tenth."""
PERIODS = "2025-05", "2025-06"
MONEY = {
    "year_budget": 12_000_000,
    "allocated": 6_000_000,
    "paid": 5_000_000,
    "payable": 200_000,
    "surplus": 0,
}
SENTENCE = "依預定進度施工。"
PASTE = """text => { const data = new DataTransfer(); data.setData('text/plain', text); document.activeElement
    .dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }"""
AIMS = {"one item": "≤ 60 s", "a hundred items": "≤ 900 s"}


@dataclass
class Hands:
    """What a person does at the page: keys and thoughts are counted as they are done."""

    page: Any
    keys: int = 0
    thoughts: int = 0
    seconds: float = 0.0

    def think(self) -> None:
        self.thoughts += 1

    def press(self, key: str) -> None:
        self.keys += key.count("+") + 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Latin letters and digits are a key each; a Chinese character is four by its sounds and a choice."""
        self.keys += sum(1 if each.isascii() else 4 for each in text)
        self.page.keyboard.insert_text(text)

    def paste(self, text: str) -> None:
        """A block into the cell that has the focus: Control and V."""
        self.keys += 2
        self.page.evaluate(PASTE, text)

    def into(self, what: Any) -> None:
        """Into a field by the Tab key."""
        self.keys += 1
        what.focus()

    def click(self, what: Any) -> None:
        self.seconds += HAND + CLICK
        what.click()

    @property
    def human(self) -> float:
        """Seconds of the person, without waiting for the machine."""
        return self.keys * KEY + self.thoughts * THOUGHT + self.seconds


def measure(report: Report) -> None:
    """Make the town, open a browser, do both jobs, and report machine, person and both."""
    from tools.browser import chromium

    found = chromium()
    if found is None:
        report.add("Stopwatch", job="no browser: not measured")
        return
    town = _town()
    with served() as address, _browser(found, address, town.cookie) as page:
        for job, work in (("one item", _one_item), ("a hundred items", _hundred)):
            page.goto(f"{address}/work/")
            hands, began = Hands(page), time.perf_counter()
            work(hands, town)
            machine = time.perf_counter() - began
            report.add(
                "Stopwatch, a month of tenders", job=job, keys=hands.keys, **{
                    "machine s": machine, "person s": hands.human, "together s": machine + hands.human, "aim": AIMS[job],
                },
            )  # fmt: skip


def _one_item(hands: Hands, town: SimpleNamespace) -> None:
    """From my work into the return; the first tender's works, money and words."""
    page = hands.page
    hands.click(page.locator(".row-act a").first)
    page.wait_for_url("**/filing/returns/**")
    row = town.keys[0]
    for name, text in (("works", "41.5"), *_money(0), ("text", SENTENCE)):
        hands.think()
        hands.into(page.locator(f'[id="f.{row}.{name}"]'))
        hands.press("Control+a")
        hands.type(text)
    _saved(page)


def _hundred(hands: Hands, town: SimpleNamespace) -> None:
    """The grid: money as one block out of the accounts' spreadsheet, works one under another, the late ones explained."""
    page = hands.page
    hands.click(page.locator(".row-act a").first)
    page.wait_for_url("**/filing/returns/**")
    hands.click(page.locator(f'main a[href="/filing/rounds/{town.round}/"]').first)
    hands.click(page.locator(f'main a[href="/filing/rounds/{town.round}/grid/"]').first)
    _cell(page, town.keys[0], next(iter(MONEY))).wait_for()
    hands.think()
    hands.seconds += 2 * (HAND + CLICK) + 2 * KEY  # mark the block in the spreadsheet and copy it
    hands.click(_cell(page, town.keys[0], next(iter(MONEY))))
    hands.paste("\n".join("\t".join(text for _name, text in _money(n)) for n in range(ITEMS)))
    hands.think()
    hands.click(_cell(page, town.keys[0], "text"))
    hands.keys += 4 * len(SENTENCE) + 6  # typed once in the spreadsheet, drawn down, copied
    hands.paste("\n".join([SENTENCE] * ITEMS))
    hands.click(_cell(page, town.keys[0], "works"))
    for n in range(ITEMS):
        hands.think()
        hands.press("Control+a")
        hands.type("22.5" if _is_late(n) else "41.5")
        hands.press("Enter")
    for n in filter(_is_late, range(ITEMS)):
        hands.click(_cell(page, town.keys[n], "cause"))
        for name, text in (
            ("cause", "weather"),
            ("remedy", "增加機具並延長工時"),
            ("catch_up_on", "114-12-31"),
        ):
            hands.think()
            hands.into(_cell(page, town.keys[n], name))
            if name == "cause":
                _cell(page, town.keys[n], name).select_option(text)
                hands.keys += 2
            else:
                hands.type(text)
    _saved(page)
    hands.click(page.locator(".fil-grid a").first)
    page.wait_for_url("**/filing/returns/**")
    hands.press("Control+Enter")
    page.get_by_text("已送出").wait_for(timeout=60_000)


def _cell(page: Any, row: str, name: str) -> Any:
    return page.locator(f'[data-grid-cell][data-row="{row}"][data-name="{name}"]')


def _money(n: int) -> list[tuple[str, str]]:
    return [(name, str(least + 100 * n)) for name, least in MONEY.items()]


def _is_late(n: int) -> bool:
    return n % (ITEMS // LATE) == 0


def _saved(page: Any) -> None:
    page.wait_for_timeout(700)  # what was typed is sent 0.6 s after the last key
    page.wait_for_function(
        "() => document.querySelector('[data-save-state]').textContent.startsWith('已存')", timeout=60_000
    )


def _town() -> SimpleNamespace:
    """An agency with a hundred tenders under construction, last month locked, this month open for its officer."""
    from datetime import timedelta

    from django.conf import settings
    from django.test import Client

    from shizheng.common import clock
    from shizheng.common.permissions import SYSTEM
    from shizheng.domains.projects.tests.month_town import file_agency, make_month_town, on, row, tender
    from shizheng.kernel.filing import actions
    from shizheng.kernel.history.actions import allow_setting_the_clock

    allow_setting_the_clock()
    town = make_month_town()
    made = [tender(town.works, f"114-W-{n:03d}") for n in range(ITEMS)]
    town.keys = [str(each.pk) for each in made]
    with on("2025-06-03"):
        first = actions.open_round(SYSTEM, "projects.month", PERIODS[0])
        file_agency(first, town.works, town.officer, town.chief, {each: row("30") for each in made})
        actions.lock_round(town.rdec, first.pk, reason="公園局沒有標案")
    with on("2025-07-02"):
        opened = actions.open_round(SYSTEM, "projects.month", PERIODS[1])
    far = clock.today() + timedelta(days=30)
    with on("2025-07-02"):
        actions.change_round(town.rdec, opened.pk, version=None, due_on=far, closes_on=far, reason="量速度")
    town.round = opened.pk
    client = Client()
    client.force_login(town.officer)
    town.cookie = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
    }
    return town


@contextmanager
def _browser(found: str, address: str, cookie: dict[str, str]) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        context = running.new_context(
            viewport={"width": 1440, "height": 1000}, locale="zh-TW", service_workers="block"
        )
        context.add_cookies([{**cookie, "url": address}])  # type: ignore[typeddict-item]
        yield context.new_page()
        running.close()
