"""A real browser, a real server, and the demonstration city in a database of its own."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tools.browser import MEND, chromium, fonts

PROJECT = Path(__file__).resolve().parents[2]
WIDTHS = {"desktop": {"width": 1440, "height": 1000}, "phone": {"width": 390, "height": 844}}
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = chromium()
    if found is None or not fonts():
        pytest.skip(f"瀏覽器測試需要 Chromium 與中文字型：{MEND}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The demonstration city, served; gives the address."""
    from django.db import connections

    import conftest
    from shizheng.config.demo import load_if_empty
    from shizheng.config.wsgi import application

    with django_db_blocker.unblock():
        before = connections["default"].settings_dict["NAME"]
        name = f"{conftest.TEMPLATE}_journeys_{next(conftest._numbers)}"
        conftest._clone(name)
        load_if_empty(lambda text: None)
        with closing(make_server("127.0.0.1", 0, application, Server, Quiet)) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()
        conftest._use(before)
        conftest._owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@dataclass
class Visitor:
    """A page in the browser, what went wrong in it, and short words for what people do."""

    page: Page
    address: str
    problems: list[str]

    def goto(self, path: str) -> None:
        self.page.goto(self.address + path)

    def sign_in(self, role: str) -> None:
        """Sign in with the demonstration account of a role, with TOTP where it has one."""
        from shizheng.config.demo import sign_ins

        account = next(a for a in sign_ins() if a.role == role or a.username == role)
        self.goto("/account/login/")
        self.page.get_by_label("帳號").fill(account.username)
        self.page.get_by_label("密碼").first.fill(account.password)
        self.page.get_by_role("button", name="登入").click()
        if account.totp_secret:
            self.page.locator("input[name=code]").fill(account.totp_now())
            self.page.get_by_role("button", name=re.compile("登入|驗證|確認")).first.click()
        self.page.wait_for_url(lambda url: "/account/" not in url)

    def accessible(self) -> None:
        """No violation of WCAG 2.2 AA, as axe-core sees it."""
        source = (PROJECT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
        self.page.evaluate(source)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
            tags,
        )
        wrong = [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found["violations"]]
        assert wrong == [], f"{self.page.url}: {wrong}"

    def fits(self) -> None:
        """Nothing makes the page scroll sideways."""
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{self.page.url} is {wider} px too wide"


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visit(browser: Browser, city: str, django_db_blocker: Any) -> Iterator[Callable[..., Visitor]]:
    """Open a browser of a width and colour scheme; afterwards nothing may have gone wrong in its console."""
    visitors: list[Visitor] = []

    def open_one(width: str = "desktop", scheme: str = "light") -> Visitor:
        context = browser.new_context(
            viewport=WIDTHS[width], color_scheme=scheme, locale="zh-TW", timezone_id="Asia/Taipei"
        )  # type: ignore[arg-type]
        page = context.new_page()
        visitor = Visitor(page, city, [])
        page.on("pageerror", lambda error: visitor.problems.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                message.type == "error"
                and "status of 4" not in message.text
                and visitor.problems.append(f"{page.url}: {message.text}")
            ),
        )
        visitors.append(visitor)
        return visitor

    with django_db_blocker.unblock():
        yield open_one
    problems = [problem for visitor in visitors for problem in visitor.problems]
    for visitor in visitors:
        visitor.page.context.close()
    assert problems == []
