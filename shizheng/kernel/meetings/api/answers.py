"""What the API says of series, meetings, who was there, what was resolved and the letters: the shapes of `queries.documents`."""

from datetime import date, datetime
from typing import Any

from ninja import Schema


class MeetingSeriesOut(Schema):
    """A series with its rules and members. `version` goes back in a change."""

    id: int
    code: str
    name: str
    name_en: str
    level: str
    unit_id: int | None
    by_agency: bool
    chair: str
    due_rule: str
    minutes_rule: str
    agenda: str
    looks_back: int
    starts_on: date | None
    note: str
    in_use: bool
    version: int
    members: list[int]


class MeetingOut(Schema):
    """A meeting without its agenda; `rule_version_ids`: rule → version that counted."""

    id: int
    series_id: int
    series: str
    unit_id: int
    period: str
    number: int
    title: str
    state: str
    due_on: date | None
    at: datetime | None
    place: str
    chair: str
    secretary_id: int | None
    why_cancelled: str
    agenda_fixed_at: datetime | None
    started_at: datetime | None
    closed_at: datetime | None
    minutes_due_on: date | None
    minutes_issued_at: datetime | None
    minutes_code: str
    rule_version_ids: dict[str, int]
    version: int


class AgendaEntryOut(Schema):
    """An item of the agenda; `id` and `version` are null until the agenda is fixed. `subject`: kind and number."""

    id: int | None
    title: str
    origin: str
    reason: str
    subject: list[str] | None
    rule_version_ids: list[int]
    unit_ids: list[int]
    facts: dict[str, Any]
    dropped: bool
    why_dropped: str
    discussion: str
    version: int | None


class AgendaSectionOut(Schema):
    """A section of the agenda with its items in their order."""

    code: str
    title: str
    items: list[AgendaEntryOut]


class ResolutionOut(Schema):
    """A version of a resolution; `supersedes_id`: the version that it corrects."""

    id: int
    meeting_id: int
    number: int
    item_id: int | None
    kind: str
    text: str
    main_unit_id: int | None
    joint_unit_ids: list[int]
    due_on: date | None
    struck: bool
    reason: str
    supersedes_id: int | None
    recorded_at: datetime


class SeatOut(Schema):
    """A line of an attendance; `deputy`: who came instead."""

    id: int
    unit_id: int | None
    name: str
    post: str
    role: str
    presence: str
    deputy: str
    version: int


class MeetingFileOut(Schema):
    """A file of the meeting; its bytes are at `/api/v1/files/{id}/content`."""

    id: str
    name: str


class MeetingInFullOut(MeetingOut):
    """A meeting with agenda, discussion, resolutions and attendance."""

    sections: list[AgendaSectionOut]
    resolutions: list[ResolutionOut]
    attendance: list[SeatOut]
    files: list[MeetingFileOut]


class MetOut(Schema):
    """Whether one unit has met, with what proves it."""

    unit_id: int
    unit: str
    meeting_id: int
    state: str
    held_on: date | None
    in_time: bool
    late: bool
    present: int
    files: int
    proven: bool


class MetBoardOut(Schema):
    """Who has met in a month: `met` and `in_time` out of `expected`."""

    series_id: int
    period: str
    due_on: date | None
    met: int
    in_time: int
    expected: int
    items: list[MetOut]


class DiscussionOut(Schema):
    """What was said about an item, as it was kept."""

    id: int
    version: int
    text: str


class SeatRemovedOut(Schema):
    """Which line was taken off the attendance of which meeting."""

    id: int
    meeting_id: int
    removed: bool


class LetterOut(Schema):
    """What one unit is told after a meeting: the resolutions that it leads and those in which it takes part.

    Its files are at `/api/v1/meetings/meetings/{meeting_id}/letters/{unit_id}/pdf` and `…/odt`.
    """

    meeting_id: int
    unit_id: int
    unit: str
    first_due: date | None
    leads: list[int]
    resolutions: list[ResolutionOut]
