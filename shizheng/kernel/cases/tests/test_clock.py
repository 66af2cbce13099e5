"""Where the time of a case ends: tables of dates. Comments name the weekday of every date."""

from datetime import date, time

import pytest

from shizheng.kernel.calendar.rules import CalendarYearMissing, Unit, WorkCalendar
from shizheng.kernel.cases.rules import (
    Extension,
    Facts,
    FactsDoNotFit,
    Pause,
    Period,
    Revised,
    due,
    explain,
    stand,
)
from shizheng.kernel.cases.tests.calendars import BEFORE_THE_LAW, LONGJING, NOW, at, closed, with_days_off

WORKING, DAYS, MONTHS, HOURS, OFFICE = (
    Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS, Unit.HOURS, Unit.OFFICE_HOURS,
)  # fmt: skip


def facts(
    received: str, amount: int, unit: Unit = WORKING, *pauses: Pause, roll: bool = True, **more: object
) -> Facts:
    return Facts(at(received), Period(amount, unit, roll), pauses, **more)  # type: ignore[arg-type]


def pause(since: str, until: str | None = None, reason: str = "等民眾補件") -> Pause:
    return Pause(at(since), at(until) if until else None, reason)


@pytest.mark.parametrize(
    ("given", "calendar", "ends"),
    [
        # Friday; the Saturday after it is made up: 8, 10, 11, 12, 13, 14
        (facts("2025-02-07 10:00", 6), NOW, "2025-02-14"),
        # late in the evening is the same day
        (facts("2025-02-07 23:59", 6), NOW, "2025-02-14"),
        # a typhoon on Wednesday: 8, 10, 11, 13, 14, Monday 17
        (facts("2025-02-07 10:00", 6), closed("2025-02-12"), "2025-02-17"),
        # the typhoon closed one district only
        (facts("2025-02-07 10:00", 6), closed("2025-02-12", LONGJING), "2025-02-14"),
        (facts("2025-02-07 10:00", 6, district=LONGJING), closed("2025-02-12", LONGJING), "2025-02-17"),
        # closed in the afternoon still counts as a working day (待確認)
        (facts("2025-02-07 10:00", 6), closed("2025-02-12", start=time(13)), "2025-02-14"),
        # Tuesday at the end of the year: 31, 2 (Friday), 5, 6, 7
        (facts("2025-12-30 09:00", 5), NOW, "2026-01-07"),
        # Saturday; Monday the 6th is the Mid-Autumn Festival
        (facts("2025-10-04 09:00", 1), NOW, "2025-10-07"),
        # three days after Wednesday is Saturday, then Sunday, then the festival
        (facts("2025-10-01 09:00", 3, DAYS), NOW, "2025-10-07"),
        # a stated day, holidays included
        (facts("2025-10-01 09:00", 3, DAYS, roll=False), NOW, "2025-10-04"),
        # two months from the last of December end on Saturday, 28 February
        (facts("2025-12-31 09:00", 2, MONTHS), NOW, "2026-03-02"),
        (facts("2025-12-31 09:00", 2, MONTHS, roll=False), NOW, "2026-02-28"),
        # nothing to count: the day itself, or the next on which offices work
        (facts("2025-10-04 09:00", 0), NOW, "2025-10-07"),
    ],
)  # fmt: skip
def test_a_period_ends_on_its_day(given: Facts, calendar: WorkCalendar, ends: str) -> None:
    assert str(due(given, calendar, given.received_at).on) == ends


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        # 1, 2 | stopped on Friday 3, Saturday, Sunday, the festival | Tuesday 7: of four days one was a working day
        (facts("2025-09-30 09:00", 3, WORKING, pause("2025-10-03 10:00", "2025-10-07 10:00")), "2025-10-07"),
        # stopped on days off only: nothing is added
        (facts("2025-09-30 09:00", 3, WORKING, pause("2025-10-04 10:00", "2025-10-07 08:00")), "2025-10-03"),
        # Thursday 2 to Saturday 4 stand still: Sunday 5, 6, Tuesday 7
        (facts("2025-10-01 09:00", 3, DAYS, pause("2025-10-02 10:00", "2025-10-05 10:00")), "2025-10-07"),
        # began and ended on the same day
        (facts("2025-02-07 10:00", 6, WORKING, pause("2025-02-12 09:00", "2025-02-12 17:00")), "2025-02-14"),
        # overlapping ones count once: Monday 10 to Wednesday 12, then 13, 14, 17, 18 and 19
        (
            facts(
                "2025-02-07 10:00", 6, WORKING,
                pause("2025-02-10 09:00", "2025-02-12 09:00"), pause("2025-02-11 09:00", "2025-02-13 09:00"),
            ),
            "2025-02-19",
        ),
        # before receipt nothing can stand still
        (facts("2025-02-07 10:00", 6, WORKING, pause("2025-01-02 09:00", "2025-02-07 09:00")), "2025-02-14"),
        # after the end neither
        (facts("2025-02-07 10:00", 6, WORKING, pause("2025-02-17 09:00", "2025-02-27 09:00")), "2025-02-14"),
        # it ends on Saturday, moves to Tuesday 7, on which the clock stands still: Wednesday
        (facts("2025-10-02 09:00", 2, DAYS, pause("2025-10-05 10:00", "2025-10-08 10:00")), "2025-10-08"),
    ],
)  # fmt: skip
def test_time_that_stood_still_is_added_as_the_period_counts(given: Facts, ends: str) -> None:
    assert str(due(given, NOW, at("2025-12-01 09:00")).on) == ends


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        # around the clock, Friday night to Saturday morning
        (facts("2025-10-03 22:00", 6, HOURS), "2025-10-04 04:00"),
        (facts("2025-10-03 22:00", 6, HOURS, pause("2025-10-03 23:00", "2025-10-04 01:00")), "2025-10-04 06:00"),
        # one hour on Friday, three on Tuesday
        (facts("2025-10-03 16:00", 4, OFFICE), "2025-10-07 11:00"),
        # over lunch, and the clock stood still from 14:00 to 15:30
        (facts("2025-10-01 11:00", 3, OFFICE, pause("2025-10-01 14:00", "2025-10-01 15:30")), "2025-10-01 16:30"),
        # sent on Sunday: Tuesday's first two hours
        (facts("2025-10-05 12:00", 2, OFFICE), "2025-10-07 10:00"),
    ],
)  # fmt: skip
def test_hours_run_around_the_clock_or_with_the_office(given: Facts, ends: str) -> None:
    assert due(given, NOW, given.received_at).at == at(ends)


