"""A meeting begins, is written down, and ends; its minutes are then due."""

from datetime import datetime

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import bad
from shizheng.common.clock import TAIPEI
from shizheng.common.errors import BadInput
from shizheng.common.permissions import Actor
from shizheng.common.reasons import need_reason
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.meetings.actions.shared import (
    MOST_TEXT,
    locked_item,
    locked_meeting,
    need_act,
    need_recorder,
    need_state,
    touch,
)
from shizheng.kernel.meetings.models import AgendaItem, Meeting, MeetingState
from shizheng.kernel.meetings.queries.due import minutes_due
from shizheng.kernel.meetings.rules.workflow import WRITABLE


def start_meeting(
    actor: Actor, meeting_id: int, *, version: int | None, at: datetime | None = None
) -> Meeting:
    """Begin: from now on discussion and resolutions are written. `at` where it began at another time than now."""
    with recorded(by=actor, action="meetings.start_meeting"):
        found = locked_meeting(meeting_id, version)
        need_recorder(actor, found)
        need_act(found, "start_meeting")
        began = at or clock.now().replace(second=0, microsecond=0)
        if began > clock.now():
            raise bad("at", _("還沒有到這個時間，不能開始。"))
        found.state, found.started_at, found.at = MeetingState.RUNNING, began, began
        touch(found, "state", "started_at", "at")
    return found


def write_discussion(actor: Actor, item_id: int, *, version: int | None, text: str) -> AgendaItem:
    """Keep what was said on an item. Raises Conflict where somebody else wrote since `version` was read."""
    with recorded(by=actor, action="meetings.write_discussion"):
        item = locked_item(item_id, version)
        need_recorder(actor, item.meeting)
        need_state(item.meeting, WRITABLE, _("寫討論"))
        if len(text) > MOST_TEXT or "\x00" in text:
            message = _("最多 %(n)s 字，不能有控制字元。") % {"n": MOST_TEXT}
            raise BadInput(message, fields={"discussion": [message]})
        if item.discussion != text:
            item.discussion = text
            item.version += 1
            item.save(update_fields=["discussion", "version"])
    return item


def close_meeting(actor: Actor, meeting_id: int, *, version: int | None) -> Meeting:
    """End the meeting. It now counts as held; its minutes are due by the rule."""
    with recorded(by=actor, action="meetings.close_meeting"):
        found = locked_meeting(meeting_id, version)
        need_recorder(actor, found)
        need_act(found, "close_meeting")
        assert found.at is not None  # it was started
        due = minutes_due(found.series, found.at.astimezone(TAIPEI).date())
        found.state, found.closed_at = MeetingState.HELD, clock.now()
        found.minutes_due_on = due.on
        found.rule_versions = {**found.rule_versions, **due.versions}
        touch(found, "state", "closed_at", "minutes_due_on", "rule_versions")
    return found


def resume_meeting(actor: Actor, meeting_id: int, *, version: int | None, reason: str) -> Meeting:
    """Go on with a meeting that was closed too early, with a reason."""
    text = need_reason(reason)
    with recorded(by=actor, action="meetings.resume_meeting", reason=text):
        found = locked_meeting(meeting_id, version)
        need_recorder(actor, found)
        need_act(found, "resume_meeting")
        found.state = MeetingState.RUNNING
        touch(found, "state")
    return found
