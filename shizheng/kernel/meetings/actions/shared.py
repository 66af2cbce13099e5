"""What every action on meetings needs: the row locked, its version, its state, and the words of a refusal."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.checks import Wrong, check_text, compare
from shizheng.common.errors import Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.kernel.meetings.models import AgendaItem, Meeting, MeetingState
from shizheng.kernel.meetings.rules.workflow import MEETING, RECORD
from shizheng.kernel.organisations import queries as organisations

MOST_TEXT = 20_000


def locked_meeting(meeting_id: int, version: int | None = None) -> Meeting:
    """The meeting, locked for this transaction. Raises NotFound, or Conflict where it was changed since it was read."""
    found = (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("series", "unit")
        .filter(pk=meeting_id)
        .first()
    )
    if found is None:
        raise NotFound(_("找不到這場會議，沒有執行任何動作。請從會議清單進入。"))
    compare(found.version, version)
    return found


def need_act(found: Meeting, name: str) -> None:
    """Refuse unless the meeting is in a state from which that act leads on."""
    act = MEETING[name]
    need_state(found, act.sources, _(act.label))


def need_state(found: Meeting, states: Iterable[str], doing: str) -> None:
    """Refuse unless the meeting is in one of these states."""
    if found.state not in states:
        allowed = "、".join(str(MeetingState(each).label) for each in MeetingState.values if each in states)
        raise Conflict(
            _("這場會議現在是「%(state)s」，不能%(doing)s（要是「%(allowed)s」才行）。沒有執行任何動作。")
            % {"state": found.get_state_display(), "doing": doing, "allowed": allowed}
        )


def touch(found: Meeting, *fields: str) -> None:
    """Save changed fields of a meeting with the next version."""
    found.version += 1
    found.save(update_fields=[*fields, "version"])


def locked_item(item_id: int, version: int | None = None) -> AgendaItem:
    """An agenda item, locked together with its meeting. Raises NotFound, Conflict."""
    meeting_id = AgendaItem.objects.filter(pk=item_id).values_list("meeting_id", flat=True).first()
    if meeting_id is None:
        raise NotFound(_("找不到這個議程項目，沒有執行任何動作。請從會議的頁面進入。"))
    meeting = locked_meeting(meeting_id)
    found = AgendaItem.objects.get(pk=item_id)
    found.meeting = meeting
    compare(found.version, version)
    return found


def need_recorder(actor: Actor, found: Meeting) -> None:
    """Who records: holders of the permission for the unit that holds the meeting. Raises NotPermitted."""
    require(actor, RECORD, found.unit_id)


def clean_text(value: Any, most: int, name: str, wrong: Wrong, *, needed: bool = False) -> str:
    """A text without blanks around it, no longer than it may be."""
    text = str(value or "").strip()
    if needed and not text:
        wrong.setdefault(name, []).append(_("這一欄要填。"))
    check_text(text, most, name, wrong)
    return text


def known_units(ids: Iterable[Any], name: str, wrong: Wrong) -> list[int]:
    """Numbers of units that exist in the tree, each once, in their order."""
    found, tree = [], organisations.tree()
    for each in ids:
        number = int(each) if str(each).isascii() and str(each).isdigit() else 0
        if number not in tree:
            wrong.setdefault(name, []).append(_("有一個單位今天不存在，請重新選。"))
        elif number not in found:
            found.append(number)
    return found
