"""One line a request and one an event, as text or JSON, with nothing in it that names a person.

A person stands in the log by the number of the account only. Whatever a library writes is scrubbed of what looks like
an address, a telephone number, an identity number or a secret (個人資料保護法第 2 條; 資通安全責任等級分級辦法附表十).
"""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from typing import Any

from shizheng.common.clock import TAIPEI

request_facts: ContextVar[dict[str, Any] | None] = ContextVar("log_request_facts", default=None)
"""Of the request being answered: its number, the account's number."""

_SCRUBBED = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "〔信箱〕"),
    (re.compile(r"(?<![A-Za-z0-9])[A-Z][1289A-D]\d{8}(?!\d)"), "〔證號〕"),
    (re.compile(r"(?<![\d.])(?:\+886[\s-]?|0)(?:\d[\s-]?){8,9}(?!\d)"), "〔電話〕"),
    (re.compile(r"(?i)\b(bearer|token|password|secret|authorization)(\s*[=:]\s*|\s+)\S+"), r"\1\2〔不記錄〕"),
    (re.compile(r"(?i)(\w+://[^\s:/@]+:)[^\s@]+@"), r"\1〔不記錄〕@"),
)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_NO_FACTS: MappingProxyType[str, Any] = MappingProxyType({})


def scrub(text: str) -> str:
    """The text without what may be a person's data or a secret."""
    for pattern, instead in _SCRUBBED:
        text = pattern.sub(instead, text)
    return text


class Line(logging.Formatter):
    """For people: Taipei time, level, name, message, then the facts as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        facts = " ".join(f"{name}={value}" for name, value in _facts(record).items())
        text = f"{_moment(record, TAIPEI)} {record.levelname} {record.name}: {_message(self, record)}"
        return f"{text} ({facts})" if facts else text


class Json(logging.Formatter):
    """For machines: one JSON object a line, in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(
            {
                "at": _moment(record, UTC),
                "level": record.levelname,
                "logger": record.name,
                "message": _message(self, record),
                **_facts(record),
            },
            ensure_ascii=False,
            default=str,
        )


def _moment(record: logging.LogRecord, zone: tzinfo) -> str:
    return datetime.fromtimestamp(record.created, zone).isoformat(timespec="milliseconds")


def _message(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    text = record.getMessage()
    if record.exc_info:
        text += "\n" + formatter.formatException(record.exc_info)
    return scrub(text)


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    given = {
        name: scrub(value) if isinstance(value, str) else value
        for name, value in vars(record).items()
        if name not in _STANDARD and isinstance(value, str | int | float | bool)
    }
    return {**(request_facts.get() or _NO_FACTS), **given}
