"""The system chases along the frozen ladder; boards, forecast and my work count the same cases."""

from datetime import date
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from shizheng.common.errors import NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules.ladder import due_steps, read_ladder
from shizheng.kernel.cases import actions, frame, parts, queries, tasks
from shizheng.kernel.cases.models import Case, CaseEscalation, CaseRung, LinkKind
from shizheng.kernel.cases.registry import RECIPIENTS
from shizheng.kernel.cases.rules import Period
from shizheng.kernel.cases.rules.forecast import ahead, pace
from shizheng.kernel.cases.tests.conftest import act, again, on, opened
from shizheng.web import work

pytestmark = pytest.mark.django_db


def taken(case: Case) -> list[str]:
    return list(CaseEscalation.objects.filter(case=case).order_by("id").values_list("step", flat=True))


def test_each_rung_is_taken_on_its_day_once_and_told_to_whom_it_names(
    case: Case, town: SimpleNamespace, sent: list
) -> None:
    actions.assign(town.control, case.pk, version=None, unit_id=town.works.pk, officer_id=town.officer.pk)
    sent.clear()
    for moment, expected in (
        ("2025-02-12 23:59", []),
        ("2025-02-13 08:00", ["-1:officer"]),
        ("2025-02-14 23:00", ["-1:officer"]),
        ("2025-02-17 08:00", ["-1:officer", "1:officer", "1:supervisor"]),
        ("2025-02-19 08:00", ["-1:officer", "1:officer", "1:supervisor", "3:control_officer"]),
        ("2025-02-21 08:00", ["-1:officer", "1:officer", "1:supervisor", "3:control_officer", "5:head"]),
    ):
        with on(moment):
            tasks.chase_now()
            tasks.chase_now()
        assert taken(case) == expected, moment
    assert [(each["template"], each["to"], each["urgent"]) for each in sent] == [
        ("cases.reminder", [town.officer.pk], False),
        ("cases.overdue", [town.officer.pk], True),
        ("cases.escalated", [town.chief.pk], True),
        ("cases.escalated", [town.control.pk], True),
        ("cases.escalated", [town.head.pk], True),
    ]
    assert not CaseRung.objects.filter(case=case).exists()


def test_what_was_to_be_said_before_the_deadline_is_not_said_after_it(case: Case) -> None:
    with on("2025-02-20 09:00"):
        actions.escalate(SYSTEM)
    assert taken(case) == ["1:officer", "1:supervisor", "3:control_officer"]


def test_the_sweep_takes_what_the_rule_of_the_ladder_says_on_every_day(case: Case) -> None:
    working, steps = calendar.current_calendar(), read_ladder(case.clock.ladder, RECIPIENTS)
    for day in (13, 15, 17, 18, 19, 22, 26):
        expected = due_steps(steps, date(2025, 2, 14), date(2025, 2, day), taken(case), working)
        with on(f"2025-02-{day} 09:00"):
            assert {each.step for each in actions.escalate(SYSTEM)} == {each.key for each in expected}, day


def test_nobody_is_chased_for_what_is_over_stands_still_or_lies_within_another(
    case: Case, town: SimpleNamespace
) -> None:
    over, still, within = (opened(town) for _each in range(3))
    act(town.officer, over, "accept")
    act(town.chief, over, "close", reason="已修復")
    actions.pause(town.chief, still.pk, version=None, reason="颱風")
    actions.merge(town.officer, within.pk, case.pk, version=None, reason="同一盞燈")
    with on("2025-02-21 09:00"):
        assert {each.case_id for each in actions.escalate(SYSTEM)} == {case.pk}
        actions.unmerge(town.officer, within.pk, version=None, reason="不同燈")
        assert {each.case_id for each in actions.escalate(SYSTEM)} == {within.pk}


def test_more_time_starts_a_ladder_of_its_own_and_a_settled_case_is_not_told_again(
    case: Case, town: SimpleNamespace
) -> None:
    with on("2025-02-13 09:00"):
        actions.escalate(SYSTEM)
        act(town.officer, case, "accept")  # settles the clock: the rungs are written again
        assert actions.escalate(SYSTEM) == []
        asked = actions.ask_extension(town.officer, case.pk, version=None, reason="要會勘", amount=3)
        actions.decide_extension(town.chief, asked.pk, version=None, approve=True, reason="可", told="電話")
    with on("2025-02-18 09:00"):
        assert [each.step for each in actions.escalate(SYSTEM)] == ["-1:officer"]


def test_a_sweep_goes_on_batch_by_batch_and_only_who_controls_the_city_starts_it(
    case: Case, town: SimpleNamespace
) -> None:
    for _each in range(4):
        opened(town)
    with on("2025-02-17 09:00"):
        with pytest.raises(NotPermitted):
            actions.escalate(town.control)
        assert len(actions.escalate(town.rdec, batch=3)) == 10
        assert actions.escalate(SYSTEM, batch=3) == []
    assert CaseEscalation.objects.count() == 10


