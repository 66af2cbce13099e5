"""Boards: every KPI of a year with its figure, tallied by agency. A fixed number of queries, whatever the number of KPIs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from shizheng.common.permissions import Actor
from shizheng.domains.planning.models import ResultRow
from shizheng.domains.planning.queries.board_basis import READ, basis
from shizheng.domains.planning.queries.board_figures import figures_of
from shizheng.domains.planning.queries.board_rows import KpiRow, kpis_of_years, plans_in_force
from shizheng.domains.planning.rules.definitions import ROC_OFFSET
from shizheng.domains.planning.rules.tallies import Status, Tally, gap, status_of, tally, urgency
from shizheng.kernel.measures.queries import AsOf, Key
from shizheng.kernel.measures.queries.remembering import Mark, remembered_since, rows_kept
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.periods import Period, PeriodKind
from shizheng.kernel.organisations.rules import Tree


@dataclass(frozen=True, slots=True)
class BoardKpi:
    """One KPI on a board. `result_id` is set where it comes from a results part, for want of that year's plan."""

    plan_id: int
    kpi_id: int
    agency_id: int
    goal_id: int
    goal_name: str
    goal_weight: Decimal | None
    label: str
    name: str
    weight: Decimal | None
    target_text: str
    measure_id: int | None
    figure: Figure | None
    status: Status
    result_id: int | None = None

    @property
    def gap(self) -> Decimal | None:
        """How far from the target."""
        return gap(self.figure) if self.figure else None


@dataclass(frozen=True)
class AgencyRow:
    """One agency on the city board."""

    agency_id: int
    name: str
    tally: Tally

    @property
    def share(self) -> Decimal | None:
        return self.tally.share

    @property
    def low(self) -> bool:
        """Whether some judged KPI of the agency is not good."""
        return self.tally.good < self.tally.judged


@dataclass(frozen=True)
class Board:
    """Everything that a board shows; the pages choose from it."""

    year: int
    period: Period
    kpis: Sequence[BoardKpi]
    agencies: Sequence[AgencyRow]
    years: Sequence[int]
    names: dict[int, str]
    day: date

    @cached_property
    def tally(self) -> Tally:
        return tally((kpi.status, kpi.weight) for kpi in self.kpis)

    @cached_property
    def exceptions(self) -> list[BoardKpi]:
        """Those that fall short first, then those at risk; the most urgent of each first."""
        rank = {Status.NOT_MET: 0, Status.AT_RISK: 1}
        short = [kpi for kpi in self.kpis if kpi.status in rank]
        return sorted(
            short,
            key=lambda kpi: (
                rank[kpi.status],
                -(urgency(kpi.figure, kpi.weight) if kpi.figure else Decimal(0)),
            ),
        )

    @cached_property
    def late(self) -> list[BoardKpi]:
        """Those that should have been filed by now and were not."""
        return [kpi for kpi in self.kpis if kpi.status is Status.NOT_FILED]

    def chosen(self, count: int = 4) -> list[BoardKpi]:
        """The KPIs with the greatest weight, at most one of each agency as long as there are enough agencies."""
        ranked = sorted(
            self.kpis, key=lambda kpi: (-(kpi.weight or Decimal(0)), kpi.status not in _SHOWN_FIRST)
        )
        first: dict[int, BoardKpi] = {}
        for kpi in ranked:
            first.setdefault(kpi.agency_id, kpi)
        picked = list(first.values())[:count]
        picked += [kpi for kpi in ranked if kpi not in picked][: count - len(picked)]
        return picked


_SHOWN_FIRST = (Status.NOT_MET, Status.AT_RISK, Status.MET, Status.ON_TRACK)


def years(actor: Actor, as_of: AsOf | None = None) -> list[int]:
    """ROC years that some plan in force is for or reports on, newest first."""
    plans = plans_in_force(actor, as_of)
    reported = (
        ResultRow.objects.filter(plan_id__in=[plan.pk for plan in plans], roc_year__isnull=False)
        .values_list("roc_year", flat=True)
        .distinct()
    )
    return sorted({plan.roc_year for plan in plans} | {year for year in reported if year}, reverse=True)


