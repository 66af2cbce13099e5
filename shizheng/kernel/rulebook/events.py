"""What happens to the rulebook, for apps above it that tell people: called inside the transaction that it happens in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from shizheng.common.permissions import Actor


@dataclass(frozen=True, slots=True)
class Happening:
    """`what`: proposed or decided. `decision`: the code of its outcome. `author_id`: who proposed it."""

    what: str
    version_id: int
    code: str
    name: str
    valid_from: date
    by: Actor
    reason: str
    author_id: int | None = None
    decision: str = ""


Listener = Callable[[Happening], None]
_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Let this know of what happens; what it raises undoes what happened."""
    if listener not in _listeners:
        _listeners.append(listener)


def happened(happening: Happening) -> None:
    """Tell everybody who listens."""
    for listener in _listeners:
        listener(happening)
