"""Proposals for the figures of a result row, computed from what is printed; nothing is stored until a person decides."""

from shizheng.domains.planning.models import ResultRow
from shizheng.domains.planning.rules.reading_figures import FigureProposal, Printed, propose
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, period_of

CONTEXT = 24


def result_period(row: ResultRow) -> Period | None:
    """The period that a row reports on; the whole year where only the year is printed."""
    if row.period_start and row.period_end:
        return period_of(row.period_start, row.period_end)
    return Period(PeriodKind.YEAR, row.roc_year + 1911) if row.roc_year else None


def decimals_of(text: str) -> int:
    """How many decimals a printed number has: 77.31% has 2, 53% none."""
    _whole, point, rest = text.partition(".")
    return len(rest) - len(rest.lstrip("0123456789")) if point else 0


def printed_figures(row: ResultRow) -> list[Printed]:
    """The row's figures with the words before them."""
    return [
        Printed(
            figure.position,
            figure.value,
            figure.unit,
            decimals_of(figure.text),
            row.narrative[max(0, figure.start - CONTEXT) : figure.start],
        )
        for figure in row.figures.all()
        if figure.value is not None
    ]


def proposals_for(row: ResultRow) -> list[FigureProposal]:
    """What the printed numbers may be; empty without a matched KPI, a known period or a formula."""
    period = result_period(row)
    if row.kpi is None or row.kpi.measure_id is None or period is None:
        return []
    made = measures.definitions_in_force([row.kpi.measure_id], period).get(row.kpi.measure_id)
    if made is None:
        return []
    return propose(made.tree, made.labels, printed_figures(row), made.unit)
