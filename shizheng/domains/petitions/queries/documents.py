"""What the API and exports say of petitions, as plain values; nothing that is sealed."""

from typing import Any

from shizheng.domains.petitions.models import Petition, Reply
from shizheng.domains.petitions.queries.boards import Tally
from shizheng.domains.petitions.rules.classes import Ended


def petition_document(row: Petition, *, words: bool = False) -> dict[str, Any]:
    """One petition; what the citizen wrote only where the reader works on it."""
    case = row.case
    return {
        "id": case.pk,
        "number": case.number,
        "file_number": row.file_number,
        "subject": case.title,
        "petition_class": row.petition_class,
        "source": row.source,
        "channel": case.channel,
        "category": row.category.code if row.category else None,
        "state": case.state,
        "unit_id": case.unit_id,
        "unit": case.unit.name,
        "officer_id": case.officer_id,
        "place": row.place,
        "language": row.language,
        "restricted": case.confidentiality == "restricted",
        "received_at": case.received_at,
        "due_at": case.due_at,
        "stopped_at": case.stopped_at,
        "answered_at": row.answered_at,
        "closed_at": case.closed_at,
        "promise_due": row.promise_due,
        "returned": case.returned,
        "reopened": row.reopened,
        "ground": row.ground,
        "merged_into": case.merged_into_id,
        "words": row.words if words else None,
        "version": case.version,
    }


def reply_document(each: Reply) -> dict[str, Any]:
    """One draft, or the reply that was sent."""
    return {
        "serial": each.serial,
        "text": each.text,
        "promise": each.promise,
        "promise_on": each.promise_on,
        "drafted_at": each.drafted_at,
        "approved_at": each.approved_at,
        "sent_at": each.sent_at,
    }


def tally_document(tally: Tally) -> dict[str, Any]:
    """Counts of a month, the rate as a decimal text with its numerator and denominator."""
    rate = tally.on_time_rate
    return {
        "received": tally.received,
        "ended": {each.value: tally.ended[each] for each in Ended},
        "in_time": tally.in_time,
        "counted": tally.counted,
        "on_time_rate": None if rate is None else str(round(rate, 2)),
        "open_after": tally.open_after,
    }
