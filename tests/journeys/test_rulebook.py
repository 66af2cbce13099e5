"""A rule is changed: one person proposes it and sees what it would alter, another approves it."""

import re

from tests.journeys.visitor import BOTH


def test_one_proposes_a_change_after_seeing_its_effects_and_another_approves_it(visit, width) -> None:  # type: ignore[no-untyped-def]
    year = {"desktop": 117, "phone": 118}[
        width
    ]  # nothing is judged by then: the other journeys find the city as it is
    author = visit(width, by="rdec")
    author.goto("/rulebook/?q=落後之虞")
    author.look("rules", *BOTH)
    author.follow("kpi.at_risk")
    author.page.wait_for_url("**/rules/kpi.at_risk/")
    author.look("rule", *BOTH)
    author.follow("提案修改")
    author.page.get_by_label("數值").fill("60")
    author.page.get_by_label("適用起日").fill("113-01-01")
    author.page.get_by_label("依據").fill("研考會 116 年第 1 次委員會議紀錄")
    author.look("rule-propose", *BOTH)

    author.press("看會改變什麼")  # a field is missing: what was typed stays, nothing is sent
    author.page.wait_for_selector(".field-error")
    assert author.page.get_by_label("數值").input_value() == "60"
    author.page.get_by_label("提案理由").fill("提早示警")
    author.press("看會改變什麼")
    author.page.wait_for_selector("#effects")
    effects = author.text("#effects")
    for part in ("起日在今天以前", "工區安全缺失件數", "照此速度可達標", "有落後之虞"):
        assert part in effects, effects
    author.look("rule-effects", *BOTH)

    author.page.get_by_label("適用起日").fill(f"{year}-01-01")
    author.press("送出提案")  # other days have other effects: they are shown before anything is sent
    author.page.wait_for_selector("text=還沒有送出")
    effects = author.text("#effects")
    assert "沒有什麼會因此不同" in effects and "起日在今天以前" not in effects, effects
    author.press("送出提案")
    author.page.wait_for_url("**/proposals/*/")
    assert "等候核准" in author.text() and "由另一位有核准權的人決定" in author.text()
    assert author.page.get_by_role("button", name="核准，自起日適用").count() == 0
    author.look("rule-proposal", *BOTH)
    address = author.page.url.removeprefix(author.address)

    head = visit(width, by="rdechead")
    head.goto("/work/")
    head.page.locator(".row-work", has_text="kpi.at_risk").get_by_role("link").last.click()
    head.page.wait_for_url(f"**{address}")
    assert "60%" in head.text() and "提早示警" in head.text()
    head.look("rule-decide", *BOTH)
    head.press("核准，自起日適用")
    head.page.wait_for_selector(".field-error")  # a decision has a reason
    head.page.get_by_label("理由").fill("同意提早")
    head.press("核准，自起日適用")
    head.page.wait_for_selector("text=已核准，成為第")
    (number,) = re.findall(r"成為第 (\d+) 版", head.page.locator("body").inner_text())
    head.look("rule-approved", *BOTH)

    author.goto("/rulebook/rules/kpi.at_risk/")
    told = author.text()
    assert f"民國{year}年1月1日起" in told and "同意提早" in author.page.content(), told
    author.follow(f"第 {number} 版")
    author.page.wait_for_url(f"**{address}")
    assert "同意提早" in author.text() and author.page.get_by_role("button", name="撤回").count() == 0
