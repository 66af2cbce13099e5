"""When a mail goes out: at once, after the quiet hours, with the day's digest, and again after a failure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

DEFAULT_DIGEST = time(8, 0)
"""When the day's digest goes out unless somebody chose otherwise (Taipei time)."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(days=1)
KEEPS_TRYING = timedelta(days=5)
"""How long a mail that cannot be sent is tried (RFC 5321, 4.5.4.1: at least four to five days)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`held`: it waits for the digest; else it goes out by itself. `at`: when."""

    held: bool
    at: datetime


def plan(
    now: datetime,
    by_mail: str,
    *,
    urgent: bool,
    quiet: tuple[time, time] | None = None,
    digest_at: time = DEFAULT_DIGEST,
) -> Plan | None:
    """What to do with a mail now (an aware moment in Taipei time); None where none is wanted (`off`).

    What is urgent goes out at once, in quiet hours too, unless no mail is wanted at all.
    """
    if by_mail == "off":
        return None
    if urgent:
        return Plan(False, now)
    if by_mail == "digest":
        return Plan(True, next_time(now, digest_at))
    return Plan(False, after_quiet(now, quiet))


def next_time(now: datetime, at: time) -> datetime:
    """The next moment at that time of day; now itself counts."""
    today = datetime.combine(now.date(), at, now.tzinfo)
    return today if today >= now else today + timedelta(days=1)


def after_quiet(now: datetime, quiet: tuple[time, time] | None) -> datetime:
    """The first moment from now on outside of the quiet hours, which may reach over midnight."""
    if quiet is None or quiet[0] == quiet[1]:
        return now
    start, end = quiet
    clock = now.timetz().replace(tzinfo=None)
    inside = start <= clock < end if start < end else clock >= start or clock < end
    return next_time(now, end) if inside else now


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts (1, 2, …): a minute, two, four, … up to a day."""
    return min(FIRST_WAIT * int(2 ** min(attempts - 1, 20)), LONGEST_WAIT)


def gives_up(now: datetime) -> datetime:
    """Until when a mail that is made or sent again now is tried."""
    return now + KEEPS_TRYING
