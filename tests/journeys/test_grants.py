"""A quarter of the central grant in the browser: filed, sent back, signed, locked, published, read and counted again by a citizen."""

import re
import time
from collections.abc import Callable
from decimal import Decimal

from playwright.sync_api import Page

from tests.journeys.visitor import BOTH, Visitor, saved

MONTH = "114 年 9 月"
MONEY = {"allocated": "10000000", "paid": "8000000", "payable": "500000", "surplus": "0"}
MOST = 60
"""Seconds in which an officer files the grant items of an agency."""


def fill(page: Page, money: dict[str, str]) -> None:
    """Type the same money for every item of the return, and wait until it is kept."""
    for name, text in money.items():
        for box in page.locator(f"[data-field][data-name={name}]").all():
            box.fill(text)
    page.keyboard.press("Tab")
    saved(page)


def open_return(visitor: Visitor) -> str:
    """From my work to the return of the month; its address."""
    visitor.goto("/work/")
    visitor.page.locator("main .row-work", has_text=MONTH).locator(
        ".row-act a[href*='/filing/returns/']"
    ).first.click()
    visitor.page.wait_for_url("**/filing/returns/**")
    return "/filing/returns/" + visitor.page.url.split("/returns/")[1].split("?")[0]


def signed(visitor: Visitor, address: str) -> None:
    visitor.goto(address)
    visitor.press("以單位主管簽核")
    visitor.page.get_by_text("已簽核").first.wait_for()


def test_a_quarter_of_grants_from_filing_and_return_to_what_a_citizen_reads(
    visit: Callable[..., Visitor],
) -> None:
    rdec = visit(by="rdec")
    rdec.goto("/filing/rounds/new/")
    rdec.page.locator("[name=kind]").select_option(label="補助案執行")
    rdec.page.locator("[name=period]").fill("114-09")
    rdec.page.locator("[name=at_once]").check()
    rdec.press("排定或開放填報")
    rdec.page.wait_for_url(re.compile(r"/filing/rounds/\d+/"))
    round_address = "/filing/rounds/" + rdec.page.url.split("/rounds/")[1].split("?")[0]

    officer = visit(by="officer")
    address = open_return(officer)
    began = time.monotonic()
    fill(officer.page, MONEY | {"paid": "12000000"})  # more than was allocated
    assert time.monotonic() - began < MOST
    officer.look("grant-return", *BOTH)
    officer.press("送出")
    refused = officer.page.locator("main .note-error[role=alert]")  # more paid than allocated is not taken
    refused.wait_for()
    assert "已送出" not in officer.text() and "沒有送出" in refused.inner_text()
    fill(officer.page, {"paid": MONEY["paid"]})
    officer.press("送出")
    officer.page.get_by_text("已送出").wait_for()

    chief = visit("phone", by="chief")
    chief.goto(address)
    chief.look("grant-sign")
    chief.follow("退回")
    chief.page.locator("[name=reason]").fill("應付數請依估驗單更正。")
    chief.press("退回")
    chief.page.get_by_text("已退回").first.wait_for()
    assert open_return(officer) == address and "應付數請依估驗單更正" in officer.text()
    fill(officer.page, {"payable": "1000000"})
    officer.press("送出")
    officer.page.get_by_text("已送出").wait_for()
    signed(chief, address)
    other = visit(by="control2")
    theirs = open_return(other)
    fill(other.page, MONEY)
    other.press("送出")
    other.page.get_by_text("已送出").wait_for()
    signed(visit(by="chief2"), theirs)

    rdec.goto(round_address)
    rdec.follow("鎖定")
    rdec.press("鎖定")
    rdec.page.get_by_text("已鎖定").first.wait_for()

    head = visit(by="rdechead")
    head.goto("/projects/grants/")
    head.row("一般性補助款").get_by_role("link").first.click()
    head.page.wait_for_url("**/projects/grants/**")
    head.look("grant-year", *BOTH)
    head.follow("公布這一季")
    head.page.locator("[name=reason]").fill("第三季成效")
    head.press("公布")
    head.page.get_by_text("已公布第 1 版").wait_for()
    code = head.page.url.rstrip("/").rsplit("/", 1)[1]

    citizen = visit("phone")
    citizen.goto("/public/")
    citizen.goto(f"/public/publications/{code}/")
    citizen.look("grant-published", *BOTH)
    rate = next(
        each for each in citizen.page.locator("#figures tr").all() if "達成率" in each.inner_text()
    )  # of the whole city: the first
    shown = re.search(r"([\d.]+)%", rate.inner_text())
    assert shown
    rate.get_by_role("link").first.click()
    citizen.page.wait_for_url("**/figures/**")
    numbers = re.search(r"100 × ([\d,]+) ÷ ([\d,]+)", citizen.text())
    assert numbers
    part, whole = (Decimal(each.replace(",", "")) for each in numbers.groups())
    assert shown[1] == f"{100 * part / whole:.2f}"  # counted again by hand
