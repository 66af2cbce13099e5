"""Many roll-ups at once: every measure of every group of units in every period, in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from shizheng.kernel.measures.queries.knowledge import AsOf, definition_for, definitions, held_condition, rows
from shizheng.kernel.measures.rules.aggregation import Combined, OverUnits
from shizheng.kernel.measures.rules.evaluate import Value, compiled
from shizheng.kernel.measures.rules.figures import Definition
from shizheng.kernel.measures.rules.missing import Missing, MissingKind
from shizheng.kernel.measures.rules.periods import Period

# The facts that hold first, planned by themselves; then a row for each unit, measure and period with its inputs side by
# side; then the units with all of them are summed. An input without a fact is 未填報, whatever the others say; one whose
# fact is a list where a number belongs is 待確認.
_SUMS = """
WITH below AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS u (unit_id, group_id)),
held AS MATERIALIZED (
  SELECT f.id, f.measure_id, u.group_id, f.unit_id, f.period, f.period_end, f.input, f.value, f.missing
  FROM measures_fact f JOIN below u USING (unit_id)
  WHERE f.period = ANY(%s) AND f.measure_id = ANY(%s){held}
),
needed AS (
  SELECT * FROM unnest(%s::bigint[], %s::date[], %s::date[], %s::int[], %s::text[], %s::int[])
    AS n (measure_id, first_day, last_day, inputs, input, place)
),
filed AS (
  SELECT h.measure_id, h.group_id, h.unit_id, h.period, count(h.value) AS given, min(n.inputs) AS inputs,
         CASE WHEN count(*) < min(n.inputs) THEN 1 ELSE coalesce(min(array_position(
           ARRAY['not_filed','to_be_confirmed','not_yet_measurable','not_applicable'], h.missing::text)), 2) END AS worst,
         array_agg(h.id) AS ids, {places}
  FROM held h JOIN needed n USING (measure_id, input)
  WHERE h.period_end - 1 BETWEEN n.first_day AND n.last_day
  GROUP BY h.measure_id, h.group_id, h.unit_id, h.period
)
SELECT measure_id, group_id, period, count(*) FILTER (WHERE given = inputs),
       count(*) FILTER (WHERE given < inputs AND worst <= 2), min(worst) FILTER (WHERE given < inputs), {ids}, {sums}
FROM filed GROUP BY measure_id, group_id, period
"""
_KINDS = tuple(MissingKind)


class Group(NamedTuple):
    """Which roll-up: measure, group of units, period."""

    measure_id: int
    group_id: int
    period: Period


def rolled_up_by_group(
    measure_ids: Iterable[int],
    groups: Mapping[int, Iterable[int]],
    periods: Sequence[Period],
    as_of: AsOf | None = None,
) -> dict[Group, Combined]:
    """Ratios of sums of measures over groups of units (group → its units, each in one group), for many periods.

    Two queries. Roll-ups without any fact are absent, and so are measures that sums are not enough for (lists, means).
    """
    by_code = {period.code: period for period in periods}
    made = definitions(measure_ids, as_of)
    of_period = {
        (pk, code): definition
        for pk, versions in made.items()
        for code, period in by_code.items()
        if (definition := definition_for(versions, period)) is not None and is_summable(definition)
    }
    if not of_period or not groups:
        return {}
    return {group: combined for group, (combined, _) in summed(of_period, by_code, groups, as_of).items()}


def is_summable(definition: Definition) -> bool:
    """Whether summed inputs are all that the formula needs."""
    return (
        definition.tree is not None
        and definition.over_units is OverUnits.RATIO_OF_SUMS
        and not any(use.is_list for use in compiled(definition.tree).inputs)
    )


def summed(
    made: Mapping[tuple[int, str], Definition],
    by_code: Mapping[str, Period],
    groups: Mapping[int, Iterable[int]],
    as_of: AsOf | None,
    *,
    with_facts: bool = False,
) -> dict[Group, tuple[Combined, tuple[int, ...]]]:
    """Roll-ups by the summable definition of each (measure, period code), `with_facts` with the facts in them (one query)."""
    out = {}
    for pk, group, code, taken, gaps, worst, ids, *sums in _rows(made, by_code, groups, as_of, with_facts):
        tree = made[pk, code].tree
        assert tree is not None
        formula = compiled(tree)
        values: dict[str, Value] = {use.name: total for use, total in zip(formula.inputs, sums, strict=False)}
        result = formula.run(values) if taken else Missing(_KINDS[worst - 1])
        combined = Combined(result, values if taken else {}, taken, gaps)
        out[Group(pk, group, by_code[code])] = (
            combined,
            tuple(sorted(fact for unit in ids or () for fact in unit)),
        )
    return out


class _Stretch(NamedTuple):
    """From which to which last day of a period a measure's formula takes these inputs."""

    measure_id: int
    first_day: date
    last_day: date
    inputs: tuple[str, ...]


def _stretches(made: Mapping[tuple[int, str], Definition], by_code: Mapping[str, Period]) -> list[_Stretch]:
    """The inputs that each measure needs, period by period, neighbours with the same inputs put together."""
    order = sorted(by_code.values(), key=lambda period: (period.last_day, period.code))
    found: list[_Stretch] = []
    for pk in {pk for pk, _ in made}:
        open_one: _Stretch | None = None
        for period in order:
            definition = made.get((pk, period.code))
            tree = definition.tree if definition else None
            inputs = tuple(use.name for use in compiled(tree).inputs) if tree else ()
            if open_one and open_one.inputs == inputs:
                open_one = open_one._replace(last_day=period.last_day)
                continue
            found += [open_one] if open_one and open_one.inputs else []
            open_one = _Stretch(pk, period.last_day, period.last_day, inputs)
        found += [open_one] if open_one and open_one.inputs else []
    return found


def _rows(
    made: Mapping[tuple[int, str], Definition],
    by_code: Mapping[str, Period],
    groups: Mapping[int, Iterable[int]],
    as_of: AsOf | None,
    with_facts: bool,
) -> list[tuple[Any, ...]]:
    stretches = _stretches(made, by_code)
    needed = [
        (each.measure_id, each.first_day, each.last_day, len(each.inputs), name, place)
        for each in stretches
        for place, name in enumerate(each.inputs)
    ]
    below = [(unit, group) for group, units in groups.items() for unit in units]
    places = range(max(len(each.inputs) for each in stretches))
    condition, parameters = held_condition(as_of)
    statement = _SUMS.format(
        held=condition,
        places=", ".join(f"max(h.value) FILTER (WHERE n.place = {n}) AS v{n}" for n in places),
        ids="array_agg(ids) FILTER (WHERE given = inputs)" if with_facts else "NULL",
        sums=", ".join(f"trim_scale(sum(v{n}) FILTER (WHERE given = inputs))" for n in places),
    )
    units, inputs = [[list(column) for column in zip(*found, strict=True)] for found in (below, needed)]
    measures = list({each.measure_id for each in stretches})
    return rows(statement, [*units, list(by_code), measures, *parameters, *inputs])
