"""A town that meets: two agencies and the city, their people, and a domain of our own that fills agendas."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.common import clock
from shizheng.common.clock import TAIPEI
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.calendar.actions import load_shipped_calendar
from shizheng.kernel.meetings import actions, registry
from shizheng.kernel.meetings.models import Meeting, MeetingSeries
from shizheng.kernel.meetings.registry import AgendaSource, FollowUp, Line, MeetingFrame, Section
from shizheng.kernel.organisations import factories as organisations
from shizheng.kernel.people import factories as people
from shizheng.kernel.publication.documents.model import Block, Paragraph
from shizheng.kernel.rulebook.actions import load_shipped_rules

SOURCE = "test.agenda"
SERIES = """
[bureau-progress]
name = "進度會報"
name_en = "Progress meeting"
level = "agency"
chair = "局長"
due_rule = "TC-14"
agenda = "test.agenda"

[city-progress]
name = "市府進度會報"
name_en = "City progress meeting"
level = "city"
chair = "副秘書長"
due_rule = "TC-06"
agenda = "test.agenda"
"""


def on(day: str, hour: int = 10) -> AbstractContextManager[None]:
    """Stand on a day: `2025-04-08`."""
    return clock.set_to(
        datetime.combine(date.fromisoformat(day), datetime.min.time(), TAIPEI).replace(hour=hour)
    )


@dataclass
class Domain:
    """What a domain gives: lines of the agenda, a page for each, and what it was told of resolutions."""

    lines: list[Line] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)
    became: list[FollowUp] = field(default_factory=list)
    asked: list[MeetingFrame] = field(default_factory=list)
    refuses: str = ""

    def sections(self, frame: MeetingFrame, _as_of: Any) -> list[Section]:
        self.asked.append(frame)
        return [Section("behind", "嚴重落後案件", tuple(self.lines))]

    def page(self, subject_id: str, _frame: MeetingFrame, _as_of: Any) -> tuple[Block, ...]:
        return (Paragraph((f"第 {subject_id} 案的說明。",)),)

    def url(self, subject_id: str) -> str:
        return f"/things/{subject_id}/"

    def follow(self, resolution: Any, _actor: Any) -> None:
        self.told.append(resolution)
        if self.refuses:
            raise RuntimeError(self.refuses)

    def what_became(self, _meeting: Meeting) -> list[FollowUp]:
        return self.became


@pytest.fixture
def domain() -> Iterator[Domain]:
    """The domain of these tests, known as long as the test runs."""
    made = Domain(lines=[Line("東橋改建", ("thing", 7), "落後 12.00%，達 10% 以上", (3,), ())])
    source = AgendaSource(SOURCE, "測試議程", made.sections)
    registry.register_agenda_source(source)
    registry.register_subject("thing", made.page, made.url)
    registry.register_consequence(made.follow)
    registry.register_follow_up(made.what_became)
    yield made
    for each in (source, "thing", made.follow, made.what_became):
        registry.forget(each)


@pytest.fixture
def town(db: None, domain: Domain) -> SimpleNamespace:
    """Two agencies, people at every level, rules, and both series."""
    load_shipped_calendar()
    load_shipped_rules()
    works = organisations.agency(code="W", name="測試市政府工務局", short_name="工務局")
    parks = organisations.agency(code="P", name="測試市政府公園局", short_name="公園局")
    roads = organisations.unit(parent=works, code="W-R", name="道路科")
    actions.load_series(SERIES)
    others = MeetingSeries.objects.exclude(code__in=["bureau-progress", "city-progress"])
    for each in others:  # those that domains ship are not of these tests
        actions.edit_series(SYSTEM, each.pk, version=None, changes={"in_use": False}, reason="測試")
    return SimpleNamespace(
        works=works,
        parks=parks,
        roads=roads,
        city=organisations.city(),
        officer=people.person("officer", roads, username="officer"),
        control=people.person("control_officer", works, username="control", display_name="李研考"),
        head=people.person("head", works, username="head", display_name="張局長"),
        other=people.person("control_officer", parks, username="other"),
        rdec=people.person("rdec_officer", username="rdec", display_name="趙研考", second_factor=True),
        rdechead=people.person("rdec_head", username="rdechead"),
        leader=people.person("leader", username="leader"),
        nobody=people.person(None, username="nobody"),
    )


@pytest.fixture
def april() -> Iterator[None]:
    """Tuesday, 1 April 2025."""
    with on("2025-04-01"):
        yield


@pytest.fixture
def meeting(town: SimpleNamespace, april: None) -> Meeting:
    """The April meeting of the works bureau, opened by rule."""
    actions.open_meetings(town.rdec, "2025-04")
    return Meeting.objects.select_related("series", "unit").get(
        series__code="bureau-progress", unit=town.works
    )


@pytest.fixture
def running(town: SimpleNamespace, meeting: Meeting) -> Meeting:
    """The same, its agenda fixed, begun on 8 April at ten."""
    with on("2025-04-07"):
        meeting = actions.fix_agenda(town.control, meeting.pk, version=meeting.version)
    with on("2025-04-08"):
        return actions.start_meeting(town.control, meeting.pk, version=meeting.version)
