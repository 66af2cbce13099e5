"""From the city's board to the numbers behind one figure, now and as of an earlier day."""

import json

from tests.journeys.visitor import BOTH


def test_a_figure_is_followed_from_the_board_to_its_sources_and_back_in_time(visit, width) -> None:  # type: ignore[no-untyped-def]
    leader = visit(width, by="leader")
    leader.goto("/planning/?year=114")
    leader.look("board", *BOTH)
    leader.follow("工務局")
    leader.page.wait_for_url("**/planning/agencies/**")
    leader.look("agency", *BOTH)
    leader.follow("重大工程如期如質")
    leader.page.wait_for_url("**/planning/goals/**")
    leader.look("goal", *BOTH)
    leader.follow("重大工程進度相符率")
    leader.page.wait_for_url("**/planning/kpis/**")
    leader.look("kpi", *BOTH)
    leader.page.locator("table.stack tr", has_text="114 年第 2 季").get_by_role("link").first.click()
    leader.page.wait_for_url("**/trace/**")
    here = leader.page.url
    formula = leader.text(".formula")
    # April to June of 114: 24 of 31 projects were on time; one was corrected in September: 23 ÷ 31 = 74.193…
    for part in ("23", "31", "74.19", "÷"):
        assert part in formula, formula
    assert "下嵐排水第二期 6 月估驗單晚到" in leader.text() and "陳冠宇" in leader.text()
    leader.look("trace", *BOTH)

    answer = leader.page.evaluate(
        "url => fetch(url).then(answer => answer.json())",
        leader.page.get_by_role("link", name="JSON", exact=True).get_attribute("href"),
    )
    leader.page.get_by_text("看 JSON").click()
    assert json.loads(leader.page.locator("#trace-json").inner_text()) == answer
    assert answer["value"].startswith("74.19")

    leader.page.locator("#trace-as-of").fill("114-08-31")  # before the correction
    leader.press("顯示這一天")
    leader.page.wait_for_selector(".band-past")
    assert "民國114年8月31日" in leader.text(".band-past")
    formula = leader.text(".formula")
    for part in ("24", "31", "77.42"):  # 24 ÷ 31 = 77.419…
        assert part in formula, formula
    assert "之後已更正" in leader.text() and "74.19" in leader.text()
    leader.look("trace-past", *BOTH)
    leader.page.get_by_role("link", name="回到今天").first.click()
    leader.page.wait_for_selector(".band-past", state="detached")
    assert "74.19" in leader.text(".formula")
    assert leader.page.url.split("as_of")[0].rstrip("?&") == here.split("as_of")[0].rstrip("?&")
