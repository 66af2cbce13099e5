"""How many cases will be late on the days to come, if work goes on as it did: a sum that anybody can do again by hand."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Ahead:
    """The end of one working day: `due` cases were due by then, `done` can be done by then, the rest is `late`."""

    day: date
    due: int
    done: int
    late: int


def pace(closed: int, days: int) -> Fraction:
    """Cases closed a working day: so many in so many days; 0 where there were no days."""
    return Fraction(closed, days) if days > 0 else Fraction(0)


def ahead(due_on: Sequence[date], a_day: Fraction, days: Sequence[date]) -> tuple[Ahead, ...]:
    """What each of the coming working days ends with, if `a_day` cases are closed a day, the earliest due first.

    `due_on`: the deadlines of all open cases whose clock runs, late ones too.
    """
    deadlines = sorted(due_on)
    found = []
    for number, day in enumerate(sorted(days), start=1):
        due, done = bisect_right(deadlines, day), int(a_day * number)
        found.append(Ahead(day, due, min(done, len(deadlines)), max(0, due - done)))
    return tuple(found)
