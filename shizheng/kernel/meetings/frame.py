"""What meetings add to the frame of every page (navigation, my work, search), to files, and to who delivers notices."""

from collections.abc import Iterable, Iterator
from datetime import date
from importlib import import_module
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shizheng.common.together import Asked
from shizheng.kernel.files import access
from shizheng.kernel.meetings import notices, publications, queries
from shizheng.kernel.meetings.models import MeetingState
from shizheng.web import nav, search, work

NOTIFICATIONS = "shizheng.kernel.notifications"


def plug_in() -> None:
    """Called once when the app is ready."""
    nav.register(
        nav.NavEntry(_("會議"), "meetings:list", "users-group", "meetings.view", 18, prefix="/meetings/")
    )
    work.register(work_items)
    search.register(search.Provider("meetings", _("會議"), find, 42))
    access.register(
        queries.LABEL,
        queries.may_read,
        name=_("會議"),
        address=lambda pk: reverse("meetings:meeting", args=[pk]),
    )
    publications.register()
    if apps.is_installed(NOTIFICATIONS):
        templates = import_module(f"{NOTIFICATIONS}.templates")
        for each in notices.TEMPLATES:
            templates.register(each.code, each.name, each.subject, each.body, each.variables, each.example)


def work_items(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """What waits for the reader: meetings to hold, minutes to write and to issue, agencies that have not met."""
    if not actor.may("meetings.view"):
        return
    waiting = yield from queries.work_steps(actor, today)
    kind = gettext("會議")
    whys = {
        MeetingState.PLANNED: gettext("等您排定時間、定案議程"),
        MeetingState.FIXED: gettext("議程已定，等開會"),
        MeetingState.RUNNING: gettext("開會中"),
    }
    for each in waiting.to_hold:
        runs = each.state == MeetingState.RUNNING
        yield work.WorkItem(
            due=each.due_on,
            title=each.title,
            why=whys[MeetingState(each.state)],
            url=reverse("meetings:run" if runs else "meetings:meeting", args=[each.pk]),
            button=gettext("繼續記錄") if runs else gettext("準備會議"),
            kind=kind,
            icon="users-group",
        )
    issuing = {each.pk for each in waiting.to_issue}
    for each in waiting.to_write:
        if each.pk not in issuing:
            yield _minutes(each, gettext("已開會，紀錄等整理"), gettext("整理紀錄"), kind)
    for each in waiting.to_issue:
        why = gettext("紀錄等您核定發出")
        if each.state == MeetingState.ISSUED:
            why = gettext("紀錄發出後決議有更正，等您重發")
        yield _minutes(each, why, gettext("核定紀錄"), kind)
    for late in waiting.not_met:
        yield work.WorkItem(
            due=late.due_on,
            title=gettext("%(n)s 個機關逾期未開%(series)s") % {"n": late.count, "series": late.series_name},
            why=gettext("應在期限以前開會"),
            url=reverse("meetings:board", args=[late.series_id]) + f"?period={late.period}",
            button=gettext("看誰還沒開"),
            kind=kind,
            icon="clock-exclamation",
        )


def _minutes(each: Any, why: str, button: str, kind: str) -> work.WorkItem:
    return work.WorkItem(
        due=each.minutes_due_on,
        title=gettext("%(meeting)s的紀錄") % {"meeting": each.title},
        why=why,
        url=reverse("meetings:meeting", args=[each.pk]),
        button=button,
        kind=kind,
        icon="file-text",
    )


def find(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """Meetings by name, and resolutions by their text, as far as the reader may see."""
    if not actor.may("meetings.view"):
        return
    for each in queries.visible_to(actor).filter(title__icontains=words).order_by("-period")[:limit]:
        yield search.Hit(
            each.title,
            reverse("meetings:meeting", args=[each.pk]),
            each.period,
            str(each.get_state_display()),
            "users-group",
        )
    for row in queries.resolutions_visible_to(actor).filter(text__icontains=words)[:limit]:
        yield search.Hit(
            str(row),
            reverse("meetings:meeting", args=[row.meeting_id]) + f"#resolution-{row.number}",
            row.meeting.period,
            row.meeting.title,
            "gavel",
        )
