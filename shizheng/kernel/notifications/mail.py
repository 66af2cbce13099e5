"""A mail as it leaves the house, and the two ways out: over SMTP, or into a folder from which nobody is reached.

A mail's bytes follow from the rows alone, so that one sent twice (killed between sending and writing it down) is the
same mail with the same Message-ID (RFC 5321, RFC 5322).
"""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from shizheng.common.words import written

TIMEOUT = 20
"""Seconds to wait for a mail server's answer."""
PORTS = {"smtp": 25, "smtp+tls": 587, "starttls": 587, "smtps": 465}
OUR_OWN = {"localhost", "127.0.0.1", "::1"}


class MailUrlNotUnderstood(ValueError):
    """The setting SHIZHENG_EMAIL_URL is no address of a mail server; the message is 中文."""


class InTheClear(smtplib.SMTPException):
    """A password would have to go over a line that others can read."""


class NotNow(Exception):
    """It may go out later. `whole_server`: no other mail would get out now either."""

    def __init__(self, text: str, code: int | None = None, *, whole_server: bool = False) -> None:
        super().__init__(text)
        self.text, self.code, self.whole_server = text, code, whole_server


class Refused(Exception):
    """The server will never take this mail for this receiver."""

    def __init__(self, text: str, code: int | None = None) -> None:
        super().__init__(text)
        self.text, self.code = text, code


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail before it is put into the form of RFC 5322. `at`: its date, aware; `attachments`: name, media type, bytes."""

    sender: str
    to: str
    to_name: str
    subject: str
    text: str
    message_id: str
    at: datetime
    language: str
    reply_to: str = ""
    attachments: tuple[tuple[str, str, bytes], ...] = ()

    def composed(self) -> EmailMessage:
        """The mail with its headers; plain text, so that nothing can hide in it. Raises Refused for a bad address."""
        made = EmailMessage(policy=SMTP)
        try:
            name = "".join(letter for letter in self.to_name if letter.isprintable())
            made["From"] = self.sender
            made["To"] = Address(name, addr_spec=self.to)
            if self.reply_to:
                made["Reply-To"] = self.reply_to
        except (ValueError, IndexError, UnicodeError) as failure:
            raise Refused(written("電子郵件位址的格式不對")) from failure
        made["Subject"] = self.subject
        made["Date"] = self.at
        made["Message-ID"] = self.message_id
        made["Content-Language"] = self.language
        made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        made.set_content(self.text, charset="utf-8", cte="base64")
        for file_name, media_type, data in self.attachments:
            kind, _slash, subtype = media_type.partition("/")
            made.add_attachment(data, maintype=kind, subtype=subtype, filename=file_name)
            made.set_boundary(f"={sha256(self.message_id.encode()).hexdigest()[:40]}")
        return made


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as `scheme://user:password@host:port` names it."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    @classmethod
    def of(cls, url: str) -> "Server":
        """Read the setting. Raises MailUrlNotUnderstood; the message does not repeat the password."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as failure:
            raise MailUrlNotUnderstood("信件伺服器的埠不是數字。") from failure
        if parts.scheme not in PORTS or not parts.hostname:
            raise MailUrlNotUnderstood(
                "信件伺服器要寫成 smtp://、smtp+tls:// 或 smtps:// 加主機，例如 smtp+tls://帳號:密碼@mail.example.gov.tw:587。"
            )
        return cls(
            parts.scheme, parts.hostname, port or PORTS[parts.scheme], unquote(parts.username or ""),
            unquote(parts.password or ""),
        )  # fmt: skip

    def connect(self) -> smtplib.SMTP:
        """An open, greeted, secured and signed-in connection. Raises NotNow."""
        try:
            return self._connect()
        except smtplib.SMTPResponseException as failure:
            raise NotNow(_words(failure.smtp_error), failure.smtp_code, whole_server=True) from failure
        except (OSError, smtplib.SMTPException) as failure:
            raise NotNow(self._why(failure), whole_server=True) from failure

    def _why(self, failure: Exception) -> str:
        """What went wrong before a mail could go, and what to do about it."""
        if isinstance(failure, ssl.SSLCertVerificationError):
            return written(
                "信件伺服器 %(host)s 的憑證驗不過（%(why)s），所以沒有寄。請用憑證上寫的主機名稱；機關自己的憑證管理中心，把它的根憑證加進系統信任的憑證，或用環境變數 SSL_CERT_FILE 指出。",
                host=self.host,
                why=failure.verify_message,
            )
        if isinstance(failure, ssl.SSLError):
            return written(
                "和信件伺服器 %(host)s 談不成加密連線（%(why)s），所以沒有寄。請核對 SHIZHENG_EMAIL_URL：先明文再加密的埠（常見 587）用 smtp+tls://，一開始就加密的埠（常見 465）用 smtps://。",
                host=self.host,
                why=failure.reason or type(failure).__name__,
            )
        if isinstance(failure, InTheClear):
            return written(
                "信件伺服器 %(host)s 的連線沒有加密，不會把密碼送過去，所以沒有寄。請改用 smtp+tls:// 或 smtps://。",
                host=self.host,
            )
        if isinstance(failure, smtplib.SMTPNotSupportedError):
            return written(
                "信件伺服器 %(host)s 沒有提供需要的功能（%(why)s），所以沒有寄。請核對 SHIZHENG_EMAIL_URL 的寫法與埠。",
                host=self.host,
                why=failure,
            )
        return written("連不上信件伺服器（%(kind)s）", kind=type(failure).__name__)

    def _connect(self) -> smtplib.SMTP:
        if self.scheme == "smtps":
            made: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            made = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            made.ehlo_or_helo_if_needed()
            secured = self.scheme == "smtps"
            if self.scheme in ("smtp+tls", "starttls"):
                made.starttls(context=ssl.create_default_context())
                secured = True
            if self.user:
                if not secured and self.host not in OUR_OWN:
                    raise InTheClear
                made.login(self.user, self.password)
        except BaseException:
            made.close()
            raise
        return made


