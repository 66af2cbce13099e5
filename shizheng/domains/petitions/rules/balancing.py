"""Whose turn it is within a unit: the least weighted open work of those who are there (J03). No database."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What lies with one officer: open petitions, those of serious classes and those that are late among them.

    `weight` counts each once, a serious one `heavy` times, and a late one once more. `absent`: somebody stands in today.
    """

    user_id: int
    name: str
    open: int
    serious: int
    late: int
    heavy: int = 2
    absent: bool = False

    @property
    def weight(self) -> int:
        return self.open + (self.heavy - 1) * self.serious + self.late


def in_turn(loads: Iterable[Load]) -> list[Load]:
    """Those who are there, the least loaded first; equal ones by name, so that the same facts give the same answer."""
    return sorted(
        (each for each in loads if not each.absent), key=lambda each: (each.weight, each.name, each.user_id)
    )
