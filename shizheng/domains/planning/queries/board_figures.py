"""The figures of boards: of the units themselves, else of the units below; kept beyond changes that do not touch them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from shizheng.domains.planning.rules.tallies import Status, status_of
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries import AsOf, Key
from shizheng.kernel.measures.queries.figures import Names, names_of
from shizheng.kernel.measures.queries.remembering import Mark, Place, figures_kept
from shizheng.kernel.measures.queries.roll_up import put_together
from shizheng.kernel.measures.rules.aggregation import OverUnits
from shizheng.kernel.measures.rules.figures import Definition, Figure
from shizheng.kernel.organisations.rules import Tree

Made = TypeVar("Made")
STATUS_SIZE = 0.1  # of a figure's


def figures_of(
    now: Mark, keys: Collection[Key], names: Mapping[int, Names], as_of: AsOf | None, tree: Tree
) -> dict[Key, Figure]:
    """The figure of each key. No query where nothing was filed or defined since, one where that touches none of them;
    else at most seven.
    """
    places = places_of(keys)
    kept = _kept(now, "planning.figures", places, lambda few: _figures(few, names, as_of, tree), as_of, tree)
    found = {key: kept[place] for place, key in places.items()}
    return {key: _called(figure, names) for key, figure in found.items()}


def fresh_figures(
    keys: Collection[Key], tree: Tree, names: Mapping[int, Names] | None = None, as_of: AsOf | None = None
) -> dict[Key, Figure]:
    """The figure of each key as it is this moment, nothing kept (at most nine queries whatever their number, one less
    where the `names` of their measures are at hand)."""
    return _figures(list(keys), measures_called(keys) if names is None else names, as_of, tree)


def measures_called(keys: Iterable[Key]) -> dict[int, Names]:
    """What the measures of these keys are called."""
    return names_of({key.measure_id for key in keys})


def statuses_of(
    now: Mark, places: Mapping[Place, Key], as_of: AsOf | None, tree: Tree
) -> dict[Place, Status]:
    """Only the status of each place, in the same number of queries: a trend has thousands and shows none of them."""

    def make(few: list[Key]) -> dict[Key, Status]:
        return {key: status_of(figure) for key, figure in _figures(few, {}, as_of, tree).items()}

    return _kept(now, "planning.statuses", places, make, as_of, tree, STATUS_SIZE)


def places_of(keys: Iterable[Key]) -> dict[Place, Key]:
    """Under what each key is kept."""
    return {(key.measure_id, key.unit_id, key.period.code): key for key in keys}


def _kept(
    now: Mark,
    what: str,
    places: Mapping[Place, Key],
    make: Callable[[list[Key]], Mapping[Key, Made]],
    as_of: AsOf | None,
    tree: Tree,
    size: float = 1,
) -> dict[Place, Made]:
    """From stock where it can be; what units have above and below them is part of what is kept."""

    def made(few: list[Place]) -> dict[Place, Made]:
        found = make([places[place] for place in few])
        return {place: found[places[place]] for place in few}

    def above(unit_id: int) -> Iterable[int]:
        return [node.id for node in tree.ancestors(unit_id)]

    shape = frozenset((node.id, node.parent_id) for node in tree.by_id.values())
    return figures_kept(now, (what, as_of, shape), places, made, above, size)


def _called(figure: Figure, names: Mapping[int, Names]) -> Figure:
    """The figure under its measure's name of today."""
    called = names.get(figure.measure_id)
    if called is None or (called.code, called.name) == (figure.code, figure.name):
        return figure
    return replace(figure, code=called.code, name=called.name)


def _figures(
    keys: Collection[Key], names: Mapping[int, Names], as_of: AsOf | None, tree: Tree
) -> dict[Key, Figure]:
    found = measures.figures(keys, as_of, names=names)
    _roll_up(found, tree, as_of, names)
    return found


def _roll_up(found: dict[Key, Figure], tree: Tree, as_of: AsOf | None, names: Mapping[int, Names]) -> None:
    """Figures without facts of their own, put together from the units below: one more reading for all of them."""
    open_keys = [
        key
        for key, figure in found.items()
        if not figure.fact_ids
        and figure.definition is not None
        and figure.definition.tree is not None
        and figure.definition.over_units is not OverUnits.NONE
        and key.unit_id in tree.by_id
    ]
    units_of = {unit: sorted(tree.subtree_ids(unit) - {unit}) for unit in {key.unit_id for key in open_keys}}
    below = {key: units_of[key.unit_id] for key in open_keys}
    wanted = [Key(key.measure_id, unit, key.period) for key, units in below.items() for unit in units]
    if not wanted:
        return
    judged = {key.period: found[key].rule for key in open_keys}
    parts = measures.figures(wanted, as_of, names, _versions_of(found[key] for key in open_keys), judged)
    for key, units in below.items():
        combined = put_together(found[key], [parts[Key(key.measure_id, unit, key.period)] for unit in units])
        if combined is not None:
            found[key] = combined


def _versions_of(found: Iterable[Figure]) -> dict[int, list[Definition]]:
    """The definitions that these figures were made by, of each measure the highest number first."""
    versions: dict[int, dict[int, Definition]] = {}
    for figure in found:
        if figure.definition is not None:
            versions.setdefault(figure.measure_id, {})[figure.definition.number] = figure.definition
    return {pk: [mine[number] for number in sorted(mine, reverse=True)] for pk, mine in versions.items()}
