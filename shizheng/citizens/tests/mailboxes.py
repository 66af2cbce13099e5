"""Real servers on loopback: one that keeps mailboxes (IMAP), one that takes mails in (SMTP); and mails as people and programs write them."""

import imaplib
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from django.test import Client

from shizheng.citizens import actions
from shizheng.citizens.models import IncomingMail, Letter
from shizheng.citizens.queries.tokens import made_token
from shizheng.domains.petitions.models import Petition
from shizheng.kernel.history.models import Entry
from shizheng.kernel.notifications.mail import OverSmtp, Server

USER, PASSWORD = "mayor", "secret of the mailbox"
_folders = count(1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Imap:
    """An IMAP server (pymap) with one account, whose mailboxes are in memory."""

    def __init__(self) -> None:
        self.port = _free_port()
        program = str(Path(sys.executable).with_name("pymap"))
        account = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
        self.process = subprocess.Popen(
            [program, "--host", "127.0.0.1", "--port", str(self.port), "--no-tls", *account],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _try in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise RuntimeError("the IMAP server does not answer")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        made = imaplib.IMAP4("127.0.0.1", self.port)
        made.login(USER, PASSWORD)
        try:
            yield made
        finally:
            made.logout()

    def box(self) -> "Box":
        """A new folder."""
        return Box(self, f"petitions-{next(_folders)}")


class Box:
    """One folder of the account."""

    def __init__(self, server: Imap, folder: str) -> None:
        self.server, self.folder = server, folder
        self._do("create", folder)

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.server.port}/{self.folder}"

    def put(self, *mails: bytes) -> None:
        """Let mails arrive."""
        with self.server.client() as client:
            for each in mails:
                assert client.append(self.folder, "", "", each)[0] == "OK"

    def anew(self, *mails: bytes) -> None:
        """The folder is made anew, as after a move to another server: its numbers mean nothing any more."""
        self._do("delete", self.folder)
        self._do("create", self.folder)
        self.put(*mails)

    def flags(self) -> list[bytes]:
        """The flags of each mail that is there."""
        with self.server.client() as client:
            client.select(self.folder)
            found = client.fetch("1:*", "(FLAGS)")[1]
        return [each for each in found if isinstance(each, bytes)]

    def _do(self, what: str, *names: str) -> None:
        with self.server.client() as client:
            assert getattr(client, what)(*names)[0] == "OK"


class Smtp:
    """An SMTP server (aiosmtpd) that keeps what it takes in."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], EmailMessage]] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=_free_port())

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        made: Any = message_from_bytes(envelope.content, policy=default)
        self.taken.append((list(envelope.rcpt_tos), made))
        return "250 kept"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.port}"

    def last(self) -> EmailMessage:
        return self.taken[-1][1]


def text_of(mail: EmailMessage) -> str:
    """Its plain text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


SENDER = "mei@example.com"
WORDS = "家門口的路燈壞了兩個禮拜，我的電話是 0911222333。"
_numbers = count(1)


def a_mail(text: str = WORDS, *, files: Any = (), **headers: str) -> bytes:
    """A mail by a citizen; `files`: name, media type, bytes. A header that is empty is left out."""
    made = EmailMessage()
    given = {
        "From": f"林小美 <{SENDER}>", "To": "mayor@city.example", "Subject": "路燈不亮", "Date": "Fri, 07 Feb 2025 09:00:00 +0800",
        "Message-ID": f"<citizen-{next(_numbers)}@example.com>", **{name.replace("_", "-"): value for name, value in headers.items()},
    }  # fmt: skip
    for name, value in given.items():
        if value:
            made[name] = value
    made.set_content(text)
    for name, kind, data in files:
        main, _slash, sub = kind.partition("/")
        made.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


def came(*mails: bytes) -> list[IncomingMail]:
    """Mails that came in some other way, decided about."""
    rows = [actions.keep_mail(each) for each in mails]
    actions.settle_mails()
    return [IncomingMail.objects.get(pk=row.pk) for row in rows if row is not None]


def delivered(smtp: Smtp) -> dict[str, int]:
    return actions.deliver_letters(OverSmtp(Server.of(smtp.url)))


def link_in(text: str) -> str:
    found = re.search(r"https?://[^/]+(/petition/mail/\S+/)", text)
    assert found is not None, text
    return found[1]


def confirmed(row: IncomingMail) -> Petition:
    """The sender pressed the link."""
    answer = Client().post(f"/petition/mail/{made_token('mail', row.pk)}/")
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    row.refresh_from_db()
    return Petition.objects.select_related("case").get(case=row.case_id)


def everything_kept() -> str:
    """What tables that everybody's reports are made of hold: history, letters, rows of mails."""
    history = " ".join(str(each) for each in Entry.objects.values_list("before", "after"))
    rows = " ".join(str(each) for each in IncomingMail.objects.values_list())
    return f"{history} {rows} {list(Letter.objects.values_list('note', 'about'))}"
