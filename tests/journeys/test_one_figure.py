"""One figure from end to end in the browser, day by day: filed, sent back, signed, locked, published, corrected."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from shizheng.common import clock
from shizheng.domains.planning.rules.result_forms import MARK
from tests.journeys.test_filing import elsewhere
from tests.journeys.visitor import BOTH, Visitor, saved

SECONDS = 60
"""A return of results takes an officer no longer (without thinking about what to write)."""


class Day:
    """The day that it is for everybody, the server's threads too; whoever sets the clock for himself keeps his own."""

    def __init__(self, own: Any) -> None:
        self.own, self.moment = own, datetime(2017, 7, 1, 6, 5, tzinfo=clock.TAIPEI)

    def get(self) -> datetime:
        return self.own.get() or self.moment

    def set(self, moment: datetime) -> Any:
        return self.own.set(moment)

    def reset(self, token: Any) -> None:
        self.own.reset(token)

    def be(self, month: int, day: int, hour: int = 10, minute: int = 0) -> None:
        """It is now that day of 106."""
        self.moment = datetime(2017, month, day, hour, minute, tzinfo=clock.TAIPEI)


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    made = Day(clock._set)
    monkeypatch.setattr(clock, "_set", made)
    return made


@pytest.fixture
def town(city: tuple[str, Any], day: Day) -> Iterator[SimpleNamespace]:
    """A commission with a published plan of 106; project control supplies the numbers of its ratio."""
    from shizheng.domains.planning.tests.results import town as results_town

    names = (
        results_town.RATIO,
        results_town.NOT_YET,
        results_town.MEAN,
        results_town.COUNT,
        results_town.LOW,
    )

    def set_up() -> SimpleNamespace:
        from django.test import Client

        made = results_town.make_town(str(time.time_ns()))
        made.keys = {name: results_town.row_of(made.plan, name) for name in names}
        made.fields = {name: results_town.fields_of(made.plan, name) for name in names}
        made.cookies = {}
        for name in ("officer", "chief", "control", "head", "rdec", "rdec_head", "leader"):
            client = Client()
            client.force_login(getattr(made, name))
            made.cookies[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
        made.supplying = results_town.project_control(made.plan)
        made.supplying.__enter__()
        return made

    made = elsewhere(set_up)
    yield made
    made.supplying.__exit__(None, None, None)


@pytest.fixture
def come(browser: Browser, city: tuple[str, Any], town: SimpleNamespace) -> Iterator[Callable[..., Visitor]]:
    """Open a browser as one of the town's people (nobody: a citizen)."""
    opened: list[Visitor] = []

    def open_one(name: str = "", width: int = 1440) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 1000 if width > 500 else 844},
            locale="zh-TW", timezone_id="Asia/Taipei", service_workers="block",
        )  # fmt: skip
        if name:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": town.cookies[name], "url": city[0]}
            context.add_cookies([cookie])  # type: ignore[list-item]
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


def box(town: SimpleNamespace, name: str, field: str) -> str:
    """The box of a field; `0` and `1` stand for the inputs in the order of the formula."""
    known = town.fields[name]
    return f'[id="f.{town.keys[name]}.{known[int(field)] if field.isdigit() else field}"]'


def type_the_rest(officer: Visitor, town: SimpleNamespace) -> None:
    """What nobody supplies: numbers with evidence, and one kind of missing with its reason."""
    from shizheng.domains.planning.tests.results.town import COUNT, LOW, MEAN, NOT_YET, RATIO

    page = officer.page
    page.locator(box(town, NOT_YET, "missing")).select_option("not_yet_measurable")
    texts = (
        (NOT_YET, "why", "十月評估後才有"), (MEAN, "0", "97.57"), (MEAN, "1", "82.0"), (MEAN, "evidence", "滿意度月報 106-06"),
        (COUNT, "0", "4"), (COUNT, "evidence", "調查報告四份"), (LOW, "0", "80"), (LOW, "evidence", "抽查紀錄 106-06-30"),
        (RATIO, "narrative", f"{RATIO}為{MARK}。落後案件逐案檢討。另有三案已趕上。"),
    )  # fmt: skip
    for name, field, text in texts:
        page.locator(box(town, name, field)).fill(text)
    saved(page)


