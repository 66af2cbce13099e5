"""Design reviews as the API gives them."""

from typing import Any

from shizheng.common.numbers import plain
from shizheng.domains.procurement.models import OwnReviews, PanelMember, ReviewAct, ReviewCase
from shizheng.domains.procurement.rules.reviews import OpinionState


def review_document(row: ReviewCase) -> dict[str, Any]:
    return {
        "id": row.pk, "number": row.number, "name": row.name,
        "agency": {"id": row.agency_id, "code": row.agency.code, "name": row.agency.name},
        "stage": row.stage, "control_number": row.control_number, "amount": plain(row.amount),
        "amount_after": None if row.amount_after is None else plain(row.amount_after), "state": row.state,
        "since": row.since.isoformat(), "due_on": row.due_on.isoformat() if row.due_on else None,
        "checklist": row.checklist, "note": row.note, "version": row.version,
    }  # fmt: skip


def act_document(row: ReviewAct) -> dict[str, Any]:
    return {
        "act": row.act, "on": row.on.isoformat(), "state": row.target, "text": row.text, "files": row.files,
        "amount": None if row.amount is None else plain(row.amount),
        "due_on": row.due_on.isoformat() if row.due_on else None,
    }  # fmt: skip


def member_document(row: PanelMember) -> dict[str, Any]:
    return {
        "id": row.pk, "name": row.name, "affiliation": row.affiliation, "speciality": row.speciality,
        "source": row.source, "declared_on": row.declared_on.isoformat() if row.declared_on else None,
        "conflict": row.conflict, "conflict_note": row.conflict_note, "version": row.version,
    }  # fmt: skip


def opinion_document(each: OpinionState) -> dict[str, Any]:
    answer, confirmed = each.answer, each.confirmation
    return {
        "id": each.opinion.pk, "number": each.opinion.number, "topic": each.opinion.topic, "text": each.opinion.text,
        "member_id": each.opinion.member_id,
        "answer": None if answer is None else {"verdict": answer.verdict, "text": answer.text},
        "confirmation": None if confirmed is None else {"accepted": confirmed.accepted, "text": confirmed.text},
        "earlier": [{"verdict": old.verdict, "text": old.text} for old, _confirmed in each.earlier],
    }  # fmt: skip


def own_document(row: OwnReviews) -> dict[str, Any]:
    return {
        "agency": {"id": row.agency_id, "code": row.agency.code, "name": row.agency.name}, "quarter": row.period,
        "filed": row.filed, "cases": row.cases, "before": None if row.before is None else plain(row.before),
        "after": None if row.after is None else plain(row.after),
    }  # fmt: skip
