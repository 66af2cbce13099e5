"""The life of a meeting as one frozen table: which act leads from which state to which."""

from shizheng.common.words import N_
from shizheng.common.workflow import START, Transition

STATES = {
    "planned": "已排定",
    "fixed": "議程已定",
    "running": "開會中",
    "held": "已開會",
    "issued": "紀錄已發",
    "cancelled": "已取消",
}
NOT_HELD = frozenset({"planned", "fixed", "running"})
"""Still to be held, or just being held."""
MET = frozenset({"held", "issued"})
"""Counts as held in a rate."""
WRITABLE = frozenset({"running", "held"})
"""Discussion and new resolutions are written while it runs and until its minutes are out."""
CORRECTABLE = WRITABLE | {"issued"}
"""Resolutions may be changed and struck, with a reason, also afterwards; the minutes are then issued anew."""
SEATED = frozenset({"fixed", "running", "held"})
"""Attendance is taken from the invitation on until the minutes are out."""
OWN_ITEMS = frozenset({"planned", "fixed", "running"})
"""Items may be added, dropped and put in another order."""

MANAGE, RECORD, CHAIR = "meetings.manage", "meetings.record", "meetings.chair"

MEETING = {
    each.name: each
    for each in (
        Transition("plan_meeting", N_("排定"), (START,), ("planned",), MANAGE),
        Transition("edit_meeting", N_("修改"), ("planned", "fixed"), ("planned", "fixed"), MANAGE),
        Transition("fix_agenda", N_("定案議程"), ("planned",), ("fixed",), MANAGE),
        Transition("reopen_agenda", N_("重開議程"), ("fixed",), ("planned",), MANAGE, needs_reason=True),
        Transition(
            "cancel_meeting", N_("取消"), ("planned", "fixed"), ("cancelled",), MANAGE, needs_reason=True
        ),
        Transition("restore_meeting", N_("恢復"), ("cancelled",), ("planned",), MANAGE, needs_reason=True),
        Transition("start_meeting", N_("開始"), ("fixed",), ("running",), RECORD),
        Transition("close_meeting", N_("散會"), ("running",), ("held",), RECORD),
        Transition("resume_meeting", N_("續行"), ("held",), ("running",), RECORD, needs_reason=True),
        Transition("issue_minutes", N_("發紀錄"), ("held", "issued"), ("issued",), CHAIR),
    )
}
