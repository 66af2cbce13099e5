"""What follows from a return of results: facts with who filed and who signed them, and the outcome of each KPI (A04).

Called by the kernel of filing, in the transaction of the lock or of the approval: all of it or nothing.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse

from shizheng.common import clock
from shizheng.common.permissions import Actor, Carrying
from shizheng.common.words import written
from shizheng.domains.planning.models import Outcome
from shizheng.domains.planning.queries.board_figures import fresh_figures
from shizheng.domains.planning.queries.result_forms import (
    ResultLine,
    day_of,
    lines_of,
    lines_of_all,
    plans_of,
    sentence,
)
from shizheng.domains.planning.rules import result_forms as forms
from shizheng.domains.planning.rules.tallies import status_of
from shizheng.kernel.files import queries as file_queries
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.attachments import ids_in
from shizheng.kernel.filing.registry import Entered, Entries
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures.queries import Key
from shizheng.kernel.measures.queries.knowledge import facts_of_periods
from shizheng.kernel.measures.reading import HeldFact
from shizheng.kernel.measures.rules.evaluate import Row as ListRow
from shizheng.kernel.measures.rules.evaluate import Value
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.filed import Filed
from shizheng.kernel.measures.rules.missing import Missing, MissingKind
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.measures.rules.telling import row_json
from shizheng.kernel.measures.rules.tree import inputs_of
from shizheng.kernel.organisations import queries as organisations

CARRIED = frozenset({"measures.file", "measures.correct", "measures.view"})
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one input is to be after the act."""

    measure_id: int
    owner_id: int
    input: str
    value: Value
    source: Mapping[str, Any]
    why: str


@dataclass(frozen=True, slots=True)
class Given:
    """A return with its lines, what was entered, and who filed and signed it."""

    filing: Any
    lines: Sequence[ResultLine]
    entries: Entries
    filed: Filed


def record_results(actor: Actor, locked: Sequence[tuple[Any, Entries]]) -> None:
    """Signed returns of one round were locked: their numbers count from now on, and each KPI has its outcome.

    What stands there already with the same number is left; another number is superseded as a correction. The number of
    queries grows with such corrections and with the days on which people signed, not with the returns.
    """
    with recorded(by=actor, action="planning.record_results"):
        filings = [filing for filing, _entries in locked]
        lines, filed = lines_of_all(filings), filing_queries.signed_by(filings)
        given = [Given(each, lines[each.pk], entries, filed[each.pk]) for each, entries in locked]
        _settle(actor, given, written("依簽核的填報表"))
        _write_outcomes(given, None)


def correct_results(actor: Actor, request: Any) -> None:
    """A correction of a locked return was approved: the facts are superseded, and the outcomes say 已更正."""
    with recorded(by=actor, action="planning.correct_results", reason=request.reason):
        filing = request.filing
        rows = {change["row"] for change in request.changes}
        lines = [line for line in lines_of(filing) if line.key in rows]
        given = [
            Given(filing, lines, filing_queries.entries_of(filing.pk), filing_queries.corrected_by(request))
        ]
        _settle(actor, given, request.reason)
        _write_outcomes(given, clock.now())


def _wanted(filing: Any, lines: Iterable[ResultLine], entries: Entries) -> list[Wanted]:
    found: list[Wanted] = []
    for line in lines:
        if line.made is None or line.computed:
            continue
        texts = filing_queries.values_of(entries, line.key)
        why = texts.get(forms.WHY, "").strip()
        kind = texts.get(forms.MISSING, "").strip()
        values: Mapping[str, Value]
        if kind:
            values = {use.name: Missing(MissingKind(kind)) for use in inputs_of(line.made.tree)}  # type: ignore[arg-type]
        else:
            values = forms.read_inputs(line.made, texts)
        for name, value in values.items():
            source = _source(filing, entries.get((line.key, f"in_{name}")), texts)
            found.append(Wanted(line.measure_id, line.owner_id, name, value, source, why if kind else ""))
    return found


def _source(filing: Any, entry: Entered | None, texts: Mapping[str, str]) -> dict[str, Any]:
    """Where a number comes from, for the trace: who supplied it, else the evidence that was written."""
    given = entry.source if entry else {}
    if given.get("kind") == "supplied":
        text, day = str(given.get("text", "")), str(given.get("as_of", ""))
        if day:
            text = written("%(text)s，截至 %(day)s", text=text, day=day_of(date.fromisoformat(day)))
        found = {"kind": "reported", "text": text, "url": str(given.get("url", ""))}
    else:
        found = {"kind": "reported", "text": texts.get(forms.EVIDENCE, "").strip() or filing.title}
        found["url"] = reverse("filing:return", args=[filing.pk])
    return {**found, "return": filing.pk}


