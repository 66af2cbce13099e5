"""Adding the shorter periods of many figures up in the database, where sums of the inputs are all that is needed."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from shizheng.kernel.measures.queries.knowledge import AsOf, held_condition, rows
from shizheng.kernel.measures.rules.aggregation import Combined, OverTime
from shizheng.kernel.measures.rules.evaluate import Value, compiled
from shizheng.kernel.measures.rules.figures import Definition
from shizheng.kernel.measures.rules.periods import MONTHS, Period
from shizheng.kernel.measures.rules.tree import Input

# The facts that hold first, planned by themselves; then a row for each part of a figure with its inputs side by side; then
# parts of one length are summed, apart from those of another. A part without all inputs gives nothing to a sum; where
# only inputs were filed that the formula does not take, the part is there and lacks all of them.
_SUMS = """
WITH held AS MATERIALIZED (
  SELECT f.id, f.measure_id, f.unit_id, f.period, f.period_start, f.period_end, f.input, f.value, f.missing, f.supersedes_id
  FROM measures_fact f
  WHERE f.measure_id = ANY(%s) AND f.unit_id = ANY(%s) AND f.period_start >= %s AND f.period_end <= %s{held}
),
needed AS (
  SELECT * FROM unnest(%s::int[], %s::date[], %s::date[], %s::bigint[], %s::int[]{types})
    AS n (span, first_day, until, measure_id, inputs{names})
),
part AS (
  SELECT n.span, h.measure_id, h.unit_id, h.period, n.inputs, {columns},
         CASE WHEN count(*) FILTER (WHERE h.input IN ({any})) < n.inputs THEN 1 ELSE coalesce(min(
           array_position(ARRAY['not_filed','to_be_confirmed','not_yet_measurable','not_applicable'], h.missing::text)
         ) FILTER (WHERE h.input IN ({any})), 2) END AS worst,
         count(h.value) FILTER (WHERE h.input IN ({any})) = n.inputs AS whole,
         coalesce(bool_or(h.supersedes_id IS NOT NULL) FILTER (WHERE h.input IN ({any})), false) AS corrected
  FROM held h JOIN needed n USING (measure_id)
  WHERE h.period_start >= n.first_day AND h.period_end <= n.until
  GROUP BY n.span, h.measure_id, h.unit_id, h.period, n.inputs{names}
)
SELECT span, measure_id, unit_id,
       CASE WHEN length(period) = 4 THEN 12 WHEN substr(period, 6, 1) = 'H' THEN 6
            WHEN substr(period, 6, 1) = 'Q' THEN 3 ELSE 1 END AS months,
       count(*) FILTER (WHERE whole), count(*) FILTER (WHERE NOT whole AND worst <= 2), array_agg(ARRAY[{ids}]),
       bool_or(corrected), {sums}
FROM part GROUP BY span, measure_id, unit_id, months
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
    place = {period: (number, period.start, period.end) for number, period in enumerate(periods)}
    needed = [
        (*place[period], pk, tuple(use.name for use in compiled(definition.tree).inputs))
        for (pk, period), definition in made.items()
        if definition.tree is not None
    ]
    needed = [each for each in needed if each[-1]]
    if not needed:
        return {}
    most = max(len(each[-1]) for each in needed)
    rows_of_needed = [(*first, len(names), *names, *[None] * (most - len(names))) for *first, names in needed]
    columns = [list(column) for column in zip(*rows_of_needed, strict=True)]
    condition, parameters = held_condition(as_of)
    found: dict[tuple[int, int, int], dict[int, tuple[Any, ...]]] = {}
    for span, measure_id, unit_id, months, *rest in rows(
        _statement(most, condition),
        [
            list({pk for pk, _ in made}),
            list(unit_ids),
            min(columns[1]),
            max(columns[2]),
            *parameters,
            *columns,
        ],
    ):
        if months < MONTHS[periods[span].kind]:
            found.setdefault((measure_id, unit_id, span), {})[months] = tuple(rest)
    out = {}
    for (measure_id, unit_id, span), by_length in found.items():
        taken, gaps, ids, corrected, *sums = by_length[max(by_length)]
        tree = made[measure_id, periods[span]].tree
        if not taken or tree is None:
            continue
        formula = compiled(tree)
        values: dict[str, Value] = {use.name: total for use, total in zip(formula.inputs, sums, strict=False)}
        facts = tuple(sorted(pk for part in ids for pk in part if pk is not None))
        combined = Combined(formula.run(values), values, taken, gaps)
        out[measure_id, unit_id, periods[span]] = Summed(combined, facts, corrected)
    return out


@lru_cache(maxsize=64)
def _statement(most: int, condition: str) -> str:
    """The statement for formulas with at most so many inputs."""
    places = range(most)
    return _SUMS.format(
        held=condition,
        types=", %s::text[]" * most,
        names="".join(f", i{n}" for n in places),
        any=", ".join(f"n.i{n}" for n in places),
        columns=", ".join(
            f"max(h.value) FILTER (WHERE h.input = n.i{n}) AS v{n}, max(h.id) FILTER (WHERE h.input = n.i{n}) AS f{n}"
            for n in places
        ),
        ids=", ".join(f"f{n}" for n in places),
        sums=", ".join(f"trim_scale(sum(v{n}) FILTER (WHERE whole))" for n in places),
    )
