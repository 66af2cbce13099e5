"""What cases add to the frame of every page (my work), and to whoever delivers notices."""

from collections.abc import Iterator
from datetime import date
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.translation import gettext

from shizheng.common.together import Asked
from shizheng.kernel.cases import notices, queries
from shizheng.kernel.cases.registry import kind_of, state_label
from shizheng.web import work

NOTIFICATIONS = "shizheng.kernel.notifications"


def plug_in() -> None:
    """Called once when the app is ready."""
    work.register(work_items)
    if apps.is_installed(NOTIFICATIONS):
        templates = import_module(f"{NOTIFICATIONS}.templates")
        for each in notices.TEMPLATES:
            templates.register(each.code, each.name, each.subject, each.body, each.variables, each.example)


def work_items(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """What waits for the reader: cases to handle, to assign and to rule upon, extensions to decide."""
    waiting = yield from queries.work_steps(actor)
    for case in waiting.to_handle:
        stopped = gettext("停止計算中") if case.stopped_at else ""
        yield _item(case, case.title, state_label(case.kind, case.state), gettext("辦理"), clock=stopped)
    for case in waiting.to_assign:
        back = case.returned > 0 and case.unit_id == kind_of(case.kind).dispatch_unit()
        why = gettext("退分的案件，等您改分") if back else gettext("還沒有承辦人，等您分案")
        yield _item(case, case.title, why, gettext("分案"), returned=back)
    for case in waiting.to_rule:
        why = gettext("已退分 %(n)s 次，等您裁定權責") % {"n": case.returned}
        yield _item(case, case.title, why, gettext("裁定"), returned=True)
    for asked in waiting.to_decide:
        why = gettext("%(who)s 申請展延：%(reason)s") % {
            "who": asked.asked_by.display_name if asked.asked_by else "",
            "reason": asked.reason[:60],
        }
        title = gettext("核定展延 %(case)s") % {"case": asked.case.title}
        yield _item(asked.case, title, why, gettext("核定"))


def _item(
    case: Any, title: str, why: str, button: str, *, returned: bool = False, clock: str = ""
) -> work.WorkItem:
    kind = kind_of(case.kind)
    return work.WorkItem(
        due=case.due_on,
        title=title,
        why=f"{case.number} {why}",
        url=kind.url(case.pk),
        button=button,
        kind=kind.name,
        icon=kind.icon,
        returned=returned,
        clock=clock,
    )
