"""Many roll-ups at once: every measure of every group of units in every period, in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import localcontext
from typing import Any, NamedTuple

from shizheng.kernel.measures.queries.knowledge import AsOf, held_condition, known, rows
from shizheng.kernel.measures.queries.side_by_side import Inputs
from shizheng.kernel.measures.reading import tree_of
from shizheng.kernel.measures.rules.aggregation import Combined, OverUnits
from shizheng.kernel.measures.rules.evaluate import CONTEXT, Compiled, compiled
from shizheng.kernel.measures.rules.figures import Definition
from shizheng.kernel.measures.rules.missing import Missing, MissingKind
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.measures.rules.tree import Node

# An input without a fact is 未填報, whatever the others say; a unit that filed nothing a formula takes is not there at all.
_SUMS = """
WITH {filed}
SELECT measure_id, group_id, period, count(*) FILTER (WHERE lack IS NULL), count(*) FILTER (WHERE lack <= 2), min(lack),
       {ids}, {sums}
FROM (
  SELECT p.*, u.group_id, {lack} AS lack, {facts} AS ids
  FROM filed p
  JOIN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS u (unit_id, group_id)) u USING (unit_id)
  JOIN (SELECT * FROM unnest(%s::bigint[], %s::date[], %s::date[]{types}) AS n (measure_id, first_day, last_day{names})) n
    ON n.measure_id = p.measure_id AND p.period_end - 1 BETWEEN n.first_day AND n.last_day
  WHERE {any}
) AS part
GROUP BY measure_id, group_id, period
"""
_KINDS = tuple(MissingKind)
_VERSIONS = (
    "SELECT d.measure_id, d.valid_from, d.valid_to, d.aggregation_units, d.formula::text FROM measures_definitionversion d "
    "WHERE d.measure_id = ANY(%s){known} AND d.valid_from <= %s AND (d.valid_to IS NULL OR d.valid_to > %s) "
    "ORDER BY d.measure_id, d.number DESC"
)


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
    ordered = sorted(set(periods), key=lambda period: (period.last_day, period.code))
    if not ordered or not groups:
        return {}
    days = [period.last_day for period in ordered]
    made = {pk: found for pk, found in _courses(measure_ids, days, as_of).items() if found.stretches}
    return {group: combined for group, combined, _ in summed(made, ordered, groups, as_of)}


def _courses(measure_ids: Iterable[int], days: Sequence[date], as_of: AsOf | None) -> dict[int, "Course"]:
    """How the formula of each measure goes over the days, which are in order (one query).

    Of thousands of definitions only what a roll-up asks of them; measures of one formula and the same days go together.
    """
    condition, parameters = known("d", as_of)
    found: dict[int, list[_Version]] = {}
    for pk, *version in rows(
        _VERSIONS.format(known=condition), [list(measure_ids), *parameters, days[-1], days[0]]
    ):
        found.setdefault(pk, []).append(_Version(*version))
    courses: dict[tuple[_Version, ...], Course] = {}
    out = {}
    for pk, versions in found.items():
        alike = tuple(versions)
        if alike not in courses:
            courses[alike] = course([_tree_on(alike, day) for day in days], days)
        out[pk] = courses[alike]
    return out


class _Version(NamedTuple):
    """What a roll-up asks of a definition version."""

    valid_from: date
    valid_to: date | None
    over_units: str
    formula: str | None


def _tree_on(versions: Sequence[_Version], day: date) -> Node | None:
    """The formula that counts on a day (of several versions the newest, which come first), if sums are enough for it."""
    for found in versions:
        if found.valid_from <= day and (found.valid_to is None or day < found.valid_to):
            if found.over_units != OverUnits.RATIO_OF_SUMS.value or found.formula in (None, "null"):
                return None
            tree = tree_of(found.formula or "")
            return tree if _sums_do(tree) else None
    return None


def is_summable(definition: Definition) -> bool:
    """Whether summed inputs are all that the formula needs."""
    tree = definition.tree
    return tree is not None and definition.over_units is OverUnits.RATIO_OF_SUMS and _sums_do(tree)


def _sums_do(tree: Node) -> bool:
    return not any(use.is_list for use in compiled(tree).inputs)


class Course(NamedTuple):
    """A measure's formula of each period with the inputs that it takes, and from which to which last day which inputs."""

    formulas: Sequence[tuple[Compiled, tuple[str, ...]] | None]
    stretches: Sequence[tuple[date, date, tuple[str, ...]]]