def test_an_installation_without_any_case_has_nothing_to_chase(db: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        tasks.chase_now()
    assert not any("cases_caserung" in each["sql"] for each in asked) and not Case.objects.exists()


def test_how_many_cases_come_due_does_not_change_how_often_the_database_is_asked(
    case: Case, town: SimpleNamespace
) -> None:
    def asked(moment: str) -> int:
        with on(moment), CaptureQueriesContext(connection) as queries_:
            actions.escalate(SYSTEM)
        return len(queries_)

    few = asked("2025-02-17 09:00")
    for _each in range(6):
        opened(town)
    assert asked("2025-02-18 09:00") <= few


# --- boards ---


def test_the_board_counts_what_one_may_see_and_nothing_that_is_over(
    case: Case, town: SimpleNamespace
) -> None:
    opened(town, period=Period(1))
    opened(town, unit_id=town.parks.pk)
    still = opened(town)
    actions.pause(town.chief, still.pk, version=None, reason="颱風")
    over = opened(town)
    act(town.officer, over, "accept")
    act(town.chief, over, "close", reason="已修復")
    with on("2025-02-14 09:00"):
        rows = {row.unit_id: row for row in queries.board(town.rdec)}
        works = rows[town.works.pk]
        assert (works.open, works.late, works.today, works.soon, works.stopped, works.without_officer) == (
            3,
            1,
            1,
            1,
            1,
            3,
        )
        assert [row.unit_id for row in queries.board(town.other)] == [town.parks.pk]
        with CaptureQueriesContext(connection) as asked:
            queries.board(town.rdec)
        assert len(asked) <= 3


def test_a_forecast_is_a_sum_that_one_can_do_again() -> None:
    days = [date(2025, 2, day) for day in (10, 11, 12)]
    due = [date(2025, 2, day) for day in (7, 10, 10, 12, 12, 20)]
    found = ahead(due, Fraction(3, 2), days)
    assert [(each.due, each.done, each.late) for each in found] == [(3, 1, 2), (3, 3, 0), (5, 4, 1)]
    assert pace(30, 20) == Fraction(3, 2) and pace(5, 0) == 0
    assert [each.late for each in ahead(due, Fraction(0), days)] == [3, 3, 5]


def test_the_forecast_goes_on_at_the_pace_of_the_last_working_days(case: Case, town: SimpleNamespace) -> None:
    for _each in range(10):
        over = opened(town)
        act(town.officer, over, "accept")
        act(town.chief, over, "close", reason="已修復")
    with on("2025-02-10 09:00"):
        found = queries.forecast(town.rdec, days=3)
        assert (found.open, found.closed, found.days, found.a_day) == (1, 10, 20, Fraction(1, 2))
        assert [str(each.day) for each in found.ahead] == ["2025-02-10", "2025-02-11", "2025-02-12"]
        assert queries.forecast(town.rdec, unit_id=town.parks.pk).open == 0


# --- my work and the parts of pages ---


def titles(user: Any) -> list[tuple[str, str]]:
    return [(str(item.button), item.why) for item in work.items_of(frame.work_items(user, date(2025, 2, 7)))]


def test_my_work_says_what_is_to_be_done_next_and_by_whom(case: Case, town: SimpleNamespace) -> None:
    assert titles(town.officer) == [] and titles(town.rdec) == []
    assert titles(town.control) == [("分案", "114-T-00001 還沒有承辦人，等您分案")]
    actions.assign(town.control, case.pk, version=None, unit_id=town.works.pk, officer_id=town.officer.pk)
    assert titles(town.officer) == [("辦理", "114-T-00001 待受理")] and titles(town.control) == []
    actions.ask_extension(town.officer, case.pk, version=None, reason="要會勘", amount=3)
    assert titles(town.chief) == [("核定", "114-T-00001 王承辦 申請展延：要會勘")]
    actions.hand_back(town.officer, case.pk, version=None, reason="不是本局")
    assert titles(town.rdec)[0] == ("分案", "114-T-00001 退分的案件，等您改分")
    actions.assign(town.rdec, case.pk, version=None, unit_id=town.parks.pk)
    actions.hand_back(town.other, case.pk, version=None, reason="也不是")
    assert titles(town.rdec)[0] == ("裁定", "114-T-00001 已退分 2 次，等您裁定權責")


def test_the_parts_of_a_page_say_day_handling_links_and_what_happened(
    case: Case, town: SimpleNamespace
) -> None:
    other, hidden = opened(town), opened(town, unit_id=town.parks.pk)
    actions.link(town.officer, case.pk, other.pk, kind=LinkKind.RELATED, reason="同一條路")
    actions.link(town.rdec, case.pk, hidden.pk, kind=LinkKind.RELATED, reason="同一條路")
    actions.assign(town.control, case.pk, version=None, unit_id=town.works.pk, officer_id=town.officer.pk)
    act(town.officer, case, "accept")
    asked = actions.ask_extension(town.officer, case.pk, version=None, reason="要會勘", amount=1)
    actions.decide_extension(town.chief, asked.pk, version=None, approve=True, reason="可", told="電話")
    with on("2025-02-18 09:00"):
        actions.escalate(SYSTEM)
        found = again(case)
        clock = render_to_string("cases/_clock.html", parts.clock_part(found))
        for said in ("逾期 1 個工作天", "為什麼是這一天", "補行上班", "延長 1 個工作天", "要會勘", "陳科長"):
            assert said in clock, said
        who = render_to_string("cases/_assignments.html", parts.assignment_part(found))
        assert "王承辦" in who and "人工分案" in who and "之前由誰辦理" in who
        links = render_to_string("cases/_links.html", parts.links_part(town.officer, found))
        assert other.number in links and hidden.number not in links and "另有 1 件" in links
        line = render_to_string("web/components/timeline.html", parts.timeline_part(found))
        for said in (
            "受理：處理中",
            "人工分案：工務局",
            "收案",
            "逾期 1 個工作日催辦單位主管",
            "建立案件關聯",
            "核定展延：同意",
        ):
            assert said in line, said
        assert (
            line.index("核定展延") < line.index("申請展延") < line.index("收案")
        )  # newest first, of one moment too
        with CaptureQueriesContext(connection) as read:
            queries.timeline(found)
        assert len(read) <= 3


def test_opening_a_case_asks_a_fixed_small_number_of_queries(case: Case, town: SimpleNamespace) -> None:
    with CaptureQueriesContext(connection) as asked:
        opened(town)
    assert len(asked) <= 24, "\n".join(each["sql"][:100] for each in asked)
