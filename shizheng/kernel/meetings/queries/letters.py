"""Letters after a meeting: what the minutes as issued give each unit to do, and by when (B02, B03)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.kernel.meetings.models import Meeting, MeetingState, Resolution
from shizheng.kernel.meetings.queries.scope import GONE, VIEW, visible_to
from shizheng.kernel.meetings.queries.units import names_of


@dataclass(frozen=True, slots=True)
class Letter:
    """What one unit is told: its resolutions in their order, those that it leads and those in which it takes part."""

    meeting: Meeting
    unit_id: int
    unit: str
    resolutions: tuple[Resolution, ...]
    names: dict[int, str]

    @property
    def first_due(self) -> date | None:
        """The earliest day by which something is to be done."""
        return min((each.due_on for each in self.resolutions if each.due_on), default=None)

    def leads(self, row: Resolution) -> bool:
        return row.main_unit_id == self.unit_id


def issued_resolutions(found: Meeting) -> list[Resolution]:
    """The resolutions as the minutes that went out say them, also where one was corrected since (one query)."""
    if found.state != MeetingState.ISSUED or found.minutes_issued_at is None:
        return []
    then = Q(superseded_by=None) | Q(superseded_by__recorded_at__gt=found.minutes_issued_at)
    rows = Resolution.objects.filter(
        then, meeting=found, struck=False, recorded_at__lte=found.minutes_issued_at
    )
    return list(rows.order_by("number"))


def letters_of(found: Meeting) -> list[Letter]:
    """One for each unit with something to do, in the order in which they are named; none before the minutes are out."""
    rows = issued_resolutions(found)
    units: dict[int, list[Resolution]] = {}
    for row in rows:
        for pk in dict.fromkeys(pk for pk in (row.main_unit_id, *row.joint_units) if pk):
            units.setdefault(pk, []).append(row)
    names = names_of(units, found.at.date() if found.at else None)
    return [Letter(found, pk, names.get(pk, ""), tuple(given), names) for pk, given in units.items()]


def letter(actor: Actor, meeting_id: int, unit_id: int) -> Letter:
    """The letter to one unit, for who may see the meeting and for that unit's own people. Raises NotFound."""
    found = Meeting.objects.select_related("series", "unit").filter(pk=meeting_id).first()
    seen = found is not None and (
        actor.may(VIEW, unit_id) or visible_to(actor).filter(pk=meeting_id).exists()
    )
    if found is None or not seen:
        raise NotFound(_(GONE))
    mine = next((each for each in letters_of(found) if each.unit_id == unit_id), None)
    if mine is None:
        raise NotFound(_("這場會議的紀錄還沒有發出，或沒有交辦這個單位的事項。"))
    return mine
