"""The mailbox to which citizens write, read over IMAP4rev1 (RFC 3501, RFC 9051): one connection for one reading."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from shizheng.common.words import written

TIMEOUT = 30
"""Seconds to wait for the server's answer."""
PORTS = {"imap": 143, "imap+tls": 143, "imaps": 993}
OUR_OWN = {"localhost", "127.0.0.1", "::1"}
_UID, _SIZE = re.compile(rb"\bUID (\d+)"), re.compile(rb"\bRFC822\.SIZE (\d+)")


class MailboxUrlNotUnderstood(ValueError):
    """The setting SHIZHENG_MAILBOX_URL is no address of a mailbox; the message is 中文."""


class NotRead(Exception):
    """The mailbox cannot be read now; `text` says why, in Chinese. `one`: it is about a single mail."""

    def __init__(self, text: str, *, one: bool = False) -> None:
        super().__init__(text)
        self.text, self.one = text, one


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox as `scheme://user:password@host:port/folder` names it."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    @classmethod
    def of(cls, url: str) -> "Address":
        """Read the setting. Raises MailboxUrlNotUnderstood; the message does not repeat the password."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as failure:
            raise MailboxUrlNotUnderstood("陳情信箱的埠不是數字。") from failure
        if parts.scheme not in PORTS or not parts.hostname or not parts.username:
            raise MailboxUrlNotUnderstood(
                "陳情信箱要寫成 imaps:// 或 imap+tls:// 加帳號、密碼與主機，例如 imaps://帳號:密碼@mail.example.gov.tw:993/INBOX。"
            )
        folder = unquote(parts.path.lstrip("/")) or "INBOX"
        return cls(
            parts.scheme, parts.hostname, port or PORTS[parts.scheme], unquote(parts.username),
            unquote(parts.password or ""), folder,
        )  # fmt: skip

    @property
    def name(self) -> str:
        """Which mailbox it is, without the password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"[:300]

    def open(self) -> "Session":
        """A secured connection, signed in, with the folder open. Raises NotRead."""
        try:
            return Session(self._connected(), self.folder)
        except NotRead:
            raise
        except ssl.SSLError as failure:
            raise NotRead(written("和信箱 %(host)s 談不成加密連線（%(why)s），沒有讀信。請核對 SHIZHENG_MAILBOX_URL 與伺服器的憑證。", host=self.host, why=failure.reason or type(failure).__name__)) from failure  # fmt: skip
        except imaplib.IMAP4.error as failure:
            raise NotRead(written("信箱 %(host)s 不接受帳號、密碼或資料夾，沒有讀信。請核對 SHIZHENG_MAILBOX_URL。", host=self.host)) from failure  # fmt: skip
        except OSError as failure:
            raise NotRead(written("連不上信箱 %(host)s（%(kind)s），沒有讀信。下一分鐘會再試。", host=self.host, kind=type(failure).__name__)) from failure  # fmt: skip

    def _connected(self) -> imaplib.IMAP4:
        if self.scheme == "imaps":
            made: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                self.host, self.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT
            )
        else:
            made = imaplib.IMAP4(self.host, self.port, timeout=TIMEOUT)
        try:
            if self.scheme == "imap+tls":
                made.starttls(ssl.create_default_context())
            elif self.scheme == "imap" and self.host not in OUR_OWN:
                raise NotRead(written("信箱 %(host)s 的連線沒有加密，不會把密碼送過去，沒有讀信。請改用 imaps:// 或 imap+tls://。", host=self.host))  # fmt: skip
            made.login(self.user, self.password)
        except BaseException:
            with suppress(OSError, imaplib.IMAP4.error):
                made.shutdown()
            raise
        return made


class Session:
    """An open folder."""

    def __init__(self, connection: imaplib.IMAP4, folder: str) -> None:
        self.connection = connection
        quoted = '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
        status, _said = connection.select(quoted)
        if status != "OK":
            self.close()
            raise imaplib.IMAP4.error("select")
        _name, known = connection.response("UIDVALIDITY")
        self.validity = int(known[-1]) if known and isinstance(known[-1], bytes) else 0

    def after(self, uid: int) -> Iterator[tuple[int, int]]:
        """Number and size (bytes) of each mail after `uid`, in order. Raises NotRead."""
        found = []
        for each in self._asked("FETCH", f"{uid + 1}:*", "(UID RFC822.SIZE)"):
            line = each[0] if isinstance(each, tuple) else each or b""
            number, size = _UID.search(line), _SIZE.search(line)
            if number and size and int(number[1]) > uid:  # `*` is the last one, also where it is older
                found.append((int(number[1]), int(size[1])))
        yield from sorted(set(found))

    def raw(self, uid: int, most: int) -> bytes | None:
        """The mail, of one that is larger the first `most` bytes; None where it is there no more. Raises NotRead. It stays unread."""
        for each in self._asked("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{most}>)"):
            if isinstance(each, tuple) and len(each) > 1 and each[1]:
                return bytes(each[1])
        return None

    def taken(self, uid: int, *, delete: bool) -> None:
        """Mark a mail as read, or delete it: what it says is kept elsewhere. Raises NotRead."""
        self._asked("STORE", str(uid), "+FLAGS.SILENT", "(\\Seen \\Deleted)" if delete else "(\\Seen)")
        if delete:  # that one alone (RFC 4315); a server that cannot lets it go when it likes
            with suppress(imaplib.IMAP4.error):
                self.connection.uid("EXPUNGE", str(uid))

    def _asked(self, command: str, *arguments: str) -> list[bytes | tuple[bytes, bytes] | None]:
        try:
            status, said = self.connection.uid(command, *arguments)
        except (imaplib.IMAP4.error, OSError) as failure:
            raise _broken(failure) from failure
        if status != "OK":
            raise NotRead(written("信箱沒有給出信件（%(what)s）。下一分鐘會再試。", what=command), one=True)
        return list(said or [])

    def close(self) -> None:
        """Leave; nothing more is asked."""
        with suppress(OSError, imaplib.IMAP4.error):
            self.connection.logout()


def _broken(failure: Exception) -> NotRead:
    return NotRead(
        written("和信箱的連線斷了（%(kind)s），沒有讀完。下一分鐘接著讀。", kind=type(failure).__name__)
    )
