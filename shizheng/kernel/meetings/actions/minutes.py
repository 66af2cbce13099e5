"""The minutes go out and are kept; what proves the meeting is attached to it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.kernel.files import actions as files
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.meetings.actions.sending import send_minutes
from shizheng.kernel.meetings.actions.shared import locked_meeting, need_act, need_recorder, need_state, touch
from shizheng.kernel.meetings.models import Meeting, MeetingState, Presence
from shizheng.kernel.meetings.queries.record import LABEL
from shizheng.kernel.meetings.rules.workflow import CHAIR, CORRECTABLE
from shizheng.kernel.publication import actions as publication

KIND = "meetings.minutes"
THERE = (Presence.PRESENT, Presence.DEPUTY)


def issue_minutes(actor: Actor, meeting_id: int, *, version: int | None, reason: str = "") -> Meeting:
    """Issue the minutes, anew where something was corrected since: they are kept with their hash, and the units are told.

    Raises CannotDo where nobody is written down as present, and where nothing has changed since they went out.
    """
    with recorded(by=actor, action="meetings.issue_minutes", reason=reason.strip()):
        found = locked_meeting(meeting_id, version)
        require(actor, CHAIR, found.unit_id)
        need_act(found, "issue_minutes")
        if not found.attendances.filter(presence__in=THERE).exists():
            raise CannotDo(_("出席紀錄裡沒有任何人出席，沒有發出。請先記錄出席。"))
        made = publication.issue(actor, KIND, found.pk, reason=reason, by_domain=True)
        found.state, found.minutes_code = MeetingState.ISSUED, made.code
        found.minutes_issued_at = clock.now()
        touch(found, "state", "minutes_code", "minutes_issued_at")
        send_minutes(actor, found)
    return found


def keep_proof(actor: Actor, meeting_id: int, held_ids: Iterable[Any]) -> int:
    """Attach what proves the meeting, such as the sign-in sheet: uploads of the actor that wait. Returns how many."""
    with recorded(by=actor, action="meetings.keep_proof"):
        found = locked_meeting(meeting_id)
        need_recorder(actor, found)
        need_state(found, CORRECTABLE, _("附開會證明"))
        made = files.keep_held(actor, held_ids, subject=(LABEL, found.pk), unit_id=found.unit_id)
    return len(made)
