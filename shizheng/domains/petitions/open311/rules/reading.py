"""What the arguments of a call mean: moments, lists, pages, places, links. What does not fit raises Unfit with a sentence."""

import math
import re
from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta, timezone
from urllib.parse import urlsplit

from shizheng.common.clock import TAIPEI
from shizheng.common.text import is_cjk
from shizheng.common.words import listed, tell

SPAN = timedelta(days=90)
"""The longest time between the days of a list, and how far back it goes by itself."""
MOST = 1000
"""How many requests one answer holds."""
MOST_PAGES = 100_000
LONGEST_LINK = 1000
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})(?:T(?P<clock>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(?P<zone>Z|[+-]\d{2}:?\d{2}))?"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ATTRIBUTE = re.compile(r"attribute\[(?P<code>[^\[\]]{1,100})\](?:\[\d{0,3}\])?")


class Unfit(ValueError):
    """An argument that cannot be taken; its text says which, why, and how it should be."""


def moment(name: str, given: str) -> datetime | None:
    """A moment as the W3C note writes it, with its zone; a day alone is its beginning in Taipei. None: not given.

    A `+` of the zone that came as a blank (sent without being encoded) is taken for what it was.
    """
    text = re.sub(r" (\d{2}:?\d{2})$", r"+\1", given.strip())
    if not text:
        return None
    found = _MOMENT.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        day = datetime.fromisoformat(found["day"]).date()
        if found["clock"] is None:
            return datetime.combine(day, time(), TAIPEI)
        zone = _zone(found["zone"])
        made = datetime.combine(day, time.fromisoformat(found["clock"][:15]), zone)
        made.astimezone(TAIPEI)  # the first and the last year of the calendar have no other zone
    except (ValueError, OverflowError):
        raise Unfit(
            tell(
                "%(name)s 要寫成含時區的 ISO 8601 時間，例如 2026-01-05T08:15:30+08:00 或 2026-01-05T00:15:30Z。",
                name=name,
            )
        ) from None
    return made


def _zone(text: str) -> timezone:
    if text == "Z":
        return timezone.utc  # noqa: UP017 - the same type as below
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def window(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """From when to when requests are listed: 90 days at most, the last ones where nothing is said."""
    if start is None:
        end = end or now
        return end - SPAN, end
    if end is None:
        end = min(start + SPAN, max(now, start))
    if end < start:
        raise Unfit(tell("end_date 不能早於 start_date。"))
    if end - start > SPAN:
        raise Unfit(tell("start_date 到 end_date 最多 90 天；請分段查詢。"))
    return start, end


def several(given: Collection[str]) -> list[str]:
    """Values that come as a list with commas, as the same argument again, or both; each once, in order."""
    parts = (part.strip() for text in given for part in text.split(","))
    return list(dict.fromkeys(part for part in parts if part))


def states(given: Collection[str]) -> frozenset[str]:
    """Which of open and closed are asked for; both where nothing is said."""
    asked = {each.lower() for each in several(given)}
    if not asked <= {"open", "closed"}:
        raise Unfit(tell("status 只能是 open、closed，可用逗號並列。"))
    return frozenset(asked or {"open", "closed"})


def whole(name: str, given: str, default: int, most: int) -> int:
    """A whole number from 1."""
    if not given.strip():
        return default
    text = given.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and 1 <= int(text) <= most):
        raise Unfit(tell("%(name)s 要是 1 到 %(most)s 的整數。", name=name, most=most))
    return int(text)


def place(given: Mapping[str, str]) -> tuple[float, float] | None:
    """Longitude and latitude (WGS 84) of `long` and `lat`; None where neither is given."""
    texts = {name: given.get(name, "").strip() for name in ("lat", "long")}
    if not any(texts.values()):
        return None
    if not all(texts.values()):
        raise Unfit(tell("lat 和 long 要一起給。"))
    lat, long = (_degrees(name, texts[name], most) for name, most in (("lat", 90), ("long", 180)))
    return long, lat


def _degrees(name: str, text: str, most: int) -> float:
    try:
        value = float(text) if len(text) <= 40 else math.nan
    except ValueError:
        value = math.nan
    if not abs(value) <= most:
        raise Unfit(
            tell("%(name)s 要是 WGS 84 的度數，-%(most)s 到 %(most)s，例如 25.0123。", name=name, most=most)
        )
    return value


def link(given: str) -> str:
    """A link to media that may be kept: http or https, with a host, without a password. The product never opens it."""
    text = given.strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        good = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.username is None
            and parts.password is None
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        good = False
    if (
        not good
        or len(text) > LONGEST_LINK
        or not text.isprintable()
        or any(each in text for each in ' <>"\\^`{|}')
    ):
        raise Unfit(
            tell(
                "media_url 要是 http 或 https 的完整網址，不含帳號密碼與空白，最多 %(most)s 字。",
                most=LONGEST_LINK,
            )
        )
    return text


def clean(name: str, given: str, most: int, *, lines: bool = False) -> str:
    """A text of at most so many characters without control characters; `lines`: it may have several lines."""
    text = given.replace("\r\n", "\n").replace("\r", "\n").strip()
    if _CONTROL.search(text):
        raise Unfit(tell("%(name)s 有不能存的控制字元。", name=name))
    if not lines and ("\n" in text or "\t" in text):
        raise Unfit(tell("%(name)s 只能是一行。", name=name))
    if len(text) > most:
        raise Unfit(tell("%(name)s 最多 %(most)s 字。", name=name, most=most))
    return text


def attributes(given: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """Answers by attribute of `attribute[CODE]=…` and `attribute[CODE][]=…`, blank ones left out."""
    found: dict[str, list[str]] = {}
    for name, texts in given.items():
        if match := _ATTRIBUTE.fullmatch(name):
            found.setdefault(match["code"], []).extend(text for text in texts if text.strip())
    return {code: texts for code, texts in found.items() if texts}


def full_name(first: str, last: str) -> str:
    """Given and family name as one: the family name first where the name is Chinese."""
    if not first or not last:
        return first or last
    return last + first if is_cjk(last[0]) and is_cjk(first[0]) else f"{first} {last}"


def unknown(codes: Collection[str]) -> Unfit:
    """Answers to questions that the service does not ask."""
    return Unfit(
        tell("這項服務沒有這些題目：%(codes)s。題目請查服務定義。", codes=listed(sorted(codes)[:10]))
    )


def no_service(codes: Collection[str]) -> str:
    """Said of services that do not exist."""
    return tell("找不到 service_code：%(codes)s。", codes=listed(sorted(codes)[:10]))
