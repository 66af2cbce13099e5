"""Figures in bulk: one query for definitions, one for facts, one more where shorter periods have to be added up."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from shizheng.common import clock
from shizheng.kernel.measures.models import Measure
from shizheng.kernel.measures.queries.knowledge import (
    AsOf,
    Within,
    definition_for,
    definitions,
    facts_of_periods,
    facts_within,
    named_definitions,
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
    """Figures of many keys from the units' own facts, in at most five queries whatever their number.

    Pass `names` (measure id → code, name), `versions` (measure id → definitions known then, the highest number first) or
    `judged` (period → rule that judges) where the caller has them already.
    """
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return {}
    measure_ids = {key.measure_id for key in wanted}
    days = {key.period.last_day for key in wanted}
    if names is None and versions is None:
        named, versions = named_definitions(measure_ids, as_of, days)
        names = {pk: Names(*each) for pk, each in named.items()}
    if names is None:
        names = names_of(measure_ids)
    if versions is None:
        versions = definitions(measure_ids, as_of, days)
    if judged is None:
        judged = rules_for({key.period for key in wanted}, as_of)
    made = {key: definition_for(versions.get(key.measure_id, ()), key.period) for key in wanted}
    day = clock.today() if as_of is None else as_of.moment.astimezone(clock.TAIPEI).date()
    about = _About(made, names, judged, as_of, day)
    longer = [
        key for key, each in made.items() if key.period.kind is not PeriodKind.MONTH and each and each.tree
    ]
    to_sum = _to_sum(longer, about)
    facts = facts_of_periods(
        measure_ids,
        {key.unit_id for key in wanted},
        {key.period.code for key in wanted},
        as_of,
        _within([key for key in longer if key not in to_sum]),
    )
    held = grouped(facts)
    rest = [key for key in longer if (key.measure_id, key.unit_id, key.period.code) not in held]
    out = _from_shorter_periods(rest, to_sum, facts, about) if rest else {}
    for key in wanted:
        if key not in out:
            own = held.get((key.measure_id, key.unit_id, key.period.code), [])
            called = names.get(key.measure_id)
            out[key] = evaluated(key, made[key], own, called, as_of, day, judged[key.period])
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


class _About(NamedTuple):
    """What is known of all keys besides their facts."""

    made: Mapping[Key, Definition | None]
    names: Mapping[int, Names]
    judged: Mapping[Period, Rule]
    as_of: AsOf | None
    day: date

    def figure(self, key: Key, combined: Combined, fact_ids: tuple[int, ...], corrected: bool) -> Figure:
        """A figure out of shorter periods; without facts it is as if nothing had been put together."""
        called = self.names.get(key.measure_id)
        return Figure(
            measure_id=key.measure_id,
            code=called.code if called else "",
            name=called.name if called else "",
            unit_id=key.unit_id,
            period=key.period,
            exact=combined.result,
            definition=self.made[key],
            inputs=combined.inputs,
            fact_ids=fact_ids,
            as_of=self.as_of.moment if self.as_of else None,
            day=self.day,
            made_from="periods" if fact_ids else "facts",
            taken=combined.taken,
            gaps=combined.gaps,
            corrected=corrected,
            rule=self.judged[key.period],
        )


def _to_sum(longer: Collection[Key], about: _About) -> set[Key]:
    """Those whose inputs need only be summed, where they are many: the database does it. Of one unit's measure the facts
    are few, and read at once.
    """
    if len({(key.measure_id, key.unit_id) for key in longer}) < 2:
        return set()
    made = {each.id: each for key in longer if (each := about.made[key])}
    summable = {pk for pk, each in made.items() if is_summable_over_time(each)}
    found = {key for key in longer if (each := about.made[key]) and each.id in summable}
    return found if len(found) > 1 else set()


def _within(keys: Collection[Key]) -> Within | None:
    """Where the facts of all shorter periods of these keys are."""
    if not keys:
        return None
    return Within(
        {key.measure_id for key in keys},
        {key.unit_id for key in keys},
        min(key.period.start for key in keys),
        max(key.period.end for key in keys),
    )


def _from_shorter_periods(
    keys: Collection[Key], to_sum: Collection[Key], facts: Iterable[HeldFact], about: _About
) -> dict[Key, Figure]:
    """Figures of periods without facts of their own, from the shorter periods inside them.

    One query where there is something `to_sum`; another where some of these lack an input in each part, to say which.
    """
    summed = [key for key in keys if key in to_sum]
    out, lacking = _added_up(summed, about) if summed else ({}, [])
    area = _within(lacking)
    if area is not None:
        parts = _by_series(facts_within(*area, about.as_of))
        out |= {key: _part_by_part(key, parts, about) for key in lacking}
    parts = _by_series(facts)
    return out | {key: _part_by_part(key, parts, about) for key in keys if key not in out}


def _added_up(keys: Collection[Key], about: _About) -> tuple[dict[Key, Figure], list[Key]]:
    """Those that the database adds up, and those that have parts, but none with all of its inputs (one query)."""
    made = {(key.measure_id, key.period): definition for key in keys if (definition := about.made[key])}
    sums = summed_over_time(made, {key.unit_id for key in keys}, about.as_of)
    out = {}
    for key in keys:
        found = sums.get((key.measure_id, key.unit_id, key.period))
        if found is not None:
            out[key] = about.figure(key, found.combined, found.fact_ids, found.corrected)
    lacking = [key for key in keys if key not in out and (key.measure_id, key.unit_id, key.period) in sums]
    return out, lacking


_Parts = Mapping[tuple[int, int], Mapping[str, list[HeldFact]]]


def _by_series(facts: Iterable[HeldFact]) -> _Parts:
    found: dict[tuple[int, int], dict[str, list[HeldFact]]] = {}
    for each in facts:
        found.setdefault((each.measure_id, each.unit_id), {}).setdefault(each.period, []).append(each)
    return found


def _part_by_part(key: Key, parts: _Parts, about: _About) -> Figure:
    """Every part evaluated by itself, then put together."""
    definition = about.made[key]
    assert definition is not None and definition.tree is not None
    members = longest_parts(key.period, parts.get((key.measure_id, key.unit_id), {}))
    if not members:
        return about.figure(key, Combined(Missing(MissingKind.NOT_FILED), {}, 0, 0), (), corrected=False)
    needed = {use.name for use in compiled(definition.tree).inputs}
    facts = [each for _, group in members for each in group if each.input in needed]
    combined = combine_time(
        definition.over_time,
        definition.tree,
        [inputs_from(group, period.end) for period, group in members],
    )
    ids = tuple(sorted(each.id for each in facts))
    return about.figure(key, combined, ids, any(each.supersedes_id is not None for each in facts))


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
