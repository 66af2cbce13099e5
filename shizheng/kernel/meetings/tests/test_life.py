"""A meeting from the rule that opens it to the minutes that are kept; what is refused, and when."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.common.workflow import START, diagram
from shizheng.kernel.meetings import actions, queries
from shizheng.kernel.meetings.models import AgendaItem, Meeting, MeetingReminder, MeetingSeries, MeetingState
from shizheng.kernel.meetings.rules.due import RuleSaysNoDay, due_in
from shizheng.kernel.meetings.rules.workflow import MEETING, STATES
from shizheng.kernel.meetings.tests.conftest import Domain, on
from shizheng.kernel.publication.models import Publication
from shizheng.kernel.rulebook.rules import Frequency, MonthlyDeadline, QuarterlyDeadline, YearlyDeadline

pytestmark = pytest.mark.django_db
SERIES = ("bureau-progress", "city-progress")


def test_the_table_of_states_is_whole_and_drawn_in_the_readme() -> None:
    assert {state.value: str(state.label) for state in MeetingState} == STATES
    reached = {target for act in MEETING.values() for target in act.targets}
    assert reached == set(STATES)
    assert [act.name for act in MEETING.values() if START in act.sources] == ["plan_meeting"]
    readme = Path(__file__).resolve().parents[1] / "README.md"
    assert f"```mermaid\n{diagram(STATES, MEETING.values())}\n```" in readme.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("rule", "month", "due"),
    [
        (MonthlyDeadline(10), 4, date(2025, 4, 10)),
        (MonthlyDeadline(31), 2, date(2025, 2, 28)),
        (MonthlyDeadline(10, (1, 7)), 4, None),
        (QuarterlyDeadline(5, 1), 4, date(2025, 4, 5)),
        (QuarterlyDeadline(5, 1), 5, None),
        (YearlyDeadline(1, 31), 1, date(2025, 1, 31)),
        (Frequency(times=1, per="month"), 4, date(2025, 4, 30)),
        (Frequency(times=1, per="quarter"), 6, date(2025, 6, 30)),
        (Frequency(times=1, per="quarter"), 5, None),
        (Frequency(times=2, per="year"), 6, date(2025, 6, 30)),
        (Frequency(every=2, unit="months"), 4, date(2025, 4, 30)),
        (Frequency(every=2, unit="months"), 5, None),
        (Frequency(times=4, per="year", months=(1, 4, 7, 10), days=(15,)), 4, date(2025, 4, 15)),
    ],
)
def test_a_rule_says_in_which_months_a_meeting_is_due_and_by_which_day(
    rule: object, month: int, due: date | None
) -> None:
    assert due_in(rule, 2025, month) == due


@pytest.mark.parametrize("rule", [Frequency(times=2, per="month"), Frequency(), "10"])
def test_a_rule_that_says_no_day_is_refused(rule: object) -> None:
    with pytest.raises(RuleSaysNoDay):
        due_in(rule, 2025, 4)


def test_the_meetings_of_a_month_are_opened_once_for_each_agency_and_the_city(
    town: SimpleNamespace, april: None
) -> None:
    made = [each for code in SERIES for each in actions.open_meetings(town.rdec, series=code)]
    assert {(each.unit_id, each.due_on) for each in made} == {
        (town.works.pk, date(2025, 4, 10)),
        (town.parks.pk, date(2025, 4, 10)),
        (town.city.pk, date(2025, 4, 30)),
    }
    assert {each.title for each in made} == {
        "114 年 4 月工務局進度會報", "114 年 4 月公園局進度會報", "114 年 4 月市府進度會報",
    }  # fmt: skip
    cancelled = actions.cancel_meeting(town.other, made[1].pk, version=None, reason="與市府會報併開")
    assert [actions.open_meetings(town.rdec, series=code) for code in SERIES] == [
        [],
        [],
    ] and cancelled.state == "cancelled"
    may = actions.open_meetings(town.control, "2025-05", series=SERIES[0])
    control = {each.unit_id for each in may}
    assert control == {town.works.pk}, "an agency opens its own"


def test_a_held_meeting_has_minutes_due_on_the_third_working_day_and_issued_minutes_are_kept(
    town: SimpleNamespace, running: Meeting
) -> None:
    with on("2025-04-08"):
        actions.invite_members(town.control, running.pk)
        chair = running.attendances.get()
        with pytest.raises(Conflict):
            actions.issue_minutes(town.head, running.pk, version=None)
        held = actions.close_meeting(town.control, running.pk, version=running.version)
        assert held.minutes_due_on == date(2025, 4, 11)
        with pytest.raises(CannotDo, match="出席"):
            actions.issue_minutes(town.head, running.pk, version=None)
        changes = {"name": "張局長", "presence": "present"}
        actions.edit_attendance(town.control, chair.pk, version=chair.version, changes=changes)
        made = actions.record_resolution(
            town.control, running.pk, {"text": "月底前完成", "main_unit": town.works.pk}
        )
    with on("2025-04-09"):
        with pytest.raises(NotPermitted):
            actions.issue_minutes(town.control, running.pk, version=None)
        issued = actions.issue_minutes(town.head, running.pk, version=None)
        kept = Publication.objects.get(code=issued.minutes_code)
        assert kept.facts["resolutions"][0]["text"] == "月底前完成" and not kept.is_public
        assert {each.format for each in kept.artefacts.all()} >= {"pdf", "odt", "csv"}
        assert not queries.is_stale(issued)
    with on("2025-04-10"):
        actions.change_resolution(town.control, made.pk, {"text": "五月底前完成"}, reason="主席更正")
        issued.refresh_from_db()
        assert queries.is_stale(issued)
        assert [each.pk for each in queries.work_of(town.head).to_issue] == [issued.pk]
        again = actions.issue_minutes(town.head, running.pk, version=None, reason="更正")
        assert Publication.objects.get(code=again.minutes_code).edition == 2


def test_items_are_dropped_with_a_reason_moved_and_put_back_but_not_after_a_resolution(
    town: SimpleNamespace, domain: Domain, running: Meeting
) -> None:
    item = AgendaItem.objects.get(meeting=running)
    with on("2025-04-08"):
        one = actions.add_item(town.control, running.pk, {"title": "甲", "units": [town.works.pk]})
        two = actions.add_item(town.control, running.pk, {"title": "乙"})
        actions.move_item(town.control, two.pk, steps=-1, version=two.version)
        own = queries.agenda(running)[-1]
        assert [each.title for each in own.entries] == ["乙", "甲"]
        dropped = actions.drop_item(town.control, one.pk, version=one.version, reason="改下次")
        assert [each.title for each in queries.agenda(running)[-1].standing] == ["乙"]
        with pytest.raises(Conflict):
            actions.drop_item(town.control, one.pk, version=one.version, reason="改下次")
        assert not actions.keep_item(town.control, one.pk, version=dropped.version).dropped
        actions.record_resolution(
            town.control, running.pk, {"text": "丙", "main_unit": town.works.pk, "item": item.pk}
        )
        with pytest.raises(CannotDo, match="決議"):
            actions.drop_item(town.control, item.pk, version=item.version, reason="不談")


def test_of_two_who_write_what_was_said_the_second_is_told(town: SimpleNamespace, running: Meeting) -> None:
    item = AgendaItem.objects.get(meeting=running)
    with on("2025-04-08"):
        actions.write_discussion(town.control, item.pk, version=item.version, text="甲說")
        with pytest.raises(Conflict):
            actions.write_discussion(town.rdec, item.pk, version=item.version, text="乙說")
    item.refresh_from_db()
    assert item.discussion == "甲說"


def test_meetings_are_seen_by_their_agency_its_sections_the_members_and_the_city(
    town: SimpleNamespace, april: None
) -> None:
    actions.open_meetings(town.rdec)
    city = MeetingSeries.objects.get(code="city-progress")
    seen = {
        name: set(queries.visible_to(getattr(town, name)).values_list("unit_id", flat=True))
        for name in ("officer", "control", "other", "rdec", "leader", "nobody")
    }
    everywhere = {town.works.pk, town.parks.pk, town.city.pk}
    assert seen["officer"] == seen["control"] == {town.works.pk}
    assert seen["other"] == {town.parks.pk} and seen["rdec"] == seen["leader"] == everywhere
    assert seen["nobody"] == set()
    actions.edit_series(
        town.rdec, city.pk, version=city.version, changes={"members": [town.parks.pk]}, reason="納入公園局"
    )
    assert queries.visible_to(town.other).filter(unit=town.city).exists()
    assert not queries.visible_to(town.control).filter(unit=town.city).exists()


def test_who_has_not_met_is_chased_rung_by_rung_and_counted(
    town: SimpleNamespace, running: Meeting, django_assert_max_num_queries: object
) -> None:
    series = running.series
    with on("2025-04-08"):
        actions.add_attendance(town.control, running.pk, {"name": "張局長", "role": "chair"})
        actions.close_meeting(town.control, running.pk, version=None)
    with on("2025-04-15"):
        board = queries.met_board(town.rdec, series, "2025-04")
        assert board.in_time.text == "1 ÷ 2（50.00%）"
        assert [(each.in_time, each.late, each.present) for each in board.rows] == [
            (True, False, 1), (False, True, 0),
        ]  # fmt: skip
        assert [each.count for each in queries.work_of(town.rdec).not_met] == [1]
        assert len(queries.work_of(town.other).to_hold) == 1
        made = actions.remind(town.rdec)
        assert {(each.meeting.unit_id, each.about, each.step) for each in made} >= {
            (town.parks.pk, "held", "1:officer"),
            (town.works.pk, "minutes", "1:officer"),
        }
        assert actions.remind(town.rdec) == []
    assert MeetingReminder.objects.count() == len(made)


def test_a_series_is_made_and_changed_with_a_reason_and_a_second_change_of_the_same_is_refused(
    town: SimpleNamespace, april: None
) -> None:
    made = actions.create_series(
        town.rdec, "safety", {"name": "公安會報", "level": "city", "due_rule": "PS-01", "chair": "副市長"}
    )
    with pytest.raises(NotPermitted):
        actions.create_series(town.control, "other", {"name": "其他", "level": "other"})
    with pytest.raises(BadInput) as refused:
        actions.create_series(town.rdec, "safety", {"name": "公安", "level": "city"})
    assert "code" in refused.value.fields
    with pytest.raises(BadInput) as refused:
        actions.create_series(
            town.rdec, "s2", {"name": "", "level": "x", "due_rule": "沒有", "agenda": "沒有"}
        )
    assert set(refused.value.fields) == {"name", "level", "due_rule", "agenda"}
    actions.edit_series(town.rdec, made.pk, version=made.version, changes={"chair": "市長"}, reason="改主席")
    with pytest.raises(Conflict):
        actions.edit_series(
            town.rdec, made.pk, version=made.version, changes={"chair": "局長"}, reason="改主席"
        )


def test_a_further_meeting_in_the_same_month_is_planned_and_numbered(
    town: SimpleNamespace, meeting: Meeting
) -> None:
    values = {"at": None, "place": "第一會議室"}
    made = actions.plan_meeting(
        town.control, meeting.series_id, "2025-04", unit_id=town.works.pk, values=values
    )
    assert (made.number, made.due_on, made.title) == (2, None, "114 年 4 月工務局進度會報（第 2 次）")
    with pytest.raises(NotPermitted):
        actions.plan_meeting(town.control, meeting.series_id, "2025-04", unit_id=town.parks.pk)
    with pytest.raises(BadInput):
        actions.plan_meeting(town.control, meeting.series_id, "114-4", unit_id=town.works.pk)