def test_a_pause_that_is_not_over_lasts_until_now() -> None:
    stopped = facts(
        "2025-02-07 10:00", 6, WORKING, pause("2025-02-13 09:00")
    )  # Thursday, after 8, 10, 11, 12
    # Thursday 20 and Friday 21 are left
    found = stand(stopped, NOW, at("2025-02-20 09:00"))
    assert (str(found.due.on), found.paused_now, found.used, found.left) == ("2025-02-21", True, 4, 2)
    later = stand(stopped, NOW, at("2025-02-25 09:00"))
    assert (str(later.due.on), later.used, later.late) == ("2025-02-26", 4, False)


@pytest.mark.parametrize(
    ("granted", "ends"),
    [
        ([Extension(at("2025-02-13 09:00"), 3)], "2025-02-19"),  # 17, 18, Wednesday 19
        ([Extension(at("2025-02-13 09:00"), until=date(2025, 3, 1))], "2025-03-03"),  # Saturday → Monday
        ([Extension(at("2025-02-13 09:00"), until=date(2025, 2, 10))], "2025-02-14"),  # never shorter
        ([Extension(at("2025-02-13 09:00"), 3), Extension(at("2025-02-18 09:00"), 2)], "2025-02-21"),
    ],
)  # fmt: skip
def test_an_extension_goes_on_from_the_day_then_due(granted: list[Extension], ends: str) -> None:
    given = facts("2025-02-07 10:00", 6, extensions=tuple(granted))
    assert str(due(given, NOW, given.received_at).on) == ends


