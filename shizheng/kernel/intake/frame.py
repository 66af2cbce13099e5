"""What intake adds to the frame of every page: navigation, and files that wait in 我的工作."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from shizheng.common.together import Asked
from shizheng.web import nav, work
from shizheng.web.nav import NavEntry


def register() -> None:
    """Called once when the app is ready."""
    nav.register(
        NavEntry(gettext_lazy("資料匯入"), "intake:home", "table-import", "intake.view", 45, area="system", prefix="/intake/")
    )  # fmt: skip
    work.register(work_items)


def work_items(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """Files that were uploaded and neither taken in nor dropped."""
    from shizheng.kernel.intake import queries

    rows = queries.uploads_of(actor)
    yield rows
    for each in rows:
        yield work.WorkItem(
            due=None,
            title=gettext("匯入「%(name)s」") % {"name": each.filename},
            why=gettext("已上傳，還沒有匯入；七天後自動清除"),
            url=reverse("intake:upload", args=[each.pk]),
            button=gettext("繼續"),
            kind=gettext("資料匯入"),
            icon="table-import",
        )
