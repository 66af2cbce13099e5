"""Meetings as plain data for programs."""

from typing import Any

from shizheng.kernel.meetings.models import Attendance, Meeting, MeetingSeries, Resolution
from shizheng.kernel.meetings.queries.agenda import is_fixed
from shizheng.kernel.meetings.queries.boards import Board
from shizheng.kernel.meetings.queries.letters import Letter
from shizheng.kernel.meetings.queries.record import Record


def series_document(row: MeetingSeries) -> dict[str, Any]:
    """A series with its members."""
    return {
        "id": row.pk, "code": row.code, "name": row.name, "name_en": row.name_en, "level": row.level,
        "unit_id": row.unit_id, "by_agency": row.by_agency, "chair": row.chair, "due_rule": row.due_rule,
        "minutes_rule": row.minutes_rule, "agenda": row.agenda, "looks_back": row.looks_back,
        "starts_on": row.starts_on, "note": row.note, "in_use": row.in_use, "version": row.version,
        "members": [each.unit_id for each in row.memberships.all()],
    }  # fmt: skip


def meeting_document(row: Meeting) -> dict[str, Any]:
    """A meeting without its agenda."""
    return {
        "id": row.pk, "series_id": row.series_id, "series": row.series.code, "unit_id": row.unit_id, "period": row.period,
        "number": row.number, "title": row.title, "state": row.state, "due_on": row.due_on, "at": row.at,
        "place": row.place, "chair": row.chair, "secretary_id": row.secretary_id, "why_cancelled": row.why_cancelled,
        "agenda_fixed_at": row.agenda_fixed_at if is_fixed(row) else None, "started_at": row.started_at,
        "closed_at": row.closed_at, "minutes_due_on": row.minutes_due_on, "minutes_issued_at": row.minutes_issued_at,
        "minutes_code": row.minutes_code, "rule_version_ids": row.rule_versions, "version": row.version,
    }  # fmt: skip


def record_document(record: Record) -> dict[str, Any]:
    """A meeting with agenda, discussion, resolutions and attendance."""
    return {
        **meeting_document(record.meeting),
        "sections": [
            {
                "code": section.part.code,
                "title": section.part.title,
                "items": [_entry(each) for each in section.part.entries],
            }
            for section in record.sections
        ],
        "resolutions": [
            resolution_document(each.row)
            for each in [*record.general, *(one for item in record.items for one in item.resolutions)]
        ],
        "attendance": [seat_document(seat.row) for seat in record.seats],
        "files": [{"id": str(each.pk), "name": each.name} for each in record.files],
    }


def _entry(each: Any) -> dict[str, Any]:
    item = each.item
    return {
        "id": item.pk if item else None, "title": each.title, "origin": each.origin, "reason": each.reason,
        "subject": list(each.subject) if each.subject else None, "rule_version_ids": list(each.rule_versions),
        "unit_ids": list(each.unit_ids), "facts": each.facts, "dropped": item.dropped if item else False,
        "why_dropped": item.why_dropped if item else "", "discussion": item.discussion if item else "",
        "version": item.version if item else None,
    }  # fmt: skip


def seat_document(row: Attendance) -> dict[str, Any]:
    """A line of an attendance."""
    return {
        "id": row.pk, "unit_id": row.unit_id, "name": row.name, "post": row.post, "role": row.role,
        "presence": row.presence, "deputy": row.deputy, "version": row.version,
    }  # fmt: skip


def resolution_document(row: Resolution) -> dict[str, Any]:
    """A version of a resolution."""
    return {
        "id": row.pk, "meeting_id": row.meeting_id, "number": row.number, "item_id": row.item_id, "kind": row.kind,
        "text": row.text, "main_unit_id": row.main_unit_id, "joint_unit_ids": row.joint_units, "due_on": row.due_on,
        "struck": row.struck, "reason": row.reason, "supersedes_id": row.supersedes_id, "recorded_at": row.recorded_at,
    }  # fmt: skip


def letter_document(given: Letter) -> dict[str, Any]:
    """What one unit is told after a meeting."""
    return {
        "meeting_id": given.meeting.pk, "unit_id": given.unit_id, "unit": given.unit, "first_due": given.first_due,
        "leads": [each.pk for each in given.resolutions if given.leads(each)],
        "resolutions": [resolution_document(each) for each in given.resolutions],
    }  # fmt: skip


def board_document(board: Board) -> dict[str, Any]:
    """Who has met in a month."""
    return {
        "series_id": board.series.pk, "period": board.period, "due_on": board.due_on,
        "met": board.met.filed, "in_time": board.in_time.filed, "expected": board.met.expected,
        "items": [
            {
                "unit_id": each.unit_id, "unit": each.unit, "meeting_id": each.meeting.pk, "state": each.meeting.state,
                "held_on": each.held_on, "in_time": each.in_time, "late": each.late, "present": each.present,
                "files": each.files, "proven": each.proven,
            }
            for each in board.rows
        ],
    }  # fmt: skip
