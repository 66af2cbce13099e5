"""What the months of tenders add to the frame of every page: navigation, the bulletin that is still to be published."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from shizheng.common.together import Asked
from shizheng.domains.projects.models import MonthRecord
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.meetings.rules.due import RuleSaysNoDay, due_in
from shizheng.kernel.publication import queries as publications
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.web import nav, work
from shizheng.web.nav import NavEntry

EVERY, BULLETIN = "TC-09", "projects.bulletin"


def register() -> None:
    """Called once when the app is ready."""
    nav.register(
        NavEntry(
            gettext_lazy("標案看板"), "projects:board", "chart-line", "projects.view", 13
        )
    )  # fmt: skip
    nav.register(
        NavEntry(gettext_lazy("我的月進度"), "projects:my_month", "calendar-month", "projects.view", 13)
    )
    work.register(bulletin_to_publish)


def bulletin_to_publish(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """Who compiles: that the newest locked month has no bulletin yet, until when TC-09 wants it (B08)."""
    if not actor.may("projects.compile"):
        return
    locked = MonthRecord.objects.order_by("-period").values_list("period", flat=True)[:1]
    issued = (
        publications.standing().filter(kind=BULLETIN).order_by("-period").values_list("period", flat=True)[:1]
    )
    yield locked, issued
    if not locked or (issued and issued[0] >= locked[0]):
        return
    period = parse_period(locked[0])
    yield work.WorkItem(
        due=_due(period.end.year, period.end.month),
        title=gettext("公布 %(month)s重大列管案件進度月報") % {"month": period.label},
        why=gettext("這個月已經鎖定，月報還沒有公布；公布時會通知各機關首長"),
        url=reverse("projects:bulletin", args=[period.code]),
        button=gettext("編月報"),
        kind=gettext("標案"),
        icon="certificate",
    )


def _due(year: int, month: int) -> date | None:
    """The last day of the month after, as long as there is one bulletin a month; None where the rule says no day."""
    rule = rulebook.value_or_none(EVERY, date(year, month, 1))
    try:
        return due_in(rule.value, year, month) if rule is not None else None
    except RuleSaysNoDay:
        return None
