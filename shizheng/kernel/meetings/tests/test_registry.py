"""What domains give and are told."""

from datetime import date
from types import SimpleNamespace

import pytest

from shizheng.common.errors import BadInput, Conflict, NotPermitted
from shizheng.kernel.meetings import actions, queries
from shizheng.kernel.meetings.models import Meeting, Resolution
from shizheng.kernel.meetings.registry import FollowUp
from shizheng.kernel.meetings.tests.conftest import Domain, on

pytestmark = pytest.mark.django_db


def test_the_agenda_begins_with_the_follow_up_and_goes_on_with_what_the_rules_put_there(
    town: SimpleNamespace, domain: Domain, meeting: Meeting
) -> None:
    domain.became = [FollowUp(0, "工務局", "四月底前完成協調", date(2025, 4, 30), "辦理中", url="/c/1/")]
    parts = queries.agenda(meeting)
    assert [part.code for part in parts] == [queries.FOLLOW_UP, "behind"]
    assert parts[0].entries[0].url == "/c/1/" and parts[0].entries[0].facts["due_on"] == "2025-04-30"
    line = parts[1].entries[0]
    assert (line.title, line.subject, line.url) == ("東橋改建", ("thing", "7"), "/things/7/")
    frame = domain.asked[-1]
    assert (frame.period, frame.about, frame.day) == ("2025-04", "2025-03", date(2025, 4, 10))
    assert frame.unit_id == town.works.pk


def test_once_fixed_the_agenda_no_longer_follows_the_data_until_it_is_reopened(
    town: SimpleNamespace, domain: Domain, meeting: Meeting
) -> None:
    own = actions.add_item(town.control, meeting.pk, {"title": "雨季整備"})
    fixed = actions.fix_agenda(town.control, meeting.pk, version=meeting.version)
    domain.lines = []
    titles = [each.title for part in queries.agenda(fixed) for each in part.entries]
    assert titles == ["東橋改建", "雨季整備"]
    planned = actions.reopen_agenda(town.control, meeting.pk, version=fixed.version, reason="資料更正")
    assert [each.item for part in queries.agenda(planned) for each in part.entries] == [own]


def test_what_follows_from_a_resolution_follows_in_its_transaction(
    town: SimpleNamespace, domain: Domain, running: Meeting
) -> None:
    item = running.items.get(subject_kind="thing")
    with on("2025-04-08"):
        values = {
            "text": "月底前完成",
            "main_unit": town.works.pk,
            "due_on": date(2025, 4, 30),
            "item": item.pk,
        }
        made = actions.record_resolution(town.control, running.pk, values)
        assert domain.told == [made] and made.supersedes is None
        changed = actions.change_resolution(
            town.control, made.pk, {"due_on": date(2025, 5, 15)}, reason="主席補充"
        )
        assert domain.told[-1] == changed and changed.supersedes == made and changed.number == made.number
        struck = actions.strike_resolution(town.control, changed.pk, reason="重複記錄")
        assert struck.struck and domain.told[-1] == struck
        assert list(queries.resolutions_of(running)) == []
        domain.refuses = "不行"
        with pytest.raises(RuntimeError):
            actions.record_resolution(town.control, running.pk, values)
    assert Resolution.objects.count() == 3


def test_a_resolution_that_somebody_changed_meanwhile_is_not_changed_again(
    town: SimpleNamespace, running: Meeting
) -> None:
    with on("2025-04-08"):
        made = actions.record_resolution(town.control, running.pk, {"text": "甲", "main_unit": town.works.pk})
        actions.change_resolution(town.control, made.pk, {"text": "乙"}, reason="更正")
        with pytest.raises(Conflict):
            actions.change_resolution(town.control, made.pk, {"text": "丙"}, reason="更正")
        with pytest.raises(BadInput):
            actions.record_resolution(town.control, running.pk, {"text": "沒有主辦"})
        with pytest.raises(NotPermitted):
            actions.record_resolution(town.other, running.pk, {"text": "甲", "main_unit": town.works.pk})


def test_what_was_resolved_last_time_comes_first_next_time_whoever_follows_it_up(
    town: SimpleNamespace, domain: Domain, running: Meeting
) -> None:
    with on("2025-04-08"):
        kept = actions.record_resolution(town.control, running.pk, {"text": "甲", "main_unit": town.works.pk})
        actions.record_resolution(town.control, running.pk, {"text": "乙", "main_unit": town.works.pk})
        actions.record_resolution(town.control, running.pk, {"text": "洽悉", "kind": "noted"})
        actions.close_meeting(town.control, running.pk, version=None)
    with on("2025-05-02"):
        actions.open_meetings(town.rdec)
        following = Meeting.objects.get(series=running.series, unit=town.works, period="2025-05")
        domain.became = [FollowUp(kept.pk, "工務局", "甲", None, "解除列管", done=True)]
        told = [(each.text, each.state) for each in queries.follow_ups(following)]
    assert told == [("甲", "解除列管"), ("乙", "尚未列管")]


def test_a_section_that_had_nothing_when_the_agenda_was_fixed_says_so_in_the_minutes(
    town: SimpleNamespace, domain: Domain, meeting: Meeting
) -> None:
    domain.lines = []
    actions.add_item(town.control, meeting.pk, {"title": "雨季整備"})
    fixed = actions.fix_agenda(town.control, meeting.pk, version=meeting.version)
    shown = [(part["title"], len(part["items"])) for part in queries.facts_of(fixed)["sections"]]
    assert shown == [("前次會議決議辦理情形", 0), ("嚴重落後案件", 0), ("其他事項", 1)]
