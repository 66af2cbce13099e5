"""Trends: how many KPIs of each period stand how."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from shizheng.common.permissions import Actor
from shizheng.domains.planning.queries.board_basis import READ, basis
from shizheng.domains.planning.queries.board_figures import statuses_of
from shizheng.domains.planning.queries.board_rows import kpis_of_years
from shizheng.domains.planning.rules.definitions import ROC_OFFSET
from shizheng.domains.planning.rules.tallies import Status, Tally
from shizheng.kernel.measures.queries import AsOf, Key
from shizheng.kernel.measures.queries.remembering import Mark, remembered_since, rows_kept
from shizheng.kernel.measures.rules.periods import Period


def trend(
    actor: Actor, periods: Sequence[Period], as_of: AsOf | None = None, agency_id: int | None = None
) -> list[tuple[Period, Tally]]:
    """The tally of each period, for a chart: the same queries whatever their number; kept until something is written."""
    key = ("planning.trend", actor.may("planning.view"), tuple(periods), as_of, agency_id)
    return remembered_since(key, lambda now: _trend(now, actor, periods, as_of, agency_id), len)


class _Weighed(NamedTuple):
    """A KPI as far as a trend needs it."""

    measure_id: int | None
    unit_id: int
    year: int
    weight: Decimal | None


def _trend(
    now: Mark, actor: Actor, periods: Sequence[Period], as_of: AsOf | None, agency_id: int | None
) -> list[tuple[Period, Tally]]:
    rests = basis(now, actor, as_of, agency_id)
    years = frozenset(period.year - ROC_OFFSET for period in periods)

    def make() -> list[_Weighed]:
        rows, _names = kpis_of_years(rests.plans, years, as_of)
        return [_Weighed(row.measure_id, row.plan.agency_id, row.year, row.weight) for row in rows]

    rows = rows_kept(
        now,
        ("planning.weighed", actor.may("planning.view"), years, as_of, agency_id),
        READ,
        make,
        lambda made: 10 + len(made) // 20,
    )
    keys = [
        (period, row, None if row.measure_id is None else Key(row.measure_id, row.unit_id, period))
        for period in periods
        for row in rows
        if row.year == period.year - ROC_OFFSET
    ]
    statuses = statuses_of(now, {key for _, _, key in keys if key is not None}, as_of, rests.tree)
    found = {period: Tally() for period in periods}
    for period, row, key in keys:
        found[period].add(Status.TO_CONFIRM if key is None else statuses[key], row.weight)
    return [(period, found[period]) for period in periods]
