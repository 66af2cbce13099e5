"""Rolling figures up a subtree of units: the inputs are summed in the database, in one statement.

Only units with every input of the formula take part, so that a numerator never meets a denominator of fewer units.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from shizheng.common import clock
from shizheng.kernel.measures.models import Measure
from shizheng.kernel.measures.queries.knowledge import (
    AsOf,
    definitions_in_force,
    facts_of_periods,
)
from shizheng.kernel.measures.queries.roll_ups import is_summable, summed
from shizheng.kernel.measures.rules.aggregation import Combined, combine_units
from shizheng.kernel.measures.rules.evaluate import Value
from shizheng.kernel.measures.rules.figures import NO_FORMULA, Definition, Figure
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.organisations import queries as organisations


def rolled_up(
    measure_ids: Iterable[int],
    unit_id: int,
    period: Period,
    as_of: AsOf | None = None,
    *,
    unit_ids: Iterable[int] | None = None,
) -> dict[int, Figure]:
    """Figures of a unit put together from its subtree (as it stood on the last day looked at), by measure id.

    `unit_ids` replaces the subtree (and saves its query). Measures without any fact below are absent. At most five
    queries: tree, names, definitions, sums, and facts of measures that cannot be summed (lists, means).
    """
    ids = list(measure_ids)
    day = clock.today() if as_of is None else as_of.moment.astimezone(clock.TAIPEI).date()
    below = (
        list(unit_ids)
        if unit_ids is not None
        else list(organisations.subtree_ids(unit_id, min(day, period.last_day)))
    )
    made = definitions_in_force(ids, period, as_of)
    names = {
        pk: (code, name)
        for pk, code, name in Measure.objects.filter(pk__in=ids).values_list("pk", "code", "name")
    }
    summable = {pk: d for pk, d in made.items() if is_summable(d)}
    others = {pk: d for pk, d in made.items() if pk not in summable}
    combined = _summed(summable, below, period, as_of) if summable else {}
    if others:
        combined |= _combined(others, below, period, as_of)
    out: dict[int, Figure] = {}
    for pk in ids:
        if pk not in combined:
            continue
        result, fact_ids = combined[pk]
        code, name = names.get(pk, ("", ""))
        out[pk] = Figure(
            measure_id=pk,
            code=code,
            name=name,
            unit_id=unit_id,
            period=period,
            exact=result.result,
            definition=made[pk],
            inputs=result.inputs,
            fact_ids=fact_ids,
            as_of=as_of.moment if as_of else None,
            day=day,
            made_from="units",
            taken=result.taken,
            gaps=result.gaps,
        )
    return out


def _summed(
    made: Mapping[int, Definition], unit_ids: list[int], period: Period, as_of: AsOf | None
) -> dict[int, tuple[Combined, tuple[int, ...]]]:
    found = summed(
        {(pk, period.code): definition for pk, definition in made.items()},
        {period.code: period}, {0: unit_ids}, as_of, with_facts=True,
    )  # fmt: skip
    return {group.measure_id: pair for group, pair in found.items()}


def _combined(
    made: Mapping[int, Definition], unit_ids: list[int], period: Period, as_of: AsOf | None
) -> dict[int, tuple[Combined, tuple[int, ...]]]:
    """Measures with lists, sums or means of the units' own values: unit by unit, from one query of facts."""
    found: dict[int, dict[int, list[Any]]] = {}
    for each in facts_of_periods(made, unit_ids, [period.code], as_of):
        found.setdefault(each.measure_id, {}).setdefault(each.unit_id, []).append(each)
    out = {}
    for pk, by_unit in found.items():
        definition = made[pk]
        ids = tuple(each.id for facts in by_unit.values() for each in facts)
        if definition.tree is None:
            out[pk] = (Combined(NO_FORMULA, {}, 0, 0), ids)
            continue
        members = [_inputs(facts, period.end) for facts in by_unit.values()]
        out[pk] = (combine_units(definition.over_units, definition.tree, members), ids)
    return out


def _inputs(facts: list[Any], until: date) -> dict[str, Value]:
    return {each.input: each.value(until) for each in facts}
