"""A real browser, a real server, and the demonstration city in a database of its own."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from conftest import clone_of
from tests.journeys.judging import DESKTOP, PHONE, Walk
from tests.journeys.visitor import Visitor
from tests.serving import ARGUMENTS, served
from tools.accessibility import AXE
from tools.browser import MEND, chromium, fonts

WIDTHS = {"desktop": DESKTOP, "phone": PHONE}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "journeys":
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def found_browser() -> str:
    """Where Chromium is, or a skip that says how to mend it (a failure in continuous integration)."""
    found = chromium()
    refuse = pytest.fail if os.environ.get("CI") else pytest.skip
    if found is None or not fonts():
        refuse(f"瀏覽器測試需要 Chromium 與中文字型：{MEND}")
    if not AXE.exists():
        pytest.fail("畫面資源還沒有建置：執行 python -m shizheng.web.build")
    assert found is not None
    return found


@pytest.fixture(scope="package")
def city(found_browser: str, demonstration: str, django_db_blocker: Any) -> Iterator[tuple[str, Any]]:
    """The demonstration city, served; gives the address and the accounts by username."""
    from shizheng.config.demo import sign_ins

    with django_db_blocker.unblock(), clone_of(demonstration):
        accounts = {account.username: account for account in sign_ins()}
        with served() as address:
            yield address, accounts


@pytest.fixture(scope="package")
def browser(found_browser: str, city: tuple[str, Any]) -> Iterator[Browser]:
    """Chromium. It starts after the city is built and ends before the city goes: its driver keeps an event loop
    in this thread, in which Django refuses to ask the database."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found_browser, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="package")
def walk() -> Walk:
    """What the tests that look at every page have judged: each looks at what those before have not."""
    return Walk()


@pytest.fixture(scope="package")
def signed_in() -> dict[str, Any]:
    """Cookies of those who have signed in before: each signs in once, and comes back as one does in a working day."""
    return {}


@pytest.fixture
def visit(
    browser: Browser, city: tuple[str, Any], signed_in: dict[str, Any]
) -> Iterator[Callable[..., Visitor]]:
    """Open a browser of a width, as somebody; afterwards nothing may have gone wrong in its console."""
    address, accounts = city
    visitors: list[Visitor] = []

    def open_one(width: str = "desktop", by: str | None = None, language: str = "zh-hant") -> Visitor:
        context = browser.new_context(
            viewport=WIDTHS[width],  # type: ignore[arg-type]
            color_scheme="light", locale="zh-TW", timezone_id="Asia/Taipei", service_workers="block",
            storage_state=signed_in.get(by) if by else None,
        )  # fmt: skip
        context.set_default_timeout(15_000)
        page = context.new_page()
        visitor = Visitor(page, address, accounts)
        visitors.append(visitor)
        page.on("pageerror", lambda error: visitor.problems.append(f"{page.url}: {error}"))
        page.on("console", lambda message: visitor.note(message.type, message.text))
        if by and by not in signed_in:
            visitor.sign_in(by)
            signed_in[by] = context.storage_state()
        if language != "zh-hant":
            context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        return visitor

    yield open_one
    problems = [problem for visitor in visitors for problem in visitor.problems]
    for visitor in visitors:
        visitor.page.context.close()
    assert problems == []
