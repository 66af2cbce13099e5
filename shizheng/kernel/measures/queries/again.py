"""Figures evaluated again from named facts under a named definition: what was issued stays checkable for ever.

Nothing here asks what holds today: the same ids give the same figure after any correction, revision or upgrade.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from shizheng.common.errors import NotFound
from shizheng.kernel.measures.models import DefinitionVersion, Fact
from shizheng.kernel.measures.queries.figures import Key, evaluated, inputs_from, longest_parts
from shizheng.kernel.measures.queries.knowledge import rows
from shizheng.kernel.measures.queries.roll_up import put_together
from shizheng.kernel.measures.queries.ruling import rule_from
from shizheng.kernel.measures.reading import DEFINITION_COLUMNS, FACT_COLUMNS, HeldFact, definition_of
from shizheng.kernel.measures.rules.aggregation import combine_time
from shizheng.kernel.measures.rules.figures import Definition, Figure
from shizheng.kernel.measures.rules.judging import DEFAULT_RULE, Rule
from shizheng.kernel.rulebook import queries as rulebook

# Statements are put together from constants only; every value goes in as a parameter.
_DEFINITIONS = "SELECT " + DEFINITION_COLUMNS + " FROM measures_definitionversion d WHERE d.id = ANY(%s)"  # noqa: S608
_FACTS = "SELECT " + FACT_COLUMNS + " FROM measures_fact f WHERE f.id = ANY(%s)"  # noqa: S608


class Made(NamedTuple):
    """What made a figure: its key, the definition version, the facts. `day` is the day from which it was judged.

    `rule_id`, `at_risk_id`: the versions of the rulebook that judged it (`figure.rule.id`, `figure.rule.at_risk_id`);
    None is the rule that is built in.
    """

    key: Key
    definition_id: int
    fact_ids: tuple[int, ...]
    day: date
    rule_id: int | None = None
    at_risk_id: int | None = None


def made_of(figure: Figure) -> Made:
    """What made this figure, to be kept and evaluated again. Raises ValueError for a figure without a definition."""
    if figure.definition is None:
        raise ValueError("a figure without a definition was not made of anything")
    key = Key(figure.measure_id, figure.unit_id, figure.period)
    day = figure.day or figure.period.last_day
    return Made(key, figure.definition.id, figure.fact_ids, day, figure.rule.id, figure.rule.at_risk_id)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a figure is no longer what it was: a correction, a fact filed later, a revised definition, a changed rule."""

    kind: str
    """`correction`, `fact`, `definition` or `rule`"""
    at: datetime
    by: str
    reason: str
    label: str
    row_id: int


@rulebook.asked_once()
def figures_again(made: Iterable[Made]) -> list[Figure | None]:
    """Each figure from exactly its facts, definition and judging rule; None where one of them is not found.

    Two queries in all, and one of the rulebook where no request has read it already.
    """
    wanted = list(made)
    known = {
        row[0]: definition_of(row)
        for row in rows(_DEFINITIONS, [list({each.definition_id for each in wanted})])
    }
    ids = sorted({fact for each in wanted for fact in each.fact_ids})
    facts = {row[0]: HeldFact(*row) for row in rows(_FACTS, [ids])} if ids else {}
    ruled = {pair: _rule(*pair) for pair in {(each.rule_id, each.at_risk_id) for each in wanted}}
    return [_again(each, known, facts, ruled[each.rule_id, each.at_risk_id]) for each in wanted]


def _rule(rule_id: int | None, at_risk_id: int | None) -> Rule | None:
    """The rule as its versions say, also where they count no longer; None where one is not found."""
    if rule_id is None:
        return DEFAULT_RULE
    try:
        met = rulebook.version(rule_id)
        return rule_from(met, rulebook.version(at_risk_id) if at_risk_id is not None else None)
    except NotFound:
        return None


def _again(
    made: Made, definitions: Mapping[int, Definition], facts: Mapping[int, HeldFact], rule: Rule | None
) -> Figure | None:
    definition = definitions.get(made.definition_id)
    if definition is None or rule is None or any(fact not in facts for fact in made.fact_ids):
        return None
    mine = [facts[fact] for fact in made.fact_ids]
    own = [fact for fact in mine if fact.unit_id == made.key.unit_id]
    if own or not mine:
        return _of_unit(made.key, definition, own, made.day, rule)
    by_unit: dict[int, list[HeldFact]] = {}
    for fact in mine:
        by_unit.setdefault(fact.unit_id, []).append(fact)
    parts = [
        _of_unit(made.key._replace(unit_id=unit), definition, held, made.day, rule)
        for unit, held in by_unit.items()
    ]
    above = evaluated(made.key, definition, [], None, None, made.day, rule)
    return put_together(above, parts) or above


def _of_unit(key: Key, definition: Definition, facts: Sequence[HeldFact], day: date, rule: Rule) -> Figure:
    """The figure of one unit from its own facts, of the period itself or of the shorter periods inside it."""
    exact = [fact for fact in facts if fact.period == key.period.code]
    if exact or not facts or definition.tree is None:
        return evaluated(key, definition, exact, None, None, day, rule)
    by_period: dict[str, list[HeldFact]] = {}
    for fact in facts:
        by_period.setdefault(fact.period, []).append(fact)
    members = longest_parts(key.period, by_period)
    combined = combine_time(
        definition.over_time, definition.tree, [inputs_from(group, period.end) for period, group in members]
    )
    return Figure(
        measure_id=key.measure_id, code="", name="", unit_id=key.unit_id, period=key.period, exact=combined.result,
        definition=definition, inputs=combined.inputs, fact_ids=tuple(fact.id for fact in facts), day=day,
        made_from="periods", taken=combined.taken, gaps=combined.gaps,
        corrected=any(fact.supersedes_id is not None for fact in facts), rule=rule,
    )  # fmt: skip


def causes(
    definition_ids: Iterable[int], fact_ids: Iterable[int], rule_ids: Iterable[int] = ()
) -> dict[tuple[str, int], Cause]:
    """What these definition versions, facts and versions of rules say about themselves, by kind and id.

    Two queries, and one where there are rules; the kinds of the keys are "definition", "fact" and "rule".
    """
    out: dict[tuple[str, int], Cause] = {}
    for version in DefinitionVersion.objects.filter(pk__in=list(definition_ids)):
        out["definition", version.pk] = Cause(
            "definition", version.recorded_at, version.recorded_by, version.reason, str(version), version.pk
        )
    found = Fact.objects.filter(pk__in=list(fact_ids)).select_related("filed_by", "unit")
    for fact in found:
        by = fact.filed_by.display_name if fact.filed_by else fact.recorded_by
        kind = "correction" if fact.supersedes_id else "fact"
        label = f"{fact.unit.name} {fact.input} {fact.period}"
        out["fact", fact.pk] = Cause(kind, fact.recorded_at, by, fact.reason, label, fact.pk)
    for rule in rulebook.decided(rule_ids):
        by = rule.decided_by.display_name if rule.decided_by else ""
        label = f"{rule.rule.code}@{rule.number}"
        out["rule", rule.pk] = Cause("rule", rule.decided_at, by, rule.proposed_reason, label, rule.pk)
    return out
