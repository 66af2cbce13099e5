"""How far a commitment is: from what its units told, or from the thing that it is linked to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from shizheng.domains.commitments import progress as sources
from shizheng.domains.commitments.models import Commitment, CommitmentUnit
from shizheng.domains.commitments.progress import Progress
from shizheng.domains.commitments.rules.workflow import is_done


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a unit is. `linked`: where it comes from when nobody types it. Percent 0 to 100; quantity in the item's unit."""

    percent: Decimal | None
    quantity: Decimal | None
    done: bool
    linked: Progress | None = None


def linked(rows: Iterable[Commitment]) -> dict[int, Progress]:
    """How the things stand that commitments are linked to, by commitment (as many reads as there are kinds)."""
    wanted: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.link_kind:
            wanted[row.link_kind][row.link_key].append(row.pk)
    found: dict[int, Progress] = {}
    for kind, keys in wanted.items():
        known = sources.source(kind)
        for key, one in (known.read(list(keys)) if known else {}).items():
            for pk in keys.get(key, ()):
                found[pk] = one
    return found


def reached(row: Commitment, owed: CommitmentUnit, links: Mapping[int, Progress] | None = None) -> Reached:
    """How far one unit is."""
    there = (linked([row]) if links is None else links).get(row.pk)
    if there is not None:
        done = there.done or is_done(there.percent, there.quantity, row.target_quantity)
        return Reached(there.percent, there.quantity, done, there)
    percent = owed.progress
    if row.target_quantity and owed.quantity is not None:
        percent = min(Decimal(100), owed.quantity * 100 / row.target_quantity)
    return Reached(percent, owed.quantity, is_done(owed.progress, owed.quantity, row.target_quantity))
