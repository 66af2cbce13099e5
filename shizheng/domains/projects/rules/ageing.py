"""Ageing after completion (domain-rules 4): completed and not accepted, completed and not valued, by level of days."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from shizheng.domains.projects.rules.life import Kind


class Step(NamedTuple):
    """From so many calendar days after completion on (the day included) this level counts."""

    days: int
    label: str


class Open(NamedTuple):
    """What was left open since a day of completion."""

    completed_on: date
    accepted: bool
    valued: bool


def left_open(happenings: Sequence[Any]) -> Open | None:
    """What of a tender waits since its last completion; None where it is not completed, or nothing waits.

    `happenings`: standing ones in their order, each with `kind` and `on`.
    """
    completed: date | None = None
    accepted = valued = False
    for each in happenings:
        kind = Kind(each.kind)
        if kind is Kind.COMPLETED:
            completed, accepted, valued = each.on, False, False
        elif kind is Kind.ACCEPTED:
            accepted = True
        elif kind is Kind.VALUED:
            valued = True
    if completed is None or (accepted and valued):
        return None
    return Open(completed, accepted, valued)


def level_of(days: int, steps: Sequence[Step]) -> Step | None:
    """The highest level that so many days have reached; None below the lowest."""
    reached = [each for each in steps if days >= each.days]
    return max(reached, key=lambda each: each.days, default=None)
