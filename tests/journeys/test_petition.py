"""A petition in the browser: taken in by telephone, handed back twice, ruled upon, answered by approval, read by whom it concerns."""

import re
from collections.abc import Callable

from tests.journeys.visitor import BOTH, Visitor

SUBJECT = "河濱自行車道第三座橋下路燈不亮"
WORKS, ENVIRONMENT = "工務局", "環境保護局"


def act(visitor: Visitor, address: str, name: str, button: str, said: str, **typed: str) -> None:
    """One act of the petition: its page, what it asks for, its button; then what the answer says."""
    visitor.goto(address)
    visitor.follow(name)
    for field, text in typed.items():
        box = visitor.page.locator(f"main [name={field}]")
        if field.endswith("_id"):
            option = box.locator("option", has_text=text).first
            box.select_option(option.get_attribute("value"))
        else:
            box.fill(text)
    visitor.press(button)
    visitor.page.get_by_text(said).first.wait_for()


def test_a_petition_from_the_telephone_to_its_answer(visit: Callable[..., Visitor]) -> None:
    rdec = visit(by="rdec")
    rdec.goto("/petitions/")
    rdec.follow("登錄陳情")
    page = rdec.page
    page.locator("[name=channel]").select_option(label="電話")
    for name, text in {
        "subject": SUBJECT, "words": "晚上騎車看不到路，橋下第三盞燈壞了。", "place": "第三座橋下", "name": "測試民眾", "phone": "0900-000-321",
    }.items():  # fmt: skip
        page.locator(f"main [name={name}]").fill(text)
    rdec.look("petition-new", *BOTH)
    rdec.press("收案")
    page.get_by_text("查詢碼只顯示這一次").wait_for()
    rdec.follow("看這件陳情")
    address = page.url.removeprefix(rdec.address)
    assert re.fullmatch(r"/petitions/\d+/", address)
    assert "測試民眾" not in rdec.text() and "開啟彌封資料" in rdec.text("body")

    environment, works = visit(by="control2"), visit(by="control")
    act(rdec, address, "受理", "受理", "已完成：受理")
    act(rdec, address, "分案", "分案", "已分案", unit_id=ENVIRONMENT)
    act(environment, address, "退分", "退分", "已退分", reason="不是本局的路燈")
    act(rdec, address, "分案", "分案", "已分案", unit_id=WORKS)
    act(works, address, "退分", "退分", "已退分", reason="自行車道由環保局維護")
    act(rdec, address, "裁定權責", "裁定", "已裁定權責", unit_id=WORKS, reason="路燈屬工務局")
    act(works, address, "改分", "改分", "已分案", unit_id=WORKS, officer_id="林佳穎", reason="分給承辦人")

    officer, chief = visit("phone", by="officer"), visit("phone", by="chief")
    act(officer, address, "開始承辦", "開始承辦", "已完成：開始承辦")
    act(officer, address, "擬答復", "存稿", "已存稿", text="您好：第三座橋下的路燈已在今天修復。")
    act(officer, address, "陳核", "陳核", "已完成：陳核")
    act(chief, address, "核定答復", "核定答復", "已完成：核定答復", reason="可")
    chief.look("petition-approved", *BOTH)
    act(officer, address, "答復結案", "答復結案", "已完成：答復結案", told="電話說明並寄送答復")

    rdec.goto(address)
    page.get_by_text("已答復並結案").wait_for()
    rdec.look("petition-answered", *BOTH)
    happened = rdec.text(".timeline")
    assert [happened.count(each) for each in ("退分：待分案", "裁定權責：待承辦", "答復結案：已結案")] == [
        2,
        1,
        1,
    ], happened
    rdec.goto(f"/petitions/?q={SUBJECT[:2]}&state=closed")
    assert SUBJECT in rdec.text() and "測試民眾" not in rdec.text()
