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
    held_condition,
    rows,
)
from shizheng.kernel.measures.rules.aggregation import Combined, OverUnits, combine_units
from shizheng.kernel.measures.rules.evaluate import Value, compiled
from shizheng.kernel.measures.rules.figures import NO_FORMULA, Definition, Figure
from shizheng.kernel.measures.rules.missing import Missing, MissingKind
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.organisations import queries as organisations

_SUMS = """
WITH needed AS (SELECT * FROM unnest(%s::bigint[], %s::text[]) AS n (measure_id, input)),
held AS (
  SELECT f.id, f.measure_id, f.unit_id, f.input, f.value,
         array_position(ARRAY['not_filed','to_be_confirmed','not_yet_measurable','not_applicable'], f.missing::text) AS rank
  FROM measures_fact f JOIN needed USING (measure_id, input)
  WHERE f.period = %s AND f.unit_id = ANY(%s){held}
),
whole AS (
  SELECT measure_id, unit_id, count(value) AS given, min(rank) AS worst FROM held GROUP BY measure_id, unit_id
),
wanted AS (SELECT measure_id, count(*) AS inputs FROM needed GROUP BY measure_id)
SELECT h.measure_id, h.input, trim_scale(sum(h.value)), count(*), NULL::bigint, NULL::int, array_agg(h.id)
FROM held h JOIN whole w USING (measure_id, unit_id) JOIN wanted USING (measure_id)
WHERE w.given = wanted.inputs GROUP BY h.measure_id, h.input
UNION ALL
SELECT w.measure_id, NULL, NULL, count(*) FILTER (WHERE w.given = wanted.inputs),
       count(*) FILTER (WHERE w.given < wanted.inputs AND coalesce(w.worst, 1) <= 2),
       min(coalesce(w.worst, 1)) FILTER (WHERE w.given < wanted.inputs), NULL
FROM whole w JOIN wanted USING (measure_id) GROUP BY w.measure_id
"""
_KINDS = tuple(MissingKind)


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


def is_summable(definition: Definition) -> bool:
    """Whether summed inputs are all that the formula needs."""
    return (
        definition.tree is not None
        and definition.over_units is OverUnits.RATIO_OF_SUMS
        and not any(use.is_list for use in compiled(definition.tree).inputs)
    )


def _summed(
    made: Mapping[int, Definition], unit_ids: list[int], period: Period, as_of: AsOf | None
) -> dict[int, tuple[Combined, tuple[int, ...]]]:
    needed = [(pk, use.name) for pk, d in made.items() if d.tree for use in compiled(d.tree).inputs]
    condition, parameters = held_condition(as_of)
    arrays: list[Any] = [[pk for pk, _ in needed], [name for _, name in needed], period.code, unit_ids]
    inputs: dict[int, dict[str, Value]] = {}
    counts: dict[int, tuple[int, int, int | None]] = {}
    ids: dict[int, list[int]] = {}
    for measure_id, name, total, taken, gaps, worst, facts in rows(
        _SUMS.format(held=condition), [*arrays, *parameters]
    ):
        if name is None:
            counts[measure_id] = (taken, gaps, worst)
        else:
            inputs.setdefault(measure_id, {})[name] = total
            ids.setdefault(measure_id, []).extend(facts)
    out: dict[int, tuple[Combined, tuple[int, ...]]] = {}
    for pk, (taken, gaps, worst) in counts.items():
        tree = made[pk].tree
        assert tree is not None
        result = compiled(tree).run(inputs[pk]) if taken else Missing(_KINDS[(worst or 1) - 1])
        out[pk] = (Combined(result, inputs.get(pk, {}), taken, gaps), tuple(sorted(ids.get(pk, ()))))
    return out


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
