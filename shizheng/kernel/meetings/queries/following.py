"""What was resolved, as it stands, and what became of it by the next meeting."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shizheng.common.permissions import Actor
from shizheng.common.together import together
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
    """The meeting of the same series and unit that was held last before this one (one query)."""
    return earlier_ones(found).first()


def earlier_ones(found: Meeting) -> QuerySet[Meeting]:
    """The meetings of the same series and unit that were held before this one, the last one first."""
    earlier = Q(period__lt=found.period) | Q(period=found.period, number__lt=found.number)
    rows = Meeting.objects.filter(earlier, series_id=found.series_id, unit_id=found.unit_id, state__in=MET)
    return rows.order_by("-period", "-number")


def follow_ups(found: Meeting) -> list[FollowUp]:
    """What became of earlier resolutions: as whoever follows them up says, and those that nobody follows as recorded."""
    return [each for each, _units in followed(found)]


def followed(found: Meeting) -> list[tuple[FollowUp, tuple[int, ...]]]:
    """The same, each with the units of its resolution, the lead first (two queries besides those who follow up)."""
    told = [each for following in registry.followings() for each in following(found)]
    last = previous(found)
    named = Resolution.objects.filter(pk__in=[each.resolution_id for each in told])
    rest = resolutions_of(last) if last is not None else Resolution.objects.none()
    together(named, rest)
    units = {each.pk: _units(each) for each in named}
    covered = {(each.meeting_id, each.number) for each in named}
    return [
        *((each, units.get(each.resolution_id, ())) for each in told),
        *(
            (
                FollowUp(
                    resolution_id=each.pk,
                    unit=each.main_unit.name if each.main_unit else "",
                    text=each.text,
                    due_on=each.due_on,
                    state=_("尚未列管"),
                ),
                _units(each),
            )
            for each in rest
            if each.kind != ResolutionKind.NOTED and (each.meeting_id, each.number) not in covered
        ),
    ]


def _units(resolution: Resolution) -> tuple[int, ...]:
    return tuple(each for each in (resolution.main_unit_id, *resolution.joint_units) if each)
