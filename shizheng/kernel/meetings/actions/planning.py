"""Meetings are opened by rule, planned, changed, cancelled and restored."""

import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import Wrong, bad, refuse, refuse_unknown
from shizheng.common.clock import TAIPEI
from shizheng.common.errors import CannotDo, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.rules.periods import Period, PeriodKind
from shizheng.kernel.meetings.actions.shared import clean_text, locked_meeting, need_act, touch
from shizheng.kernel.meetings.models import Meeting, MeetingSeries, MeetingState
from shizheng.kernel.meetings.queries.due import due_of, hosts_of
from shizheng.kernel.meetings.rules.workflow import MANAGE, RECORD
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people.holders import user_ids_within
from shizheng.web.speech import for_the_record

log = logging.getLogger(__name__)
FIELDS = ("title", "at", "place", "chair", "secretary")


def open_meetings(actor: Actor, period: str = "", *, series: str = "") -> list[Meeting]:
    """Open the meetings that the rules want in a month (`2025-04`; this month if empty), of every series or one.

    May be run again: what exists is left alone, also where it was cancelled. A series whose rule cannot be read is left
    for the next run.
    """
    require(actor, MANAGE)
    month = _month(period)
    made: list[Meeting] = []
    rows = MeetingSeries.objects.filter(in_use=True).prefetch_related("memberships").order_by("pk")
    for each in rows.filter(code=series) if series else rows:
        if not each.due_rule or (each.starts_on is not None and each.starts_on > month.last_day):
            continue
        try:
            made += _open(actor, each, month)
        except CannotDo as failure:
            log.info("%s %s is not opened: %s", each.code, month.code, failure.message)
    return made


def _open(actor: Actor, series: MeetingSeries, month: Period) -> list[Meeting]:
    due = due_of(series, month.year, month.number)
    if due.on is None:
        return []
    members = {each.unit_id for each in series.memberships.all()}
    hosts = hosts_of(series, month.code, members=members)
    there = set(Meeting.objects.filter(series=series, period=month.code).values_list("unit_id", flat=True))
    names = {node.id: node.short_name or node.name for node in organisations.tree(month.start)}
    wanted = [
        Meeting(
            series=series, unit_id=each, period=month.code, title=title_of(series, month, names.get(each, "")),
            due_on=due.on, rule_versions=due.versions, chair=series.chair,
        )
        for each in hosts if each not in there and actor.may(MANAGE, each)
    ]  # fmt: skip
    if not wanted:
        return []
    with recorded(by=actor, action="meetings.open_meetings"):
        Meeting.objects.bulk_create(wanted, ignore_conflicts=True)
    return list(
        Meeting.objects.filter(
            series=series, period=month.code, unit_id__in=[each.unit_id for each in wanted]
        )
    )


def plan_meeting(
    actor: Actor,
    series_id: int,
    period: str,
    *,
    unit_id: int | None = None,
    values: Mapping[str, Any] | None = None,
) -> Meeting:
    """Plan a meeting of a series in a month, a further one where there is one already. `values` by FIELDS.

    `unit_id` says which agency holds it, where every agency holds its own.
    """
    month = _month(period)
    series = MeetingSeries.objects.filter(pk=series_id).first()
    if series is None:
        raise NotFound(_("找不到這個會議系列，沒有執行。請從會議系列的清單進入。"))
    host = unit_id if series.by_agency else hosts_of(series, month.code, members=())[0]
    if host is None or organisations.unit(host) is None:
        raise bad("unit", _("這個系列由各機關自己召開，請選機關。"))
    require(actor, MANAGE, host)
    if not series.in_use:
        raise CannotDo(
            _("「%(series)s」已停用，沒有排定。要再開會，請先恢復使用。") % {"series": series.name}
        )
    with recorded(by=actor, action="meetings.plan_meeting"):
        there = Meeting.objects.filter(series=series, unit_id=host, period=month.code)
        last = there.aggregate(last=Max("number"))["last"] or 0
        due = due_of(series, month.year, month.number) if not last else None
        name = {node.id: node.short_name or node.name for node in organisations.tree(month.start)}.get(
            host, ""
        )
        made = Meeting(
            series=series, unit_id=host, period=month.code, number=last + 1, chair=series.chair, version=0,
            title=title_of(series, month, name, last + 1), due_on=due.on if due else None,
            rule_versions=due.versions if due else {},
        )  # fmt: skip
        _take(made, values or {})
        made.version = 1
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError as failure:
            raise Conflict(_("同一個月的這場會議剛才已經排定，沒有再排一次。")) from failure
    return made


