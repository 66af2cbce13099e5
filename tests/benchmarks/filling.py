"""Fill the database: units, people, measures, plans, facts, moments; all from one seed and the day it is run."""

from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from tests.benchmarks import city, plans
from tests.benchmarks.database import copy, settle
from tests.benchmarks.facts import Filed, filed, months

SEED = 20261


@dataclass(frozen=True)
class Filled:
    """What there is: for choosing pages, and for the report."""

    units: list[city.Unit]
    known: plans.Catalogue
    periods: list[str]
    years: list[int]
    counts: dict[str, int]


def fill(kpis: int, periods: int, now: datetime) -> Filled:
    """Make the city and all that it has filed by `now`."""
    random = Random(SEED)
    units = city.units_for(kpis)
    spans = months(periods, now.date())
    since = date(spans[0].year - 2, 1, 1)
    years = list(range(spans[0].year, now.year + 1))
    known = plans.catalogue(units, random)
    city.write_units(units, since)
    city.write_officers(units)
    plans.write_measures(known, years, since)
    counts = plans.write_plans(units, known, years, since)
    found = filed(known.series, spans, now, random)
    _write_facts(found, since)
    city.write_moments(since, now)
    settle()
    counts |= {"agencies": sum(u.is_agency for u in units), "units": len(units), "measures": len(known.kinds)}
    counts |= {
        "kpis": len(known.series),
        "facts": len(found),
        "corrections": sum(f.before is not None for f in found),
    }
    return Filled(units, known, [p.code for p in spans], years, counts)


def _write_facts(found: list[Filed], since: date) -> None:
    from shizheng.kernel.measures.models import Fact

    names = (
        "id", "measure", "input", "unit", "period", "period_start", "period_end", "value", "missing", "rows", "source",
        "filed_by", "supersedes", "reason", "recorded_at", "recorded_by", "recorded_action", "transaction_id",
    )  # fmt: skip

    def row(each: Filed) -> tuple[Any, ...]:
        span, before = each.period, each.before
        return (
            each.id, each.measure_id, each.input, each.unit_id, span.code, span.start, span.end, each.value, each.missing,
            each.rows, {"kind": "reported"}, each.unit_id, before.id if before else None, each.reason, each.at,
            f"承辦人 {each.unit_id}", "measures.record_facts", city.transaction_of(each.at, since),
        )  # fmt: skip

    copy(Fact, names, map(row, found))
