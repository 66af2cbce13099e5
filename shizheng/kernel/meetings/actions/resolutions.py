"""裁示與決議: recorded, changed, struck; whatever follows from one follows in the same transaction."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from shizheng.common.checks import Wrong, refuse, refuse_unknown
from shizheng.common.clock import TAIPEI
from shizheng.common.errors import BadInput, Conflict, NotFound
from shizheng.common.permissions import Actor
from shizheng.common.reasons import need_reason
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.meetings import registry
from shizheng.kernel.meetings.actions.shared import (
    clean_text,
    known_units,
    locked_meeting,
    need_recorder,
    need_state,
)
from shizheng.kernel.meetings.models import AgendaItem, Meeting, Resolution, ResolutionKind
from shizheng.kernel.meetings.rules.workflow import CORRECTABLE, WRITABLE

FIELDS = ("kind", "text", "main_unit", "joint_units", "due_on", "item")
MOST = 5000


def record_resolution(actor: Actor, meeting_id: int, values: Mapping[str, Any]) -> Resolution:
    """Write a resolution down while the meeting runs or until its minutes are out.

    `values`: `text`, `kind`, `main_unit` and `joint_units` (numbers of units), `due_on` (a day), `item` (its number).
    Every registered consequence is called in the same transaction; what it raises undoes all of it.
    """
    with recorded(by=actor, action="meetings.record_resolution"):
        meeting = locked_meeting(meeting_id)
        need_recorder(actor, meeting)
        need_state(meeting, WRITABLE, _("記錄決議"))
        made = _made(meeting, values)
        last = Resolution.objects.filter(meeting=meeting).aggregate(last=Max("number"))["last"]
        made.number = (last or 0) + 1
        made.save()
        _follow(made, actor)
    return made


def change_resolution(
    actor: Actor, resolution_id: int, changes: Mapping[str, Any], *, reason: str
) -> Resolution:
    """Say what was resolved otherwise, with a reason; the earlier text stays on record. Returns the new version."""
    text = need_reason(reason)
    with recorded(by=actor, action="meetings.change_resolution", reason=text):
        before = _standing(actor, resolution_id)
        values = {name: _value(before, name) for name in FIELDS} | dict(changes)
        made = _made(before.meeting, values)
        if all(_value(made, name) == _value(before, name) for name in FIELDS):
            raise BadInput(_("內容沒有改變，沒有存。"), fields={"text": [_("內容沒有改變。")]})
        made.number, made.reason, made.supersedes = before.number, text, before
        made.save()
        _follow(made, actor)
    return made


def strike_resolution(actor: Actor, resolution_id: int, *, reason: str) -> Resolution:
    """Say that it was not resolved after all, with a reason. Returns the version that says so."""
    text = need_reason(reason)
    with recorded(by=actor, action="meetings.strike_resolution", reason=text):
        before = _standing(actor, resolution_id)
        made = Resolution(
            meeting=before.meeting, number=before.number, item_id=before.item_id, kind=before.kind, text=before.text,
            main_unit_id=before.main_unit_id, joint_units=before.joint_units, due_on=before.due_on, struck=True,
            reason=text, supersedes=before,
        )  # fmt: skip
        made.save()
        _follow(made, actor)
    return made


def _standing(actor: Actor, resolution_id: int) -> Resolution:
    """The resolution, its meeting locked. Raises Conflict where it was changed or struck since."""
    known = Resolution.objects.filter(pk=resolution_id).values_list("meeting_id", flat=True).first()
    if known is None:
        raise NotFound(_("找不到這項決議，沒有執行任何動作。請從會議的頁面進入。"))
    meeting = locked_meeting(known)
    need_recorder(actor, meeting)
    need_state(meeting, CORRECTABLE, _("更正決議"))
    found = Resolution.objects.get(pk=resolution_id)
    if found.struck or Resolution.objects.filter(supersedes=found).exists():
        raise Conflict(_("這項決議剛才已經更正或刪除，沒有再做一次。請重新看這場會議的決議。"))
    found.meeting = meeting
    return found


def _value(row: Resolution, name: str) -> Any:
    return getattr(row, {"main_unit": "main_unit_id", "item": "item_id"}.get(name, name))


def _made(meeting: Meeting, values: Mapping[str, Any]) -> Resolution:
    refuse_unknown(values, FIELDS)
    wrong: Wrong = {}
    kind = str(values.get("kind") or ResolutionKind.DIRECTIVE)
    if kind not in ResolutionKind.values:
        wrong["kind"] = [_("請選主席裁示、決議或洽悉。")]
    text = clean_text(values.get("text"), MOST, "text", wrong, needed=True)
    main = values.get("main_unit") or None
    units = known_units([main] if main else [], "main_unit", wrong)
    joint = [
        each
        for each in known_units(values.get("joint_units") or (), "joint_units", wrong)
        if each not in units
    ]
    if kind != ResolutionKind.NOTED and not main:
        wrong.setdefault("main_unit", []).append(_("請選主辦單位，會後才追得到；只是洽悉的請選「洽悉」。"))
    due_on = values.get("due_on") or None
    if due_on is not None and not isinstance(due_on, date):
        wrong.setdefault("due_on", []).append(_("看不懂這個日期。"))
    elif due_on is not None and meeting.at and due_on < meeting.at.astimezone(TAIPEI).date():
        wrong.setdefault("due_on", []).append(_("期限不能早於開會那一天。"))
    item_id = _item(meeting, values.get("item"), wrong)
    refuse(wrong)
    return Resolution(
        meeting=meeting, item_id=item_id, kind=kind, text=text, main_unit_id=units[0] if units else None,
        joint_units=joint, due_on=due_on,
    )  # fmt: skip


def _item(meeting: Meeting, given: Any, wrong: Wrong) -> int | None:
    if not given:
        return None
    number = int(given) if str(given).isascii() and str(given).isdigit() else 0
    if not AgendaItem.objects.filter(pk=number, meeting=meeting).exists():
        wrong["item"] = [_("這個議程項目不屬於這場會議。")]
    return number


def _follow(made: Resolution, actor: Actor) -> None:
    for consequence in registry.consequences():
        consequence(made, actor)
