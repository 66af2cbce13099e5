"""iCalendar (RFC 5545), so that a mail program can show what we know of days."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from shizheng.kernel.calendar.rules.calendar import DayState


@dataclass(frozen=True, slots=True)
class IcsEvent:
    """One event. `at` is a day (then it lasts all day) or an aware moment (then `minutes`). `uid` must stay the same."""

    uid: str
    at: date | datetime
    summary: str
    description: str = ""
    url: str = ""
    location: str = ""
    category: str = ""
    minutes: int = 60


def calendar_text(
    events: Iterable[IcsEvent], *, name: str, product: str, stamp: datetime, hours: int | None = None
) -> str:
    """A calendar of events. Lines are folded at 75 octets, ended by CRLF; moments are written in UTC.

    `hours`: after how long a program should ask again.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Shizheng//{product}//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    if hours is not None:
        lines += [f"REFRESH-INTERVAL;VALUE=DURATION:PT{hours}H", f"X-PUBLISHED-TTL:PT{hours}H"]
    for each in events:
        lines += _event(each, stamp)
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) + "\r\n" for line in lines)


def _event(event: IcsEvent, stamp: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_utc(stamp)}"
    if isinstance(event.at, datetime):
        yield f"DTSTART:{_utc(event.at)}"
        yield f"DTEND:{_utc(event.at + timedelta(minutes=event.minutes))}"
    else:
        yield f"DTSTART;VALUE=DATE:{event.at:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.at + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{_escaped(event.description)}"
    if event.location:
        yield f"LOCATION:{_escaped(event.location)}"
    if event.url:
        yield f"URL:{event.url}"
    if event.category:
        yield f"CATEGORIES:{_escaped(event.category)}"
    if not isinstance(event.at, datetime):
        yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def as_ics(days: Iterable[DayState], *, name: str, version: int, stamp: datetime, host: str) -> str:
    """The work calendar: one all-day event for each day that has a name or a closure."""
    events = (
        IcsEvent(
            f"{state.day.isoformat()}-v{version}@{host}",
            state.day,
            state.reason,
            state.source,
            category="上班" if state.working else "放假",
        )
        for state in days
        if state.name or state.closures
    )
    return calendar_text(events, name=name, product="Work calendar", stamp=stamp)


def _utc(moment: datetime) -> str:
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return f"{aware.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """A text value: separators and line ends escaped, other control characters left out."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = plain.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(letter for letter in lines if letter == "\t" or (letter >= " " and letter != "\x7f"))


def _folded(line: str) -> str:
    """Break after at most 75 octets, never inside a character."""
    parts, size = [""], 0
    for letter in line:
        width = len(letter.encode())
        if size + width > 74:
            parts.append("")
            size = 1
        parts[-1] += letter
        size += width
    return "\r\n ".join(parts)