def _settle(actor: Actor, given: Sequence[Given], reason: str) -> None:
    """Bring the facts of the period to what is wanted, in one way: new ones are filed, others corrected."""
    wanted = [(each, one) for each in given for one in _wanted(each.filing, each.lines, each.entries)]
    standing = _standing(wanted)
    own: list[measures.Filing] = []
    others: list[measures.Filing] = []
    for each, one in wanted:
        filing = each.filing
        before = standing.get((filing.unit_id, one.measure_id, one.input))
        content = _content(one.value)
        if before is not None and _same(before, content):
            continue
        if before is None or (before.missing and before.missing != MissingKind.NOT_APPLICABLE):
            why = one.why or (reason if before is not None else "")
            fact = measures.Filing(
                one.measure_id, one.input, filing.unit_id, parse_period(filing.round.period), source=one.source,
                reason=why, filed=each.filed, **content,
            )  # fmt: skip
            (own if one.owner_id == filing.unit_id else others).append(fact)
        else:
            carrier = Carrying(actor, CARRIED, frozenset({filing.unit_id}))
            why = one.why or reason
            measures.correct_fact(
                carrier, before.id, reason=why, source=one.source, filed=each.filed, **content
            )
    units = frozenset(each.filing.unit_id for each in given)
    # a unit's own measures are seen by what the act carries into it; another's must be above it, or seen anyway
    for facts, codes in ((own, CARRIED), (others, CARRIED - {"measures.view"})):
        measures.record_facts(Carrying(actor, codes, units), facts, action="planning.record_results")


def _standing(wanted: Sequence[tuple[Given, Wanted]]) -> dict[tuple[int, int, str], HeldFact]:
    """What counts now, by unit, measure and input (one query)."""
    if not wanted:
        return {}
    held = facts_of_periods(
        {one.measure_id for _given, one in wanted},
        {each.filing.unit_id for each, _one in wanted},
        {parse_period(each.filing.round.period).code for each, _one in wanted},
    )
    return {(each.unit_id, each.measure_id, each.input): each for each in held}


def _content(value: Value) -> dict[str, Any]:
    if isinstance(value, Missing):
        return {"missing": value.kind}
    return {"rows": value} if isinstance(value, tuple) else {"value": value}


def _same(before: HeldFact, content: Mapping[str, Any]) -> bool:
    value: Decimal | None = content.get("value")
    missing: MissingKind | None = content.get("missing")
    rows: tuple[ListRow, ...] | None = content.get("rows")
    there = json.loads(before.rows) if before.rows else None
    return (before.number, before.missing, there) == (
        value,
        missing.value if missing else None,
        None if rows is None else [row_json(row) for row in rows],
    )


def _write_outcomes(given: Sequence[Given], corrected_at: datetime | None) -> None:
    """What became of each KPI, judged by the rules in force for the period, whose versions are kept with it."""
    period = parse_period(given[0].filing.round.period)
    keys = {
        (each.filing.pk, line.measure_id): Key(line.measure_id, each.filing.unit_id, period)
        for each in given
        for line in each.lines
    }
    tree = organisations.tree(min(clock.today(), period.last_day))
    figures = fresh_figures(set(keys.values()), tree) if keys else {}
    plans = plans_of([each.filing for each in given])
    kpis = [line.kpi_id for each in given for line in each.lines]
    names = _files_named(given)
    rows = Outcome.objects.select_for_update().filter(kpi_id__in=kpis, period=period.code)
    there = {each.kpi_id: each for each in rows.order_by("pk")}
    new: list[Outcome] = []
    old: list[Outcome] = []
    for each in given:
        for line in each.lines:
            figure = figures[keys[each.filing.pk, line.measure_id]]
            found = there.get(line.kpi_id) or Outcome(kpi_id=line.kpi_id, period=period.code, version=0)
            found.plan_id, found.filing_id = plans[each.filing.pk], each.filing.pk
            texts = filing_queries.values_of(each.entries, line.key)
            _judge(found, line, figure, texts)
            found.evidence_files = [
                {"id": one, "name": names[one]} for one in _file_ids(texts) if one in names
            ]
            found.corrected_at = corrected_at or found.corrected_at
            found.version += 1
            (new if found.pk is None else old).append(found)
    Outcome.objects.bulk_create(new, batch_size=BATCH)
    changed = [field.name for field in Outcome._meta.concrete_fields if not field.primary_key]
    Outcome.objects.bulk_update(old, changed, batch_size=BATCH)


def _file_ids(texts: Mapping[str, str]) -> list[str]:
    return ids_in(texts.get(forms.FILES, ""))


def _files_named(given: Sequence[Given]) -> dict[str, str]:
    """The names of all evidence (one query, none without evidence)."""
    wanted = {
        one
        for each in given
        for line in each.lines
        for one in _file_ids(filing_queries.values_of(each.entries, line.key))
    }
    return file_queries.names_of(wanted)


def _judge(found: Outcome, line: ResultLine, figure: Figure, texts: Mapping[str, str]) -> None:
    found.status, found.comparison = status_of(figure).value, figure.verdict.comparison[:200]
    found.figure, found.value = figure.id or "", figure.value
    found.rule, found.rule_version = figure.rule.name, figure.rule.id
    found.at_risk_version = figure.rule.at_risk_id
    found.narrative = texts.get(forms.NARRATIVE, "")
    # what units below filed may have come to count in the same act: the sentence says the figure that is kept
    found.sentence = sentence(replace(line, figure=figure), texts)
    found.why_missing = texts.get(forms.WHY, "") if texts.get(forms.MISSING, "") else ""
    found.evidence = texts.get(forms.EVIDENCE, "")
