"""Where the follow-up items of a visit go: whoever keeps commitments registers itself (a journey); none are kept here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from shizheng.common.permissions import Actor
from shizheng.domains.projects.models import SiteVisit


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What has to be done after a visit, by which unit, by when (None: by the rule of whoever keeps it)."""

    text: str
    unit_id: int
    due_on: date | None


Keeper = Callable[[Actor, SiteVisit, Sequence[FollowUp]], None]
_keepers: dict[str, Keeper] = {}


def register(code: str, keeper: Keeper) -> None:
    """Call `keeper(actor, visit, items)` in the transaction that records a visit; the same code twice replaces the first."""
    _keepers[code] = keeper


def kept() -> bool:
    """Whether anybody keeps them; where nobody does, a visit takes none."""
    return bool(_keepers)


def hand_over(actor: Actor, visit: SiteVisit, items: Sequence[FollowUp]) -> None:
    """Give the items to whoever keeps them."""
    for keeper in _keepers.values():
        keeper(actor, visit, items)
