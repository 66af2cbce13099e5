"""Who sees which meetings: those of the own units and of the agency above, and those to which one's units belong."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.kernel.meetings.models import AgendaItem, Attendance, Meeting, MeetingSeries, Resolution
from shizheng.kernel.organisations import queries as organisations

VIEW = "meetings.view"
GONE = "找不到這場會議，或您不能看。請從會議清單進入。"


def units_seen(actor: Actor) -> frozenset[int] | None:
    """Units whose meetings the actor sees, with those above up to the agency; None is the whole city."""
    units = actor.units_where(VIEW)
    if units is None or not units:
        return units
    above = getattr(actor, "units_above", None)
    return units | (above(VIEW) if above is not None else frozenset())


def visible_to(actor: Actor) -> QuerySet[Meeting]:
    """Meetings that the actor may see."""
    units = units_seen(actor)
    if units is None:
        return Meeting.objects.all()
    if not units:
        return Meeting.objects.none()
    member = MeetingSeries.members.through.objects.filter(unit_id__in=units).values("series_id")
    hosted_elsewhere = ~Q(series__level="agency") | Q(series__unit__isnull=False)
    return Meeting.objects.filter(Q(unit_id__in=units) | hosted_elsewhere & Q(series_id__in=member))


def series_visible_to(actor: Actor) -> QuerySet[MeetingSeries]:
    """Series of meetings: all for who holds `meetings.view`, in whatever unit."""
    return MeetingSeries.objects.all() if actor.may(VIEW) else MeetingSeries.objects.none()


def meeting(actor: Actor, meeting_id: int) -> Meeting:
    """One meeting with its series and unit. Raises NotFound."""
    found = visible_to(actor).select_related("series", "unit", "secretary").filter(pk=meeting_id).first()
    if found is None:
        raise NotFound(_(GONE))
    return found


def may_read(actor: Actor, meeting_id: int) -> bool:
    """Whether the actor may see a meeting, and so its files."""
    return visible_to(actor).filter(pk=meeting_id).exists()


def held_by(unit_id: int) -> Q:
    """Meetings that a unit or one below it holds."""
    return Q(unit_id__in=organisations.subtree_ids(unit_id))


def owed_by(unit_id: int) -> Q:
    """Resolutions that a unit or one below it has to carry out, alone or with others."""
    units = organisations.subtree_ids(unit_id)
    joint = reduce(or_, (Q(joint_units__contains=[each]) for each in units), Q(pk__in=[]))
    return Q(main_unit_id__in=units) | joint


def item(actor: Actor, item_id: int) -> AgendaItem:
    """One item of an agenda with its meeting. Raises NotFound."""
    found: AgendaItem = _of_visible(actor, AgendaItem.objects.filter(pk=item_id))
    return found


def seat(actor: Actor, attendance_id: int) -> Attendance:
    """One line of an attendance with its meeting. Raises NotFound."""
    found: Attendance = _of_visible(actor, Attendance.objects.filter(pk=attendance_id))
    return found


def resolution(actor: Actor, resolution_id: int) -> Resolution:
    """One version of a resolution with its meeting. Raises NotFound."""
    found: Resolution = _of_visible(actor, Resolution.objects.filter(pk=resolution_id))
    return found


def _of_visible(actor: Actor, rows: QuerySet[Any]) -> Any:
    """The row, if its meeting may be seen."""
    found = (
        rows.filter(meeting__in=visible_to(actor)).select_related("meeting__series", "meeting__unit").first()
    )
    if found is None:
        raise NotFound(_(GONE))
    return found
