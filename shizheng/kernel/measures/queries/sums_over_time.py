"""Adding the shorter periods of many figures up in the database, where sums of the inputs are all that is needed."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from shizheng.kernel.measures.queries.knowledge import AsOf, held_condition, rows
from shizheng.kernel.measures.rules.aggregation import Combined, OverTime
from shizheng.kernel.measures.rules.evaluate import Value, compiled
from shizheng.kernel.measures.rules.figures import Definition
from shizheng.kernel.measures.rules.periods import MONTHS, Period, PeriodKind
from shizheng.kernel.measures.rules.tree import Input

# Parts of one length of time are kept apart from those of another; a part without all inputs gives nothing to a sum.
_SUMS = """
WITH held AS MATERIALIZED (
  SELECT f.id, f.measure_id, f.unit_id, f.period, f.period_start, f.period_end, f.input, f.value, f.missing, f.supersedes_id,
         CASE WHEN length(f.period) = 4 THEN 12 WHEN substr(f.period, 6, 1) = 'H' THEN 6
              WHEN substr(f.period, 6, 1) = 'Q' THEN 3 ELSE 1 END AS months
  FROM measures_fact f
  WHERE f.measure_id = ANY(%s) AND f.unit_id = ANY(%s) AND f.period_start >= %s AND f.period_end <= %s{held}
),
needed AS (
  SELECT * FROM unnest(%s::int[], %s::date[], %s::date[], %s::bigint[], %s::text[], %s::int[])
    AS n (span, first_day, until, measure_id, input, inputs)
),
part AS (
  SELECT h.*, n.span, count(h.value) OVER one = n.inputs AS whole, row_number() OVER one = 1 AS first,
         CASE WHEN count(*) OVER one < n.inputs THEN 1 ELSE min(
           array_position(ARRAY['not_filed','to_be_confirmed','not_yet_measurable','not_applicable'], h.missing::text)
         ) OVER one END AS worst
  FROM held h JOIN needed n USING (measure_id, input)
  WHERE h.period_start >= n.first_day AND h.period_end <= n.until
  WINDOW one AS (PARTITION BY n.span, h.measure_id, h.unit_id, h.period)
)
SELECT span, measure_id, unit_id, months, input, trim_scale(sum(value) FILTER (WHERE whole)), count(*) FILTER (WHERE whole),
       count(*) FILTER (WHERE first AND NOT whole AND worst <= 2), array_agg(id), bool_or(supersedes_id IS NOT NULL)
FROM part GROUP BY span, measure_id, unit_id, months, input
"""


class Summed(NamedTuple):
    """A figure added up over shorter periods, and the facts it came from."""

    combined: Combined
    fact_ids: tuple[int, ...]
    corrected: bool


def is_summable_over_time(definition: Definition) -> bool:
    """Whether the sums of the inputs give the figure: a ratio of sums, or the sum of a bare input."""
    tree = definition.tree
    if tree is None or any(use.is_list for use in compiled(tree).inputs):
        return False
    if definition.over_time is OverTime.RATIO_OF_SUMS:
        return True
    return definition.over_time is OverTime.SUM and isinstance(tree, Input)


def summed_over_time(
    made: Mapping[tuple[int, Period], Definition], unit_ids: Iterable[int], as_of: AsOf | None = None
) -> dict[tuple[int, int, Period], Summed]:
    """By measure, unit and period: the figure from its shorter periods of the longest kind that has any (one query).

    `made` gives each measure's definition for each period. Where no part has all of its inputs, there is no entry.
    """
    periods = sorted({period for _, period in made}, key=lambda period: (period.start, period.end))
    place = {period: number for number, period in enumerate(periods)}
    needed = [
        (place[period], period.start, period.end, pk, use.name, len(compiled(definition.tree).inputs))
        for (pk, period), definition in made.items()
        if definition.tree is not None
        for use in compiled(definition.tree).inputs
    ]
    if not needed:
        return {}
    condition, parameters = held_condition(as_of)
    columns = [list(column) for column in zip(*needed, strict=True)]
    bounds = [min(columns[1]), max(columns[2])]
    found: dict[tuple[int, int, Period], dict[int, list[tuple[str, Value, int, int, list[int], bool]]]] = {}
    for span, measure_id, unit_id, months, *rest in rows(
        _SUMS.format(held=condition),
        [list({pk for pk, _ in made}), list(unit_ids), *bounds, *parameters, *columns],
    ):
        period = periods[span]
        if months < MONTHS[PeriodKind(period.kind)]:
            found.setdefault((measure_id, unit_id, period), {}).setdefault(months, []).append(tuple(rest))
    out = {}
    for key, by_length in found.items():
        inputs = by_length[max(by_length)]
        taken = inputs[0][2]
        tree = made[key[0], key[2]].tree
        if not taken or tree is None:
            continue
        values: dict[str, Value] = {name: total for name, total, *_ in inputs}
        combined = Combined(
            compiled(tree).run(values), values, taken, sum(gaps for _, _, _, gaps, *_ in inputs)
        )
        ids = tuple(sorted(pk for each in inputs for pk in each[4]))
        out[key] = Summed(combined, ids, any(each[5] for each in inputs))
    return out
