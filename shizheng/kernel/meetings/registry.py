"""What domains give to meetings: agendas by rule, pages of their subjects, what follows from a resolution, what became of it.

Registered in `AppConfig.ready`, so that this app knows no domain:

    registry.register_agenda_source(AgendaSource("tender.agency", _("機關標案進度"), sections))
    registry.register_subject("projects.project", page=page_of, url=url_of)
    registry.register_consequence(resolution_recorded)
    registry.register_follow_up(what_became_of)
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.kernel.publication.documents.model import Block
from shizheng.kernel.rulebook.rules import AsOf

Text = str | Promise


@dataclass(frozen=True, slots=True)
class MeetingFrame:
    """Which meeting something is asked for. `period` is the month in which it is held, `about` the month it looks at.

    `day` is the day of the meeting, as far as known, else the day by which it is due, else the last of its month; rules
    in force on it count. `unit_id` is the unit that holds it (an agency, or the city government).
    """

    meeting_id: int
    series: str
    level: str
    unit_id: int
    period: str
    about: str
    day: date


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an agenda: what it is about, why it is there (words and rule version ids), whom it concerns."""

    title: str
    subject: tuple[str, int | str] | None = None
    reason: str = ""
    rule_versions: Sequence[int] = ()
    unit_ids: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A section of an agenda. One without lines is shown as having none."""

    code: str
    title: str
    lines: Sequence[Line] = ()


@dataclass(frozen=True)
class AgendaSource:
    """Where agendas come from. `sections(frame, as_of)`: what is to be discussed, as far as was known as of then.

    `hosts(period, as_of)`: of a series that every agency holds, which agencies owe a meeting in that month (`2025-04`);
    without it all do.
    """

    code: str
    title: Text
    sections: Callable[[MeetingFrame, AsOf | None], Sequence[Section]]
    hosts: Callable[[str, AsOf | None], Collection[int]] | None = None


def _no_url(_subject_id: str) -> str:
    return ""


@dataclass(frozen=True)
class Subject:
    """A kind of thing that a line can be about. `page(subject_id, frame, as_of)`: its page in the pack, as blocks.

    `url(subject_id)`: its page on screen. Ids are the texts that the line carries. `many(subject_ids, frame, as_of)`:
    the pages of many at once, so that a pack of hundreds does not ask for each of them.
    """

    kind: str
    page: Callable[[str, MeetingFrame, AsOf | None], Sequence[Block]]
    url: Callable[[str], str] = _no_url
    many: Callable[[Sequence[str], MeetingFrame, AsOf | None], Mapping[str, Sequence[Block]]] | None = None

    def pages(
        self, subject_ids: Sequence[str], frame: MeetingFrame, as_of: AsOf | None
    ) -> Mapping[str, Sequence[Block]]:
        """The pages of these subjects; what a pack asks for, once for each kind."""
        if self.many is not None:
            return self.many(subject_ids, frame, as_of)
        return {each: self.page(each, frame, as_of) for each in subject_ids}


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What became of a resolution of an earlier meeting. `resolution_id`: any version of it.

    `state` in words (辦理中、解除列管); `done` takes it off the agenda after it has been told once. `updated_on` is the
    day of the last report.
    """

    resolution_id: int
    unit: str
    text: str
    due_on: date | None
    state: str
    last_update: str = ""
    updated_on: date | None = None
    url: str = ""
    done: bool = False


Consequence = Callable[[Any, Any], None]
"""`(resolution, actor)`: inside the transaction that records (`supersedes` is None), changes (`supersedes` is the
version before) or strikes (`struck`) a resolution; what it raises undoes all of it."""
Following = Callable[[Any], Iterable[FollowUp]]
"""`(meeting)`: what became of the resolutions of earlier meetings of its series and unit."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a resolution is kept under control: what it is called there, its state in words, its page."""

    label: str
    state: str
    url: str


Outcomes = Callable[[Sequence[Any]], Mapping[int, Outcome]]
"""`(resolutions)`: by id of the resolution, where it is kept under control; those that are not are left out."""

_sources: dict[str, AgendaSource] = {}
_subjects: dict[str, Subject] = {}
_consequences: list[Consequence] = []
_following: list[Following] = []
_outcomes: list[Outcomes] = []


def register_agenda_source(source: AgendaSource) -> None:
    """Add a source of agendas; the same code again replaces it."""
    _sources[source.code] = source


def register_subject(
    kind: str,
    page: Callable[[str, MeetingFrame, AsOf | None], Sequence[Block]],
    url: Callable[[str], str] = _no_url,
    many: Callable[[Sequence[str], MeetingFrame, AsOf | None], Mapping[str, Sequence[Block]]] | None = None,
) -> None:
    """Say how a kind of subject is shown; the same kind again replaces it. A pack asks `Subject.pages`."""
    _subjects[kind] = Subject(kind, page, url, many)


def register_consequence(follows: Consequence) -> None:
    """Let something follow from resolutions; the same callable is called once."""
    if follows not in _consequences:
        _consequences.append(follows)


def register_follow_up(following: Following) -> None:
    """Let somebody tell what became of resolutions."""
    if following not in _following:
        _following.append(following)


def register_outcomes(tells: Outcomes) -> None:
    """Let somebody tell where resolutions are kept under control."""
    if tells not in _outcomes:
        _outcomes.append(tells)


def outcomes_of(resolutions: Sequence[Any]) -> dict[int, Outcome] | None:
    """Where these resolutions are kept under control; None where no installed app keeps any."""
    if not _outcomes:
        return None
    found: dict[int, Outcome] = {}
    for tells in _outcomes if resolutions else ():
        found |= tells(resolutions)
    return found


def forget(what: AgendaSource | str | Callable[..., Any]) -> None:
    """Take a source, a kind of subject or a callable away (for tests)."""
    if isinstance(what, AgendaSource):
        _sources.pop(what.code, None)
    elif isinstance(what, str):
        _subjects.pop(what, None)
    else:
        _consequences[:] = [each for each in _consequences if each != what]
        _following[:] = [each for each in _following if each != what]
        _outcomes[:] = [each for each in _outcomes if each != what]


def agenda_sources() -> tuple[AgendaSource, ...]:
    """All sources, by code."""
    return tuple(_sources[code] for code in sorted(_sources))


def agenda_source(code: str) -> AgendaSource:
    """A source by its code. Raises NotFound where no installed app gives it."""
    if code not in _sources:
        raise NotFound(_("沒有「%(code)s」這個議程來源；可能是安裝的系統不含這個領域。") % {"code": code})
    return _sources[code]


def subject(kind: str) -> Subject | None:
    """How a kind of subject is shown; None where no installed app shows it."""
    return _subjects.get(kind)


def consequences() -> tuple[Consequence, ...]:
    """What follows from resolutions."""
    return tuple(_consequences)


def followings() -> tuple[Following, ...]:
    """Who tells what became of resolutions."""
    return tuple(_following)
