"""A small mail server (RFC 5321) on loopback for tests: it keeps what it accepts and refuses what it is told to."""

import socket
import socketserver
import ssl
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Any


class _Session(socketserver.StreamRequestHandler):
    server: Any

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self) -> None:
        owner: MailServer = self.server.owner
        owner.sessions += 1
        if owner.way == "smtps":
            self._secure(owner.context)
        self.say(owner.greeting)
        receiver = ""
        while line := self.rfile.readline():
            word, _, rest = line.decode().strip().partition(" ")
            verb = word.upper()
            if verb == "RCPT":
                receiver = rest.partition("<")[2].partition(">")[0]
                self.say(owner.answers.get(receiver, "250 receiver ok"))
            elif verb == "DATA":
                self._take(owner, receiver)
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self._greet(owner, verb, rest)

    def _greet(self, owner: "MailServer", verb: str, rest: str) -> None:
        if verb in ("EHLO", "HELO"):
            for word in ("test.invalid", *owner.offers(self.connection)):
                self.say(f"250-{word}")
            self.say("250 8BITMIME")
        elif verb == "STARTTLS":
            self.say("220 go on")
            self._secure(owner.context)
        elif verb == "AUTH":
            owner.passwords.append((rest, isinstance(self.connection, ssl.SSLSocket)))
            self.say("235 ok")
        else:
            self.say("250 ok")

    def _secure(self, context: ssl.SSLContext) -> None:
        self.connection = context.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def _take(self, owner: "MailServer", receiver: str) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if owner.after_data:
            self.say(owner.after_data)
            return
        owner.raw.append((receiver, b"".join(lines)))
        if owner.hangs_up:  # it has the mail, and its answer is lost
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.say("250 kept")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    owner: "MailServer"

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that does not trust the certificate leaves


class MailServer:
    """`answers`: what to say to RCPT for an address. `stop` and `start` keep the port.

    With a `context` it has a certificate and takes passwords: from the beginning (`smtps`) or after STARTTLS (`smtp+tls`).
    """

    def __init__(self, way: str = "smtp", context: ssl.SSLContext | None = None) -> None:
        self.way, self.given = way, context
        self.passwords: list[tuple[str, bool]] = []
        self.raw: list[tuple[str, bytes]] = []
        self.answers: dict[str, str] = {}
        self.greeting = "220 test.invalid"
        self.after_data = ""
        self.hangs_up = False
        self.sessions = 0
        self.port = 0
        self._running: _Server | None = None

    def start(self) -> None:
        self._running = _Server(("127.0.0.1", self.port), _Session)
        self._running.owner = self
        self.port = self._running.server_address[1]
        threading.Thread(target=self._running.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        if self._running is not None:
            self._running.shutdown()
            self._running.server_close()
            self._running = None

    def __enter__(self) -> "MailServer":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"{self.way}://127.0.0.1:{self.port}"

    @property
    def context(self) -> ssl.SSLContext:
        assert self.given is not None
        return self.given

    def offers(self, connection: socket.socket) -> list[str]:
        """What it can do beyond the least, on a connection as it stands."""
        secured = isinstance(connection, ssl.SSLSocket)
        if self.way == "smtp+tls" and not secured:
            return ["STARTTLS"]
        return ["AUTH PLAIN"] if self.given else []

    @property
    def mails(self) -> list[EmailMessage]:
        """What was accepted, read as mails."""
        return [message_from_bytes(data, policy=default) for _receiver, data in self.raw]  # type: ignore[misc]

    @property
    def receivers(self) -> list[str]:
        return [receiver for receiver, _data in self.raw]