def city_board(
    actor: Actor, year: int | None = None, period: Period | None = None, as_of: AsOf | None = None
) -> Board:
    """The whole city: agencies lowest first. At most twelve queries."""
    return _remembered_board(actor, year, period, as_of, None)


def agency_board(
    actor: Actor,
    agency_id: int,
    year: int | None = None,
    period: Period | None = None,
    as_of: AsOf | None = None,
) -> Board:
    """One agency with all below it: the same, by unit."""
    return _remembered_board(actor, year, period, as_of, agency_id)


def _remembered_board(
    actor: Actor, year: int | None, period: Period | None, as_of: AsOf | None, agency_id: int | None
) -> Board:
    """Plans in force are the same for all who may see any, so a board is kept until something is written."""
    key = ("planning.board", actor.may("planning.view"), year, period, as_of, agency_id)
    return remembered_since(
        key, lambda now: _board(now, actor, year, period, as_of, agency_id), lambda made: len(made.kpis) + 50
    )


def _board(
    now: Mark,
    actor: Actor,
    year: int | None,
    period: Period | None,
    as_of: AsOf | None,
    agency_id: int | None,
) -> Board:
    day, tree, plans, known, former = basis(now, actor, as_of, agency_id)
    chosen = year if year is not None else period.year - ROC_OFFSET if period else _default_year(known, day)
    span = period or Period(PeriodKind.YEAR, chosen + ROC_OFFSET)
    rows, called = rows_kept(
        now,
        ("planning.kpis", actor.may("planning.view"), chosen, as_of, agency_id),
        READ,
        lambda: kpis_of_years(plans, (chosen,), as_of),
        lambda made: 10 + len(made[0]) // 4,
    )
    keys = [_key(row, span) for row in rows]
    figures = figures_of(now, [key for key in keys if key is not None], called, as_of, tree)
    kpis = [_board_kpi(row, figures.get(key) if key else None) for row, key in zip(rows, keys, strict=True)]
    names = {node.id: node.short_name or node.name for node in tree}
    names |= former
    group = {kpi.agency_id: _group_of(kpi.agency_id, tree, agency_id) for kpi in kpis}
    by_group: dict[int, list[BoardKpi]] = {}
    for kpi in kpis:
        by_group.setdefault(group[kpi.agency_id], []).append(kpi)
    agencies = [
        AgencyRow(unit, names.get(unit, ""), tally((kpi.status, kpi.weight) for kpi in mine))
        for unit, mine in by_group.items()
    ]
    agencies.sort(key=lambda row: (row.share is None, row.share or Decimal(0), row.name))
    return Board(chosen, span, kpis, agencies, known, names, day)


def _default_year(known: Sequence[int], day: date) -> int:
    """The newest year that has begun; else the oldest known; else this year."""
    this = day.year - ROC_OFFSET
    return next((year for year in known if year <= this), known[-1] if known else this)


def _group_of(unit_id: int, tree: Tree, within: int | None) -> int:
    """The first-level agency of a unit; on an agency's board the unit itself."""
    if within is not None:
        return unit_id
    seen = set[int]()
    at = unit_id
    while at in tree.by_id and at not in seen:
        seen.add(at)
        node = tree.by_id[at]
        if node.kind != "unit" or node.parent_id is None:
            return at
        at = node.parent_id
    return unit_id


def _key(row: KpiRow, period: Period) -> Key | None:
    return Key(row.measure_id, row.plan.agency_id, period) if row.measure_id is not None else None


def _board_kpi(row: KpiRow, figure: Figure | None) -> BoardKpi:
    return BoardKpi(
        plan_id=row.plan.pk,
        kpi_id=row.pk,
        agency_id=row.plan.agency_id,
        goal_id=row.goal.pk,
        goal_name=row.goal.name,
        goal_weight=row.goal_weight,
        label=row.label,
        name=row.name,
        weight=row.weight,
        target_text=row.target_text,
        measure_id=row.measure_id,
        figure=figure,
        status=status_of(figure),
        result_id=row.result_id,
    )
