"""F01's counts as facts of a measure, so that the trace of the rate says what was divided by what."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from shizheng.common.permissions import Actor, Carrying
from shizheng.common.roc import FIRST_YEAR
from shizheng.common.words import N_, written
from shizheng.domains.procurement.models import FailedTenderCase
from shizheng.domains.procurement.queries.facts import CODE
from shizheng.domains.procurement.queries.months import counts_at, locked_periods, month_of
from shizheng.domains.procurement.rules.failed import Settled
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures import queries as known_measures
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.periods import Period, PeriodKind
from shizheng.kernel.organisations import queries as organisations

CARRIED = frozenset({"measures.file", "measures.correct", "measures.view", "measures.define"})
SINCE = date(2011, 1, 1)
INPUTS = {"a": N_("決標案件"), "t": N_("列管總件數"), "c": N_("不續辦案件數")}
NONE = Settled(0, 0, 0)


def write_month(actor: Actor, month: Period, reason: str, agencies: Collection[int] | None = None) -> None:
    """Bring the counts of a month to what the cases say, and those of the quarter and the year that end with it.

    A quarter is not rolled up from its months: one in which an agency had nothing but dropped cases has no rate, and the
    month before would take its place.
    """
    for period in ending_with(month):
        _write(actor, period, reason, agencies)


def ending_with(month: Period) -> list[Period]:
    """The month itself, its quarter where it is the last of one, its year where it is December."""
    found = [month]
    if month.number % 3 == 0:
        found.append(Period(PeriodKind.QUARTER, month.year, month.number // 3))
    if month.number == 12:
        found.append(Period(PeriodKind.YEAR, month.year, 1))
    return found


def _write(actor: Actor, period: Period, reason: str, agencies: Collection[int] | None) -> None:
    """The counts of one period; an agency whose last case is gone counts nothing."""
    carrier = Carrying(actor, CARRIED)
    counts: Mapping[int, Settled] = counts_at(period, agencies)
    if agencies is not None:
        counts = {unit_id: counts.get(unit_id, NONE) for unit_id in agencies}
    if not counts:
        return
    measure_id = measure(carrier)
    wanted = [
        measures.Brought(measure_id, name, unit_id, Decimal(value), _source(unit_id, period))
        for unit_id, each in counts.items()
        for name, value in (("a", each.awarded), ("t", each.listed), ("c", each.dropped))
    ]
    measures.bring_facts(carrier, period, wanted, reason=reason, action="procurement.record_months")


def refresh(
    actor: Actor, row: FailedTenderCase, since: date, reason: str, *, also: int | None = None
) -> None:
    """After a change of what happened on a day: the months of the case's year from then on that are locked.

    `also`: the agency that the case belonged to before.
    """
    year = row.series.roc_year + FIRST_YEAR
    first = month_of(since)
    agencies = {row.agency_id} | ({also} if also is not None else set())
    for period in locked_periods(year):
        if period.start >= first.start:
            write_month(actor, period, reason, agencies)


def _source(unit_id: int, period: Period) -> dict[str, Any]:
    """Where the number comes from: the cases of the agency in that year."""
    year = period.year - FIRST_YEAR
    return {
        "kind": "reported",
        "text": written("%(period)s月底的流廢標督導案", period=period.label),
        "url": f"{reverse('procurement:cases')}?agency={unit_id}&year={year}",
    }


def measure(actor: Actor) -> int:
    """The measure of F01; defined with the first month that is ever locked."""
    found = known_measures.ids_by_code([CODE])
    if CODE in found:
        return found[CODE]
    return measures.define_measure(
        actor,
        code=CODE,
        name=N_("流廢標督導案決標率"),
        owner_id=organisations.city().pk,
        content=measures.Content(
            valid_from=SINCE,
            unit="%",
            target=Decimal(80),
            target_period="year",
            places=2,
            formula=parse("100*a/(t-c)"),
            formula_text="決標案件 / (列管總件數 - 不續辦案件數) × 100%",
            inputs=[
                {"name": name, "label": label, "unit": "件", "list": False} for name, label in INPUTS.items()
            ],
            aggregation_units="ratio_of_sums",
            source=N_("106 年度施政計畫（F01；54/(70-0)=77%）"),
        ),
    ).pk
