"""The only source of time. Tests, demonstrations and as-of pages set it; nothing else asks the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

TAIPEI = ZoneInfo("Asia/Taipei")

_set: ContextVar[datetime | None] = ContextVar("shizheng_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in Taipei time."""
    return _set.get() or datetime.now(TAIPEI)


def today() -> date:
    """The present day in Taipei."""
    return now().date()


def is_set() -> bool:
    """Whether somebody has set the clock (so that history writes down the set moment, not the machine's)."""
    return _set.get() is not None


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Run with the clock standing at `moment` (aware)."""
    if moment.tzinfo is None:
        raise ValueError("the clock takes an aware moment")
    token = _set.set(moment.astimezone(TAIPEI))
    try:
        yield
    finally:
        _set.reset(token)
