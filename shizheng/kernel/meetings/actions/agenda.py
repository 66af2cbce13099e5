"""The agenda is fixed as the rules give it, and stays; own items are added, dropped with a reason, and put in order."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import Wrong, refuse
from shizheng.common.errors import CannotDo, Conflict
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.meetings.actions.shared import (
    clean_text,
    known_units,
    locked_item,
    locked_meeting,
    need_act,
    need_state,
    touch,
)
from shizheng.kernel.meetings.models import AgendaItem, Meeting, MeetingState, Origin
from shizheng.kernel.meetings.queries.agenda import OTHERS, live
from shizheng.kernel.meetings.rules.workflow import MANAGE, OWN_ITEMS, RECORD
from shizheng.web.speech import for_the_record

STEP = 10


def fix_agenda(actor: Actor, meeting_id: int, *, version: int | None) -> Meeting:
    """Freeze the agenda as the rules give it now, follow-up first, own items last. Raises CannotDo for an empty one."""
    with recorded(by=actor, action="meetings.fix_agenda"):
        found = locked_meeting(meeting_id, version)
        require(actor, MANAGE, found.unit_id)
        need_act(found, "fix_agenda")
        with for_the_record():
            parts = live(found)
        own = list(found.items.all())
        items = [
            AgendaItem(
                meeting=found, position=0, origin=each.origin, section=part.code, section_title=part.title[:100],
                title=each.title[:300], subject_kind=each.subject[0] if each.subject else "",
                subject_id=each.subject[1] if each.subject else "", reason=each.reason,
                rule_versions=list(each.rule_versions), unit_ids=list(each.unit_ids), facts=each.facts,
            )
            for part in parts for each in part.entries
        ]  # fmt: skip
        if not items and not own:
            raise CannotDo(_("議程還沒有任何項目，沒有定案。請先自行增列，或等資料齊了再定案。"))
        for place, each in enumerate([*items, *own], start=1):
            each.position = place * STEP
        AgendaItem.objects.bulk_create(items)
        AgendaItem.objects.bulk_update(own, ["position"])
        found.state, found.agenda_fixed_at = MeetingState.FIXED, clock.now()
        found.sections = [[part.code, part.title[:100]] for part in parts]
        touch(found, "state", "agenda_fixed_at", "sections")
    return found


def reopen_agenda(actor: Actor, meeting_id: int, *, version: int | None, reason: str) -> Meeting:
    """Let the agenda follow the data again until it is fixed anew, with a reason. Own items stay."""
    text = need_reason(reason)
    with recorded(by=actor, action="meetings.reopen_agenda", reason=text):
        found = locked_meeting(meeting_id, version)
        require(actor, MANAGE, found.unit_id)
        need_act(found, "reopen_agenda")
        found.items.exclude(origin=Origin.OWN).delete()
        found.state, found.agenda_fixed_at = MeetingState.PLANNED, None
        touch(found, "state", "agenda_fixed_at")
    return found


def add_item(actor: Actor, meeting_id: int, values: Mapping[str, Any]) -> AgendaItem:
    """Put an item of one's own on the agenda, also while the meeting runs (臨時動議).

    `values`: `title`, `reason`, `units` (numbers), `subject` (kind and id).
    """
    with recorded(by=actor, action="meetings.add_item"):
        found = locked_meeting(meeting_id)
        _need_own(actor, found)
        wrong: Wrong = {}
        title = clean_text(values.get("title"), 300, "title", wrong, needed=True)
        reason = clean_text(values.get("reason"), 2000, "reason", wrong)
        units = known_units(values.get("units") or (), "units", wrong)
        refuse(wrong)
        kind, number = values.get("subject") or ("", "")
        last = found.items.aggregate(last=Max("position"))["last"] or 0
        return AgendaItem.objects.create(
            meeting=found, position=last + STEP, origin=Origin.OWN, section=OTHERS, title=title, reason=reason,
            unit_ids=units, subject_kind=str(kind), subject_id=str(number),
        )  # fmt: skip


def drop_item(actor: Actor, item_id: int, *, version: int | None, reason: str) -> AgendaItem:
    """Take an item off the agenda, with a reason that stays beside it. Not where something was resolved on it."""
    text = need_reason(reason)
    with recorded(by=actor, action="meetings.drop_item", reason=text):
        item = locked_item(item_id, version)
        _need_own(actor, item.meeting)
        if item.dropped:
            raise Conflict(_("這個項目剛才已經不討論了，沒有再做一次。"))
        if item.resolutions.filter(superseded_by=None, struck=False).exists():
            raise CannotDo(_("這個項目已經有決議，不能改成不討論。決議有誤時，請先更正或刪除決議。"))
        item.dropped, item.why_dropped = True, text
        _touch(item, "dropped", "why_dropped")
    return item


def keep_item(actor: Actor, item_id: int, *, version: int | None) -> AgendaItem:
    """Put a dropped item back on the agenda."""
    with recorded(by=actor, action="meetings.keep_item"):
        item = locked_item(item_id, version)
        _need_own(actor, item.meeting)
        item.dropped, item.why_dropped = False, ""
        _touch(item, "dropped", "why_dropped")
    return item


def move_item(actor: Actor, item_id: int, *, steps: int, version: int | None = None) -> AgendaItem:
    """Move an item so many places down (up where negative) within its section."""
    with recorded(by=actor, action="meetings.move_item"):
        item = locked_item(item_id, version)
        _need_own(actor, item.meeting)
        rows = list(AgendaItem.objects.filter(meeting_id=item.meeting_id, section=item.section))
        places = [each.position for each in rows]
        here = next(index for index, each in enumerate(rows) if each.pk == item.pk)
        there = min(max(here + steps, 0), len(rows) - 1)
        rows.insert(there, rows.pop(here))
        for each, place in zip(rows, places, strict=True):
            if each.position != place:
                each.position = place
                each.save(update_fields=["position"])
    return AgendaItem.objects.get(pk=item_id)


def _need_own(actor: Actor, found: Meeting) -> None:
    """Who plans it may change the agenda; while it runs, who records it too."""
    runs = found.state == MeetingState.RUNNING
    require(actor, RECORD if runs and actor.may(RECORD, found.unit_id) else MANAGE, found.unit_id)
    need_state(found, OWN_ITEMS, _("改議程"))


def _touch(item: AgendaItem, *fields: str) -> None:
    item.version += 1
    item.save(update_fields=[*fields, "version"])
