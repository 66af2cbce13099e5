"""A figure of a unit put together from the units below it; and one figure, wherever it comes from.

Months that only need sums are added up in the database; everything else is put together from the figures of the units,
which come from their own facts or from their shorter periods.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from shizheng.common import clock
from shizheng.kernel.measures.queries.figures import Key, Names, figures, names_of
from shizheng.kernel.measures.queries.knowledge import AsOf, definition_for, definitions, named_definitions
from shizheng.kernel.measures.queries.roll_ups import course, is_summable, summed
from shizheng.kernel.measures.queries.ruling import rules_for
from shizheng.kernel.measures.rules.aggregation import combine_unit_figures, takes_part
from shizheng.kernel.measures.rules.figures import NO_FORMULA, Definition, Figure
from shizheng.kernel.measures.rules.judging import Rule
from shizheng.kernel.measures.rules.missing import Missing, MissingKind
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.organisations.rules import Tree

Versions = Mapping[int, Sequence[Definition]]


def figure(
    measure_id: int,
    unit_id: int,
    period: Period | str,
    as_of: AsOf | None = None,
    *,
    names: Mapping[int, Names] | None = None,
    versions: Versions | None = None,
    tree: Tree | None = None,
) -> Figure:
    """One figure: from the unit's own facts, else from its shorter periods, else rolled up from the units below.

    `names`, `versions` (as of then) and `tree` (of the last day looked at) save their queries.
    """
    wanted = Key(measure_id, unit_id, parse_period(period) if isinstance(period, str) else period)
    called, made = _named([measure_id], wanted.period, as_of, names, versions)
    judged = rules_for([wanted.period], as_of)
    found = figures([wanted], as_of, called, made, judged)[wanted]
    if found.fact_ids or found.definition is None or found.definition.tree is None:
        return found
    below = tree.subtree_ids(unit_id) if tree is not None else None
    rolled = rolled_up(
        [measure_id], unit_id, wanted.period, as_of,
        unit_ids=below, names=called, versions=made, judged=judged,
    )  # fmt: skip
    return rolled.get(measure_id) or found


def rolled_up(
    measure_ids: Iterable[int],
    unit_id: int,
    period: Period,
    as_of: AsOf | None = None,
    *,
    unit_ids: Iterable[int] | None = None,
    names: Mapping[int, Names] | None = None,
    versions: Versions | None = None,
    judged: Mapping[Period, Rule] | None = None,
) -> dict[int, Figure]:
    """Figures of a unit put together from its subtree (as it stood on the last day looked at), by measure id.

    `unit_ids` replaces the subtree; it, `names`, `versions` and `judged` save their queries. Measures without any fact
    below are absent. At most seven queries: rules, tree, names, definitions, sums of months, facts and shorter periods of
    all others.
    """
    ids = list(measure_ids)
    day = clock.today() if as_of is None else as_of.moment.astimezone(clock.TAIPEI).date()
    if unit_ids is None:
        unit_ids = organisations.subtree_ids(unit_id, min(day, period.last_day))
    below = sorted(unit_ids)
    called, versions = _named(ids, period, as_of, names, versions)
    if judged is None:
        judged = rules_for([period], as_of)
    made = {pk: found for pk in ids if (found := definition_for(versions.get(pk, ()), period)) is not None}
    summable = {pk for pk, found in made.items() if period.kind is PeriodKind.MONTH and is_summable(found)}
    empty = {
        pk: Figure(
            measure_id=pk,
            code=called[pk].code if pk in called else "",
            name=called[pk].name if pk in called else "",
            unit_id=unit_id,
            period=period,
            exact=Missing(MissingKind.NOT_FILED),
            definition=definition,
            as_of=as_of.moment if as_of else None,
            day=day,
            rule=judged[period],
        )
        for pk, definition in made.items()
    }
    out: dict[int, Figure] = {}
    if summable:
        out = _summed({pk: empty[pk] for pk in summable}, below, as_of)
    others = [pk for pk in made if pk not in summable]
    keys = [Key(pk, unit, period) for pk in others for unit in below]
    parts = figures(keys, as_of, called, versions, judged)
    for pk in others:
        whole = put_together(empty[pk], [parts[Key(pk, unit, period)] for unit in below])
        if whole is not None:
            out[pk] = whole
    return {pk: out[pk] for pk in ids if pk in out}


def _named(
    measure_ids: Sequence[int],
    period: Period,
    as_of: AsOf | None,
    names: Mapping[int, Names] | None,
    versions: Versions | None,
) -> tuple[Mapping[int, Names], Versions]:
    """Names and definitions, as given or read (one query for both)."""
    if names is None and versions is None:
        named, read = named_definitions(measure_ids, as_of, (period.last_day,))
        return {pk: Names(*each) for pk, each in named.items()}, read
    called = names_of(measure_ids) if names is None else names
    return called, definitions(measure_ids, as_of, (period.last_day,)) if versions is None else versions


def put_together(above: Figure, parts: Iterable[Figure]) -> Figure | None:
    """The figure `above` from those of the units below it; None where none of them has any fact.

    `taken` and `gaps` count units; what a unit lacks of its shorter periods is told by its own figure.
    """
    members = [each for each in parts if each.fact_ids]
    made = above.definition
    if not members or made is None:
        return None
    if made.tree is None:
        return replace(above, exact=NO_FORMULA, made_from="units", taken=0, gaps=0)
    combined = combine_unit_figures(
        made.over_units,
        made.over_time,
        made.tree,
        [(each.inputs, each.exact, each.made_from == "periods") for each in members],
    )
    counted = [each for each in members if takes_part(each.inputs, each.exact, made.over_units.value)]
    return replace(
        above,
        exact=combined.result,
        inputs=combined.inputs,
        fact_ids=tuple(sorted(fact for each in counted for fact in each.fact_ids)),
        made_from="units",
        taken=combined.taken,
        gaps=combined.gaps,
        corrected=any(each.corrected for each in counted),
    )


def _summed(above: Mapping[int, Figure], unit_ids: Sequence[int], as_of: AsOf | None) -> dict[int, Figure]:
    """Those whose inputs the database adds up (one query)."""
    period = next(iter(above.values())).period
    made = {
        pk: course([each.definition.tree], [period.last_day])
        for pk, each in above.items()
        if each.definition is not None
    }
    found = summed(made, [period], {0: unit_ids}, as_of, with_facts=True)
    return {
        group.measure_id: replace(
            above[group.measure_id],
            exact=combined.result,
            inputs=combined.inputs,
            fact_ids=facts,
            made_from="units",
            taken=combined.taken,
            gaps=combined.gaps,
        )
        for group, combined, facts in found
    }
