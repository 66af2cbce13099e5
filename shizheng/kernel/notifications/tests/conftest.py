"""A kind of message of the tests' own, people with addresses, and a mail server on loopback that can be told to misbehave."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shizheng.kernel.notifications import actions, templates
from shizheng.kernel.notifications.tests.server import MailServer
from shizheng.kernel.people.factories import person

CODE = "tests.due"


@pytest.fixture
def kind() -> Iterator[str]:
    """A template registered as an app would."""
    templates.register(
        CODE,
        "到期提醒",
        "{what}到期",
        "{recipient_name}（{unit_name}）：{what}還有 {n} 天。",
        ("what", "n"),
        {"what": "測試計畫", "n": 3},
    )
    yield CODE
    templates.unregister(CODE)


@pytest.fixture
def somebody(db: None) -> Callable[..., Any]:
    """`somebody("a")` has an address at example.invalid; others may be left without one."""

    def make(name: str = "someone", *, email: str | None = None, **fields: Any) -> Any:
        address = f"{name}@example.invalid" if email is None else email
        sure = "role" in fields  # roles above an officer's sign in with a second factor
        return person(username=name, display_name=f"測試{name}", email=address, second_factor=sure, **fields)

    return make


@pytest.fixture
def announce(kind: str) -> Callable[..., int]:
    """Tell people something under a key."""

    def say(key: str, *people: Any, **more: Any) -> int:
        given: dict[str, Any] = {
            "key": key, "template": kind, "to": [each.pk for each in people],
            "context": {"what": "上半年成果", "n": 3}, "url": "/filing/", **more,
        }  # fmt: skip
        return actions.notify(**given)

    return say


@pytest.fixture
def wish() -> Callable[..., Any]:
    """Set somebody's preferences."""

    def choose(user: Any, **more: Any) -> Any:
        from datetime import time

        from shizheng.kernel.notifications import queries

        now = queries.wishes_of(user.pk)
        given: dict[str, Any] = {
            "by_mail": "now", "kinds": {}, "quiet_from": None, "quiet_to": None, "digest_at": time(8),
            "version": now.version, **more,
        }  # fmt: skip
        return actions.set_preferences(user, **given)

    return choose


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server on loopback."""
    with MailServer() as running:
        yield running


@pytest.fixture
def live(settings: Any, server: MailServer) -> MailServer:
    """The installation sends for real, to the server of the tests."""
    settings.MAIL_MODE, settings.MAIL_URL = "live", server.url
    settings.MAIL_FROM = "Shizheng <no-reply@shizheng.invalid>"
    return server
