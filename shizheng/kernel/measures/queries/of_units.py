"""Figures of a unit as a plan, a page or a list needs them: its own, else put together from the units below it."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import Q

from shizheng.common import clock
from shizheng.kernel.measures.models import Fact
from shizheng.kernel.measures.queries.figures import Key, figures, names_of
from shizheng.kernel.measures.queries.knowledge import AsOf, definitions
from shizheng.kernel.measures.queries.roll_up import put_together, rolled_up
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.organisations import queries as organisations

SERIES_LIMIT = 60


def figures_of_unit(
    measure_ids: Iterable[int], unit_id: int, period: Period, as_of: AsOf | None = None
) -> dict[int, Figure]:
    """Figures of a unit by measure id: from its own facts, else from its shorter periods, else from the units below.

    At most four queries, and six more where the unit has no facts of its own for some measure.
    """
    ids = list(dict.fromkeys(measure_ids))
    found = {
        key.measure_id: figure
        for key, figure in figures([Key(pk, unit_id, period) for pk in ids], as_of).items()
    }
    open_ones = [
        pk for pk, each in found.items() if not each.fact_ids and each.definition and each.definition.tree
    ]
    return found | (rolled_up(open_ones, unit_id, period, as_of) if open_ones else {})


def series(
    measure_id: int, unit_id: int, as_of: AsOf | None = None, limit: int = SERIES_LIMIT
) -> list[Figure]:
    """The figures of a measure over time in its most frequent kind of period, oldest first.

    A unit that files nothing itself gets those of the units below it, put together (at most eight queries).
    """
    kept = _periods(measure_id, [unit_id], as_of, limit)
    if kept:
        return list(figures([Key(measure_id, unit_id, period) for period in kept], as_of).values())
    return _series_below(measure_id, unit_id, as_of, limit)


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


def _series_below(measure_id: int, unit_id: int, as_of: AsOf | None, limit: int) -> list[Figure]:
    day = clock.today() if as_of is None else as_of.moment.astimezone(clock.TAIPEI).date()
    below = sorted(organisations.subtree_ids(unit_id, day) - {unit_id})
    kept = _periods(measure_id, below, as_of, limit) if below else []
    if not kept:
        return []
    names = names_of([measure_id])
    versions = definitions([measure_id], as_of, tuple(period.last_day for period in kept))
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
