"""What the API of meetings takes."""

from datetime import date, datetime
from typing import Annotated

from ninja import Field, Query

from shizheng.common.api_fields import NO_NUL, Given, Key, Line, Month
from shizheng.common.numbers import LARGEST_KEY
from shizheng.kernel.meetings.models import Presence, ResolutionKind, Role, SeriesLevel

MOST = 2**31 - 1
Version = Annotated[int, Field(ge=0, le=MOST)]
Name = Annotated[str, Field(pattern=NO_NUL, max_length=100)]
Short = Annotated[str, Field(pattern=NO_NUL, max_length=60)]
Long = Annotated[str, Field(pattern=NO_NUL, max_length=20_000)]
AgencyId = Annotated[int | None, Query(ge=1, le=LARGEST_KEY)]
Units = Annotated[list[Key], Field(max_length=200)]


class MeetingStepIn(Given):
    """An act with the version that was read, and the reason where one is needed."""

    version: Version | None = None
    reason: Line = ""


class MeetingSeriesIn(Given):
    """Fields to set; those left out stay as they are."""

    name: Name = ""
    name_en: Annotated[str, Field(pattern=NO_NUL, max_length=150)] = ""
    level: SeriesLevel = SeriesLevel.OTHER
    unit: Key | None = None
    chair: Short = ""
    due_rule: Short = ""
    minutes_rule: Short = "meeting.minutes"
    agenda: Short = ""
    looks_back: Annotated[int, Field(ge=0, le=12)] = 1
    starts_on: date | None = None
    note: Long = ""
    in_use: bool = True
    members: Units = []


class NewMeetingSeries(MeetingSeriesIn):
    code: Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=40)]


class ChangedMeetingSeries(MeetingSeriesIn):
    version: Version | None = None
    reason: Line


class MeetingWhenIn(Given):
    """Fields to set; those left out stay as they are. `at` carries its offset."""

    title: Annotated[str, Field(pattern=NO_NUL, max_length=200)] = ""
    at: datetime | None = None
    place: Annotated[str, Field(pattern=NO_NUL, max_length=200)] = ""
    chair: Name = ""
    secretary: Key | None = None


class NewMeeting(MeetingWhenIn):
    series: Key
    period: Month
    unit: Key | None = None


class ChangedMeeting(MeetingWhenIn):
    version: Version | None = None


class AgendaItemIn(Given):
    title: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=300)]
    reason: Line = ""
    units: Units = []


class AgendaMoveIn(Given):
    version: Version | None = None
    steps: Annotated[int, Field(ge=-500, le=500)]


class DiscussionIn(Given):
    version: Version | None = None
    text: Long


class AttendanceIn(Given):
    """Fields to set; those left out stay as they are."""

    unit: Key | None = None
    name: Short = ""
    post: Short = ""
    role: Role = Role.MEMBER
    presence: Presence = Presence.PRESENT
    deputy: Short = ""


class ChangedAttendance(AttendanceIn):
    version: Version | None = None


class RemovedAttendance(Given):
    version: Version | None = None


class ResolutionIn(Given):
    """Fields to set; those left out of a change stay as they are."""

    text: Annotated[str, Field(pattern=NO_NUL, max_length=5000)] = ""
    kind: ResolutionKind = ResolutionKind.DIRECTIVE
    main_unit: Key | None = None
    joint_units: Units = []
    due_on: date | None = None
    item: Key | None = None


class ChangedResolution(ResolutionIn):
    reason: Line


class StruckIn(Given):
    reason: Line
