"""What was resolved, as it stands, and what became of it by the next meeting."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shizheng.common.permissions import Actor
from shizheng.kernel.meetings import registry
from shizheng.kernel.meetings.models import Meeting, Resolution, ResolutionKind
from shizheng.kernel.meetings.queries.scope import visible_to
from shizheng.kernel.meetings.registry import FollowUp
from shizheng.kernel.meetings.rules.workflow import MET


def standing(rows: QuerySet[Resolution]) -> QuerySet[Resolution]:
    """Resolutions that count: neither superseded nor struck."""
    return rows.filter(superseded_by=None, struck=False)


def resolutions_of(found: Meeting) -> QuerySet[Resolution]:
    """The resolutions of a meeting as they stand, in their order."""
    rows = standing(Resolution.objects.filter(meeting=found))
    return rows.select_related("main_unit", "item").order_by("number")


def resolutions_visible_to(actor: Actor) -> QuerySet[Resolution]:
    """Standing resolutions of the meetings that the actor may see, newest meetings first."""
    rows = standing(Resolution.objects.filter(meeting__in=visible_to(actor)))
    return rows.select_related("meeting__series", "meeting__unit", "main_unit").order_by(
        "-meeting__period", "meeting_id", "number"
    )


def versions_of(resolution: Resolution) -> QuerySet[Resolution]:
    """Every version of a resolution, oldest first."""
    return Resolution.objects.filter(meeting_id=resolution.meeting_id, number=resolution.number).order_by(
        "pk"
    )


def previous(found: Meeting) -> Meeting | None:
    """The meeting of the same series and unit that was held last before this one."""
    earlier = Q(period__lt=found.period) | Q(period=found.period, number__lt=found.number)
    rows = Meeting.objects.filter(earlier, series_id=found.series_id, unit_id=found.unit_id, state__in=MET)
    return rows.order_by("-period", "-number").first()


def follow_ups(found: Meeting) -> list[FollowUp]:
    """What became of earlier resolutions: as whoever follows them up says, and those that nobody follows as recorded."""
    told = [each for following in registry.followings() for each in following(found)]
    last = previous(found)
    if last is None:
        return told
    covered = _numbers(each.resolution_id for each in told)
    rest = [
        FollowUp(
            resolution_id=each.pk,
            unit=each.main_unit.name if each.main_unit else "",
            text=each.text,
            due_on=each.due_on,
            state=_("尚未列管"),
        )
        for each in resolutions_of(last)
        if each.kind != ResolutionKind.NOTED and (each.meeting_id, each.number) not in covered
    ]
    return [*told, *rest]


def _numbers(ids: Iterable[int]) -> set[tuple[int, int]]:
    """Meeting and number of resolutions, whichever of their versions was named."""
    wanted = list(ids)
    if not wanted:
        return set()
    return set(Resolution.objects.filter(pk__in=wanted).values_list("meeting_id", "number"))


def units_of(ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The units of resolutions by number, the lead first (one query; none where nothing is asked)."""
    wanted = list(ids)
    rows = (
        Resolution.objects.filter(pk__in=wanted).values_list("pk", "main_unit_id", "joint_units")
        if wanted
        else ()
    )
    return {pk: tuple(each for each in (main, *joint) if each) for pk, main, joint in rows}
