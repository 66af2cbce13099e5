"""What follows from the lock of a month of cases: a record for each, and F01's counts.

Called by the kernel of filing, in the transaction of the lock or of the approval: all of it or nothing.
"""

from collections.abc import Sequence
from typing import Any

from shizheng.common.permissions import Actor
from shizheng.common.words import written
from shizheng.domains.procurement.actions.facts import write_month
from shizheng.domains.procurement.models import CaseMonth
from shizheng.domains.procurement.queries.month_forms import CaseLine, lines_of, lines_of_all
from shizheng.domains.procurement.rules import failed_months as rules
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.registry import Entries
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.rules.periods import parse_period


def record_months(actor: Actor, locked: Sequence[tuple[Any, Entries]]) -> None:
    """Signed returns of one round were locked: a record for each case in them; one that is late supersedes 未填報."""
    with recorded(by=actor, action="procurement.record_months"):
        lines = lines_of_all([filing for filing, _entries in locked])
        CaseMonth.objects.bulk_create(
            _record(line, filing, filing_queries.values_of(entries, line.key), written("逾期補報"))
            for filing, entries in locked
            for line in lines[filing.pk]
        )
        write_month(actor, parse_period(locked[0][0].round.period), written("月底重新計算"))


def record_unfiled(actor: Actor, found: Any, returns: Sequence[Any]) -> None:
    """The round was locked without these: their cases are 未填報; they count all the same."""
    with recorded(by=actor, action="procurement.record_unfiled"):
        lines = lines_of_all(returns)
        CaseMonth.objects.bulk_create(
            _blank(line, filing) for filing in returns for line in lines[filing.pk] if line.standing is None
        )
        write_month(actor, parse_period(found.period), written("月底重新計算"))


def correct_months(actor: Actor, request: Any) -> None:
    """A correction was approved: a new record beside the one that it supersedes."""
    filing = request.filing
    touched = {change["row"] for change in request.changes}
    with recorded(by=actor, action="procurement.correct_months", reason=request.reason):
        entries = filing_queries.entries_of(filing.pk)
        CaseMonth.objects.bulk_create(
            _record(line, filing, filing_queries.values_of(entries, line.key), request.reason)
            for line in lines_of(filing)
            if line.key in touched
        )


def _blank(line: CaseLine, filing: Any) -> CaseMonth:
    return CaseMonth(case_id=line.case_id, period=filing.round.period, filing_id=filing.pk, filed=False)


def _record(line: CaseLine, filing: Any, texts: dict[str, str], reason: str) -> CaseMonth:
    made = _blank(line, filing)
    if line.standing is not None:
        made.supersedes, made.reason = line.standing, reason
    typed = rules.read(texts)
    made.filed, made.text, made.cause = typed.filed, typed.text, typed.cause
    made.measure, made.next_on = typed.measure, typed.next_on
    return made
