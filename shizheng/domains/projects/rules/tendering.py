"""Openings of a tender: failed and void ones counted, what is due to be tendered, and F01's rate (B09, B10, F01)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from shizheng.domains.projects.rules.life import UNAWARDED, Kind, State


class Failures(NamedTuple):
    """How often a tender was 流標 (too few bidders) and 廢標 (opened, not awarded) since its last award or its beginning."""

    failed: int
    void: int

    @property
    def all(self) -> int:
        """B09 counts both."""
        return self.failed + self.void


def failures(kinds: Sequence[Kind]) -> Failures:
    """Counted since the last award: an award that was followed by termination is not settled, and counting begins anew."""
    found = Failures(0, 0)
    for kind in kinds:
        if kind is Kind.AWARDED:
            found = Failures(0, 0)
        elif kind is Kind.FAILED:
            found = Failures(found.failed + 1, found.void)
        elif kind is Kind.VOID:
            found = Failures(found.failed, found.void + 1)
    return found


def is_tracked(kinds: Sequence[Kind], state: State, threshold: int) -> bool:
    """流廢標追蹤: failed that often or more, and still not awarded (TC-08)."""
    return state in UNAWARDED and failures(kinds).all >= threshold


def is_due_to_tender(state: State, planned_on: date | None, on: date) -> bool:
    """應發包而未發包: the planned day of announcing is over at the end of `on`, and nothing was announced."""
    return state is State.PREPARING and planned_on is not None and planned_on <= on


def is_forecast(state: State, planned_on: date | None, on: date, until: date) -> bool:
    """發包預告: to be announced after `on`, up to and including `until`."""
    return state is State.PREPARING and planned_on is not None and on < planned_on <= until