def test_what_stops_the_clock_after_an_extension_to_a_stated_day_is_owed_in_full() -> None:
    granted = (Extension(at("2025-02-13 09:00"), until=date(2025, 3, 4)),)  # Tuesday
    stopped = facts(
        "2025-02-07 10:00", 6, WORKING, pause("2025-02-19 09:00", "2025-02-21 09:00"), extensions=granted
    )
    # Wednesday and Thursday stood still, so Wednesday 5 and Thursday 6 March come on top
    assert str(due(stopped, NOW, at("2025-03-01 09:00")).on) == "2025-03-06"


@pytest.mark.parametrize(
    ("revised", "ends"),
    [(Revised.LATER, "2025-09-30"), (Revised.CURRENT, "2025-09-30"), (Revised.ANNOUNCED, "2025-09-29")],
)
def test_a_revised_calendar_gives_both_days_and_the_rule_says_which_counts(
    revised: Revised, ends: str
) -> None:
    friday = facts("2025-09-26 09:00", 1)  # Monday 29 September became a holiday by the law of May
    found = stand(friday, NOW, at("2025-09-26 10:00"), announced=BEFORE_THE_LAW, revised=revised)
    assert found.announced and found.current and found.revised
    assert (str(found.announced.on), str(found.current.on), str(found.due.on)) == (
        "2025-09-29",
        "2025-09-30",
        ends,
    )


def test_a_day_off_that_is_taken_back_does_not_shorten_what_was_announced() -> None:
    friday = facts("2025-09-26 09:00", 1)
    found = stand(friday, BEFORE_THE_LAW, at("2025-09-26 10:00"), announced=NOW)
    assert str(found.due.on) == "2025-09-30" and found.left == 1


def test_a_year_that_the_announced_version_did_not_know_is_taken_from_the_one_in_force() -> None:
    found = stand(facts("2025-12-30 09:00", 5), NOW, at("2025-12-30 10:00"), announced=BEFORE_THE_LAW)
    assert found.announced is None and str(found.due.on) == "2026-01-07" and not found.revised
    with pytest.raises(CalendarYearMissing):
        stand(facts("2027-12-30 09:00", 5), NOW, at("2027-12-30 10:00"), announced=BEFORE_THE_LAW)


def test_late_begins_after_the_last_moment_of_the_day() -> None:
    given = facts("2025-02-07 10:00", 6)
    in_time, late = stand(given, NOW, at("2025-02-14 23:59:59")), stand(given, NOW, at("2025-02-15 00:00"))
    assert (in_time.late, in_time.used, in_time.left, in_time.over) == (False, 6, 0, 0)
    assert (late.late, late.used, late.left, late.over) == (True, 6, 0, 0)
    assert stand(given, NOW, at("2025-02-18 09:00")).over == 2  # Monday and Tuesday
    hours = stand(facts("2025-10-03 22:00", 6, HOURS), NOW, at("2025-10-04 05:15"))
    assert (hours.late, hours.used, hours.left, hours.over) == (True, 360, 0, 75)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Period(-1),
        lambda: Period(10_000),
        lambda: Pause(at("2025-02-12 09:00"), at("2025-02-11 09:00")),
        lambda: Extension(at("2025-02-12 09:00")),
        lambda: Extension(at("2025-02-12 09:00"), 3, date(2025, 3, 1)),
        lambda: Facts(
            at("2025-02-07 10:00"),
            Period(4, HOURS),
            (),
            (Extension(at("2025-02-07 11:00"), until=date(2025, 3, 1)),),
        ),
    ],
)
def test_facts_that_make_no_clock_are_refused(wrong: object) -> None:
    with pytest.raises(FactsDoNotFit):
        wrong()  # type: ignore[operator]


