"""What a meeting resolves, followed in the browser: listed for two units, told, released one by one, on the next agenda until then."""

import re
from collections.abc import Callable
from datetime import date

from tests.journeys.visitor import BOTH, Visitor

DUE = f"{date.today().year - 1910}-06-30"
RESOLVED = "請會同於期限前完成共同管道的斷水改接並恢復路面。"
UNITS = {"工務局": "control", "環境保護局": "control2"}
"""Who owes it, the main unit first, and who files for it."""
SHORT = "環保局"
"""What a meeting calls the second of them."""


def do(visitor: Visitor, address: str, act: str, unit: str) -> None:
    """Open what may be done about the part of a unit, from the page of the commitment."""
    visitor.goto(address)
    visitor.row(unit).get_by_role("link", name=act).click()
    visitor.page.locator("main form").first.wait_for()


def states(visitor: Visitor, address: str) -> list[str]:
    """How the part of each unit stands."""
    visitor.goto(address)
    return [visitor.row(unit).locator("td").first.inner_text().split("\n")[0].strip() for unit in UNITS]


def release(visitor: Visitor, address: str, unit: str) -> None:
    do(visitor, address, "決定解列", unit)
    visitor.page.get_by_label("同意", exact=True).check()
    visitor.page.locator("[name=reason]").fill("現場查核屬實。")
    visitor.press("決定")
    visitor.page.get_by_text("已決定，理由記在經過裡。").wait_for()


def follow_up(visitor: Visitor, meeting: str) -> str:
    """What the agenda of a meeting says first about the resolution."""
    visitor.goto(meeting)
    said = visitor.page.locator("main li, main tr", has_text=RESOLVED).first
    return str(said.inner_text())


def meeting_of(visitor: Visitor, month: str) -> str:
    """The city's meeting about tenders in a month; its address."""
    visitor.goto(f"/meetings/?period={month}")
    visitor.row("本府標案進度管制會報").get_by_role("link").first.click()
    visitor.page.wait_for_url(re.compile(r"/meetings/\d+/"))
    return visitor.page.url.removeprefix(visitor.address)


def test_a_resolution_is_followed_until_the_last_unit_is_released(visit: Callable[..., Visitor]) -> None:
    rdec = visit(by="rdec")
    meeting_of(rdec, "2025-08")
    for act in ("定案議程", "開始會議"):
        rdec.follow(act)
        rdec.press(act)
    rdec.page.wait_for_url("**/run/")
    rdec.page.locator("[name=text]").last.fill(RESOLVED)
    main, joint = UNITS
    offered = rdec.page.locator("[name=main_unit] option", has_text=main).first
    rdec.page.locator("[name=main_unit]").select_option(offered.get_attribute("value"))
    rdec.page.locator("[name=due_on]").fill(DUE)
    rdec.page.locator("summary", has_text="協辦單位").click()
    rdec.page.get_by_label(SHORT, exact=True).check()
    rdec.press("記錄決議")
    rdec.page.get_by_text("已記錄第").wait_for()
    rdec.look("meeting-run", *BOTH)
    listed = rdec.page.locator("main li", has_text=RESOLVED).locator("a[href*='/commitments/']").first
    address = str(listed.get_attribute("href"))
    rdec.follow("散會")
    rdec.press("散會")
    assert states(rdec, address) == ["待處理", "待處理"]

    people = {unit: visit("phone", by=who) for unit, who in UNITS.items()}
    for unit, person in people.items():
        do(person, address, "填報辦理情形", unit)
        person.page.locator("[name=text]").fill(f"{unit}的部分已改接完成。")
        person.press("送出")
        person.page.get_by_text("已填報").first.wait_for()
    do(people[main], address, "申請解列", main)
    people[main].page.locator("[name=reason]").fill("已完成並恢復路面。")
    people[main].press("送出申請")
    people[main].page.get_by_text("已送出解列申請").wait_for()
    people[main].look("commitment-asked")
    assert (
        people[joint].row(main).get_by_role("link", name="申請解列").count() == 0
    )  # not another unit's to ask

    release(rdec, address, main)
    assert states(rdec, address) == ["已解列", "待處理"]
    assert "列管中" in rdec.text(".page-sub")
    rdec.goto("/meetings/plan/")
    series = rdec.page.locator("[name=series] option", has_text="本府標案進度管制會報").first
    rdec.page.locator("[name=series]").select_option(series.get_attribute("value"))
    rdec.page.locator("[name=month]").fill("2025-09")
    rdec.page.locator("main form button[type=submit]").first.click()
    rdec.page.wait_for_url(re.compile(r"/meetings/\d+/"))
    following = rdec.page.url.removeprefix(rdec.address)
    said = follow_up(rdec, following)
    assert "列管中" in said and f"{main}的部分已改接完成" in said
    rdec.look("meeting-follow-up", *BOTH)

    do(people[joint], address, "申請解列", joint)
    people[joint].page.locator("[name=reason]").fill("已改接完成。")
    people[joint].press("送出申請")
    people[joint].page.get_by_text("已送出解列申請").wait_for()
    release(rdec, address, joint)
    assert states(rdec, address) == ["已解列", "已解列"]
    assert "已解列" in follow_up(rdec, following)
