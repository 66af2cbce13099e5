"""What the yearly assessment adds to 我的工作: tenders that wait for the group, a year that waits for its sign-off."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common.together import Asked
from shizheng.domains.projects.models import AssessmentState
from shizheng.domains.projects.queries import assessments as queries
from shizheng.web import work


def register() -> None:
    """Called once when the app is ready."""
    work.register(waiting)


def waiting(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """At most one query; nothing for who neither assesses nor signs."""
    assesses, signs = actor.may(queries.ASSESS), actor.may(queries.SIGN)
    if not assesses and not signs:
        return
    rows = queries.assessments(actor)
    yield rows
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
