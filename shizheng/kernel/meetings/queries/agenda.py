"""The agenda of a meeting: as the rules give it until it is fixed, as it was fixed from then on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.clock import TAIPEI
from shizheng.kernel.history.queries import horizon
from shizheng.kernel.meetings import registry
from shizheng.kernel.meetings.models import AgendaItem, Meeting, MeetingState, Origin
from shizheng.kernel.meetings.queries.following import followed
from shizheng.kernel.meetings.registry import FollowUp, MeetingFrame
from shizheng.kernel.meetings.rules.due import last_day
from shizheng.kernel.rulebook.queries import Moment
from shizheng.kernel.rulebook.rules import AsOf

FOLLOW_UP, OTHERS = "follow-up", "others"


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as it is shown, fixed (`item`) or not yet."""

    title: str
    origin: str
    reason: str = ""
    subject: tuple[str, str] | None = None
    rule_versions: tuple[int, ...] = ()
    unit_ids: tuple[int, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    item: AgendaItem | None = None

    @property
    def url(self) -> str:
        """The page of what it is about, empty where there is none."""
        if self.origin == Origin.FOLLOW_UP:
            return str(self.facts.get("url", ""))
        found = registry.subject(self.subject[0]) if self.subject else None
        return found.url(self.subject[1]) if found and self.subject else ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its items; `dropped` are those taken off, each with the reason."""

    code: str
    title: str
    entries: Sequence[Entry]

    @property
    def standing(self) -> list[Entry]:
        """Its items without those that were dropped."""
        return [each for each in self.entries if each.item is None or not each.item.dropped]


def frame_of(found: Meeting) -> MeetingFrame:
    """The meeting as agendas, pages and rules are asked about it."""
    first = found.first_day
    months = first.year * 12 + first.month - 1 - found.series.looks_back
    day = found.at.astimezone(TAIPEI).date() if found.at else found.due_on
    return MeetingFrame(
        meeting_id=found.pk,
        series=found.series.code,
        level=found.series.level,
        unit_id=found.unit_id,
        period=found.period,
        about=f"{months // 12:04d}-{months % 12 + 1:02d}",
        day=day or last_day(first.year, first.month),
    )


def is_fixed(found: Meeting) -> bool:
    """Whether the agenda stands as it was fixed."""
    return found.agenda_fixed_at is not None and found.state != MeetingState.PLANNED


def fixed_moment(found: Meeting) -> AsOf | None:
    """The moment as of which a fixed agenda and its pages stand; None while it follows the data."""
    if not is_fixed(found) or found.agenda_fixed_at is None:
        return None
    return Moment(found.agenda_fixed_at, horizon(found.agenda_fixed_at))


def agenda(
    found: Meeting, as_of: AsOf | None = None, items: Iterable[AgendaItem] | None = None
) -> list[Part]:
    """The agenda: what became of earlier resolutions first, then what the rules put there, then own items.

    `items`: those that are written down, where they are at hand.
    """
    items = list(found.items.all() if items is None else items)
    if is_fixed(found):
        return _fixed(found, items)
    parts = live(found, as_of)
    own = [_of_item(each) for each in items]
    return [*parts, Part(OTHERS, _("其他事項"), own)] if own else parts


def live(found: Meeting, as_of: AsOf | None = None) -> list[Part]:
    """What the rules put on the agenda now: the follow-up, and the sections of its source."""
    earlier = [_of_follow_up(each, units) for each, units in followed(found)]
    parts = [Part(FOLLOW_UP, _("前次會議決議辦理情形"), earlier)]
    if found.series.agenda:
        source = registry.agenda_source(found.series.agenda)
        for section in source.sections(frame_of(found), as_of):
            lines = [
                Entry(
                    title=each.title,
                    origin=Origin.RULE,
                    reason=each.reason,
                    subject=(each.subject[0], str(each.subject[1])) if each.subject else None,
                    rule_versions=tuple(each.rule_versions),
                    unit_ids=tuple(each.unit_ids),
                )
                for each in section.lines
            ]
            parts.append(Part(section.code, section.title, lines))
    return parts


def _of_follow_up(each: FollowUp, unit_ids: tuple[int, ...]) -> Entry:
    facts = {
        "unit": each.unit, "due_on": _iso(each.due_on), "state": each.state, "last_update": each.last_update,
        "updated_on": _iso(each.updated_on), "url": each.url, "done": each.done,
    }  # fmt: skip
    return Entry(
        title=each.text,
        origin=Origin.FOLLOW_UP,
        reason=each.state,
        subject=("meetings.resolution", str(each.resolution_id)),
        unit_ids=unit_ids,
        facts=facts,
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _of_item(item: AgendaItem) -> Entry:
    return Entry(
        title=item.title,
        origin=item.origin,
        reason=item.reason,
        subject=item.subject,
        rule_versions=tuple(item.rule_versions),
        unit_ids=tuple(item.unit_ids),
        facts=item.facts,
        item=item,
    )


def _fixed(found: Meeting, items: Iterable[AgendaItem]) -> list[Part]:
    """The sections as they were fixed, those without items too, with the items in their order."""
    entries: dict[str, list[Entry]] = {FOLLOW_UP: [], **{code: [] for code, _title in found.sections}}
    titles = {FOLLOW_UP: _("前次會議決議辦理情形"), **dict(found.sections)}
    for each in items:
        code = each.section or OTHERS
        titles.setdefault(code, each.section_title or _("其他事項"))
        entries.setdefault(code, []).append(_of_item(each))
    return [Part(code, titles[code], of_section) for code, of_section in entries.items()]
