"""A mail of a stranger, read (RFC 5322, 2045-2047, 3834): who, what, which attachments, whether a program wrote it. Pure.

It is run in a process of its own (`mail_child`), since a mail may be made to break whoever reads it.
"""

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import compat32, default
from hashlib import sha256
from typing import Any

from shizheng.citizens.rules.charsets import cleaned, decoded, header_text
from shizheng.citizens.rules.html_text import text_of
from shizheng.citizens.rules.mail_heads import (
    MESSAGE_ID,
    attempted,
    ids_of,
    sender_of,
    text_of_header,
    why_automatic,
)

MOST_PARTS, DEEPEST, MOST_ATTACHMENTS = 200, 8, 20
MOST_HEADER_BYTES, MOST_HEADERS = 128 * 1024, 500
LONGEST_TEXT, LONGEST_NAME, LONGEST_SUBJECT = 200_000, 100, 300
MOST_REFERENCES, MOST_BOUNDARIES = 50, 60
_BOUNDARY = re.compile(rb'boundary[ \t]*=[ \t]*("[^"\r\n]{0,80}"|[^\s;"]{1,80})', re.I)
_OWN = (b"message-id", b"from", b"date", b"subject")


class Hostile(ValueError):
    """It is not read any further. `code`: headers, parts, deep, encrypted, unreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Attached:
    """One file of a mail, before anybody looked into it."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a mail says. `sender`: one address that can be answered, or empty; `automatic`: why it is no person's, or empty."""

    sender: str
    sender_name: str
    subject: str
    text: str
    references: tuple[str, ...]
    automatic: str
    attachments: tuple[Attached, ...] = ()
    left_out: int = 0


@dataclass(slots=True)
class _Found:
    texts: list[str] = field(default_factory=list)
    attachments: list[Attached] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    left_out: int = 0
    parts: int = 0


def read_mail(raw: bytes) -> Incoming:
    """Read a whole mail. Raises Hostile, and nothing else."""
    try:
        check_headers(raw)
        check_parts(raw)
        message = _parsed(raw)
        found = _Found()
        _gather(message, found, 0)
        return _incoming(message, found)
    except Hostile:
        raise
    except RecursionError as failure:
        raise Hostile("deep") from failure
    except Exception as failure:  # the library's parsers let many kinds of failure out
        raise Hostile("unreadable") from failure


def check_headers(raw: bytes) -> None:
    """Refuse headers that are longer or more than any program writes. Raises Hostile."""
    block = raw[: body_at(raw, MOST_HEADER_BYTES)]
    if len(block) >= MOST_HEADER_BYTES or block.count(b"\n") > MOST_HEADERS:
        raise Hostile("headers")


def body_at(raw: bytes, within: int) -> int:
    """Where the headers end, looked for within so many bytes."""
    found = [at for at in (raw.find(sign, 0, within) for sign in (b"\r\n\r\n", b"\n\n")) if at >= 0]
    return min(found, default=min(len(raw), within))


def fingerprint(raw: bytes) -> bytes:
    """What is the same for a mail however often and by whichever way it is delivered: not what servers write on the way.

    Who reuses another mail's Message-ID does not suppress it: sender, date, subject and body are part of it.
    """
    ends = body_at(raw, MOST_HEADER_BYTES)
    lines = re.sub(rb"\r?\n[ \t]+", b" ", raw[:ends]).splitlines()
    own = sorted(line.strip() for line in lines if line.partition(b":")[0].strip().lower() in _OWN)
    body = b"\n".join(line.rstrip() for line in raw[ends:].strip().splitlines())
    return sha256(b"\n".join([*own, b"", body])).digest()


def check_parts(raw: bytes) -> None:
    """Refuse far more parts than any mail has before they are taken apart, which would take long. Raises Hostile."""
    named = {each.strip(b'" ') for each in _BOUNDARY.findall(raw)}
    if len(named) > MOST_BOUNDARIES:
        raise Hostile("deep")
    lines = sum(raw.count(b"\n--" + each) for each in named if each)
    if lines > 2 * MOST_PARTS:
        raise Hostile("parts")


