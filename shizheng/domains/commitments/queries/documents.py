"""Commitments as the API says them: ids, codes, days as ISO, numbers as plain texts."""

from decimal import Decimal
from typing import Any

from shizheng.common.numbers import plain, round_half_up
from shizheng.domains.commitments.models import Commitment, CommitmentList, CommitmentUnit
from shizheng.domains.commitments.queries.boards import AgencyLine, Tally
from shizheng.domains.commitments.queries.reading import Reached
from shizheng.domains.commitments.queries.timeline import Line
from shizheng.domains.commitments.rules.fields import own_fields


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def list_document(row: CommitmentList) -> dict[str, Any]:
    """One list with its own fields."""
    return {
        "id": row.pk, "code": row.code, "name": row.name, "name_en": row.name_en, "cycle": row.cycle,
        "releaser": row.releaser, "needed": row.needed, "note": row.note, "in_use": row.in_use,
        "fields": [each.as_json() for each in own_fields(row.fields)], "version": row.version,
    }  # fmt: skip


def unit_document(owed: CommitmentUnit, reached: Reached | None = None) -> dict[str, Any]:
    """One unit's part."""
    return {
        "id": owed.pk, "unit_id": owed.unit_id, "unit": owed.unit.name, "part": owed.part, "state": owed.state,
        "sent_back": owed.sent_back, "passed": owed.passed, "asked_on": owed.asked_on, "released_on": owed.released_on,
        "told_on": owed.told_on,
        "progress": _plain(reached.percent if reached else owed.progress),
        "quantity": _plain(reached.quantity if reached else owed.quantity),
    }  # fmt: skip


def commitment_document(row: Commitment, reached: dict[int, Reached] | None = None) -> dict[str, Any]:
    """One commitment with its units."""
    return {
        "id": row.pk, "number": row.number, "list": row.list.code, "roc_year": row.roc_year, "text": row.text,
        "agreed_on": row.agreed_on, "agreed_due": row.agreed_due, "due_on": row.due_on,
        "target_quantity": _plain(row.target_quantity), "quantity_unit": row.quantity_unit, "extra": row.extra,
        "source": {"kind": row.source_kind, "key": row.source_key, "label": row.source_label, "url": row.source_url},
        "link": {"kind": row.link_kind, "key": row.link_key} if row.link_kind else None,
        "note": row.note, "state": row.state, "ground": row.ground, "closed_on": row.closed_on, "version": row.version,
        "units": [unit_document(each, (reached or {}).get(each.pk)) for each in row.units.all()],
    }  # fmt: skip


def line_document(line: Line) -> dict[str, Any]:
    """One thing that happened."""
    row = line.row
    return {
        "what": line.what, "id": row.pk, "at": line.at, "by": line.by, "unit_id": line.owed.unit_id if line.owed else None,
        "text": line.text, "day": line.day, "act": getattr(row, "act", None), "outcome": getattr(row, "outcome", None),
        "progress": _plain(getattr(row, "progress", None)), "quantity": _plain(getattr(row, "quantity", None)),
        "files": [str(each.pk) for each in line.files],
    }  # fmt: skip


def tally_document(tally: Tally) -> dict[str, Any]:
    """A tally with its rates in percent (None of nothing) and what they are made of."""
    return {
        "open": tally.open, "late": tally.late, "soon": tally.soon, "waiting": tally.waiting,
        "unreported": tally.unreported, "released": tally.released, "all": tally.all, "dated": tally.dated,
        "in_time": tally.in_time, "release_rate": _rate(tally.release_rate), "on_time_rate": _rate(tally.on_time_rate),
    }  # fmt: skip


def _rate(value: Decimal | None) -> str | None:
    return None if value is None else str(round_half_up(value, 2))


def agency_document(line: AgencyLine) -> dict[str, Any]:
    """One line of the board."""
    return {"agency_id": line.agency.id, "agency": line.agency.name, **tally_document(line.tally)}
