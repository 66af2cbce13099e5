"""Mails over TLS, from the beginning or after STARTTLS: only to a server whose certificate is trusted, else a plain word."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shizheng.common import clock
from shizheng.common.clock import TAIPEI
from shizheng.kernel.notifications import actions, queries
from shizheng.kernel.notifications.models import Attempt, Delivery
from shizheng.kernel.notifications.tests.authority import Authority
from shizheng.kernel.notifications.tests.server import MailServer

NOW = datetime(2017, 7, 5, 10, tzinfo=TAIPEI)
ENCRYPTED = pytest.mark.parametrize("way", ["smtp+tls", "smtps"])


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def sends_to(settings: Any) -> Iterator[Callable[..., MailServer]]:
    """The installation sends for real, with a password, to a server that is made here."""
    with ExitStack() as running:

        def start(way: str, context: Any = None, told: str | None = None) -> MailServer:
            made = running.enter_context(MailServer(way, context))
            settings.MAIL_MODE = "live"
            settings.MAIL_URL = f"{told or way}://shizheng:secret@127.0.0.1:{made.port}"
            settings.MAIL_FROM = "Shizheng <no-reply@shizheng.invalid>"
            return made

        yield start


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The authority, whose root is among those that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    return authority


def attempt(announce: Any, person: Any) -> tuple[str, str]:
    """Tell somebody something and send it; the delivery's state and what was said."""
    with clock.set_to(NOW):
        announce("key", person)
        actions.deliver()
    return Delivery.objects.get().state, Attempt.objects.get().text


@ENCRYPTED
def test_to_a_trusted_server_mail_and_password_go_encrypted(
    way: str, trusted: Authority, sends_to: Any, somebody: Any, announce: Any, wish: Any
) -> None:
    server = sends_to(way, trusted.server("127.0.0.1"))
    a = somebody("a")
    wish(a)
    assert attempt(announce, a)[0] == "sent"
    assert server.receivers == ["a@example.invalid"]
    assert [encrypted for _said, encrypted in server.passwords] == [True]
    assert queries.trouble_with_mail_server() == ""


@ENCRYPTED
def test_to_an_untrusted_server_nothing_goes_and_it_is_said_plainly(
    way: str, authority: Authority, sends_to: Any, somebody: Any, announce: Any, wish: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    server = sends_to(way, authority.server("127.0.0.1"))
    a = somebody("a")
    wish(a)
    state, said = attempt(announce, a)
    assert state == "waiting" and server.raw == [] and server.passwords == []
    assert "憑證驗不過" in said and "SSL_CERT_FILE" in said and "secret" not in said
    assert queries.trouble_with_mail_server() == said
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))  # mended: the mail that waited goes
    with clock.set_to(NOW + timedelta(minutes=5)):
        actions.deliver()
    assert Delivery.objects.get().state == "sent" and len(server.raw) == 1


@ENCRYPTED
def test_a_certificate_of_another_host_is_not_trusted(
    way: str, trusted: Authority, sends_to: Any, somebody: Any, announce: Any, wish: Any
) -> None:
    server = sends_to(way, trusted.server("127.0.0.9"))
    a = somebody("a")
    wish(a)
    state, said = attempt(announce, a)
    assert (state, server.passwords) == ("waiting", []) and "憑證驗不過" in said and "主機名稱" in said


def test_a_server_that_does_not_encrypt_gets_neither_mail_nor_password(
    sends_to: Any, somebody: Any, announce: Any, wish: Any
) -> None:
    server = sends_to("smtp", told="smtp+tls")
    a = somebody("a")
    wish(a)
    state, said = attempt(announce, a)
    assert (state, server.raw, server.passwords) == ("waiting", [], [])
    assert "沒有提供需要的功能" in said and "STARTTLS" in said


def test_a_port_that_encrypts_later_is_not_taken_for_one_that_does_from_the_beginning(
    trusted: Authority, sends_to: Any, somebody: Any, announce: Any, wish: Any
) -> None:
    server = sends_to("smtp+tls", trusted.server("127.0.0.1"), told="smtps")
    a = somebody("a")
    wish(a)
    state, said = attempt(announce, a)
    assert (state, server.raw) == ("waiting", []) and "談不成加密連線" in said and "smtp+tls://" in said