def edit_meeting(
    actor: Actor, meeting_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str = ""
) -> Meeting:
    """Change title, time, place, chair or secretary until it begins."""
    with recorded(by=actor, action="meetings.edit_meeting", reason=reason.strip()):
        found = locked_meeting(meeting_id, version)
        require(actor, MANAGE, found.unit_id)
        need_act(found, "edit_meeting")
        _take(found, changes)
        touch(found, *FIELDS)
    return found


def cancel_meeting(actor: Actor, meeting_id: int, *, version: int | None, reason: str) -> Meeting:
    """Say that a meeting is not held, with the reason."""
    text = need_reason(reason)
    with recorded(by=actor, action="meetings.cancel_meeting", reason=text):
        found = locked_meeting(meeting_id, version)
        require(actor, MANAGE, found.unit_id)
        need_act(found, "cancel_meeting")
        found.state, found.why_cancelled = MeetingState.CANCELLED, text
        touch(found, "state", "why_cancelled")
    return found


def restore_meeting(actor: Actor, meeting_id: int, *, version: int | None, reason: str) -> Meeting:
    """Plan a cancelled meeting after all, with a reason; its agenda is fixed anew."""
    text = need_reason(reason)
    with recorded(by=actor, action="meetings.restore_meeting", reason=text):
        found = locked_meeting(meeting_id, version)
        require(actor, MANAGE, found.unit_id)
        need_act(found, "restore_meeting")
        found.state, found.why_cancelled, found.agenda_fixed_at = MeetingState.PLANNED, "", None
        found.items.exclude(origin="own").delete()
        touch(found, "state", "why_cancelled", "agenda_fixed_at")
    return found


def title_of(series: MeetingSeries, month: Period, unit_name: str, number: int = 1) -> str:
    """Titles are kept, so they are Chinese whoever opens the meeting. The agency's name takes the place of 機關."""
    with for_the_record():
        host = unit_name if series.by_agency else ""
        name = series.name.removeprefix("機關") if host else series.name
        again = _("（第 %(n)s 次）") % {"n": number} if number > 1 else ""
        return f"{month.label}{host}{name}{again}"[:200]


def _month(period: str) -> Period:
    if not period:
        today = clock.today()
        return Period(PeriodKind.MONTH, today.year, today.month)
    year, dash, month = period.partition("-")
    whole = (
        len(period) == 7
        and dash
        and year.isascii()
        and month.isascii()
        and year.isdigit()
        and month.isdigit()
    )
    if not whole or not 1 <= int(month) <= 12 or not 1945 <= int(year) <= 2110:
        raise bad("period", _("看不懂這個月份；請選年與月。"))
    return Period(PeriodKind.MONTH, int(year), int(month))


def _take(found: Meeting, values: Mapping[str, Any]) -> None:
    refuse_unknown(values, FIELDS)
    wrong: Wrong = {}
    if values.get("title") or (found.pk and "title" in values):
        found.title = clean_text(values["title"], 200, "title", wrong, needed=True)
    found.place = clean_text(values.get("place", found.place), 200, "place", wrong)
    found.chair = clean_text(values.get("chair", found.chair), 100, "chair", wrong)
    at = values.get("at", found.at)
    if at is not None and (not isinstance(at, datetime) or at.tzinfo is None):
        wrong["at"] = [_("看不懂這個時間。")]
    elif at is not None and not _near(found, at.astimezone(TAIPEI).date()):
        wrong["at"] = [_("開會的日子要在會議的月份，或前後一個月之內。")]
    else:
        found.at = at
    if "secretary" in values:
        chosen = int(values["secretary"]) if str(values["secretary"] or "").isdigit() else None
        if chosen is not None and chosen not in user_ids_within(RECORD, found.unit_id):
            wrong["secretary"] = [_("這個人在主辦單位沒有紀錄會議的權限；請選別人，或先給角色。")]
        else:
            found.secretary_id = chosen
    refuse(wrong)


def _near(found: Meeting, day: date) -> bool:
    months = (day.year - found.first_day.year) * 12 + day.month - found.first_day.month
    return -1 <= months <= 1
