"""The headers of a mail that decide what becomes of it: who wrote it, whether a program did, what it answers. Pure."""

import re
from collections.abc import Callable
from email.message import Message
from email.utils import getaddresses
from typing import TypeVar

from shizheng.citizens.rules.charsets import header_text, one_line

ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{1,63}")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,200}>")
_MACHINES = re.compile(r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|listserv|majordomo)([+=-].*)?", re.I)  # fmt: skip
_AUTOMATIC = ("x-autoreply", "x-autorespond", "x-auto-response-suppress", "x-autoresponder", "x-loop")
_LISTS = ("list-id", "list-unsubscribe", "list-post", "x-mailing-list")
T = TypeVar("T")


def attempted(ask: Callable[[], T], otherwise: T) -> T:
    """What a malformed header answers, or what is taken in its place."""
    try:
        return ask()
    except RecursionError:
        raise
    except Exception:
        return otherwise


def values_of(message: Message, name: str) -> list[str]:
    """The values of a header as they were written, folded lines joined."""
    return [
        re.sub(r"\r?\n[ \t]*", " ", str(value)) for key, value in message.raw_items() if key.lower() == name
    ]


def text_of_header(message: Message, name: str) -> str:
    """The first value of a header as people read it."""
    return header_text(next(iter(values_of(message, name)), ""))


def ids_of(message: Message, name: str) -> list[str]:
    """The message ids in a header, with their angle brackets."""
    return [one for value in values_of(message, name) for one in MESSAGE_ID.findall(value[:20_000])]


def sender_of(message: Message) -> tuple[str, str]:
    """Name and address of the one sender; no address where there is none, more than one, or one that cannot be answered."""
    written = values_of(message, "from")
    if len(written) != 1:
        return "", ""
    nobody: list[tuple[str, str]] = []
    found = attempted(lambda: getaddresses([written[0][:4000]]), nobody)
    named = [(name, address) for name, address in found if address]
    if len(named) != 1 or not ADDRESS.fullmatch(named[0][1]):
        return "", ""
    name = header_text(named[0][0])
    return ("" if "@" in name else one_line(name)), named[0][1]


def why_automatic(message: Message, address: str) -> str:
    """Why a mail is no person's (RFC 3834, 2): bounce, list, auto; empty where nothing says so."""
    if any(value.strip() == "<>" for value in values_of(message, "return-path")):
        return "bounce"
    if attempted(message.get_content_type, "") == "multipart/report":
        return "bounce"
    local = address.partition("@")[0]
    if local.lower() in ("mailer-daemon", "postmaster"):
        return "bounce"
    precedence = " ".join(values_of(message, "precedence")).lower()
    if any(values_of(message, each) for each in _LISTS) or re.search(r"\b(bulk|list|junk)\b", precedence):
        return "list"
    submitted = {value.partition(";")[0].strip().lower() for value in values_of(message, "auto-submitted")}
    if submitted - {"no"}:
        return "auto"
    if (
        "auto" in precedence
        or any(values_of(message, each) for each in _AUTOMATIC)
        or _MACHINES.fullmatch(local)
    ):
        return "auto"
    return ""
