"""Cases as the API gives them."""

from typing import Any

from shizheng.common.numbers import plain
from shizheng.domains.procurement.models import CaseEvent, FailedTenderCase, SupervisionSeries
from shizheng.domains.procurement.queries.failed import Line
from shizheng.domains.procurement.rules.failed import Settled


def series_document(row: SupervisionSeries, settled: Settled) -> dict[str, Any]:
    return {
        "id": row.pk, "roc_year": row.roc_year, "edition": row.edition, "opened_on": row.opened_on.isoformat(),
        "note": row.note, "version": row.version, "listed": settled.listed, "awarded": settled.awarded,
        "dropped": settled.dropped, "rate": None if settled.percent is None else f"{settled.percent:.2f}",
    }  # fmt: skip


def case_document(row: FailedTenderCase) -> dict[str, Any]:
    return {
        "id": row.pk, "series_id": row.series_id, "tender_no": row.tender_no, "name": row.name,
        "agency": {"id": row.agency_id, "code": row.agency.code, "name": row.agency.name},
        "category": row.category, "amount": plain(row.amount), "listed_on": row.listed_on.isoformat(),
        "outcome": row.outcome, "settled_on": row.settled_on.isoformat() if row.settled_on else None,
        "award_amount": None if row.award_amount is None else plain(row.award_amount),
        "failed": row.failed, "void": row.void, "follows_register": bool(row.tender_ref), "note": row.note,
        "version": row.version,
    }  # fmt: skip


def event_document(row: CaseEvent) -> dict[str, Any]:
    return {
        "id": row.pk, "case_id": row.case_id, "kind": row.kind, "on": row.on.isoformat(), "bidders": row.bidders,
        "amount": None if row.amount is None else plain(row.amount), "causes": row.causes, "text": row.text,
        "follows_register": bool(row.followed), "struck": row.struck, "reason": row.reason,
    }  # fmt: skip


def line_document(line: Line) -> dict[str, Any]:
    return {**event_document(line.event), "earlier": [event_document(each) for each in line.earlier]}
