"""Which version of a rule counts on a day, as far as was known by a moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


class AsOf(Protocol):
    """A moment to look from: what was recorded by then, by transactions that had ended (`history.queries.horizon`)."""

    @property
    def moment(self) -> datetime: ...

    @property
    def horizon(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class VersionFact:
    """What resolving needs of an approved version. `known_at` None: known ever since there was a rulebook."""

    id: int
    number: int
    valid_from: date
    valid_to: date | None
    known_at: datetime | None = None
    transaction_id: int = 0

    def covers(self, day: date) -> bool:
        """Whether its own period (half-open) holds the day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days (half-open; `end` None: for good) on which one version counts; `version` None: none does."""

    start: date
    end: date | None
    version: VersionFact | None


def known(version: VersionFact, as_of: AsOf | None) -> bool:
    """Whether a version had been approved as of then (None: now)."""
    if as_of is None or version.known_at is None:
        return True
    if version.known_at > as_of.moment:
        return False
    return as_of.horizon is None or version.transaction_id < as_of.horizon


def resolve(versions: Iterable[VersionFact], on: date, known_by: AsOf | None = None) -> VersionFact | None:
    """The version that counts on a day: the last approved of those that cover it; None where none does.

    A version for a limited time therefore lets the earlier one count again after its end.
    """
    covering = (each for each in versions if each.covers(on) and known(each, known_by))
    return max(covering, key=lambda each: each.number, default=None)


def stretches(versions: Sequence[VersionFact], known_by: AsOf | None = None) -> list[Stretch]:
    """The days from the first version on, cut wherever another version begins to count; oldest first."""
    visible = [each for each in versions if known(each, known_by)]
    edges = sorted(
        {each.valid_from for each in visible} | {each.valid_to for each in visible if each.valid_to}
    )
    found: list[Stretch] = []
    for place, start in enumerate(edges):
        end = edges[place + 1] if place + 1 < len(edges) else None
        counts = resolve(visible, start)
        last = found[-1] if found else None
        if last is not None and last.version == counts:
            found[-1] = Stretch(last.start, end, counts)
        else:
            found.append(Stretch(start, end, counts))
    return found[:-1] if found and found[-1].version is None else found
