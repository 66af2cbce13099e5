"""The trace of one figure and the series of a measure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from shizheng.common import clock
from shizheng.common.clock import TAIPEI
from shizheng.kernel.measures.models import DefinitionVersion, Fact
from shizheng.kernel.measures.queries.figures import Key, Names, evaluated, figures, longest_parts, names_of
from shizheng.kernel.measures.queries.knowledge import AsOf, definition_for
from shizheng.kernel.measures.queries.roll_up import Versions, figure
from shizheng.kernel.measures.reading import HeldFact, definition_of, rows_of, tree_of
from shizheng.kernel.measures.rules.aggregation import combine_time
from shizheng.kernel.measures.rules.evaluate import Value, compiled, evaluate
from shizheng.kernel.measures.rules.figures import Definition, Figure
from shizheng.kernel.measures.rules.filed import Signature
from shizheng.kernel.measures.rules.missing import Missing, MissingKind
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.measures.rules.render import to_text
from shizheng.kernel.measures.rules.trace_parts import (
    Correction,
    DefinitionFacts,
    Member,
    Segment,
    TraceInput,
    TraceReading,
)
from shizheng.kernel.measures.rules.traces import Trace
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.rulebook.queries import asked_once


@asked_once()
def trace(measure_id: int, unit_id: int, period: Period | str, as_of: AsOf | None = None) -> Trace:
    """Everything that made a figure: inputs, readings, the days on which it was what, later corrections."""
    wanted = parse_period(period) if isinstance(period, str) else period
    versions = list(
        DefinitionVersion.objects.filter(measure_id=measure_id).select_related("measure").order_by("-number")
    )
    measure = versions[0].measure if versions else None
    named = {measure_id: Names(measure.code, measure.name)} if measure else names_of([measure_id])
    made = {version.pk: _definition(version) for version in versions}
    current = {measure_id: list(made.values())}
    known = {measure_id: [made[v.pk] for v in versions if as_of is None or _known(v, as_of)]}
    day = clock.today() if as_of is None else as_of.moment.astimezone(TAIPEI).date()
    on = min(day, wanted.last_day)
    tree = organisations.tree(on)
    found = figure(measure_id, unit_id, wanted, as_of, names=named, versions=known, tree=tree)
    now = None
    if as_of:
        same = tree if min(clock.today(), wanted.last_day) == on else None
        now = figure(measure_id, unit_id, wanted, names=named, versions=current, tree=same)
    facts = list(
        Fact.objects.filter(
            measure_id=measure_id, unit_id=unit_id, period_start__gte=wanted.start, period_end__lte=wanted.end
        )
        .select_related("filed_by", "unit")
        .order_by("id")
    )
    node = tree.by_id.get(unit_id)
    unit = organisations.unit(unit_id) if node is None else None
    stored = next((v for v in versions if found.definition and v.pk == found.definition.id), None)
    return Trace(
        figure=found,
        unit_name=node.name if node else unit.name if unit else "",
        about=_about(stored),
        inputs=_inputs(found, facts, wanted),
        members=_members(found, facts, as_of, tree, named, known),
        readings=_readings(found, stored),
        track=_track(found, facts, versions, made, as_of) if found.made_from != "units" else (),
        corrections=_corrections(facts, wanted, as_of, _labels(versions)),
        now=now,
    )


def _definition(stored: DefinitionVersion) -> Definition:
    """The pure definition of a stored row."""
    return definition_of(
        (
            stored.pk, stored.measure_id, stored.number, stored.valid_from, stored.valid_to, stored.unit, stored.direction,
            None if stored.target is None else _trimmed(stored.target), stored.target_period, json.dumps(stored.targets),
            stored.places, json.dumps(stored.formula) if stored.formula else None, json.dumps(stored.inputs),
            stored.aggregation_time, stored.aggregation_units, stored.progress, stored.reading_in_force,
            stored.needs_confirmation,
        )
    )  # fmt: skip


def _about(stored: DefinitionVersion | None) -> DefinitionFacts:
    if stored is None:
        return DefinitionFacts("", "", (), "", None)
    return DefinitionFacts(
        stored.source, stored.formula_text, tuple(stored.notes), stored.reason, stored.recorded_at
    )


def _held(fact: Fact) -> HeldFact:
    rows = None if fact.rows is None else ""
    return HeldFact(
        fact.pk, fact.measure_id, fact.unit_id, fact.input, fact.period,
        None if fact.value is None else _trimmed(fact.value), fact.missing, rows, fact.supersedes_id,
    )  # fmt: skip


def _trimmed(value: Decimal) -> Decimal:
    """Without the zeros that the column's scale adds."""
    text = format(value, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def value_of(fact: Fact, period: Period | None = None) -> Value:
    """The value that a fact gives to a formula."""
    if fact.rows is not None:
        return rows_of(fact.rows, period.end if period else None)
    if fact.missing:
        return Missing(MissingKind(fact.missing), source=fact.input)
    assert fact.value is not None
    return _trimmed(fact.value)


def _inputs(found: Figure, facts: Sequence[Fact], period: Period) -> list[TraceInput]:
    """The facts that went in; for figures of shorter periods all of theirs; for units only the sums."""
    made = found.definition
    if made is None or made.tree is None:
        return []
    needed = [use.name for use in compiled(made.tree).inputs]
    used = {fact.pk: fact for fact in facts if fact.pk in found.fact_ids}
    out = []
    for name in needed:
        mine = [fact for fact in used.values() if fact.input == name]
        if not mine or found.made_from == "units":
            value = found.inputs.get(name, Missing(MissingKind.NOT_FILED, source=name))
            kind = "derived" if found.made_from == "units" else "reported"
            out.append(TraceInput(name, made.labels.get(name) or name, value, None, period.code, "", kind))
        for fact in sorted(mine, key=lambda each: each.period_start):
            out.append(_input(fact, made.labels.get(name) or name))
    return out


def _input(fact: Fact, label: str) -> TraceInput:
    period = parse_period(fact.period)
    filed = fact.source.get("filed") or {}
    return TraceInput(
        name=fact.input,
        label=label,
        value=value_of(fact, period),
        fact_id=fact.pk,
        period=fact.period,
        unit_name=fact.unit.name,
        kind=str(fact.source.get("kind", "reported")),
        source={name: value for name, value in fact.source.items() if name not in ("filed", "signed")}
        or None,
        filed_by=filed.get("by") or (fact.filed_by.display_name if fact.filed_by else fact.recorded_by),
        filed_at=filed_at(fact),
        corrects=fact.supersedes_id,
        reason=fact.reason,
        filed_role=filed.get("role", ""),
        filed_unit=filed.get("unit", ""),
        signed=tuple(_signature(each) for each in fact.source.get("signed", ())),
    )


def filed_at(fact: Fact) -> datetime:
    """When a fact was filed: where it came to count only after signatures, the moment at which it was sent in."""
    filed = fact.source.get("filed")
    return (datetime.fromisoformat(filed["at"]) if filed else fact.recorded_at).astimezone(TAIPEI)


def _signature(kept: Mapping[str, Any]) -> Signature:
    at = datetime.fromisoformat(kept["at"]).astimezone(TAIPEI)
    return Signature(kept["level"], kept["by"], kept["role"], kept["unit"], at)


def _members(
    found: Figure,
    facts: Sequence[Fact],
    as_of: AsOf | None,
    tree: Any,
    named: Mapping[int, Names],
    known: Versions,
) -> list[Member]:
    if found.made_from == "periods":
        codes = dict.fromkeys(fact.period for fact in facts if fact.pk in found.fact_ids)
        periods = sorted((parse_period(code) for code in codes), key=lambda p: p.start)
        parts = figures(
            [Key(found.measure_id, found.unit_id, period) for period in periods], as_of, named, known
        )
        return [Member(key.period.label, part) for key, part in parts.items()]
    if found.made_from != "units":
        return []
    units = (
        Fact.objects.filter(
            measure_id=found.measure_id,
            period_start__gte=found.period.start,
            period_end__lte=found.period.end,
            unit_id__in=tree.subtree_ids(found.unit_id),
        )
        .values_list("unit_id", "unit__name")
        .distinct()
        .order_by("unit__order", "unit_id")
    )
    names = dict(units.values_list("unit_id", "unit__name"))
    parts = figures([Key(found.measure_id, unit, found.period) for unit in names], as_of, named, known)
    return [Member(names[key.unit_id], part) for key, part in parts.items()]


def _readings(found: Figure, stored: DefinitionVersion | None) -> list[TraceReading]:
    """Every configured reading with its own value over the same inputs (X-12, X-14)."""
    if stored is None or found.definition is None:
        return []
    out = []
    for each in stored.readings:
        tree = tree_of(json.dumps(each["formula"])) if each.get("formula") else found.definition.tree
        if tree is None:
            continue
        same = tree == found.definition.tree
        result = found.exact if same else evaluate(tree, found.inputs)
        out.append(
            TraceReading(
                code=each["code"],
                label=each.get("label", ""),
                text=to_text(tree),
                result=result,
                places=found.places,
                in_force=each["code"] == found.definition.reading,
                note=each.get("note", ""),
                source=each.get("source", ""),
            )
        )
    return out


def _labels(versions: Sequence[DefinitionVersion]) -> dict[str, str]:
    """What inputs are called, by the newest version that names them."""
    return {each["name"]: each.get("label", "") for version in reversed(versions) for each in version.inputs}


def _corrections(
    facts: Sequence[Fact], period: Period, as_of: AsOf | None, labels: Mapping[str, str]
) -> list[Correction]:
    """Inputs corrected after the moment looked at; without a moment, every correction ever made."""
    by_id = {fact.pk: fact for fact in facts}
    out = []
    for fact in facts:
        before = by_id.get(fact.supersedes_id) if fact.supersedes_id else None
        if before is None or (as_of and _known(fact, as_of)):
            continue
        out.append(
            Correction(
                label=labels.get(fact.input) or fact.input,
                name=fact.input,
                before=value_of(before, period),
                after=value_of(fact, period),
                reason=fact.reason,
                by=fact.filed_by.display_name if fact.filed_by else fact.recorded_by,
                at=fact.recorded_at.astimezone(TAIPEI),
                fact_id=fact.pk,
            )
        )
    return out


def _known(row: Fact | DefinitionVersion, as_of: AsOf) -> bool:
    if row.recorded_at > as_of.moment:
        return False
    return as_of.horizon is None or row.transaction_id < as_of.horizon


def _track(
    found: Figure,
    facts: Sequence[Fact],
    versions: Sequence[DefinitionVersion],
    pure: Mapping[int, Definition],
    as_of: AsOf | None,
) -> list[Segment]:
    """On which days the figure was what: one stretch for every moment at which something about it changed."""
    moments: dict[datetime, tuple[str, str]] = {}
    for version in versions:
        if pure[version.pk].valid_on(found.period.last_day):
            moments[version.recorded_at] = (f"定義第 {version.number} 版", version.reason)
    for fact in facts:
        moments[fact.recorded_at] = ("更正" if fact.supersedes_id else "填報", fact.reason)
    ordered = sorted(moments)
    key = Key(found.measure_id, found.unit_id, found.period)
    out: list[Segment] = []
    for index, at in enumerate(ordered):
        known = [version for version in versions if version.recorded_at <= at]
        definition = definition_for([pure[v.pk] for v in known], found.period)
        held = _held_at(facts, at)
        then = _evaluated(key, definition, held)
        end = ordered[index + 1].astimezone(TAIPEI) if index + 1 < len(ordered) else None
        event, reason = moments[at]
        segment = Segment(at.astimezone(TAIPEI), end, event, reason, then.value, then.missing)
        last = out[-1] if out else None
        same = last is not None and (last.value, last.missing) == (segment.value, segment.missing)
        if last is not None and same and (at - last.start).total_seconds() < 60 and last.event == event:
            out[-1] = replace(last, end=end)  # inputs filed together are one event
        elif last is not None and (at - last.start).total_seconds() < 5 and last.event == event:
            out[-1] = replace(segment, start=last.start)
        else:
            out.append(segment)
    looked = as_of.moment if as_of else None
    here = next((i for i in reversed(range(len(out))) if looked is None or out[i].start <= looked), None)
    return [replace(segment, here=index == here) for index, segment in enumerate(out)]


def _held_at(facts: Sequence[Fact], at: datetime) -> list[Fact]:
    known = [fact for fact in facts if fact.recorded_at <= at]
    gone = {fact.supersedes_id for fact in known}
    return [fact for fact in known if fact.pk not in gone]


def _evaluated(key: Key, definition: Definition | None, facts: Sequence[Fact]) -> Figure:
    """The figure from facts already in hand."""
    day = clock.today()
    own = [fact for fact in facts if fact.period == key.period.code]
    if own or definition is None or definition.tree is None:
        base = evaluated(key, definition, [], None, None, day)
        if definition is None or definition.tree is None:
            return base
        inputs = {fact.input: value_of(fact, key.period) for fact in own}
        return replace(base, exact=compiled(definition.tree).run(inputs), inputs=inputs)
    by_period: dict[str, list[HeldFact]] = {}
    for fact in facts:
        by_period.setdefault(fact.period, []).append(_held(fact))
    members = longest_parts(key.period, by_period)
    by_id = {fact.pk: fact for fact in facts}
    inputs_of_parts = [
        {held.input: value_of(by_id[held.id], period) for held in group} for period, group in members
    ]
    base = evaluated(key, definition, [], None, None, day)
    if not inputs_of_parts:
        return base
    return replace(base, exact=combine_time(definition.over_time, definition.tree, inputs_of_parts).result)
