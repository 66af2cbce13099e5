"""Design reviews as the API gives them."""

from typing import Any

from shizheng.common.numbers import plain
from shizheng.domains.procurement.models import (
    Confirmation,
    Opinion,
    OwnReviews,
    PanelMember,
    ReviewAct,
    ReviewCase,
)
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


def act_document(row: ReviewAct, back: ReviewAct | None) -> dict[str, Any]:
    """A step; `back`: how it was taken back."""
    return {
        "act": row.act, "on": row.on.isoformat(), "state": row.target, "text": row.text, "files": row.files,
        "amount": None if row.amount is None else plain(row.amount),
        "due_on": row.due_on.isoformat() if row.due_on else None, "taken_back": back is not None,
        "reason": "" if back is None else back.reason,
    }  # fmt: skip


def member_document(row: PanelMember) -> dict[str, Any]:
    return {
        "id": row.pk, "name": row.name, "affiliation": row.affiliation, "speciality": row.speciality,
        "source": row.source, "declared_on": row.declared_on.isoformat() if row.declared_on else None,
        "conflict": row.conflict, "conflict_note": row.conflict_note, "version": row.version,
    }  # fmt: skip


def opinion_document(each: OpinionState) -> dict[str, Any]:
    """An opinion as it stands, with what was told, answered and confirmed before."""
    answer = each.answer
    return {
        **_telling(each.opinion), "struck": each.opinion.struck,
        "answer": None if answer is None else {"verdict": answer.verdict, "text": answer.text},
        "confirmation": _confirmation(each.confirmation),
        "confirmed_before": [confirmation_document(old) for old in each.confirmed_before],
        "earlier": [
            {"verdict": old.verdict, "text": old.text, "confirmation": _confirmation(returned)}
            for old, returned in each.earlier
        ],
        "former": [_telling(old) for old in each.former],
    }  # fmt: skip


def _telling(row: Opinion) -> dict[str, Any]:
    return {
        "id": row.pk, "number": row.number, "topic": row.topic, "text": row.text, "member_id": row.member_id,
        "reason": row.reason,
    }  # fmt: skip


def confirmation_document(row: Confirmation) -> dict[str, Any]:
    return {"id": row.pk, "accepted": row.accepted, "text": row.text, "reason": row.reason}


def _confirmation(row: Confirmation | None) -> dict[str, Any] | None:
    return None if row is None else confirmation_document(row)


def own_document(row: OwnReviews) -> dict[str, Any]:
    return {
        "agency": {"id": row.agency_id, "code": row.agency.code, "name": row.agency.name}, "quarter": row.period,
        "filed": row.filed, "cases": row.cases, "before": None if row.before is None else plain(row.before),
        "after": None if row.after is None else plain(row.after),
    }  # fmt: skip
