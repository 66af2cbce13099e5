"""How days and deadlines look as JSON: the same on the command line and in the API."""

from typing import Any

from shizheng.common.roc import format_roc
from shizheng.kernel.calendar.rules.calendar import DayState
from shizheng.kernel.calendar.rules.deadlines import Deadline


def state_json(state: DayState) -> dict[str, Any]:
    """One day: dates as ISO 8601, with the ROC date and the weekday beside it."""
    return {
        "date": state.day.isoformat(),
        "roc": format_roc(state.day, "short"),
        "weekday": state.weekday,
        "working": state.working,
        "reason": state.reason,
        "state": state.state,
    }


def deadline_json(found: Deadline) -> dict[str, Any]:
    """A deadline with every day considered."""
    return {
        "due": found.due.isoformat(),
        "due_roc": format_roc(found.due, "short"),
        "due_at": found.due_at.isoformat() if found.due_at else None,
        "start": found.start.isoformat(),
        "amount": found.amount,
        "unit": found.unit.value,
        "district": found.district,
        "rolled_from": found.rolled_from.isoformat() if found.rolled_from else None,
        "notes": list(found.notes),
        "days": [state_json(state) for state in found.days],
        "calendar_version": found.version,
    }
