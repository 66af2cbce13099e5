"""A month of tenders in the browser: officer, supervisor, commission, leader and citizen, from typing to a correction."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.journeys.visitor import BOTH, Visitor, saved

MONTH = "114 年 7 月"
ONE_ITEM = 60
"""Seconds in which an officer files one tender."""
LATE = {
    "cause": "weather",
    "remedy": "增加機具並延長工時。",
    "catch_up_on": "114-12-31",
    "text": "連日豪雨，現場停工六日。",
}
MONEY = {"allocated": "8000000", "paid": "5000000", "payable": "200000", "surplus": "0"}


def open_return(visitor: Visitor) -> str:
    """From my work to the month's return; its address."""
    visitor.goto("/work/")
    visitor.page.locator("main .row-work", has_text=f"{MONTH}標案進度").locator(".row-act a").first.click()
    visitor.page.wait_for_url("**/filing/returns/**")
    return "/filing/returns/" + visitor.page.url.split("/returns/")[1].split("?")[0]


def unfiled(page: Page) -> list[str]:
    """Keys of the tenders whose money is not typed yet."""
    found = page.eval_on_selector_all(
        "[data-field][data-name=allocated]",
        "all => all.filter(one => !one.value).map(one => one.dataset.row)",
    )
    return list(found)


def file_one(page: Page, row: str) -> float:
    """Fill one tender in as its officer does; how many seconds it took."""
    began = time.monotonic()
    works = page.locator(f'[id="f.{row}.works"]')
    if works.count():
        works.fill("12.5")
    for name, text in (MONEY | LATE).items():
        box = page.locator(f'[id="f.{row}.{name}"]')
        if name == "cause":
            box.select_option(text)
        else:
            box.fill(text)
    saved(page)
    return time.monotonic() - began


def test_a_month_of_tenders_from_typing_to_a_published_correction(visit: Callable[..., Visitor]) -> None:
    officer = visit(by="officer")
    address = open_return(officer)
    rows = unfiled(officer.page)
    assert len(rows) >= 3
    assert "6 月" in officer.text("main") and "預定" in officer.text(
        "main"
    )  # what stood last month, and the plan
    assert file_one(officer.page, rows[0]) < ONE_ITEM
    for row in rows[1:]:
        file_one(officer.page, row)
    officer.page.keyboard.press("Control+Enter")
    officer.page.get_by_text("已送出").wait_for()
    officer.look("tender-month-sent", *BOTH)

    chief = visit("phone", by="chief")
    chief.goto(address)
    chief.look("tender-month-sign")
    chief.press("以單位主管簽核")
    chief.page.get_by_text("已簽核").first.wait_for()

    other = visit(by="control2")
    sent_back = open_return(other)
    assert "請補趕工後的完成日" in other.text()
    other.press("送出")
    other.page.get_by_text("已送出").wait_for()
    signer = visit(by="chief2")
    signer.goto(sent_back)
    signer.press("以單位主管簽核")
    signer.page.get_by_text("已簽核").first.wait_for()

    rdec = visit(by="rdec")
    rdec.goto("/filing/")
    rdec.row(f"{MONTH}標案月進度").get_by_role("link").first.click()
    rdec.page.wait_for_url("**/filing/rounds/**")
    assert "3 ÷ 3（100.00%）" in rdec.text()
    rdec.follow("鎖定")
    rdec.page.get_by_label("理由").fill("研考會的標案主管出差，先鎖定已簽核的機關。")
    rdec.press("鎖定")
    rdec.page.get_by_text("已鎖定").first.wait_for()

    leader = visit(by="leader")
    leader.goto("/projects/?period=2025-07")
    leader.look("tender-board", *BOTH)
    figure = leader.page.locator("main a[href*='/trace/']").first
    shown = re.search(r"[\d.]+", figure.inner_text())
    assert shown
    figure.click()
    leader.page.wait_for_url("**/trace/**")
    leader.look("tender-trace")
    pairs = re.findall(r"([\d,]+) ÷ ([\d,]+)", leader.text())
    top, bottom = (sum(int(pair[n].replace(",", "")) for pair in pairs) for n in (0, 1))
    assert f"{100 * top / bottom:.2f}" == shown[0], pairs  # an outsider recomputes it from what stands there

    head = visit(by="rdechead")
    head.goto("/projects/?period=2025-07")
    head.follow("公布")
    head.page.locator("[name=reason]").fill("依月報期程公布")
    head.press("公布")
    head.page.get_by_text("已公布第 1 版").wait_for()
    code = head.page.url.rstrip("/").rsplit("/", 1)[1]

    officer.goto(address)
    officer.follow("申請更正")
    officer.page.locator(f'[id="f.{rows[0]}.paid"]').fill("7500000")
    officer.page.locator("#reason").fill("七月底的估驗款漏計一筆")
    officer.press("送出申請")
    officer.page.get_by_text("待核可").first.wait_for()
    control = visit(by="control")
    control.goto("/work/")
    control.page.locator('main a[href*="/filing/corrections/"]').first.click()
    control.page.locator("#reason").fill("核對付款憑單無誤")
    control.press("核可更正")
    control.page.get_by_text("已更正").first.wait_for()

    citizen = visit("phone")
    citizen.goto(f"/public/publications/{code}/")
    shown = citizen.text("#figures")
    assert shown.count("已更正") or "漏計一筆" in shown
    citizen.look("tender-published", *BOTH)