def test_every_step_is_told_so_that_one_can_count_along() -> None:
    given = facts(
        "2025-02-07 10:00", 6, WORKING, pause("2025-02-11 09:00", "2025-02-13 09:00"),
        extensions=(Extension(at("2025-02-18 09:00"), 2),),
    )  # fmt: skip
    told = explain(given, NOW, at("2025-02-18 10:00"))
    assert [each.kind for each in told] == [
        "received", "period", "make_up", "off", "paused", "off", "reached", "extended", "standing",
    ]  # fmt: skip
    said = [each.text for each in told]
    assert said[0] == "114.02.07（星期五）收到，當天不計（行政程序法第 48 條第 2 項）。"
    assert said[1] == "期限 6 個工作天。"
    assert said[2].startswith("114.02.08（星期六）要算：星期六補行上班")
    assert said[3] == "114.02.09（星期日）不算：星期日。"
    assert said[4] == "114.02.11（星期二）至114.02.12（星期三）停止計算：等民眾補件。"
    assert said[5] == "114.02.15（星期六）至114.02.16（星期日）不算：星期六、星期日。"
    assert said[6] == "所以最後一天是 114.02.18（星期二）。"
    assert said[7] == "114.02.18 核准展延 2 個工作天，期限到 114.02.20（星期四）。"
    assert said[8] == "到現在用了 6 個工作天，還有 2 個工作天。"


def test_a_moved_end_a_typhoon_and_a_revision_are_told_with_their_grounds() -> None:
    moved = explain(facts("2025-10-01 09:00", 3, DAYS), NOW, at("2025-10-01 10:00"))
    assert [each.kind for each in moved] == ["received", "period", "reached", "moved", "standing"]
    assert "星期六" in moved[3].text and "第 48 條第 4 項" in moved[3].text and "114.10.07" in moved[3].text
    typhoon = explain(facts("2025-02-07 10:00", 6), closed("2025-02-12"), at("2025-02-07 10:00"))
    assert any("天然災害停班（測試颱風" in each.text for each in typhoon if each.kind == "off")
    law = explain(facts("2025-09-26 09:00", 1), NOW, at("2025-09-26 10:00"), announced=BEFORE_THE_LAW)
    (revision,) = [each for each in law if each.kind == "revised"]
    assert "第 1 版算到 114.09.29" in revision.text and "取較晚的一天" in revision.text
    more = with_days_off(date(2025, 2, 13))
    assert str(due(facts("2025-02-07 10:00", 6), more, at("2025-02-07 10:00")).on) == "2025-02-17"


def test_hours_and_lateness_are_told_in_hours() -> None:
    told = [each.text for each in explain(facts("2025-10-03 22:00", 6, HOURS), NOW, at("2025-10-04 05:15"))]
    assert told[0] == "114.10.03（星期五） 22:00 收到，從這一刻起算。"
    assert told[-2] == "所以到 114.10.04（星期六） 04:00 為止。"
    assert told[-1] == "到現在用了 6 小時 0 分，逾期 1 小時 15 分。"


def test_hours_that_stood_still_and_days_that_were_closed_for_a_part_are_told() -> None:
    stopped = facts("2025-10-01 11:00", 3, OFFICE, pause("2025-10-01 14:00", "2025-10-01 15:30"))
    said = [each.text for each in explain(stopped, NOW, at("2025-10-01 16:00")) if each.kind == "paused"]
    assert said == ["114.10.01（星期三） 14:00至114.10.01（星期三） 15:30停止計算：等民眾補件。"]
    afternoon = closed("2025-02-12", start=time(13))
    counted = explain(facts("2025-02-07 10:00", 6), afternoon, at("2025-02-07 10:00"))
    assert any(
        "114.02.12" in each.text and "仍算一個上班日" in each.text
        for each in counted
        if each.kind == "make_up"
    )
    hours = explain(facts("2025-02-12 11:00", 3, OFFICE), afternoon, at("2025-02-12 11:30"))
    assert any("部分時段不算" in each.text for each in hours if each.kind == "partly")
    assert due(facts("2025-02-12 11:00", 3, OFFICE), afternoon, at("2025-02-12 11:30")).at == at(
        "2025-02-13 10:00"
    )