def _parsed(raw: bytes) -> Message:
    try:
        message: Message = message_from_bytes(raw, policy=default)
        message.get_content_type()
    except RecursionError:
        raise
    except Exception:  # its reading of structured headers breaks on some that are malformed; the older one takes them as they are
        message = message_from_bytes(raw, policy=compat32)
    return message


def _gather(part: Message, found: _Found, depth: int) -> None:
    """The texts and the files of a part, and of what is below it."""
    found.parts += 1
    if depth > DEEPEST:
        raise Hostile("deep")
    if found.parts > MOST_PARTS:
        raise Hostile("parts")
    kind = attempted(part.get_content_type, "application/octet-stream")
    if kind in ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"):
        raise Hostile("encrypted")
    below: Any = part.get_payload()
    if isinstance(below, list):
        if kind == "multipart/alternative":
            _choose(below, found, depth)
        else:
            if kind == "message/rfc822" and below:
                found.ids += ids_of(below[0], "message-id")
                found.texts.append(f"【{text_of_header(below[0], 'subject')[:LONGEST_SUBJECT]}】")
            for each in below:
                _gather(each, found, depth + 1)
    elif kind in ("message/delivery-status", "text/rfc822-headers"):
        found.ids += MESSAGE_ID.findall(decoded(_payload(part))[:20_000])
    else:
        _leaf(part, kind, found)


def _choose(below: list[Message], found: _Found, depth: int) -> None:
    """Of several forms of one text: the plain one where it says something, else the last that does; the files of all."""
    forms = []
    for each in below:
        tried = _Found(parts=found.parts)
        _gather(each, tried, depth + 1)
        found.parts = tried.parts
        forms.append((attempted(each.get_content_type, "") == "text/plain", tried))
    speaking = [(plain, one) for plain, one in forms if "".join(one.texts).strip()]
    if speaking:
        found.texts += next((one.texts for plain, one in speaking if plain), speaking[-1][1].texts)
    for _plain, one in forms:
        for each_file in one.attachments:
            _keep(found, each_file)
        found.ids += one.ids
        found.left_out += one.left_out


def _keep(found: _Found, attached: Attached) -> None:
    if len(found.attachments) >= MOST_ATTACHMENTS:
        found.left_out += 1
    else:
        found.attachments.append(attached)


def _leaf(part: Message, kind: str, found: _Found) -> None:
    name = header_text(attempted(lambda: str(part.get_filename() or ""), ""))
    attached = attempted(part.get_content_disposition, None) == "attachment" or bool(name)
    if kind in ("text/plain", "text/html") and not attached:
        text = decoded(_payload(part), attempted(lambda: str(part.get_content_charset() or ""), ""))
        found.texts.append(text_of(text) if kind == "text/html" else cleaned(text))
    elif kind.startswith("multipart/"):  # one that names no boundary: what stands in it is text
        found.texts.append(cleaned(decoded(_payload(part))))
    elif kind in (
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    ):
        return
    else:
        extension = kind.partition("/")[2] if kind in ("image/jpeg", "image/png", "image/webp") else "bin"
        _keep(found, Attached(name or f"attachment.{extension}", _payload(part)))


def _payload(part: Message) -> bytes:
    data = attempted(lambda: part.get_payload(decode=True), None)
    return data if isinstance(data, bytes) else b""


def _incoming(message: Message, found: _Found) -> Incoming:
    name, address = sender_of(message)
    text = "\n\n".join(each.strip() for each in found.texts if each.strip())
    ids = [*ids_of(message, "in-reply-to"), *ids_of(message, "references"), *found.ids]
    return Incoming(
        sender=address, sender_name=name[:LONGEST_NAME], subject=text_of_header(message, "subject")[:LONGEST_SUBJECT],
        text=text[:LONGEST_TEXT],
        references=tuple(dict.fromkeys(ids))[:MOST_REFERENCES], automatic=why_automatic(message, address),
        attachments=tuple(found.attachments), left_out=found.left_out,
    )  # fmt: skip
