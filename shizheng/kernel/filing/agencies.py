"""Returns that an agency owes about itself: one for each, called by the agency's name of the day."""

from collections.abc import Callable, Iterable
from datetime import date

from shizheng.kernel.filing.registry import Subject
from shizheng.kernel.organisations import queries as organisations

LABEL = "organisations.unit"


def own_returns(unit_ids: Iterable[int], on: date, title: Callable[[str], str]) -> Iterable[Subject]:
    """A return for each unit, the unit being its subject; `title` is made of the name that it bears on that day."""
    tree = organisations.tree(on)
    for unit_id in unit_ids:
        node = tree.by_id.get(unit_id)
        name = (node.short_name or node.name) if node else ""
        yield Subject(unit_id, LABEL, unit_id, title(name))
