"""What people do with meetings."""

from shizheng.kernel.meetings.actions.agenda import (
    add_item,
    drop_item,
    fix_agenda,
    keep_item,
    move_item,
    reopen_agenda,
)
from shizheng.kernel.meetings.actions.attendance import (
    add_attendance,
    edit_attendance,
    invite_members,
    remove_attendance,
)
from shizheng.kernel.meetings.actions.minutes import issue_minutes, keep_proof
from shizheng.kernel.meetings.actions.planning import (
    cancel_meeting,
    edit_meeting,
    open_meetings,
    plan_meeting,
    restore_meeting,
)
from shizheng.kernel.meetings.actions.reminding import remind
from shizheng.kernel.meetings.actions.resolutions import (
    change_resolution,
    record_resolution,
    strike_resolution,
)
from shizheng.kernel.meetings.actions.running import (
    close_meeting,
    resume_meeting,
    start_meeting,
    write_discussion,
)
from shizheng.kernel.meetings.actions.series import create_series, edit_series, load_series

__all__ = [
    "add_attendance",
    "add_item",
    "cancel_meeting",
    "change_resolution",
    "close_meeting",
    "create_series",
    "drop_item",
    "edit_attendance",
    "edit_meeting",
    "edit_series",
    "fix_agenda",
    "invite_members",
    "issue_minutes",
    "keep_item",
    "keep_proof",
    "load_series",
    "move_item",
    "open_meetings",
    "plan_meeting",
    "record_resolution",
    "remind",
    "remove_attendance",
    "reopen_agenda",
    "restore_meeting",
    "resume_meeting",
    "start_meeting",
    "strike_resolution",
    "write_discussion",
]
