"""我的工作: what is due from one person, collected from the apps that know.

A provider that asks the database is a generator that yields, before it reads them, the querysets of its next step
(`shizheng.common.together`), and between them its items: all providers then ask with one query a step.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.functional import Promise

from shizheng.common.together import Asked, Steps, done, side_by_side

Group = Literal["overdue", "today", "week", "later"]
Text = str | Promise


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing due from the reader.

    ``due``: last day (``None`` = no deadline). ``why``: the reason it came. ``button``: the one act.
    ``group``: where it is listed; left out, it follows from ``due``. ``kind``/``icon``: where it comes from.
    ``ready``: what is already filled in ("只缺 1 格"). ``returned``: sent back to the reader.
    ``clock``: words for the remaining time when calendar days would mislead (working days, hours).
    """

    due: date | None
    title: Text
    why: Text
    url: str
    button: Text
    group: Group | None = None
    kind: Text = ""
    icon: str = "inbox"
    ready: Text = ""
    returned: bool = False
    clock: Text = ""


Provider = Callable[[Any, date], Iterable[WorkItem | Asked]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a provider ``(actor, today) -> iterable of WorkItem``, or of what it asks (call it from ``AppConfig.ready``)."""
    if provider not in _providers:
        _providers.append(provider)


def group_of(item: WorkItem, today: date) -> Group:
    """Where an item is listed: by its due day; the week ends on Sunday (ISO 8601)."""
    if item.group is not None:
        return item.group
    if item.due is None:
        return "later"
    if item.due < today:
        return "overdue"
    if item.due == today:
        return "today"
    return "week" if item.due.isocalendar()[:2] == today.isocalendar()[:2] else "later"


def items_for(actor: Any, today: date) -> list[WorkItem]:
    """Everything due from this person, earliest first (of one day: what was sent back first), no deadline last."""
    told = side_by_side([_steps(provider(actor, today)) for provider in _providers])
    found = [item for items in told for item in items]
    return sorted(found, key=lambda i: (i.due is None, i.due or today, not i.returned, str(i.title)))


def items_of(told: Iterable[WorkItem | Asked]) -> list[WorkItem]:
    """What one provider says, in its order."""
    return done(_steps(told))


def _steps(told: Iterable[WorkItem | Asked]) -> Steps[list[WorkItem]]:
    found: list[WorkItem] = []
    for one in told:
        if isinstance(one, WorkItem):
            found.append(one)
        else:
            yield one
    return found


def has_providers() -> bool:
    """Whether any app reports work at all (an empty list means different things otherwise)."""
    return bool(_providers)
