"""Reading meetings: which there are, their agendas, what was resolved and what became of it."""

from shizheng.kernel.meetings.queries.agenda import FOLLOW_UP, OTHERS, Entry, Part, agenda, frame_of, is_fixed
from shizheng.kernel.meetings.queries.due import Due, due_of, hosts_of, minutes_due
from shizheng.kernel.meetings.queries.following import (
    follow_ups,
    previous,
    resolutions_of,
    resolutions_visible_to,
    standing,
    versions_of,
)
from shizheng.kernel.meetings.queries.scope import may_read, meeting, series_visible_to, visible_to

__all__ = [
    "FOLLOW_UP",
    "OTHERS",
    "Due",
    "Entry",
    "Part",
    "agenda",
    "due_of",
    "follow_ups",
    "frame_of",
    "hosts_of",
    "is_fixed",
    "may_read",
    "meeting",
    "minutes_due",
    "previous",
    "resolutions_of",
    "resolutions_visible_to",
    "series_visible_to",
    "standing",
    "versions_of",
    "visible_to",
]
