"""One meeting as it is looked at and printed: agenda with what was said and resolved, who was there, whether all is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from shizheng.common.clock import TAIPEI
from shizheng.common.together import together
from shizheng.kernel.files import queries as files
from shizheng.kernel.meetings.models import Attendance, Meeting, MeetingState, Presence, Resolution
from shizheng.kernel.meetings.queries.agenda import Entry, Part, agenda, frame_of
from shizheng.kernel.meetings.queries.following import resolutions_of
from shizheng.kernel.meetings.queries.units import names_of
from shizheng.kernel.rulebook.rules import AsOf

LABEL = "meetings.meeting"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A resolution as it stands, with the names of its units."""

    row: Resolution
    main: str
    joint: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Treated:
    """An item of the agenda, the names of the units that it concerns, and what was resolved on it."""

    number: int
    entry: Entry
    units: tuple[str, ...]
    resolutions: tuple[Resolved, ...] = ()


@dataclass(frozen=True, slots=True)
class Treatment:
    """A section with its items; dropped ones apart."""

    part: Part
    items: tuple[Treated, ...]
    dropped: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """A line of the attendance with the name of its unit."""

    row: Attendance
    unit: str


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that belongs to one meeting."""

    meeting: Meeting
    sections: tuple[Treatment, ...]
    general: tuple[Resolved, ...]
    seats: tuple[Seat, ...]
    files: Sequence[Any] = field(default_factory=tuple)

    @property
    def items(self) -> list[Treated]:
        """All items that stand, in their order."""
        return [item for section in self.sections for item in section.items]

    @property
    def resolutions(self) -> list[Resolution]:
        """Everything that was resolved, on an item or on none."""
        return [
            each.row for each in [*self.general, *(one for item in self.items for one in item.resolutions)]
        ]

    @property
    def present(self) -> int:
        """How many lines of the attendance say that somebody was there."""
        return sum(seat.row.presence in (Presence.PRESENT, Presence.DEPUTY) for seat in self.seats)


def record_of(found: Meeting, as_of: AsOf | None = None, also: Sequence[QuerySet[Any, Any]] = ()) -> Record:
    """The record of a meeting. Until its agenda is fixed, as the rules give it as of then.

    `also`: what else the caller shows, read with it.
    """
    items_, rows, attendances = found.items.all(), resolutions_of(found), found.attendances.all()
    papers = files.stored(LABEL, found.pk)
    together(items_, rows, attendances, papers, *also)
    parts = agenda(found, as_of, items_)
    wanted = {pk for part in parts for entry in part.entries for pk in entry.unit_ids}
    wanted |= {pk for row in rows for pk in (row.main_unit_id, *row.joint_units) if pk}
    wanted |= {row.unit_id for row in attendances if row.unit_id}
    names = names_of(wanted, frame_of(found).day)
    resolved: dict[int | None, list[Resolved]] = {}
    for row in rows:
        joint = tuple(names.get(pk, "") for pk in row.joint_units)
        resolved.setdefault(row.item_id, []).append(
            Resolved(row, names.get(row.main_unit_id or 0, ""), joint)
        )
    number, sections = 0, []
    for part in parts:
        items = []
        for entry in part.standing:
            number += 1
            units = tuple(names.get(pk, "") for pk in entry.unit_ids)
            of_item = tuple(resolved.get(entry.item.pk, ())) if entry.item else ()
            items.append(Treated(number, entry, units, of_item))
        dropped = tuple(each for each in part.entries if each.item is not None and each.item.dropped)
        sections.append(Treatment(part, tuple(items), dropped))
    seats = tuple(Seat(row, names.get(row.unit_id or 0, "")) for row in attendances)
    return Record(found, tuple(sections), tuple(resolved.get(None, ())), seats, tuple(papers))


def is_stale(found: Meeting) -> bool:
    """Whether something was resolved otherwise after the minutes went out: they are to be issued anew."""
    if found.state != MeetingState.ISSUED or found.minutes_issued_at is None:
        return False
    return Resolution.objects.filter(meeting=found, recorded_at__gt=found.minutes_issued_at).exists()


def facts_of(found: Meeting, record: Record | None = None) -> dict[str, Any]:
    """The minutes as plain data: all that they say."""
    record = record or record_of(found)
    at = found.at.astimezone(TAIPEI) if found.at else None
    return {
        "title": found.title,
        "series": found.series.code,
        "series_name": found.series.name,
        "unit": found.unit.name,
        "period": found.period,
        "number": found.number,
        "at": at.isoformat(timespec="minutes") if at else None,
        "place": found.place,
        "chair": found.chair,
        "recorder": found.secretary.display_name if found.secretary else "",
        "attendance": [
            {
                "unit": seat.unit, "name": seat.row.name, "post": seat.row.post, "role": seat.row.role,
                "presence": seat.row.presence, "deputy": seat.row.deputy,
            }
            for seat in record.seats
        ],
        "sections": [
            {
                "code": section.part.code,
                "title": section.part.title,
                "items": [_item(each) for each in section.items],
                "dropped": [
                    {"title": each.title, "reason": each.item.why_dropped if each.item else ""}
                    for each in section.dropped
                ],
            }
            for section in record.sections
        ],
        "resolutions": [_resolution(each) for each in record.general],
    }  # fmt: skip


def _item(each: Treated) -> dict[str, Any]:
    item, entry = each.entry.item, each.entry
    return {
        "number": each.number, "title": entry.title, "reason": entry.reason, "units": list(each.units),
        "subject": list(entry.subject) if entry.subject else None, "rule_version_ids": list(entry.rule_versions),
        "facts": {key: value for key, value in entry.facts.items() if key != "url"},
        "discussion": item.discussion if item else "", "resolutions": [_resolution(one) for one in each.resolutions],
    }  # fmt: skip


def _resolution(each: Resolved) -> dict[str, Any]:
    row = each.row
    return {
        "number": row.number, "kind": row.kind, "text": row.text, "main_unit": each.main, "joint_units": list(each.joint),
        "due_on": row.due_on.isoformat() if row.due_on else None,
    }  # fmt: skip
