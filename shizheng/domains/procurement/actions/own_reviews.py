"""What follows from the lock of a quarter of agencies' own design reviews (E04, WQ-06)."""

from collections.abc import Sequence
from typing import Any

from shizheng.common.permissions import Actor
from shizheng.common.words import written
from shizheng.domains.procurement.models import OwnReviews
from shizheng.domains.procurement.queries.own_reviews import ROW, known
from shizheng.domains.procurement.rules import own_reviews as rules
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.registry import Entries
from shizheng.kernel.history.actions import recorded


def record_own(actor: Actor, locked: Sequence[tuple[Any, Entries]]) -> None:
    """Signed returns of one round were locked; one that is late supersedes 未填報."""
    with recorded(by=actor, action="procurement.record_own"):
        there = _there([filing for filing, _entries in locked])
        OwnReviews.objects.bulk_create(
            _record(filing, entries, there.get(filing.pk), written("逾期補報")) for filing, entries in locked
        )


def record_own_unfiled(actor: Actor, found: Any, returns: Sequence[Any]) -> None:
    """The round was locked without these: their quarter is 未填報."""
    with recorded(by=actor, action="procurement.record_own_unfiled"):
        there = _there(returns)
        OwnReviews.objects.bulk_create(
            OwnReviews(agency_id=each.unit_id, period=found.period, filing_id=each.pk, filed=False)
            for each in returns
            if each.pk not in there
        )


def correct_own(actor: Actor, request: Any) -> None:
    """A correction was approved: a new record beside the one that it supersedes."""
    filing = request.filing
    with recorded(by=actor, action="procurement.correct_own", reason=request.reason):
        entries = filing_queries.entries_of(filing.pk)
        made = _record(filing, entries, _there([filing]).get(filing.pk), request.reason)
        made.save()


def _there(returns: Sequence[Any]) -> dict[int, OwnReviews]:
    rows = known().filter(filing_id__in=[each.pk for each in returns])
    return {each.filing_id: each for each in rows if each.filing_id is not None}


def _record(filing: Any, entries: Entries, before: OwnReviews | None, reason: str) -> OwnReviews:
    typed = rules.read(filing_queries.values_of(entries, ROW))
    made = OwnReviews(
        agency_id=filing.unit_id, period=filing.round.period, filing_id=filing.pk, cases=typed.cases,
        before=typed.before, after=typed.after, text=typed.text,
    )  # fmt: skip
    if before is not None:
        made.supersedes, made.reason = before, reason
    return made