def test_one_figure_from_the_round_to_its_correction(
    come: Callable[..., Visitor], town: SimpleNamespace, day: Day
) -> None:
    from shizheng.domains.planning.tests.results.town import NOT_YET, RATIO
    from shizheng.kernel.filing.tasks import chase_now

    elsewhere(chase_now)  # the job of the first of July, 106

    day.be(7, 5, 9, 30)
    officer = come("officer")
    start = time.monotonic()
    officer.goto("/work/")
    assert "106 年上半年成果" in officer.text() and "5 個項目" in officer.text()
    officer.page.locator("main .row-work", has_text="上半年成果").locator(".row-act a").click()
    officer.page.wait_for_url("**/filing/returns/**")
    address = "/filing/returns/" + officer.page.url.split("/returns/")[1]
    page = officer.page
    figure = page.locator(f'[data-narrative="{town.keys[RATIO]}"]')
    assert f"{RATIO}為77.31%（167 ÷ 216）。" in figure.inner_text()
    assert page.get_by_role("link", name="列管案件，截至 106-06-30").count() == 2
    type_the_rest(officer, town)
    assert "另有三案已趕上" in figure.inner_text()
    page.keyboard.press("Control+Enter")
    page.get_by_text("已送出").wait_for()
    taken = time.monotonic() - start
    assert taken < SECONDS, f"{taken:.0f} s"
    officer.look("results-filed", *BOTH)

    day.be(7, 5, 15)
    chief = come("chief")
    chief.goto(address)
    chief.follow("退回")
    chief.page.get_by_label("理由").fill("請寫三案是哪三案")
    chief.press("退回")
    chief.page.get_by_text("已退回").wait_for()

    day.be(7, 6, 10, 12)
    phone = come("officer", 390)
    phone.goto("/work/")
    phone.page.locator("main .row-work", has_text="上半年成果").locator(".row-act a").click()
    phone.page.wait_for_url("**/filing/returns/**")
    assert "請寫三案是哪三案" in phone.text()
    phone.look("results-sent-back", *BOTH)
    text = f"{RATIO}為{MARK}。落後案件逐案檢討。三案為甲、乙、丙。"
    phone.page.locator(box(town, RATIO, "narrative")).fill(text)
    saved(phone.page)
    phone.press("送出")
    phone.page.get_by_text("已送出").wait_for()

    day.be(7, 7, 11)
    chief.goto(address)
    chief.press("以單位主管簽核")
    chief.page.get_by_text("已簽核").first.wait_for()
    day.be(7, 9, 16, 40)
    head = come("head")
    head.goto(address)
    head.press("以機關首長簽核")
    head.page.get_by_text("已簽核，各層都簽完了").wait_for()

    day.be(7, 14, 9)
    rdec = come("rdec")
    rdec.goto("/filing/")
    rdec.follow("106 年上半年成果")
    assert "1 ÷ 1（100.00%）" in rdec.text()
    rdec.look("results-round")
    rdec.follow("鎖定")
    rdec.press("鎖定")
    rdec.page.get_by_text("已鎖定").first.wait_for()

    leader = come("leader")
    leader.goto("/planning/kpis/?period=2017-H1")
    row = leader.row(RATIO)
    assert "77.31" in row.inner_text() and "達標" in row.inner_text()
    assert "尚未可衡量" in leader.row(NOT_YET).inner_text()
    row.get_by_role("link", name=re.compile("77.31")).click()
    leader.page.wait_for_url("**/trace/**")
    said = leader.text()
    for words in (
        "167",
        "216",
        "77.3148",
        "列管案件，截至 106-06-30",
        "王承辦",
        "106-07-06 10:12",
        "張主委",
        "106-07-09 16:40",
    ):
        assert words in said, words
    assert "指標達標判定 第 3 版" in leader.text("aside")
    leader.look("results-trace", *BOTH)

    day.be(7, 20)
    rdec_head = come("rdec_head")
    rdec_head.goto(f"/planning/plans/{town.plan.pk}/outcomes/2017-H1/")
    assert "3／4 項" in rdec_head.text()
    rdec_head.look("results-outcomes", *BOTH)
    rdec_head.follow("公布 106 年上半年成果")
    rdec_head.press("公布")
    rdec_head.page.get_by_text("已公布第 1 版").wait_for()
    code = rdec_head.page.url.rstrip("/").rsplit("/", 1)[1]

    day.be(9, 11)
    officer.goto(address)
    officer.follow("申請更正")
    officer.page.locator(box(town, RATIO, "0")).fill("166")
    officer.page.locator(box(town, RATIO, "evidence")).fill("106 年 6 月月報（更正）")
    officer.page.locator("#reason").fill("一案 6 月估驗單晚到，實際落後")
    officer.press("送出申請")
    officer.page.get_by_text("待核可").first.wait_for()
    day.be(9, 12, 14)
    control = come("control")
    control.goto("/work/")
    control.page.locator('main a[href*="/filing/corrections/"]').first.click()
    control.page.locator("#reason").fill("核對月報無誤")
    control.press("核可更正")
    control.page.get_by_text("已更正").first.wait_for()

    leader.goto("/planning/kpis/?period=2017-H1")
    assert "76.85" in leader.row(RATIO).inner_text() and "已更正" in leader.row(RATIO).inner_text()
    citizen = come()
    citizen.goto(f"/public/publications/{code}/")
    shown = citizen.text("#figures")
    assert "77.31%" in shown and "76.85%" in shown and "估驗單晚到" in shown and "106-09-12" in shown
    citizen.look("results-published")

    leader.goto("/planning/kpis/?period=2017-H1&as_of=106-08-01")
    assert "77.31" in leader.row(RATIO).inner_text() and "76.85" not in leader.text()
    leader.goto(f"/planning/plans/{town.plan.pk}/outcomes/2017-H1/?as_of=106-08-01")
    assert "77.31%（167 ÷ 216）" in leader.text() and "76.85" not in leader.text()
    assert date(2017, 9, 12) == clock.today()