def _words(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)


class Transport(Protocol):
    """A way out. `real`: whether people are reached."""

    real: bool

    def send(self, mail: Mail) -> str:
        """Let the mail go; what the way out said. Raises NotNow, Refused."""
        ...

    def close(self) -> None: ...


class OverSmtp:
    """Out into the world, one connection for as many mails as there are."""

    real = True

    def __init__(self, server: Server) -> None:
        self.server = server
        self.connection: smtplib.SMTP | None = None

    def send(self, mail: Mail) -> str:
        composed = mail.composed()
        if self.connection is None:
            self.connection = self.server.connect()
        try:
            self.connection.send_message(composed)
        except smtplib.SMTPRecipientsRefused as failure:
            code, said = next(iter(failure.recipients.values()))
            raise self._answered(code, said) from failure
        except smtplib.SMTPResponseException as failure:
            raise self._answered(failure.smtp_code, failure.smtp_error) from failure
        except (smtplib.SMTPNotSupportedError, UnicodeError, ValueError) as failure:
            raise Refused(written("伺服器不收這個位址的寫法")) from failure
        except (OSError, smtplib.SMTPException) as failure:
            self.close()
            raise NotNow(
                written("和信件伺服器的連線斷了（%(kind)s）", kind=type(failure).__name__), whole_server=True
            ) from failure
        return "250"

    def _answered(self, code: int, said: bytes | str) -> NotNow | Refused:
        if 500 <= code < 600:
            return Refused(_words(said), code)
        if code == 421:  # the server is closing (RFC 5321, 3.8)
            self.close()
        return NotNow(_words(said), code, whole_server=code == 421)

    def close(self) -> None:
        if self.connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.connection.quit()
            self.connection.close()
            self.connection = None


class IntoFolder:
    """Test mode: each mail becomes a file `.eml`, named after its Message-ID; no socket is opened."""

    real = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, mail: Mail) -> str:
        data = mail.composed().as_bytes()
        name = sha256(mail.message_id.encode()).hexdigest()[:32]
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = self.folder / f".{name}.part"
            fresh.write_bytes(data)
            fresh.chmod(0o600)
            fresh.replace(self.folder / f"{name}.eml")
        except OSError as failure:
            raise NotNow(
                written("寄件匣資料夾不能寫（%(why)s）", why=failure.strerror), whole_server=True
            ) from failure
        return f"{name}.eml"

    def close(self) -> None:
        return
