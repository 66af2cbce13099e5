"""Series, meetings, agendas, attendance and resolutions (B02, B03)."""

from shizheng.kernel.meetings.models.record import (
    AgendaItem,
    Attendance,
    MeetingReminder,
    Origin,
    Presence,
    ReminderAbout,
    Resolution,
    ResolutionKind,
    Role,
)
from shizheng.kernel.meetings.models.series import (
    Meeting,
    MeetingSeries,
    MeetingState,
    SeriesLevel,
    SeriesMember,
)

__all__ = [
    "AgendaItem",
    "Attendance",
    "Meeting",
    "MeetingReminder",
    "MeetingSeries",
    "MeetingState",
    "Origin",
    "Presence",
    "ReminderAbout",
    "Resolution",
    "ResolutionKind",
    "Role",
    "SeriesLevel",
    "SeriesMember",
]
