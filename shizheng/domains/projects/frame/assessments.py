"""What the yearly assessment adds to 我的工作: tenders that wait for the group, a year that waits for its sign-off."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common.roc import FIRST_YEAR, year_number
from shizheng.common.together import Asked
from shizheng.domains.projects.models import AssessmentState
from shizheng.domains.projects.queries import assessments as queries
from shizheng.domains.projects.queries.assessing import due_on
from shizheng.domains.projects.queries.months import known
from shizheng.web import work


def register() -> None:
    """Called once when the app is ready."""
    work.register(waiting)


def waiting(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """At most one query; nothing for who neither assesses nor signs.

    Of last year also that nobody has begun with it, as soon as any of its months was locked (TC-15).
    """
    assesses, signs = actor.may(queries.ASSESS), actor.may(queries.SIGN)
    if not assesses and not signs:
        return
    rows = queries.assessments(actor)
    last = today.year - 1 - FIRST_YEAR
    of_year = known().filter(period__gte=f"{today.year - 1}-01", period__lte=f"{today.year - 1}-12")
    locked = of_year.order_by("period").values_list("pk", flat=True)[:1]  # by the index: any one will do
    yield rows, locked
    if assesses and locked and all(each.roc_year != last for each in rows):
        yield work.WorkItem(
            due=due_on(last), title=_("%(year)s 年度標案考核還沒有開始") % {"year": year_number(last)},
            why=_("每年上半年考核前一年度的標案"), url=reverse("projects:assessments"), button=_("開始考核"),
            kind=_("標案考核"), icon="certificate",
        )  # fmt: skip
    for each in rows:
        if each.state != AssessmentState.OPEN:
            continue
        url = reverse("projects:assessment", args=[each.roc_year])
        kind = _("標案考核")
        if each.left and assesses:
            yield work.WorkItem(
                due=each.due_on, title=str(each), why=_("%(n)s 件待實地考核") % {"n": each.left}, url=url,
                button=_("填分數"), kind=kind, icon="certificate",
            )  # fmt: skip
        elif not each.left and signs:
            yield work.WorkItem(
                due=each.due_on, title=str(each), why=_("各標案都有等第，等您核定"), url=url,
                button=_("看考核"), kind=kind, icon="certificate",
            )  # fmt: skip