def course(trees: Sequence[Node | None], days: Sequence[date]) -> Course:
    """The course of the formulas of the last days of periods, which are in order; neighbours with the same inputs are one."""
    formulas: list[tuple[Compiled, tuple[str, ...]] | None] = []
    stretches: list[tuple[date, date, tuple[str, ...]]] = []
    open_one = False
    for tree, day in zip(trees, days, strict=True):
        if tree is None:
            formulas.append(None)
            open_one = False
            continue
        formula = compiled(tree)
        names = tuple(use.name for use in formula.inputs)
        formulas.append((formula, names))
        if not names:
            open_one = False
        elif open_one and stretches[-1][2] == names:
            stretches[-1] = (stretches[-1][0], day, names)
        else:
            stretches.append((day, day, names))
            open_one = True
    return Course(formulas, stretches)


def summed(
    made: Mapping[int, Course],
    periods: Sequence[Period],
    groups: Mapping[int, Iterable[int]],
    as_of: AsOf | None,
    *,
    with_facts: bool = False,
) -> list[tuple[Group, Combined, tuple[int, ...]]]:
    """Roll-ups by each measure's course over the periods, which are in order of their last days; `with_facts` with the
    facts in them (one query).
    """
    needed = [
        (pk, first, last, names) for pk, found in made.items() for first, last, names in found.stretches
    ]
    below = [(unit, group) for group, units in groups.items() for unit in units]
    if not needed or not below:
        return []
    inputs = Inputs((name for *_, names in needed for name in names), with_facts=with_facts)
    by_code = {period.code: (number, period) for number, period in enumerate(periods)}
    place = inputs.place
    out = []
    with localcontext(CONTEXT):
        for pk, group, code, taken, gaps, worst, ids, *sums in _rows(
            needed, below, inputs, list(by_code), as_of
        ):
            number, period = by_code[code]
            formula = made[pk].formulas[number]
            assert formula is not None
            if taken:
                values = {name: sums[place[name]] for name in formula[1]}
                combined = Combined(formula[0].run_whole(values), values, taken, gaps)
            else:
                combined = Combined(Missing(_KINDS[worst - 1]), {}, 0, gaps)
            facts = tuple(sorted(fact for unit in ids for fact in unit if fact is not None)) if ids else ()
            out.append((Group(pk, group, period), combined, facts))
    return out


def _rows(
    needed: Sequence[tuple[int, date, date, tuple[str, ...]]],
    below: Sequence[tuple[int, int]],
    inputs: Inputs,
    codes: Sequence[str],
    as_of: AsOf | None,
) -> list[tuple[Any, ...]]:
    condition, parameters = held_condition(as_of)
    where = "f.period = ANY(%s) AND f.measure_id = ANY(%s) AND f.unit_id = ANY(%s)"
    statement = _SUMS.format(
        filed=inputs.filed(where, condition),
        ids="array_agg(ids) FILTER (WHERE lack IS NULL)" if inputs.with_facts else "NULL",
        facts=inputs.facts if inputs.with_facts else "NULL",
        lack=inputs.lack,
        any=inputs.any_filed,
        types=inputs.need_types,
        names=inputs.need_names,
        sums=inputs.sums,
    )
    measures = list({pk for pk, *_ in needed})
    needs = [(pk, first, last, *inputs.needs(names)) for pk, first, last, names in needed]
    units, columns = [[list(column) for column in zip(*found, strict=True)] for found in (below, needs)]
    return rows(
        statement, [*inputs.parameters, list(codes), measures, units[0], *parameters, *units, *columns]
    )
