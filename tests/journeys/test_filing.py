"""A return from the first key to the last signature, in two browsers at once; the grid; a minute is enough."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from shizheng.kernel.filing.tests.kind import CODE, Domain, supply
from tests.journeys.visitor import Visitor, saved

_years = count(2014)
"""Each test files a half-year of its own."""


def elsewhere(thing: Callable[[], Any]) -> Any:
    """Ask the database from another thread: the browser's driver keeps an event loop in this one."""
    from django.db import connections

    def run() -> Any:
        try:
            return thing()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@pytest.fixture
def filing(city: tuple[str, Any]) -> Iterator[SimpleNamespace]:
    """A round of our own kind, open for ten more days, and people at every level with a session each."""
    from shizheng.kernel.filing import registry

    domain = Domain(supplied={("1", "a"): supply("167"), ("1", "b"): supply("216")}, rows=7)

    def set_up() -> SimpleNamespace:
        from django.test import Client

        from shizheng.common import clock
        from shizheng.kernel.filing import actions
        from shizheng.kernel.filing.tests.conftest import make_town

        suffix = str(time.time_ns())
        town = make_town(domain, suffix)
        opened = actions.open_round(town.rdec, CODE, f"{next(_years)}-H1")
        due = clock.today() + timedelta(days=10)
        actions.change_round(town.rdec, opened.pk, version=None, due_on=due, closes_on=due, reason="測試")
        town.round = opened.pk
        town.returns = {each.unit_id: each.pk for each in opened.returns.all()}
        town.mine = town.returns[town.works.pk]
        town.cookies = {}
        for name in ("officer", "officer2", "chief", "head", "rdec"):
            client = Client()
            client.force_login(getattr(town, name))
            town.cookies[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return town

    domain.register()
    yield elsewhere(set_up)
    registry.forget(CODE)


@pytest.fixture
def come(
    browser: Browser, city: tuple[str, Any], filing: SimpleNamespace
) -> Iterator[Callable[..., Visitor]]:
    """Open a browser as one of the town's people."""
    opened: list[Visitor] = []

    def open_one(name: str, width: int = 1440) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 1000},
            locale="zh-TW",
            timezone_id="Asia/Taipei",
            service_workers="block",
        )
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": filing.cookies[name], "url": city[0]}]
        )
        context.set_default_timeout(15_000)
        visitor = Visitor(context.new_page(), city[0], {})
        visitor.page.on("pageerror", lambda error: visitor.problems.append(str(error)))
        visitor.page.on("console", lambda message: visitor.note(message.type, message.text))
        opened.append(visitor)
        return visitor

    yield open_one
    problems = [problem for each in opened for problem in each.problems]
    for each in opened:
        each.page.context.close()
    assert problems == []


def test_a_return_of_seven_items_is_filed_within_a_minute_by_keyboard(
    come: Callable[..., Visitor], filing: SimpleNamespace
) -> None:
    officer = come("officer")
    start = time.monotonic()
    officer.goto("/work/")
    officer.page.locator("main .row-act a").first.click()
    officer.page.wait_for_url(f"**/filing/returns/{filing.mine}/")
    page, keys = officer.page, officer.page.keyboard
    assert page.locator('[data-narrative="1"]').inner_text() == "77.31%（167 ÷ 216）"
    for row in range(2, 8):
        page.locator(f'[id="f.{row}.a"]').focus()
        keys.type(str(100 + row))
        keys.press("Enter")
        assert page.evaluate("() => document.activeElement.id") == f"f.{row}.b"
        keys.type("200")
    page.locator('[id="f.1.text"]').fill("兩件因管線遷移落後，已調整工序。")
    saved(page)
    assert page.locator('[data-narrative="7"]').inner_text() == "53.50%（107 ÷ 200）"
    officer.look("filing-return")
    keys.press("Control+Enter")
    page.get_by_text("已送出").wait_for()
    assert time.monotonic() - start < 60
    officer.look("filing-return-sent")
    chief = come("chief", 390)
    chief.goto(f"/filing/returns/{filing.mine}/")
    chief.look("filing-sign-phone")
    chief.press("以單位主管簽核")
    chief.page.get_by_text("已簽核").first.wait_for()
    head = come("head")
    head.goto(f"/filing/returns/{filing.mine}/")
    head.press("以機關首長簽核")
    head.page.get_by_text("已簽核，各層都簽完了").wait_for()
    rdec = come("rdec")
    rdec.goto(f"/filing/rounds/{filing.round}/")
    assert "1 ÷ 2（50.00%）" in rdec.text()
    rdec.look("filing-round")


def test_two_people_in_one_return_see_each_other_and_lose_nothing(
    come: Callable[..., Visitor], filing: SimpleNamespace
) -> None:
    one, two = come("officer"), come("officer2")
    for each in (one, two):
        each.goto(f"/filing/returns/{filing.mine}/")
    first, second = one.page.locator('[id="f.2.a"]'), two.page.locator('[id="f.2.a"]')
    second.focus()
    second.press_sequentially("20")
    saved(two.page)
    first.fill("10")
    clash = one.page.locator(".clash")
    clash.wait_for()
    assert "林承辦 改成了「20」" in clash.inner_text() and first.input_value() == "10"
    one.look("filing-clash")
    clash.get_by_role("button", name="用我的").click()
    saved(one.page)
    one.page.get_by_text("林承辦").first.wait_for()
    two.page.locator('[id="f.5.a"]').focus()
    two.page.wait_for_function("() => document.getElementById('f.2.a').value === '10'", timeout=25_000)


def test_a_block_of_a_spreadsheet_is_pasted_into_the_grid(
    come: Callable[..., Visitor], filing: SimpleNamespace
) -> None:
    officer = come("officer")
    officer.goto(f"/filing/rounds/{filing.round}/grid/")
    page = officer.page
    cell = page.locator('[data-grid-cell][data-row="2"][data-name="a"]')
    cell.focus()
    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData('text/plain', '11\\t22\\n33\\t44\\n');
        document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }"""
    )
    saved(page)
    assert page.locator('[data-row="3"][data-name="b"]').input_value() == "44"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("() => document.activeElement.dataset.row") == "3"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("() => document.activeElement.dataset.name") == "b"
    officer.look("filing-grid")
    officer.goto(f"/filing/rounds/{filing.round}/grid/")
    assert page.locator('[data-row="2"][data-name="b"]').input_value() == "22"


@pytest.mark.parametrize("wide", [1440, 390])
def test_every_page_of_filing_is_open_to_everybody(
    come: Callable[..., Visitor], filing: SimpleNamespace, wide: int
) -> None:
    officer = come("officer", wide)
    for path in (
        "/filing/",
        "/filing/returns/",
        "/filing/corrections/",
        f"/filing/rounds/{filing.round}/",
        f"/filing/rounds/{filing.round}/grid/",
        f"/filing/rounds/{filing.round}/upload/",
        f"/filing/returns/{filing.mine}/",
        "/people/delegations/",
        "/people/delegations/new/",
    ):
        officer.goto(path)
        officer.look("", "light", "dark")
