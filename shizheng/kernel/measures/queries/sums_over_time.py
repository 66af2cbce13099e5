"""Adding the shorter periods of many figures up in the database, where sums of the inputs are all that is needed."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from shizheng.kernel.measures.queries.knowledge import AsOf, held_condition, rows
from shizheng.kernel.measures.queries.side_by_side import Inputs
from shizheng.kernel.measures.rules.aggregation import Combined, OverTime
from shizheng.kernel.measures.rules.evaluate import Value, compiled
from shizheng.kernel.measures.rules.figures import Definition
from shizheng.kernel.measures.rules.periods import MONTHS, Period
from shizheng.kernel.measures.rules.tree import Input

# Parts of one length are summed, apart from those of another. A part without all inputs gives nothing to a sum; where only
# inputs were filed that the formula does not take, the part is there and lacks all of them.
_SUMS = """
WITH {filed}
SELECT span, measure_id, unit_id, months, count(*) FILTER (WHERE lack IS NULL), count(*) FILTER (WHERE lack <= 2),
       array_agg(ids), bool_or(corrected), {sums}
FROM (
  SELECT p.*, n.span, {lack} AS lack, {facts} AS ids, {corrected} AS corrected,
         CASE WHEN length(p.period) = 4 THEN 12 WHEN substr(p.period, 6, 1) = 'H' THEN 6
              WHEN substr(p.period, 6, 1) = 'Q' THEN 3 ELSE 1 END AS months
  FROM filed p
  JOIN (SELECT * FROM unnest(%s::int[], %s::date[], %s::date[], %s::bigint[]{types})
          AS n (span, first_day, until, measure_id{names})) n
    ON n.measure_id = p.measure_id AND p.period_start >= n.first_day AND p.period_end <= n.until
) AS part
GROUP BY span, measure_id, unit_id, months
"""


class Summed(NamedTuple):
    """A figure added up over shorter periods, and the facts it came from."""

    combined: Combined
    fact_ids: tuple[int, ...]
    corrected: bool


def is_summable_over_time(definition: Definition) -> bool:
    """Whether the sums of the inputs give the figure: a ratio of sums, or the sum of a bare input."""
    tree = definition.tree
    inputs = compiled(tree).inputs if tree is not None else ()
    if not inputs or any(use.is_list for use in inputs):
        return False
    if definition.over_time is OverTime.RATIO_OF_SUMS:
        return True
    return definition.over_time is OverTime.SUM and isinstance(tree, Input)


def summed_over_time(
    made: Mapping[tuple[int, Period], Definition], unit_ids: Iterable[int], as_of: AsOf | None = None
) -> dict[tuple[int, int, Period], Summed | None]:
    """By measure, unit and period: the figure from its shorter periods of the longest kind that has any (one query).

    `made` gives each measure's definition for each period, of which each `is_summable_over_time`. None where no part has
    all of its inputs; no entry where nothing at all was filed for a shorter period.
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
    inputs = Inputs((name for *_, names in needed for name in names), with_facts=True)
    needs = [(*first, *inputs.needs(names)) for *first, names in needed]
    columns = [list(column) for column in zip(*needs, strict=True)]
    condition, parameters = held_condition(as_of)
    where = "f.measure_id = ANY(%s) AND f.unit_id = ANY(%s) AND f.period_start >= %s AND f.period_end <= %s"
    statement = _SUMS.format(
        filed=inputs.filed(where, condition),
        sums=inputs.sums,
        lack=inputs.lack,
        facts=inputs.facts,
        corrected=inputs.corrected,
        types=inputs.need_types,
        names=inputs.need_names,
    )
    found: dict[tuple[int, int, int], dict[int, tuple[Any, ...]]] = {}
    for span, measure_id, unit_id, months, *rest in rows(
        statement,
        [
            *inputs.parameters,
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
    out: dict[tuple[int, int, Period], Summed | None] = {}
    for (measure_id, unit_id, span), by_length in found.items():
        taken, gaps, ids, corrected, *sums = by_length[max(by_length)]
        tree = made[measure_id, periods[span]].tree
        if not taken or tree is None:
            out[measure_id, unit_id, periods[span]] = None
            continue
        formula = compiled(tree)
        values: dict[str, Value] = {use.name: sums[inputs.place[use.name]] for use in formula.inputs}
        facts = tuple(sorted(pk for part in ids for pk in part if pk is not None))
        combined = Combined(formula.run(values), values, taken, gaps)
        out[measure_id, unit_id, periods[span]] = Summed(combined, facts, corrected)
    return out
