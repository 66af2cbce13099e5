"""What a meeting resolves becomes a commitment in the same act (B02, B03): no list of resolutions is kept anywhere else.

A resolution with a unit and a day is listed, changed with its correction, withdrawn when it is struck; the next meeting of
the series hears from the commitment what became of it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM, Carrying
from shizheng.common.together import together
from shizheng.common.words import written
from shizheng.domains.commitments import actions
from shizheng.domains.commitments.queries import commitments as queries
from shizheng.domains.commitments.queries.telling import last_told
from shizheng.domains.commitments.rules.workflow import STATE_LABELS, State
from shizheng.kernel.meetings import queries as meetings
from shizheng.kernel.meetings import registry
from shizheng.kernel.meetings.registry import FollowUp, Outcome

KIND = "meetings.resolution"
CARRIED = frozenset({"commitments.edit", "commitments.decide"})
"""Who may record what a meeting resolves thereby lists it: the act carries these permissions with it."""
LISTS = {"agency": "agency", "city": "tender"}
OTHER = "directive"


def register() -> None:
    """Called once at the start."""
    registry.register_consequence(follow)
    registry.register_follow_up(became)
    registry.register_outcomes(kept_as)


def key_of(resolution: Any) -> str:
    """The same for every version of a resolution: its meeting and its number there."""
    return f"{resolution.meeting_id}-{resolution.number}"


def list_for(series: Any) -> str:
    """The list on which resolutions of a series stand: the one with its code, else the one of its level."""
    own = queries.list_by_code(series.code)
    return own.code if own is not None else LISTS.get(series.level, OTHER)


def follow(resolution: Any, actor: Any) -> None:
    """Recorded, changed or struck: its commitment goes with it, in the same transaction."""
    wanted = bool(
        resolution.main_unit_id and resolution.due_on and resolution.kind != "noted" and not resolution.struck
    )
    of_list = queries.list_by_code(list_for(resolution.meeting.series)) if wanted else None
    carrying = Carrying(actor, CARRIED)
    if not wanted or of_list is None or not of_list.in_use:
        if resolution.supersedes_id is not None:
            actions.withdraw_source(carrying, KIND, key_of(resolution), reason=resolution.reason)
        return
    meeting = resolution.meeting
    held = meeting.at.astimezone(clock.TAIPEI).date() if meeting.at else clock.today()
    given = {
        "text": resolution.text,
        "main": resolution.main_unit_id,
        "joint": list(resolution.joint_units),
        "due": resolution.due_on,
        "agreed_on": min(held, clock.today(), resolution.due_on),
        "source": actions.Source(
            KIND, key_of(resolution), _label(resolution), reverse("meetings:meeting", args=[meeting.pk])
        ),
    }
    if resolution.supersedes_id is None:
        actions.add_from_source(carrying, of_list.code, **given)
    else:
        actions.follow_source(carrying, of_list.code, reason=resolution.reason, **given)


def kept_as(resolutions: Sequence[Any]) -> dict[int, Outcome]:
    """The commitments that these resolutions became (one query for the units)."""
    by_key = {key_of(each): each for each in resolutions}
    return {
        by_key[key].pk: Outcome(row.number, _state(row), reverse("commitments:commitment", args=[row.pk]))
        for key, row in queries.of_sources(KIND, by_key).items()
    }


def became(meeting: Any) -> Iterable[FollowUp]:
    """What became of what earlier meetings of the series resolved: all that is open, and what ended since the last one."""
    earlier = Q(meeting__period__lt=meeting.period) | Q(
        meeting__period=meeting.period, meeting__number__lt=meeting.number
    )
    rows = meetings.resolutions_visible_to(SYSTEM).filter(
        earlier, meeting__series_id=meeting.series_id, meeting__unit_id=meeting.unit_id
    )
    resolved, last_ones = (
        rows.order_by("meeting__period", "meeting_id", "number"),
        meetings.earlier_ones(meeting)[:1],
    )
    together(resolved, last_ones)
    by_key = {key_of(each): each for each in resolved}
    found = queries.of_sources(KIND, by_key)
    last = next(iter(last_ones), None)
    since = last.at.astimezone(clock.TAIPEI).date() if last is not None and last.at else None
    told = last_told(each.pk for each in found.values())
    for key, resolution in by_key.items():
        row = found.get(key)
        if row is None or (row.closed_on is not None and since is not None and row.closed_on < since):
            continue
        update = told.get(row.pk)
        yield FollowUp(
            resolution_id=resolution.pk,
            unit=_units(row),
            text=resolution.text,
            due_on=row.due_on,
            state=_state(row),
            last_update=update.text if update else "",
            updated_on=update.on if update else None,
            url=reverse("commitments:commitment", args=[row.pk]),
            done=row.state in (State.CLOSED, State.WITHDRAWN),
        )


def _units(row: Any) -> str:
    """Who owes it. Like the state it is kept with the agenda, so it is written in Chinese."""
    standing = [each.unit for each in row.units.all() if each.state != "dropped"]
    return "、".join(each.short_name or each.name for each in standing)


def _state(row: Any) -> str:
    state = STATE_LABELS[State(row.state)]
    return written("%(state)s，逾期", state=state) if queries.is_late(row, clock.today()) else state


def _label(resolution: Any) -> str:
    return written("%(meeting)s決議 %(n)s", meeting=str(resolution.meeting.title)[:250], n=resolution.number)
