"""Who was there: invited from the members, taken by the recorder, corrected until the minutes are out."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from shizheng.common.checks import Wrong, compare, refuse, refuse_unknown
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.meetings.actions.shared import (
    clean_text,
    known_units,
    locked_meeting,
    need_recorder,
    need_state,
)
from shizheng.kernel.meetings.models import Attendance, Meeting, Presence, Role
from shizheng.kernel.meetings.rules.workflow import SEATED

FIELDS = ("unit", "name", "post", "role", "presence", "deputy")
LENGTHS = {"name": 60, "post": 60, "deputy": 60}


def add_attendance(actor: Actor, meeting_id: int, values: Mapping[str, Any]) -> Attendance:
    """Write down who was there. `values` by FIELDS; somebody without a unit needs a name."""
    with recorded(by=actor, action="meetings.add_attendance"):
        meeting = _open_for(actor, meeting_id)
        last = meeting.attendances.aggregate(last=Max("position"))["last"] or 0
        row = Attendance(meeting=meeting, position=last + 1, version=0)
        _save(row, values)
    return row


def edit_attendance(
    actor: Actor, attendance_id: int, *, version: int | None, changes: Mapping[str, Any]
) -> Attendance:
    """Correct who was there, or how."""
    with recorded(by=actor, action="meetings.edit_attendance"):
        row = _found(actor, attendance_id, version)
        _save(row, changes)
    return row


def remove_attendance(actor: Actor, attendance_id: int, *, version: int | None) -> None:
    """Take somebody off the list who does not belong there."""
    with recorded(by=actor, action="meetings.remove_attendance"):
        _found(actor, attendance_id, version).delete()


def invite_members(actor: Actor, meeting_id: int) -> list[Attendance]:
    """One line for the chair and for each unit that belongs to the meeting or that an item concerns, where there is none.

    They are absent until somebody says otherwise.
    """
    with recorded(by=actor, action="meetings.invite_members"):
        meeting = _open_for(actor, meeting_id)
        there = list(meeting.attendances.all())
        units = (
            [] if meeting.series.by_agency else [each.unit_id for each in meeting.series.memberships.all()]
        )
        for item in meeting.items.filter(dropped=False):
            units += item.unit_ids
        known = {each.unit_id for each in there}
        rows: list[Attendance] = []
        if meeting.chair and not any(each.role == Role.CHAIR for each in there):
            rows.append(
                Attendance(
                    meeting=meeting, name=meeting.chair[:60], role=Role.CHAIR, presence=Presence.ABSENT
                )
            )
        rows += [
            Attendance(meeting=meeting, unit_id=each, presence=Presence.ABSENT)
            for each in dict.fromkeys(units)
            if each not in known
        ]
        last = max((each.position for each in there), default=0)
        for place, row in enumerate(rows, start=last + 1):
            row.position = place
        Attendance.objects.bulk_create(rows)
    return rows


def _open_for(actor: Actor, meeting_id: int) -> Meeting:
    meeting = locked_meeting(meeting_id)
    need_recorder(actor, meeting)
    need_state(meeting, SEATED, _("記錄出席"))
    return meeting


def _found(actor: Actor, attendance_id: int, version: int | None) -> Attendance:
    row = Attendance.objects.filter(pk=attendance_id).first()
    if row is None:
        raise NotFound(_("找不到這一筆出席紀錄，可能剛才已經刪除。請重新看這場會議。"))
    meeting = _open_for(actor, row.meeting_id)
    row = Attendance.objects.get(pk=attendance_id)
    row.meeting = meeting
    compare(row.version, version)
    return row


def _save(row: Attendance, values: Mapping[str, Any]) -> None:
    refuse_unknown(values, FIELDS)
    wrong: Wrong = {}
    if "unit" in values:
        units = known_units([values["unit"]] if values["unit"] else [], "unit", wrong)
        row.unit_id = units[0] if units else None
    for name, most in LENGTHS.items():
        if name in values:
            setattr(row, name, clean_text(values[name], most, name, wrong))
    for name, choices in (("role", Role), ("presence", Presence)):
        value = str(values.get(name, getattr(row, name)))
        if value not in choices.values:
            wrong[name] = [_("請從清單選。")]
        setattr(row, name, value)
    if row.unit_id is None and not row.name:
        wrong.setdefault("name", []).append(_("請寫姓名，或選單位。"))
    if row.presence == Presence.DEPUTY and not row.deputy:
        wrong.setdefault("deputy", []).append(_("請寫由誰代理出席。"))
    elif row.presence != Presence.DEPUTY:
        row.deputy = ""
    refuse(wrong)
    row.version += 1
    row.save()
