"""The calendar as iCalendar (RFC 5545), so that a mail program can show it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from shizheng.kernel.calendar.rules.calendar import DayState


def as_ics(days: Iterable[DayState], *, name: str, version: int, stamp: datetime, host: str) -> str:
    """One all-day event for each day that has a name or a closure. Lines are folded at 75 octets, ended by CRLF."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Shizheng//Work calendar//ZH",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    utc = (stamp - stamp.utcoffset()).replace(tzinfo=None) if stamp.utcoffset() is not None else stamp  # type: ignore[operator]
    for state in days:
        if not (state.name or state.closures):
            continue
        lines += [
            "BEGIN:VEVENT",
            f"UID:{state.day.isoformat()}-v{version}@{host}",
            f"DTSTAMP:{utc:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{state.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{state.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(state.reason)}",
            f"DESCRIPTION:{_escaped(state.source)}",
            f"CATEGORIES:{'上班' if state.working else '放假'}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) + "\r\n" for line in lines)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


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
