"""A resolution of a meeting is a commitment: listed, changed, withdrawn with it; the next meeting hears what became of it."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common.errors import BadInput
from shizheng.domains.commitments import actions as commitments
from shizheng.domains.commitments.models import Commitment
from shizheng.domains.commitments.tests.town import make_town, owed
from shizheng.journeys.resolution_to_commitment import KIND, became, follow
from shizheng.kernel.calendar.actions import load_shipped_calendar
from shizheng.kernel.history import queries as history
from shizheng.kernel.meetings import actions as meetings
from shizheng.kernel.meetings import registry
from shizheng.kernel.meetings.models import Meeting, Resolution
from shizheng.kernel.meetings.tests.conftest import on

pytestmark = pytest.mark.django_db
SERIES = """
[bureau-progress]
name = "進度會報"
name_en = "Progress meeting"
level = "agency"
chair = "局長"
due_rule = "TC-14"
"""


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    load_shipped_calendar()
    town = make_town()
    meetings.load_series(SERIES)
    town.meeting = hold(town, "2025-04", "2025-04-08")
    return town


def hold(town: SimpleNamespace, period: str, day: str) -> Meeting:
    """The works bureau's meeting of a month, running."""
    with on(f"{period}-01"):
        meetings.open_meetings(town.rdec, period)
    found = Meeting.objects.get(series__code="bureau-progress", unit=town.works, period=period)
    with on(day, 9):
        meetings.add_item(town.control, found.pk, {"title": "東橋引道"})
        found.refresh_from_db()
        found = meetings.fix_agenda(town.control, found.pk, version=found.version)
        return meetings.start_meeting(town.control, found.pk, version=found.version)


def resolve(town: SimpleNamespace, **values: Any) -> Resolution:
    """What the meeting resolves on 8 April."""
    given = {
        "text": "東橋引道管線五月底前遷移", "main_unit": town.section.pk, "joint_units": [town.parks.pk],
        "due_on": date(2025, 5, 31),
    }  # fmt: skip
    with on("2025-04-08"):
        return meetings.record_resolution(town.control, town.meeting.pk, given | values)


def of(resolution: Resolution) -> Commitment:
    """Its commitment."""
    return Commitment.objects.get(source_kind=KIND, source_key=f"{resolution.meeting_id}-{resolution.number}")


def test_a_resolution_with_a_unit_and_a_day_is_listed_at_once(town: SimpleNamespace) -> None:
    made = resolve(town)
    row = of(made)
    assert (row.number, row.text, row.agreed_on, row.due_on) == (
        "114-AGENCY-001", made.text, date(2025, 4, 8), date(2025, 5, 31),
    )  # fmt: skip
    assert owed(row, town.section).part == "main" and owed(row, town.parks).part == "joint"
    assert row.source_label.endswith("決議 1")
    resolve(town, due_on=None)
    resolve(town, kind="noted", main_unit=None, joint_units=[], due_on=None)
    assert Commitment.objects.count() == 1


def test_the_meeting_shows_the_commitment_beside_its_resolution(town: SimpleNamespace) -> None:
    """In the running screen and on the page of the meeting; one without a day says why it is not listed."""
    item = town.meeting.items.get().pk
    row = of(resolve(town, item=item))
    resolve(town, item=item, text="另訂期限", due_on=None)
    page = Client()
    page.force_login(town.control)
    with on("2025-04-08", 10):
        for place in (f"/meetings/{town.meeting.pk}/run/?item={item}", f"/meetings/{town.meeting.pk}/"):
            text = page.get(place).content.decode()
            assert f'<a href="/commitments/{row.pk}/">114-AGENCY-001</a>' in text and "列管中" in text
            assert text.count("要有主辦單位和期限") == 1


def test_a_changed_resolution_changes_it_and_a_struck_one_withdraws_it(town: SimpleNamespace) -> None:
    made = resolve(town)
    with on("2025-04-08", 11):
        changed = meetings.change_resolution(
            town.control, made.pk, {"due_on": date(2025, 6, 30), "joint_units": []}, reason="主席更正"
        )
    row = of(made)
    assert (row.due_on, owed(row, town.parks).state) == (date(2025, 6, 30), "dropped")
    entry = history.entries_of(row)[0]
    assert (entry.action, entry.reason) == ("commitments.follow_source", "主席更正")
    with on("2025-04-08", 12):
        meetings.strike_resolution(town.control, changed.pk, reason="重複記錄")
    row.refresh_from_db()
    assert (row.state, row.ground) == ("withdrawn", "policy")
    assert Commitment.objects.count() == 1


def test_a_resolution_that_loses_its_day_is_withdrawn_and_one_that_gets_one_is_listed(
    town: SimpleNamespace,
) -> None:
    one, two = resolve(town), resolve(town, text="西橋", due_on=None)
    with on("2025-04-08", 11):
        meetings.change_resolution(town.control, one.pk, {"due_on": None}, reason="改為經常辦理")
        meetings.change_resolution(town.control, two.pk, {"due_on": date(2025, 5, 1)}, reason="補期限")
    assert (of(one).state, of(two).state) == ("withdrawn", "ongoing")


def test_what_cannot_be_listed_undoes_the_resolution(
    town: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_more: Any) -> None:
        raise BadInput("不行")

    monkeypatch.setattr(commitments, "add_from_source", refuse)
    with pytest.raises(BadInput):
        resolve(town)
    assert not Resolution.objects.exists() and not Commitment.objects.exists()


def test_the_next_meeting_hears_what_became_of_each(town: SimpleNamespace) -> None:
    one, two = resolve(town), resolve(town, text="西橋護欄修復", joint_units=[])
    with on("2025-04-08", 12):
        meetings.close_meeting(town.control, town.meeting.pk, version=None)
    with on("2025-04-20"):
        commitments.tell(town.control, owed(of(one), town.section).pk, text="已會勘")
        commitments.tell(town.control, owed(of(two), town.section).pk, text="已修復")
        commitments.ask_release(town.control, owed(of(two), town.section).pk, reason="完成")
        commitments.decide_release(town.chief, owed(of(two), town.section).pk, accept=True, reason="同意")
    may = hold_open(town, "2025-05")
    with on("2025-05-02"):
        told = {each.text: each for each in became(may)}
    assert (told[one.text].state, told[one.text].done, told[one.text].last_update) == (
        "列管中",
        False,
        "已會勘",
    )
    assert told[one.text].updated_on == date(2025, 4, 20) and told[one.text].unit == "土木科、公園局"
    assert (told["西橋護欄修復"].state, told["西橋護欄修復"].done) == ("已解列", True)
    with on("2025-06-02"):
        assert {each.state for each in became(may)} == {"列管中，逾期", "已解列"}


def hold_open(town: SimpleNamespace, period: str) -> Meeting:
    """The planned meeting of a month."""
    with on(f"{period}-01"):
        meetings.open_meetings(town.rdec, period)
    return Meeting.objects.get(series__code="bureau-progress", unit=town.works, period=period)


def test_it_is_registered_once() -> None:
    assert registry.consequences().count(follow) == 1 and registry.followings().count(became) == 1
