"""The system chases: rounds open and close by themselves, and the ladder is climbed rung by rung (B17)."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.translation import override

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules import CalendarYearMissing
from shizheng.kernel.calendar.rules.ladder import LadderNotUnderstood, due_steps, read_ladder
from shizheng.kernel.filing import actions, queries, tasks
from shizheng.kernel.filing.models import Reminder, Return, Round
from shizheng.kernel.filing.rules.levels import RECIPIENTS
from shizheng.kernel.filing.rules.rates import rate
from shizheng.kernel.filing.rules.terms import settle
from shizheng.kernel.filing.tests.conftest import on, send
from shizheng.kernel.filing.tests.kind import CODE, Domain

pytestmark = pytest.mark.django_db


def test_the_round_opens_on_the_day_of_the_rulebook_and_not_before(town: SimpleNamespace, sent: Any) -> None:
    with on("2017-06-30"):
        tasks.chase_now()
        assert not Round.objects.exists()
    with on("2017-07-01"):
        tasks.chase_now()
        tasks.chase_now()
    made = Round.objects.get(kind=CODE)
    assert (made.state, made.period, made.returns.count()) == ("open", "2017-H1", 2)
    opened = [each for each in sent if each["template"] == "filing.opened"]
    assert {user for each in opened for user in each["to"]} >= {
        town.officer.pk,
        town.officer2.pk,
        town.other.pk,
    }
    with on("2017-08-01"):
        tasks.chase_now()
        made.refresh_from_db()
        assert made.state == "closed"


def test_the_year_end_is_filed_in_the_year_after(town: SimpleNamespace) -> None:
    with on("2018-01-02"):
        tasks.chase_now()
    made = Round.objects.get(kind=CODE)
    # 20 January 2018 is a Saturday
    assert (made.period, str(made.opens_on), str(made.due_on)) == ("2017", "2018-01-01", "2018-01-22")


def climbed(filing: Return) -> list[str]:
    return list(Reminder.objects.filter(filing=filing).order_by("id").values_list("step", flat=True))


def test_each_rung_is_taken_on_its_working_day_once_and_told_to_its_level(
    town: SimpleNamespace, filing: Return, sent: Any
) -> None:
    # due on Monday 17 July: three working days before is Wednesday 12 July
    for day, expected in (
        ("2017-07-11", []),
        ("2017-07-12", ["-3:officer"]),
        ("2017-07-17", ["-3:officer", "0:officer"]),
        ("2017-07-18", ["-3:officer", "0:officer", "1:officer", "1:supervisor"]),
        ("2017-07-20", ["-3:officer", "0:officer", "1:officer", "1:supervisor", "3:control_officer"]),
    ):
        with on(day):
            tasks.chase_now()
            tasks.chase_now()
            assert climbed(filing) == expected, day
    told = {each["key"]: each for each in sent if each["about"] == ("filing.return", filing.pk)}
    assert told[f"filing:{filing.pk}:1:supervisor:2017-07-17"]["to"] == [town.chief.pk]
    assert set(told[f"filing:{filing.pk}:-3:officer:2017-07-17"]["to"]) >= {town.officer.pk, town.officer2.pk}
    assert town.other.pk not in told[f"filing:{filing.pk}:-3:officer:2017-07-17"]["to"]
    said = [each.title for each in queries.timeline(Return.objects.get(pk=filing.pk))]
    assert "逾期 1 個工作日催報" in said and "到期前 3 個工作日提醒" in said


def test_who_has_filed_is_not_chased_and_what_was_late_is_not_said_afterwards(
    town: SimpleNamespace, filing: Return
) -> None:
    with on("2017-07-18"):
        other = filing.round.returns.get(unit=town.parks)
        send(town.officer, filing)
        tasks.chase_now()
        assert climbed(filing) == [] and climbed(other) == ["1:officer", "1:supervisor"]


def test_more_time_starts_a_ladder_of_its_own(town: SimpleNamespace, filing: Return) -> None:
    with on("2017-07-18"):
        tasks.chase_now()
        actions.extend_due(town.rdec, filing.pk, version=None, until=date(2017, 7, 28), reason="颱風")
        before = climbed(filing)
        tasks.chase_now()
        assert climbed(filing) == before
    with on("2017-07-25"):
        tasks.chase_now()
        assert climbed(filing) == [*before, "-3:officer"]


def test_only_the_holder_is_told_where_there_is_one(town: SimpleNamespace, filing: Return, sent: Any) -> None:
    actions.assign_holder(town.chief, filing.pk, version=None, user_id=town.officer2.pk)
    with on("2017-07-12"):
        actions.remind(SYSTEM)
    mine = [each["to"] for each in sent if each["key"].startswith(f"filing:{filing.pk}:-3")]
    assert mine == [[town.officer2.pk]]
    assert not any(item.title == filing.title for item in _work(town.officer))


def _work(user: Any) -> list[Any]:
    from shizheng.web import work

    return work.items_for(user, date(2017, 7, 12))


def test_a_round_that_nobody_owes_is_left_for_the_next_run(town: SimpleNamespace, domain: Domain) -> None:
    domain.units = []
    with on("2017-07-03"):
        tasks.chase_now()
        assert not Round.objects.filter(kind=CODE).exists()
        domain.units = [town.works]
        tasks.chase_now()
        assert Round.objects.get(kind=CODE).returns.count() == 1


def test_a_ladder_that_cannot_be_climbed_is_refused() -> None:
    with pytest.raises(LadderNotUnderstood, match="mayor"):
        read_ladder([{"after": 1, "to": "mayor"}], RECIPIENTS)
    with pytest.raises(LadderNotUnderstood, match="工作日數"):
        read_ladder([{"to": "head"}], RECIPIENTS)


def test_days_off_are_jumped_and_the_day_itself_counts_as_zero() -> None:
    steps = read_ladder([{"after": 1, "to": "officer"}, {"after": 0, "to": "officer"}], RECIPIENTS)
    working = calendar.current_calendar()
    friday = date(2017, 7, 14)
    assert [s.key for s in due_steps(steps, friday, friday, (), working)] == ["0:officer"]
    assert due_steps(steps, friday, date(2017, 7, 16), ("0:officer",), working) == []
    assert [s.key for s in due_steps(steps, friday, date(2017, 7, 17), (), working)] == ["1:officer"]


@pytest.mark.parametrize(
    ("reading", "day"),
    [("next_working_day", "2017-07-17"), ("previous_working_day", "2017-07-14"), ("same_day", "2017-07-15")],
)
def test_a_due_day_on_a_day_off_follows_the_reading_in_force(reading: str, day: str) -> None:
    assert str(settle(date(2017, 7, 15), reading, calendar.current_calendar())) == day


def test_a_rate_prints_its_denominator_and_nothing_expected_is_not_zero() -> None:
    assert rate(27, 30).text == "27 ÷ 30（90.00%）" and rate(2, 3).text == "2 ÷ 3（66.67%）"
    assert rate(0, 0).text == "沒有應填報的" and rate(0, 0).percent is None


def test_the_rate_has_the_brackets_of_the_readers_language() -> None:
    assert rate(2, 3).text == "2 ÷ 3（66.67%）"
    with override("en"):
        assert rate(2, 3).text == "2 ÷ 3 (66.67%)"
        assert rate(1234, 2468).text == "1,234 ÷ 2,468 (50.00%)"


def test_a_day_in_a_coming_year_whose_calendar_is_not_known_stops_nobody() -> None:
    steps = read_ladder([{"after": -3, "to": "officer"}, {"after": 1, "to": "officer"}], RECIPIENTS)
    working = calendar.current_calendar()
    unknown = max(working.years) + 1
    assert due_steps(steps, date(unknown, 1, 3), date(unknown - 1, 6, 1), (), working) == []
    assert due_steps(steps, date(unknown + 5, 6, 3), date(2017, 7, 14), (), working) == []
    with pytest.raises(CalendarYearMissing):
        due_steps(steps, date(unknown, 6, 3), date(unknown, 6, 4), (), working)
