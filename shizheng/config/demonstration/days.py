"""Days of the demonstration city."""

from datetime import date, datetime, time

from shizheng.common import clock


def at(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment in Taipei; `year` is the ROC year."""
    return datetime.combine(date(year + 1911, month, day), time(hour, minute), clock.TAIPEI)


def morning(day: date) -> datetime:
    """Half past nine of a day."""
    return datetime.combine(day, time(9, 30), clock.TAIPEI)
