"""What follows from a return of results: facts with who filed and who signed them, and the outcome of each KPI (A04).

Called by the kernel of filing, in the transaction of the lock or of the approval: all of it or nothing.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.common.words import written
from shizheng.domains.planning.actions.shared import Carrying
from shizheng.domains.planning.models import Outcome
from shizheng.domains.planning.queries.result_forms import ResultLine, day_of, lines_of, plans_of, sentence
from shizheng.domains.planning.rules import result_forms as forms
from shizheng.domains.planning.rules.tallies import status_of
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.registry import Entered, Entries
from shizheng.kernel.filing.rules.levels import LEVELS
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures import queries as measure_queries
from shizheng.kernel.measures.queries.knowledge import facts_of_periods
from shizheng.kernel.measures.reading import HeldFact
from shizheng.kernel.measures.rules.evaluate import Row as ListRow
from shizheng.kernel.measures.rules.evaluate import Value
from shizheng.kernel.measures.rules.missing import Missing, MissingKind
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.measures.rules.traces import Filed, Signature, row_json
from shizheng.kernel.measures.rules.tree import inputs_of
from shizheng.kernel.people import queries as people

CARRIED = frozenset({"measures.file", "measures.correct", "measures.view"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one input is to be after the act."""

    measure_id: int
    input: str
    value: Value
    source: Mapping[str, Any]
    why: str


def record_results(actor: Actor, filing: Any, entries: Entries) -> None:
    """A signed return was locked: its numbers count from now on, and each KPI has its outcome.

    What stands there already with the same number is left; another number is superseded as a correction.
    """
    with recorded(by=actor, action="planning.record_results"):
        lines = lines_of(filing)
        signed = _signed(filing)
        _settle(actor, filing, _wanted(filing, lines, entries), signed, written("依簽核的填報表"))
        _write_outcomes(filing, lines, entries, None)


def correct_results(actor: Actor, request: Any) -> None:
    """A correction of a locked return was approved: the facts are superseded, and the outcomes say 已更正."""
    with recorded(by=actor, action="planning.correct_results", reason=request.reason):
        filing = request.filing
        rows = {change["row"] for change in request.changes}
        lines = [line for line in lines_of(filing) if line.key in rows]
        entries = filing_queries.entries_of(filing.pk)
        _settle(actor, filing, _wanted(filing, lines, entries), _corrected(request), request.reason)
        _write_outcomes(filing, lines, entries, clock.now())


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
            found.append(Wanted(line.measure_id, name, value, source, why if kind else ""))
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


def _settle(actor: Actor, filing: Any, wanted: Sequence[Wanted], filed: Filed, reason: str) -> None:
    """Bring the facts of the period to what is wanted, in one way: new ones are filed, others corrected."""
    period = parse_period(filing.round.period)
    ids = {each.measure_id for each in wanted}
    held = facts_of_periods(ids, [filing.unit_id], [period.code]) if ids else []
    standing = {(each.measure_id, each.input): each for each in held}
    carrier = Carrying(actor, CARRIED, filing.unit_id)
    new = []
    for each in wanted:
        before = standing.get((each.measure_id, each.input))
        content = _content(each.value)
        if before is not None and _same(before, content):
            continue
        if before is None or (before.missing and before.missing != MissingKind.NOT_APPLICABLE):
            why = each.why or (reason if before is not None else "")
            new.append(
                measures.Filing(
                    each.measure_id, each.input, filing.unit_id, period, source=each.source, reason=why,
                    filed=filed, **content,
                )
            )  # fmt: skip
        else:
            why = each.why or reason
            measures.correct_fact(carrier, before.id, reason=why, source=each.source, filed=filed, **content)
    measures.record_facts(carrier, new, action="planning.record_results")


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


def _signed(filing: Any) -> Filed:
    """Who sent the return in and when, and the signatures since."""
    after = filing.submitted_at
    notes = [
        each
        for each in filing_queries.sign_offs(filing.pk)
        if each.decision == "signed" and each.recorded_at >= after
    ]
    posts = _Posts({filing.submitted_by_id, *(each.by_id for each in notes)})
    return Filed(
        filing.submitted_by_id,
        filing.submitted_by.display_name if filing.submitted_by else "",
        *posts.of(filing.submitted_by_id, filing.submitted_at),
        at=_taipei(filing.submitted_at),
        signed=tuple(
            Signature(
                LEVELS[each.level].label, each.recorded_by, *posts.of(each.by_id, each.recorded_at),
                _taipei(each.recorded_at),
            )
            for each in notes
        ),
    )  # fmt: skip


def _corrected(request: Any) -> Filed:
    """Who asked for a correction, and who approved it."""
    posts = _Posts({request.asked_by_id, request.decided_by_id})
    approver = request.decided_by.display_name if request.decided_by else written("系統")
    approval = Signature(
        written("核可更正"), approver, *posts.of(request.decided_by_id, request.decided_at),
        _taipei(request.decided_at),
    )  # fmt: skip
    return Filed(
        request.asked_by_id,
        request.asked_by.display_name if request.asked_by else "",
        *posts.of(request.asked_by_id, request.asked_at),
        at=_taipei(request.asked_at),
        signed=(approval,),
    )


class _Posts:
    """Role and unit of people on a day, each day read once."""

    def __init__(self, ids: Collection[int | None]) -> None:
        self.ids = {each for each in ids if each is not None}
        self.by_day: dict[date, dict[int, Any]] = {}

    def of(self, user_id: int | None, at: datetime) -> tuple[str, str]:
        day = timezone.localdate(at)
        if day not in self.by_day:
            self.by_day[day] = people.posts_on(self.ids, day)
        post = self.by_day[day].get(user_id or 0)
        return (post.role.name, post.unit.name) if post else ("", "")


def _taipei(at: datetime) -> datetime:
    return at.astimezone(clock.TAIPEI)


def _write_outcomes(
    filing: Any, lines: Sequence[ResultLine], entries: Entries, corrected_at: datetime | None
) -> None:
    """What became of each KPI, judged by the rules in force for the period, whose versions are kept with it."""
    period = parse_period(filing.round.period)
    figures = measure_queries.figures_of_unit([line.measure_id for line in lines], filing.unit_id, period)
    plan_id = plans_of([filing])[filing.pk]
    there = {
        each.kpi_id: each
        for each in Outcome.objects.select_for_update().filter(
            kpi_id__in=[line.kpi_id for line in lines], period=period.code
        )
    }
    for line in lines:
        figure = figures[line.measure_id]
        texts = filing_queries.values_of(entries, line.key)
        found = there.get(line.kpi_id) or Outcome(kpi_id=line.kpi_id, period=period.code, version=0)
        found.plan_id, found.filing_id = plan_id, filing.pk
        found.status, found.comparison = status_of(figure).value, figure.verdict.comparison[:200]
        found.figure, found.value = figure.id or "", figure.value
        found.rule, found.rule_version = figure.rule.name, figure.rule.id
        found.at_risk_version = figure.rule.at_risk_id
        found.narrative = texts.get(forms.NARRATIVE, "")
        found.sentence = sentence(line, texts)
        found.why_missing = texts.get(forms.WHY, "") if texts.get(forms.MISSING, "") else ""
        found.evidence = texts.get(forms.EVIDENCE, "")
        found.corrected_at = corrected_at or found.corrected_at
        found.version += 1
        found.save()
