"""Figures of a unit as a plan, a page or a list needs them: its own, else put together from the units below it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from shizheng.common import clock
from shizheng.kernel.measures.models import Fact
from shizheng.kernel.measures.queries.figures import Key, Names, figures
from shizheng.kernel.measures.queries.knowledge import AsOf, named_definitions
from shizheng.kernel.measures.queries.roll_up import Versions, put_together, rolled_up
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.organisations.rules import Tree
from shizheng.kernel.rulebook.queries import asked_once

SERIES_LIMIT = 60


def figures_of_unit(
    measure_ids: Iterable[int], unit_id: int, period: Period, as_of: AsOf | None = None
) -> dict[int, Figure]:
    """Figures of a unit by measure id: from its own facts, else from its shorter periods, else from the units below.

    At most five queries, and four more where the unit has no facts of its own for some measure.
    """
    return figures_of_unit_and_others(measure_ids, unit_id, (), period, as_of)[0]


def figures_of_unit_and_others(
    measure_ids: Iterable[int],
    unit_id: int,
    others: Iterable[int],
    period: Period,
    as_of: AsOf | None = None,
) -> tuple[dict[int, Figure], dict[Key, Figure]]:
    """The same of one unit, and of other units what they filed themselves: no query more than for the one alone."""
    ids = list(dict.fromkeys(measure_ids))
    with asked_once():
        named, versions = named_definitions(ids, as_of, (period.last_day,))
        names = {pk: Names(*each) for pk, each in named.items()}
        own = [Key(pk, unit_id, period) for pk in ids]
        beside = [Key(pk, each, period) for each in others for pk in ids]
        every = figures([*own, *beside], as_of, names, versions)
        found = {key.measure_id: every[key] for key in own}
        open_ones = [pk for pk, each in found.items() if _is_open(each)]
        if open_ones:
            found |= rolled_up(open_ones, unit_id, period, as_of, names=names, versions=versions)
        return found, {key: every[key] for key in beside}


def _is_open(found: Figure) -> bool:
    """Whether the units below may have what the unit itself has not filed."""
    return not found.fact_ids and found.definition is not None and found.definition.tree is not None


def figure_and_series(
    measure_id: int, unit_id: int, period: Period, as_of: AsOf | None = None, limit: int = SERIES_LIMIT
) -> tuple[Figure, list[Figure]]:
    """What `figure` and `series` give, with what both read read once (four queries where the unit files itself)."""
    wanted = Key(measure_id, unit_id, period)
    with asked_once():
        named, versions = named_definitions([measure_id], as_of)
        names = {pk: Names(*each) for pk, each in named.items()}
        kept = _periods(measure_id, [unit_id], as_of, limit)
        keys = [Key(measure_id, unit_id, each) for each in kept]
        found = figures([wanted, *keys], as_of, names, versions)
        one = found[wanted]
        if not _is_open(one) and kept:
            return one, [found[key] for key in keys]
        day = clock.today() if as_of is None else as_of.moment.astimezone(clock.TAIPEI).date()
        tree = organisations.tree(min(day, period.last_day))
        if _is_open(one):
            below = tree.subtree_ids(unit_id)
            rolled = rolled_up(
                [measure_id], unit_id, period, as_of, unit_ids=below, names=names, versions=versions
            )  # fmt: skip
            one = rolled.get(measure_id) or one
        if kept:
            return one, [found[key] for key in keys]
        if day > period.last_day:
            tree = organisations.tree(day)
        return one, _series_below(measure_id, unit_id, as_of, limit, tree, names, versions)


def series(
    measure_id: int, unit_id: int, as_of: AsOf | None = None, limit: int = SERIES_LIMIT
) -> list[Figure]:
    """The figures of a measure over time in its most frequent kind of period, oldest first.

    A unit that files nothing itself gets those of the units below it, put together (at most eight queries).
    """
    kept = _periods(measure_id, [unit_id], as_of, limit)
    if kept:
        return list(figures([Key(measure_id, unit_id, period) for period in kept], as_of).values())
    day = clock.today() if as_of is None else as_of.moment.astimezone(clock.TAIPEI).date()
    return _series_below(measure_id, unit_id, as_of, limit, organisations.tree(day))


def _periods(measure_id: int, unit_ids: Sequence[int], as_of: AsOf | None, limit: int) -> list[Period]:
    """The last periods, oldest first, of the kind in which these units file most often."""
    known = Q(recorded_at__lte=as_of.moment) if as_of else Q()
    rows = (
        Fact.objects.filter(known, measure_id=measure_id, unit_id__in=unit_ids)
        .values_list("period", "period_start", "period_end")
        .distinct()
        .order_by("-period_start")[: limit * 3]
    )
    periods = [parse_period(code) for code, _, _ in rows]
    if not periods:
        return []
    often = Counter(period.kind for period in periods)
    kind = max(often, key=lambda each: (often[each], each.value))
    return sorted((each for each in periods if each.kind is kind), key=lambda each: each.start)[-limit:]


def _series_below(
    measure_id: int,
    unit_id: int,
    as_of: AsOf | None,
    limit: int,
    tree: Tree,
    names: Mapping[int, Names] | None = None,
    versions: Versions | None = None,
) -> list[Figure]:
    below = sorted(tree.subtree_ids(unit_id) - {unit_id})
    kept = _periods(measure_id, below, as_of, limit) if below else []
    if not kept:
        return []
    wanted = [Key(measure_id, unit, period) for period in kept for unit in (unit_id, *below)]
    found = figures(wanted, as_of, names, versions)
    made = [
        put_together(
            found[Key(measure_id, unit_id, period)],
            [found[Key(measure_id, unit, period)] for unit in below],
        )
        for period in kept
    ]
    return [each for each in made if each is not None]
