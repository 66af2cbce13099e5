"""What follows from the lock of a month: a record for every tender, and the numbers of which the rates are made (B01).

Called by the kernel of filing, in the transaction of the lock or of the approval: all of it or nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from shizheng.common.bulk import copy_in
from shizheng.common.permissions import Actor
from shizheng.common.words import written
from shizheng.domains.projects.actions.linked_facts import feed_linked
from shizheng.domains.projects.actions.month_facts import write_facts
from shizheng.domains.projects.actions.month_matters import raise_asked
from shizheng.domains.projects.actions.tallies import keep_tallies
from shizheng.domains.projects.actions.warnings import warn_later
from shizheng.domains.projects.models import MonthRecord
from shizheng.domains.projects.queries.curves import Curve
from shizheng.domains.projects.queries.month_forms import MonthLine, lines_of, lines_of_all
from shizheng.domains.projects.queries.months import known
from shizheng.domains.projects.queries.programmes import programmes_of
from shizheng.domains.projects.rules import months as rules
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.registry import Entries
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.rules.filed import Filed
from shizheng.kernel.measures.rules.periods import parse_period


def record_months(actor: Actor, locked: Sequence[tuple[Any, Entries]]) -> None:
    """Signed returns of one round were locked: a record for each tender in them; one that is late supersedes 未填報."""
    with recorded(by=actor, action="projects.record_months"):
        filings = [filing for filing, _entries in locked]
        lines = lines_of_all(filings)
        tags = _tags(lines)
        made = []
        for filing, entries in locked:
            typed = filing_queries.values_by_row(entries)
            made += [
                _record(line, filing, typed.get(line.key, {}), written("逾期補報"), tags)
                for line in lines[filing.pk]
            ]
        copy_in(made)
        signed = filing_queries.signed_by(filings)
        who = {filing.unit_id: signed[filing.pk] for filing in filings}
        _write_facts(actor, filings, written("逾期補報"), who)
        warn_later(filings[0].round.period)


def record_unfiled(actor: Actor, found: Any, returns: Sequence[Any]) -> None:
    """The round was locked without these: their tenders stay in the denominator, as 未填報."""
    with recorded(by=actor, action="projects.record_unfiled"):
        lines = lines_of_all(returns)
        tags = _tags(lines)
        made = [
            _blank(line, filing, tags)
            for filing in returns
            for line in lines[filing.pk]
            if line.standing is None
        ]
        copy_in(made)
        _write_facts(actor, returns, written("鎖定時未填報"), {})


def correct_months(actor: Actor, request: Any) -> None:
    """A correction was approved: a new record beside the one that it supersedes, judged by the same plan version."""
    filing = request.filing
    touched = {change["row"] for change in request.changes}
    with recorded(by=actor, action="projects.correct_months", reason=request.reason):
        entries = filing_queries.entries_of(filing.pk)
        made = [
            _record(line, filing, filing_queries.values_of(entries, line.key), request.reason, {})
            for line in lines_of(filing)
            if line.key in touched
        ]
        copy_in(made)
        _write_facts(actor, [filing], request.reason, {filing.unit_id: filing_queries.corrected_by(request)})
        raise_asked(actor, filing, entries)


def _write_facts(actor: Actor, filings: Collection[Any], reason: str, filed: Mapping[int, Filed]) -> None:
    """Bring the numbers of these agencies to what the records that stand say."""
    period = parse_period(next(iter(filings)).round.period)
    units = {each.unit_id for each in filings}
    of_unit: dict[int, list[MonthRecord]] = {unit: [] for unit in units}
    unit_of = {each.pk: int(each.unit_id) for each in filings}
    for record in known().filter(filing_id__in=list(unit_of)):
        if record.filing_id is not None:
            of_unit[unit_of[record.filing_id]].append(record)
    write_facts(actor, period, of_unit, reason, filed)
    keep_tallies(period, units)
    tenders = {each.project_id for rows in of_unit.values() for each in rows}
    feed_linked(actor, period, tenders, reason, filed)


def _tags(lines: Mapping[int, Sequence[MonthLine]]) -> Mapping[int, list[int]]:
    """The programmes of the tenders that are recorded for the first time; one query, or none."""
    new = {line.project_id for some in lines.values() for line in some if line.standing is None}
    return programmes_of(new) if new else {}


def _blank(line: MonthLine, filing: Any, tags: Mapping[int, list[int]]) -> MonthRecord:
    """What is known of a tender whose month nobody filed."""
    return MonthRecord(
        project_id=line.project_id,
        period=filing.round.period,
        filing_id=filing.pk,
        plan_id=line.curve.version_id if line.curve else None,
        filed=False,
        state=line.state.value,
        planned=line.planned,
        planned_works=line.planned_works,
        programmes=tags.get(line.project_id, []) if line.standing is None else line.standing.programmes,
    )


def _record(
    line: MonthLine, filing: Any, texts: dict[str, str], reason: str, tags: Mapping[int, list[int]]
) -> MonthRecord:
    """The record that a row makes; without an entry (a tender that came in after it was sent) it is 未填報."""
    made = _blank(line, filing, tags)
    if line.standing is not None:
        made.supersedes, made.reason = line.standing, reason
    return fill(made, line.curve, texts)


def fill(made: MonthRecord, curve: Curve | None, texts: Mapping[str, str]) -> MonthRecord:
    """Set what was typed about the month; without a checkpoint chosen it stays 未填報 (helper: the caller records)."""
    if not texts.get("reached", "").strip():
        return made
    typed = rules.read(texts)
    made.filed = True
    if curve is not None and typed.reached is not None:
        made.actual = rules.kept(curve.reached(typed.reached or None, typed.works))
    made.actual_works = typed.works if made.planned_works is not None else None
    made.reached, made.reached_on = typed.reached or "", typed.reached_on
    for name, value in typed.money.items():
        setattr(made, name, value)
    made.text, made.cause, made.remedy = typed.text, typed.cause, typed.remedy
    made.catch_up_on = typed.catch_up_on
    return made
