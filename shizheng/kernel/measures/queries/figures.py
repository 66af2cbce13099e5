"""Figures in bulk: one query for definitions, one for facts, one more where shorter periods have to be added up."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from shizheng.common import clock
from shizheng.kernel.measures.models import Measure
from shizheng.kernel.measures.queries.knowledge import (
    AsOf,
    definition_for,
    definitions,
    facts_of_periods,
    facts_within,
)
from shizheng.kernel.measures.queries.ruling import rules_for
from shizheng.kernel.measures.queries.sums_over_time import is_summable_over_time, summed_over_time
from shizheng.kernel.measures.reading import HeldFact
from shizheng.kernel.measures.rules.aggregation import Combined, combine_time
from shizheng.kernel.measures.rules.evaluate import Value, compiled
from shizheng.kernel.measures.rules.figures import NO_DEFINITION, NO_FORMULA, Definition, Figure
from shizheng.kernel.measures.rules.judging import DEFAULT_RULE, Rule
from shizheng.kernel.measures.rules.missing import Missing, MissingKind
from shizheng.kernel.measures.rules.periods import MONTHS, Period, PeriodKind, parse_period


class Key(NamedTuple):
    """Which figure: measure, unit, period."""

    measure_id: int
    unit_id: int
    period: Period


class Names(NamedTuple):
    """What a measure is called."""

    code: str
    name: str


def figures(
    keys: Iterable[Key],
    as_of: AsOf | None = None,
    names: Mapping[int, Names] | None = None,
    versions: Mapping[int, Sequence[Definition]] | None = None,
    judged: Mapping[Period, Rule] | None = None,
) -> dict[Key, Figure]:
    """Figures of many keys from the units' own facts, in at most six queries whatever their number.

    Pass `names` (measure id → code, name), `versions` (measure id → definitions known then, the highest number first) or
    `judged` (period → rule that judges) where the caller has them already, and a query less is made for each.
    """
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return {}
    measure_ids = {key.measure_id for key in wanted}
    called = names if names is not None else names_of(measure_ids)
    if versions is None:
        versions = definitions(measure_ids, as_of, {key.period.last_day for key in wanted})
    if judged is None:
        judged = rules_for({key.period for key in wanted}, as_of)
    made = {key: definition_for(versions.get(key.measure_id, ()), key.period) for key in wanted}
    held = grouped(
        facts_of_periods(measure_ids, {k.unit_id for k in wanted}, {k.period.code for k in wanted}, as_of)
    )
    day = clock.today() if as_of is None else as_of.moment.astimezone(clock.TAIPEI).date()
    out: dict[Key, Figure] = {}
    rest: list[Key] = []
    for key in wanted:
        definition = made[key]
        facts = held.get((key.measure_id, key.unit_id, key.period.code))
        if facts is None and key.period.kind is not PeriodKind.MONTH and definition and definition.tree:
            rest.append(key)
            continue
        rule = judged[key.period]
        out[key] = evaluated(key, definition, facts or [], called.get(key.measure_id), as_of, day, rule)
    if rest:
        out.update(_from_shorter_periods(rest, made, called, as_of, day, judged))
    return {key: out[key] for key in wanted}


def names_of(measure_ids: Iterable[int]) -> dict[int, Names]:
    """What the measures are called (one query)."""
    found = Measure.objects.filter(pk__in=list(measure_ids)).values_list("pk", "code", "name")
    return {pk: Names(code, name) for pk, code, name in found}


def grouped(facts: Iterable[HeldFact]) -> dict[tuple[int, int, str], list[HeldFact]]:
    """Facts by measure, unit and period."""
    found: dict[tuple[int, int, str], list[HeldFact]] = {}
    for each in facts:
        found.setdefault((each.measure_id, each.unit_id, each.period), []).append(each)
    return found


def inputs_from(facts: Sequence[HeldFact], until: date) -> dict[str, Value]:
    """Input name → value for a formula."""
    return {each.input: each.value(until) for each in facts}


def evaluated(
    key: Key,
    definition: Definition | None,
    facts: Sequence[HeldFact],
    names: Names | None,
    as_of: AsOf | None,
    day: date,
    rule: Rule = DEFAULT_RULE,
) -> Figure:
    """The figure of one key from its own facts."""
    inputs = inputs_from(facts, key.period.end)
    if definition is None:
        exact: Value = NO_DEFINITION
    elif definition.tree is None:
        exact = NO_FORMULA
    else:
        exact = compiled(definition.tree).run(inputs)
    needed = (
        {use.name for use in compiled(definition.tree).inputs} if definition and definition.tree else set()
    )
    assert not isinstance(exact, tuple)
    used = [each for each in facts if each.input in needed]
    return Figure(
        measure_id=key.measure_id,
        code=names.code if names else "",
        name=names.name if names else "",
        unit_id=key.unit_id,
        period=key.period,
        exact=exact,
        definition=definition,
        inputs=inputs,
        fact_ids=tuple(sorted(each.id for each in used)),
        as_of=as_of.moment if as_of else None,
        day=day,
        corrected=any(each.supersedes_id is not None for each in used),
        rule=rule,
    )


def _from_shorter_periods(
    keys: Sequence[Key],
    made: Mapping[Key, Definition | None],
    names: Mapping[int, Names],
    as_of: AsOf | None,
    day: date,
    judged: Mapping[Period, Rule],
) -> dict[Key, Figure]:
    """Figures of periods without facts of their own, from the shorter periods inside them (at most two queries)."""
    out = _added_up(keys, made, names, as_of, day, judged)
    rest = [key for key in keys if key not in out]
    return out | _part_by_part(rest, made, names, as_of, day, judged) if rest else out


def _added_up(
    keys: Sequence[Key],
    made: Mapping[Key, Definition | None],
    names: Mapping[int, Names],
    as_of: AsOf | None,
    day: date,
    judged: Mapping[Period, Rule],
) -> dict[Key, Figure]:
    """Those whose inputs need only be summed: the database does it for all of them."""
    summable = {
        key: definition for key in keys if (definition := made[key]) and is_summable_over_time(definition)
    }
    if len(summable) < 2:
        return {}
    by_measure = {(key.measure_id, key.period): definition for key, definition in summable.items()}
    sums = summed_over_time(by_measure, {key.unit_id for key in summable}, as_of)
    out = {}
    for key, definition in summable.items():
        found = sums.get(key)
        if found is not None:
            called = names.get(key.measure_id)
            out[key] = Figure(
                measure_id=key.measure_id,
                code=called.code if called else "",
                name=called.name if called else "",
                unit_id=key.unit_id,
                period=key.period,
                exact=found.combined.result,
                definition=definition,
                inputs=found.combined.inputs,
                fact_ids=found.fact_ids,
                as_of=as_of.moment if as_of else None,
                day=day,
                made_from="periods",
                taken=found.combined.taken,
                gaps=found.combined.gaps,
                corrected=found.corrected,
                rule=judged[key.period],
            )
    return out


def _part_by_part(
    keys: Sequence[Key],
    made: Mapping[Key, Definition | None],
    names: Mapping[int, Names],
    as_of: AsOf | None,
    day: date,
    judged: Mapping[Period, Rule],
) -> dict[Key, Figure]:
    """Every part evaluated by itself, then put together (one query)."""
    held = facts_within(
        {key.measure_id for key in keys},
        {key.unit_id for key in keys},
        min(key.period.start for key in keys),
        max(key.period.end for key in keys),
        as_of,
    )
    parts: dict[tuple[int, int], dict[str, list[HeldFact]]] = {}
    for each in held:
        parts.setdefault((each.measure_id, each.unit_id), {}).setdefault(each.period, []).append(each)
    out = {}
    for key in keys:
        definition = made[key]
        assert definition is not None and definition.tree is not None
        members = longest_parts(key.period, parts.get((key.measure_id, key.unit_id), {}))
        needed = {use.name for use in compiled(definition.tree).inputs}
        facts = [each for _, group in members for each in group if each.input in needed]
        combined = (
            combine_time(
                definition.over_time,
                definition.tree,
                [inputs_from(group, period.end) for period, group in members],
            )
            if members
            else Combined(Missing(MissingKind.NOT_FILED), {}, 0, 0)
        )
        called = names.get(key.measure_id)
        out[key] = Figure(
            measure_id=key.measure_id,
            code=called.code if called else "",
            name=called.name if called else "",
            unit_id=key.unit_id,
            period=key.period,
            exact=combined.result,
            definition=definition,
            inputs=combined.inputs,
            fact_ids=tuple(sorted(each.id for each in facts)),
            as_of=as_of.moment if as_of else None,
            day=day,
            made_from="periods" if facts else "facts",
            taken=combined.taken,
            gaps=combined.gaps,
            corrected=any(each.supersedes_id is not None for each in facts),
            rule=judged[key.period],
        )
    return out


def longest_parts(period: Period, found: Mapping[str, list[HeldFact]]) -> list[tuple[Period, list[HeldFact]]]:
    """The facts of the longest kind of period inside `period` that has any, oldest first (never two kinds mixed)."""
    inside = [(parse_period(code), group) for code, group in found.items()]
    inside = [(part, group) for part, group in inside if period.contains(part) and part != period]
    if not inside:
        return []
    longest = max(MONTHS[part.kind] for part, _ in inside)
    return sorted(
        ((part, group) for part, group in inside if MONTHS[part.kind] == longest),
        key=lambda pair: pair[0].start,
    )
