"""Trends: how many KPIs of each period stand how."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from shizheng.common.permissions import Actor
from shizheng.domains.planning.queries.board_basis import READ, basis
from shizheng.domains.planning.queries.board_figures import statuses_of
from shizheng.domains.planning.queries.board_rows import kpis_of_years
from shizheng.domains.planning.rules.definitions import ROC_OFFSET
from shizheng.domains.planning.rules.tallies import Status, Tally
from shizheng.kernel.measures.queries import AsOf, Key
from shizheng.kernel.measures.queries.remembering import Mark, Place, remembered_since, rows_kept
from shizheng.kernel.measures.rules.periods import Period


def trend(
    actor: Actor, periods: Sequence[Period], as_of: AsOf | None = None, agency_id: int | None = None
) -> list[tuple[Period, Tally]]:
    """The tally of each period, for a chart: the same queries whatever their number; kept until something is written."""
    key = ("planning.trend", actor.may("planning.view"), tuple(periods), as_of, agency_id)
    return remembered_since(key, lambda now: _trend(now, actor, periods, as_of, agency_id), len)


class _Weighed(NamedTuple):
    """The KPIs of all periods as far as a trend needs them: period, where the figure is kept, weight."""

    kpis: Sequence[tuple[Period, Place | None, Decimal | None]]
    places: Mapping[Place, Key]


def _trend(
    now: Mark, actor: Actor, periods: Sequence[Period], as_of: AsOf | None, agency_id: int | None
) -> list[tuple[Period, Tally]]:
    rests = basis(now, actor, as_of, agency_id)

    def make() -> _Weighed:
        rows, _names = kpis_of_years(rests.plans, {period.year - ROC_OFFSET for period in periods}, as_of)
        kpis: list[tuple[Period, Place | None, Decimal | None]] = []
        places: dict[Place, Key] = {}
        for period in periods:
            code = period.code
            for row in rows:
                if row.year != period.year - ROC_OFFSET:
                    continue
                place = None if row.measure_id is None else (row.measure_id, row.plan.agency_id, code)
                if place is not None:
                    places[place] = Key(place[0], place[1], period)
                kpis.append((period, place, row.weight))
        return _Weighed(kpis, places)

    key = ("planning.weighed", actor.may("planning.view"), tuple(periods), as_of, agency_id)
    weighed = rows_kept(now, key, READ, make, lambda made: 10 + len(made.kpis) // 10)
    statuses = statuses_of(now, weighed.places, as_of, rests.tree)
    found = {period: Tally() for period in periods}
    for period, place, weight in weighed.kpis:
        found[period].add(Status.TO_CONFIRM if place is None else statuses[place], weight)
    return [(period, found[period]) for period in periods]
