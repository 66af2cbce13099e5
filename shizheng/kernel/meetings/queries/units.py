"""Units by number, as agendas, attendance and resolutions name them."""

from collections.abc import Iterable
from datetime import date

from shizheng.common.words import called
from shizheng.kernel.organisations import queries as organisations


def names_of(unit_ids: Iterable[int], day: date | None = None) -> dict[int, str]:
    """What units are called on a day, shortly, also those that are no longer in the tree (one query, then one for each of these)."""
    wanted = set(unit_ids)
    if not wanted:
        return {}
    tree = organisations.tree(day)
    found = {pk: called(tree.by_id[pk], short=True) for pk in wanted if pk in tree.by_id}
    for pk in wanted - found.keys():
        former = organisations.unit(pk)
        found[pk] = called(former, short=True) if former else ""
    return found
