"""The design system in a real Chromium: axe-core, the policy, keyboard, theme, drafts, live lists; both widths and themes.

Runs without a database: the portal's own pages over invented content.
"""

import os
import re
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings

from shizheng.portal import style_data
from shizheng.web import assets, frame, published, saved_views, search, work
from tools.accessibility import AXE, COLOURS, violations
from tools.browser import MEND, chromium

pytestmark = pytest.mark.browser
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shizheng.portal.tests.readers.EverybodyReads",
    "shizheng.config.middleware.AsOfMiddleware",
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class Server(WSGIServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a browser that closes early


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of the portal's pages."""
    if not assets.manifest() or not AXE.exists():
        pytest.fail("畫面資源還沒有建置：執行 python -m shizheng.web.build")
    settings = override_settings(
        ROOT_URLCONF="shizheng.portal.tests.addresses",
        MIDDLEWARE=MIDDLEWARE,
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
        ALLOWED_HOSTS=["127.0.0.1"],
    )
    kept, providers = saved_views._keeper, work._providers
    with settings, pytest.MonkeyPatch.context() as patch:
        patch.setattr(saved_views, "_keeper", None)
        patch.setattr(work, "_providers", [])
        patch.setattr(search, "_providers", {})
        patch.setattr(published, "_sections", {})
        patch.setattr(frame, "_is_demonstration", lambda: True)
        server = make_server("127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), Server, Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
    assert (saved_views._keeper, work._providers) == (kept, providers)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, or a skip that says how to mend it (a failure in continuous integration)."""
    found = chromium()
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"找不到 Chromium：{MEND}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        running = play.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        yield running
        running.close()


@pytest.fixture
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page of the asked width and theme; refusals by the policy and script errors fail the test."""
    width, theme = getattr(request, "param", (1440, "light"))
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, locale="zh-TW", service_workers="block"
    )
    opened = context.new_page()
    said: list[str] = []
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on(
        "console",
        lambda m: said.append(m.text) if m.type == "error" and "status of 4" not in m.text else None,
    )
    yield opened
    context.close()
    assert said == []


WAYS = [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]


@pytest.mark.parametrize("page", WAYS, indirect=True, ids=lambda way: f"{way[0]}-{way[1]}")
@pytest.mark.parametrize(
    "path",
    [
        "/style/",
        "/style/list/",
        "/style/board/",
        "/style/public/",
        "/work/",
        "/search/",
        "/public/",
        "/offline/",
        "/nowhere/",
    ],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(page: Any, address: str, path: str) -> None:
    page.goto(f"{address}{path}")
    if path == "/style/":
        page.wait_for_selector("#style-line-data ~ *, [data-chart-box] svg")
        page.wait_for_selector(".map-box canvas")
    dark = page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert violations(page, COLOURS if dark else ()) == []  # of the same page in the light: every rule
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if folder := os.environ.get("SHIZHENG_SCREENSHOTS"):
        size = page.viewport_size["width"]
        theme = page.evaluate("document.documentElement.dataset.bsTheme")
        name = path.strip("/").replace("/", "-") or "home"
        page.screenshot(path=str(Path(folder) / f"{name}-{size}-{theme}.png"), full_page=True)


def test_slash_goes_to_the_search_box_and_j_and_k_walk_the_rows(page: Any, address: str) -> None:
    page.goto(f"{address}/style/list/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    rows = page.locator("[data-key-row]")
    assert "key-row" in rows.nth(1).get_attribute("class")
    page.keyboard.press("k")
    assert "key-row" in rows.nth(0).get_attribute("class")
    page.keyboard.press("x")
    assert rows.nth(0).locator("input").is_checked()
    assert page.locator("[data-select-bar]").is_visible()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "list-search"
    page.keyboard.type("jk")  # letters in a box are letters
    assert page.locator("#list-search").input_value() == "jk"


def test_a_list_answers_while_one_types_and_the_address_holds_the_state(page: Any, address: str) -> None:
    page.goto(f"{address}/style/list/?sort=name")
    page.fill("#list-search", "橋")
    page.wait_for_url("**/style/list/?*q=*")
    page.wait_for_function("document.querySelectorAll('[data-key-row]').length === 1")
    assert "sort=name" in page.url and "agency=" not in page.url
    page.reload()
    assert page.locator("[data-key-row]").count() == 1
    page.get_by_role("link", name="拿掉這個條件").click()
    page.wait_for_function("document.querySelectorAll('[data-key-row]').length === 8")


def test_choosing_rows_and_acting_says_how_many(page: Any, address: str) -> None:
    page.goto(f"{address}/style/list/")
    page.check("[data-select-all]")
    assert page.locator("[data-select-count]").inner_text() == "8"
    page.get_by_role("button", name="寄提醒").click()
    page.wait_for_selector(".note-success")
    assert "選了 8 筆" in page.locator(".note-success").inner_text()


def test_the_chosen_theme_stays_and_is_there_before_the_first_paint(page: Any, address: str) -> None:
    page.goto(f"{address}/style/")
    page.locator("main [data-theme-set=dark]").click()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.route(
        "**/assets/main-*.js", lambda route: route.fulfill(body="", content_type="text/javascript")
    )  # only the blocking script acts
    page.goto(f"{address}/style/list/", wait_until="domcontentloaded")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.unroute("**/assets/main-*.js")
    page.goto(f"{address}/style/list/")


def test_what_was_typed_is_there_again_until_it_is_thrown_away(page: Any, address: str) -> None:
    page.goto(f"{address}/style/")
    page.fill("#id_clean-name", "寫到一半")
    page.wait_for_selector("[data-draft-note]:not([hidden])")
    page.reload()
    assert page.input_value("#id_clean-name") == "寫到一半"
    page.click("[data-draft-clear]")
    page.reload()
    assert page.input_value("#id_clean-name") == ""


def test_nobody_sees_the_draft_of_another_on_the_same_device(page: Any, address: str) -> None:
    page.goto(f"{address}/style/")
    page.fill("#id_clean-name", "別人的事")
    page.wait_for_selector("[data-draft-note]:not([hidden])")
    page.evaluate(
        """() => { const name = Object.keys(localStorage).find(n => n.startsWith("shizheng-draft:"));
        localStorage.setItem(name.replace(":7:", ":8:"), localStorage.getItem(name)); localStorage.removeItem(name);
        localStorage.setItem("shizheng-draft:7:old", JSON.stringify({at: Date.now() - 15 * 86400000, values: {}})); }"""
    )
    page.reload()
    assert page.input_value("#id_clean-name") == ""
    assert page.evaluate("Object.keys(localStorage).filter(n => n.startsWith('shizheng-draft:'))") == [
        "shizheng-draft:8:style-page"
    ]


def test_a_chart_has_a_table_behind_a_button_and_is_downloaded(page: Any, address: str) -> None:
    page.goto(f"{address}/style/")
    figure = page.locator("[data-chart=style-bar-data]")
    figure.locator("svg").first.wait_for()
    figure.get_by_role("button", name="表格").click()
    assert "66.67" in figure.locator("table").inner_text()
    for kind in ("CSV", "PNG"):
        figure.locator("details summary").click()
        with page.expect_download() as download:
            figure.get_by_role("button", name=kind).click()
        assert download.value.suggested_filename == f"style-bar.{kind.lower()}"
        page.keyboard.press("Escape")


WORDS_OF_A_CHART = """figure => [...figure.querySelectorAll("svg text")].filter(each => each.textContent.trim()).map(each => {
  const box = each.getBoundingClientRect();
  return [each.textContent, box.left, box.top, box.right, box.bottom];
})"""


@pytest.mark.parametrize("page", [(1440, "light"), (390, "light")], indirect=True)
@pytest.mark.parametrize("actual", ["99.40", "97.00", "94.00", "90.00", "80.00", "60.00"])
def test_the_number_of_the_difference_is_not_covered_by_the_words_at_the_lines_ends(
    page: Any, address: str, monkeypatch: pytest.MonkeyPatch, actual: str
) -> None:
    begun = ["10.00", "25.00", "40.00", "55.00", "70.00", "85.00", "95.00", "99.00"]
    monkeypatch.setattr(style_data, "PLAN", [*begun, "100.00"])
    monkeypatch.setattr(style_data, "OLD", [*begun, "100.00"])
    monkeypatch.setattr(style_data, "ACTUAL", [*begun[:5], *[None] * 3, actual])
    page.goto(f"{address}/style/")
    figure = page.locator("[data-chart=style-line-data]")
    number = f"−{100 - Decimal(actual):.2f}"
    figure.locator("svg text", has_text=number).wait_for(
        state="attached"
    )  # the words come after the drawing itself
    drawn = figure.evaluate(WORDS_OF_A_CHART)
    off = next(box for text, *box in drawn if text == number)
    ends = [(text, box) for text, *box in drawn if text.startswith(("實際 ", "預定 ", "原契約 "))]
    assert len(ends) == 3
    for text, box in ends:
        apart = box[2] <= off[0] or off[2] <= box[0] or box[3] <= off[1] + 3 or off[3] <= box[1] + 3
        assert apart, (text, box, number, off)


def test_pointing_at_the_list_of_districts_marks_the_map_and_back(page: Any, address: str) -> None:
    page.goto(f"{address}/style/")
    page.locator("[data-map][data-live]").first.wait_for()
    row = page.locator("[data-map-place='66000190']")  # 新社區
    row.hover()
    assert "key-row" in row.get_attribute("class")
    assert "新社區" in page.locator("[data-map-hint]").inner_text()


@pytest.mark.parametrize("page", [(390, "light")], indirect=True)
def test_the_phones_tab_bar_opens_the_whole_menu(page: Any, address: str) -> None:
    page.goto(f"{address}/work/")
    page.click("[data-rail-toggle]")
    assert page.locator("#rail").is_visible() and violations(page) == []
    page.keyboard.press("Escape")
    assert not page.locator("#rail").is_visible()


def test_looking_at_another_day_is_said_in_yellow_and_undone_in_one_click(page: Any, address: str) -> None:
    page.goto(f"{address}/style/list/?q=橋")
    page.locator("summary.asof").click()
    page.fill("#as-of", "115-08-01")
    page.get_by_role("button", name="顯示").click()
    page.wait_for_selector(".band-past")
    assert "民國115年8月1日" in page.locator(".band-past").inner_text() and "q=" in page.url
    page.get_by_role("link", name="回到今天").first.click()
    page.wait_for_selector(".band-past", state="detached")


def test_a_board_prints_without_the_frame_on_one_a4_sheet(page: Any, address: str) -> None:
    page.goto(f"{address}/style/board/")
    page.locator("[data-chart-box] svg").wait_for()
    page.emulate_media(media="print")
    assert not page.locator(".rail").is_visible() and not page.locator(".topbar").is_visible()
    assert page.locator("h1").is_visible()
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_without_a_connection_the_offline_page_comes_and_goes(browser: Any, address: str) -> None:
    context = browser.new_context(locale="zh-TW")
    page = context.new_page()
    page.goto(f"{address}/work/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # now under the worker
    context.set_offline(True)
    page.locator("#offline-band").wait_for()
    page.goto(f"{address}/style/list/")
    assert page.locator("h1").inner_text() == "目前沒有網路"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.box')).borderTopWidth") == "1px"
    )  # styled, too
    context.set_offline(False)
    page.get_by_role("link", name="再試一次").click()
    page.wait_for_selector("text=清單的樣子")
    context.close()
