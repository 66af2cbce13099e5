"""What each day is, and where a period ends. Comments name the weekday of every date."""

from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.calendar.rules import (
    CalendarDayFact,
    CalendarYearMissing,
    Closure,
    DayKind,
    Session,
    TooManyDays,
    Unit,
    WorkCalendar,
    WorkHours,
    compare,
    deadline,
    hours_deadline,
)
from shizheng.kernel.calendar.rules.deadlines import add_months
from shizheng.kernel.calendar.shipped import district_code, shipped_calendar

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = shipped_calendar()
LONGJING, WUQI = "66000250", "66000140"


def d(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


def with_closures(*closures: Closure, counts: bool = True) -> WorkCalendar:
    """The shipped calendar with closures added, and a reading of days closed for some hours."""
    hours = WorkHours(
        d("2013-01-01"), (Session(time(8), time(12)), Session(time(13), time(17))), counts, "測試"
    )
    return WorkCalendar(9, NOW.years, NOW.facts, closures, (hours,))


def closure(day: str, district: str = "", start: time | None = None, end: time | None = None) -> Closure:
    return Closure(d(day), district, start, end, "測試颱風", "停班公告")


@pytest.mark.parametrize(
    ("day", "working", "reason"),
    [
        ("2024-02-17", True, "星期六補行上班（農曆除夕前一日調整放假）"),  # Saturday, made up
        ("2024-02-18", False, "星期日"),  # Sunday
        ("2024-02-08", False, "農曆除夕前一日調整放假"),  # Thursday
        ("2024-02-10", False, "星期六、春節"),  # Saturday
        ("2024-02-13", False, "春節補假"),  # Tuesday
        ("2024-10-10", False, "國慶日"),  # Thursday
        ("2024-10-09", True, "上班日"),  # Wednesday
        ("2025-02-08", True, "星期六補行上班（農曆除夕前一日調整放假）"),  # Saturday, the only one of 2025
        ("2025-05-01", True, "上班日（勞動節，公務人員照常上班）"),  # Thursday
        ("2026-05-01", False, "勞動節"),  # Friday, a holiday from 2026 on
        ("2025-09-29", False, "孔子誕辰紀念日/教師節補假"),  # Monday
        ("2025-10-24", False, "臺灣光復暨金門古寧頭大捷紀念日補假"),  # Friday
        ("2025-12-25", False, "行憲紀念日"),  # Thursday
        ("2024-06-15", False, "星期六"),  # Saturday, 警察節 is not a make-up day
        ("2022-09-03", False, "星期六"),  # Saturday, 軍人節 is not a make-up day
        ("2015-11-14", False, "星期六"),  # Saturday that one public source lost
        ("2015-10-14", True, "上班日"),  # Wednesday that the same source closed
        ("2014-12-27", True, "星期六補行上班（104年開國紀念日調整放假）"),  # Saturday
        ("2015-01-02", False, "開國紀念日調整放假"),  # Friday
        ("2021-12-31", False, "111年開國紀念日補假"),  # Friday
        ("2027-06-09", False, "端午節"),  # Wednesday
    ],
)
def test_every_day_has_its_reason(day: str, working: bool, reason: str) -> None:
    assert (NOW.is_working(d(day)), NOW.reason(d(day))) == (working, reason)


@pytest.mark.parametrize(
    ("year", "working_days"),
    [(2013, 250), (2014, 252), (2015, 249), (2016, 250), (2017, 249), (2018, 250), (2019, 250), (2020, 251),
     (2021, 249), (2022, 250), (2023, 249), (2024, 251), (2025, 247), (2026, 245), (2027, 244)],
)  # fmt: skip
def test_years_have_as_many_working_days_as_the_official_tables(year: int, working_days: int) -> None:
    assert NOW.working_days_in(date(year, 1, 1), date(year, 12, 31)) == working_days


def test_every_day_of_every_year_has_a_source() -> None:
    day = d("2013-01-01")
    while day.year < 2028:
        assert len(NOW.source(day)) > 5, day
        day += timedelta(days=1)


def test_make_up_days_are_saturdays_and_none_come_after_2025() -> None:
    made_up = [fact.day for fact in NOW.facts.values() if fact.kind is DayKind.MAKE_UP]
    assert {day.weekday() for day in made_up} == {5}
    assert [day for day in made_up if day.year >= 2025] == [d("2025-02-08")]


def test_a_document_received_before_a_make_up_saturday_is_due_on_the_sixth_working_day() -> None:
    # received 2025-02-07 (Friday), 普通件 of six working days
    found = deadline(NOW, d("2025-02-07"), 6)
    assert found.due == d("2025-02-14")  # Friday
    assert [(s.day.isoformat(), s.working) for s in found.days] == [
        ("2025-02-08", True),  # Saturday, made up
        ("2025-02-09", False),  # Sunday
        ("2025-02-10", True),  # Monday
        ("2025-02-11", True),
        ("2025-02-12", True),
        ("2025-02-13", True),
        ("2025-02-14", True),  # Friday
    ]
    assert found.version == NOW.version and found.rolled_from is None


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due", "rolled_from"),
    [
        ("2026-10-01", 5, "calendar_days", "2026-10-06", None),  # Thursday → Tuesday
        ("2026-10-02", 7, "calendar_days", "2026-10-12", "2026-10-09"),  # → Friday 補假 → Monday
        ("2026-10-05", 5, "calendar_days", "2026-10-12", "2026-10-10"),  # → Saturday, holiday → Monday
        ("2025-02-01", 7, "calendar_days", "2025-02-08", None),  # → Saturday, but made up: it stays
        (
            "2025-12-31",
            2,
            "months",
            "2026-03-02",
            "2026-02-28",
        ),  # no 31 February → Saturday, holiday → Monday
        (
            "2025-02-28",
            1,
            "months",
            "2025-03-31",
            None,
        ),  # Friday; counted from 1 March → the whole of March, Monday
        ("2026-01-15", 2, "months", "2026-03-16", "2026-03-15"),  # → Sunday → Monday
        ("2026-10-08", 1, "working_days", "2026-10-12", None),  # Thursday, then a long week-end → Monday
        ("2026-10-10", 0, "working_days", "2026-10-12", None),  # Saturday, nothing to wait for → Monday
        ("2026-10-12", 0, "working_days", "2026-10-12", None),  # Monday
    ],
)
def test_a_period_that_ends_on_a_day_off_ends_on_the_next_working_day(
    start: str, amount: int, unit: str, due: str, rolled_from: str | None
) -> None:
    found = deadline(NOW, d(start), amount, Unit(unit))
    assert found.due == d(due)
    assert found.rolled_from == (d(rolled_from) if rolled_from else None)


def test_a_stated_date_counts_holidays_and_does_not_move() -> None:
    assert deadline(NOW, d("2026-10-05"), 5, Unit.CALENDAR_DAYS, roll=False).due == d(
        "2026-10-10"
    )  # Saturday


def test_a_period_that_ends_on_a_plain_saturday_says_monday_morning() -> None:
    found = deadline(NOW, d("2026-11-02"), 5, Unit.CALENDAR_DAYS)  # Monday → Saturday 11-07 → Monday 11-09
    assert found.due == d("2026-11-09") and "上午" in found.notes[0]


def test_a_deadline_under_one_version_shows_what_the_next_would_give() -> None:
    # from 2025-09-26 (Friday): 09-29 (Monday) became a holiday by the law of 114-05-28
    before, after = shipped_calendar(1), shipped_calendar(2)
    assert deadline(before, d("2025-09-26"), 3).due == d("2025-10-01")  # Wednesday
    assert deadline(after, d("2025-09-26"), 3).due == d("2025-10-02")  # Thursday
    assert [(x.day.isoformat(), x.moves_deadlines) for x in compare(before, after)] == [
        ("2025-09-28", False),  # Sunday either way, but it has a name now
        ("2025-09-29", True),  # Monday
        ("2025-10-24", True),  # Friday
        ("2025-10-25", False),  # Saturday
        ("2025-12-25", True),  # Thursday
    ]
    assert before.working_days_in(d("2025-01-01"), d("2025-12-31")) == 250


@pytest.mark.parametrize(
    ("version", "day"), [(4, "2028-01-03"), (4, "2012-12-31"), (2, "2026-01-02"), (3, "2027-01-04")]
)
def test_a_year_without_data_is_refused_and_says_so(version: int, day: str) -> None:
    with pytest.raises(CalendarYearMissing, match=f"第 {version} 版沒有民國 {int(day[:4]) - 1911} 年"):
        shipped_calendar(version).is_working(d(day))


def test_a_period_that_runs_into_a_year_without_data_is_refused() -> None:
    with pytest.raises(CalendarYearMissing, match="沒有民國 117 年"):
        deadline(NOW, d("2027-12-24"), 10)  # Friday
    with pytest.raises(CalendarYearMissing):
        deadline(NOW, d("2027-12-30"), 3, Unit.CALENDAR_DAYS)  # Thursday → Sunday 2028-01-02
    with pytest.raises(CalendarYearMissing):
        hours_deadline(NOW, at("2027-12-31 20:00"), 24)


@pytest.mark.parametrize("amount", [-1, 1_001, 10**9])
def test_a_period_beyond_all_measure_is_refused(amount: int) -> None:
    with pytest.raises(TooManyDays, match="超出範圍"):
        deadline(NOW, d("2026-10-05"), amount)


def test_a_closed_district_does_not_close_the_others() -> None:
    # 2026-07-09 is a Thursday
    calendar = with_closures(closure("2026-07-09", LONGJING))
    assert calendar.is_working(d("2026-07-09")) and calendar.is_working(d("2026-07-09"), WUQI)
    assert calendar.reason(d("2026-07-09"), LONGJING) == "天然災害停班（測試颱風，66000250全日）"
    assert deadline(calendar, d("2026-07-08"), 1, district=LONGJING).due == d("2026-07-10")  # Friday
    assert deadline(calendar, d("2026-07-08"), 1, district=WUQI).due == d("2026-07-09")


def test_a_closed_city_closes_every_district_and_moves_the_end_of_a_period() -> None:
    calendar = with_closures(closure("2026-07-10"))  # Friday
    assert not calendar.is_working(d("2026-07-10"), LONGJING)
    assert deadline(calendar, d("2026-07-03"), 7, Unit.CALENDAR_DAYS).due == d("2026-07-13")  # Monday


@pytest.mark.parametrize(
    ("counts", "due", "state"), [(True, "2026-07-09", "partly_closed"), (False, "2026-07-10", "closed")]
)
def test_half_a_day_closed_counts_as_the_reading_in_force_says(counts: bool, due: str, state: str) -> None:
    calendar = with_closures(closure("2026-07-09", start=time(12)), counts=counts)  # Thursday afternoon
    assert deadline(calendar, d("2026-07-08"), 1).due == d(due)
    found = calendar.state(d("2026-07-09"))
    assert found.state == state
    assert found.reason.endswith("仍算一個上班日" if counts else "不算上班日")


def test_a_closure_on_a_day_off_changes_nothing() -> None:
    calendar = with_closures(closure("2026-07-11"))  # Saturday
    assert calendar.reason(d("2026-07-11")) == "星期六"


@pytest.mark.parametrize(
    ("start", "hours", "unit", "end"),
    [
        ("2026-10-09 22:00", 4, "hours", "2026-10-10 02:00"),  # Friday night, around the clock
        (
            "2026-10-08 16:00",
            2,
            "office_hours",
            "2026-10-12 09:00",
        ),  # Thursday 16:00 → Monday after a long week-end
        ("2026-10-12 11:00", 2, "office_hours", "2026-10-12 14:00"),  # Monday, lunch stands still
        ("2026-10-12 07:00", 1, "office_hours", "2026-10-12 09:00"),  # before opening
        ("2026-10-12 12:30", 1, "office_hours", "2026-10-12 14:00"),  # at lunch
        ("2026-10-12 08:00", 8, "office_hours", "2026-10-12 17:00"),  # a whole day
        ("2026-10-12 17:00", 8, "office_hours", "2026-10-13 17:00"),  # after closing → Tuesday
    ],
)
def test_hours_run_around_the_clock_or_in_office_hours(start: str, hours: int, unit: str, end: str) -> None:
    assert hours_deadline(NOW, at(start), hours, Unit(unit)).due_at == at(end)


def test_office_hours_stand_still_while_the_office_is_closed() -> None:
    # 2026-07-09 (Thursday) closed from 14:00 on
    for counts in (True, False):
        calendar = with_closures(closure("2026-07-09", start=time(14)), counts=counts)
        found = hours_deadline(calendar, at("2026-07-09 13:00"), 2, Unit.OFFICE_HOURS)
        assert found.due_at == at("2026-07-10 09:00")  # Friday
    morning = with_closures(closure("2026-07-09", start=time(10), end=time(11)))
    assert hours_deadline(morning, at("2026-07-09 09:00"), 2, Unit.OFFICE_HOURS).due_at == at(
        "2026-07-09 12:00"
    )


def test_a_make_up_day_given_back_is_an_ordinary_saturday_again() -> None:
    facts = {**NOW.facts, d("2025-02-08"): CalendarDayFact(d("2025-02-08"), DayKind.ORDINARY, "", "測試")}
    calendar = WorkCalendar(9, NOW.years, MappingProxyType(facts))
    assert calendar.reason(d("2025-02-08")) == "星期六" and not calendar.is_working(d("2025-02-08"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "code"), [("龍井區", LONGJING), ("龍井", LONGJING), (LONGJING, LONGJING), ("", None)]
)
def test_a_district_is_found_by_name_or_code(text: str, code: str | None) -> None:
    assert district_code(text) == code


days = st.dates(d("2014-01-01"), d("2026-06-30"))


@given(days, st.integers(1, 200))
def test_counting_back_what_was_added_gives_the_number(start: date, n: int) -> None:
    due = NOW.add_working_days(start, n)
    assert NOW.is_working(due)
    assert NOW.count_working_days(start, due) == n
    if NOW.is_working(start):
        assert NOW.add_working_days(due, -n) == start
        assert NOW.count_working_days(due, start) == -n


@given(
    days,
    st.integers(0, 60),
    st.integers(0, 30),
    st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS]),
)
def test_a_later_start_or_a_longer_period_never_ends_earlier(
    start: date, n: int, more: int, unit: Unit
) -> None:
    n, more = (n // 10, more // 10) if unit is Unit.MONTHS else (n, more)
    due = deadline(NOW, start, n, unit).due
    assert due <= deadline(NOW, start, n + more, unit).due
    assert due <= deadline(NOW, start + timedelta(days=more), n, unit).due
    assert NOW.is_working(due)


@given(days, st.integers(1, 60))
def test_closures_never_bring_a_deadline_forward(start: date, n: int) -> None:
    shut = with_closures(
        *(Closure(start + timedelta(days=k), "", None, None, "測試", "測試") for k in (1, 3, 4))
    )
    assert deadline(shut, start, n).due >= deadline(NOW, start, n).due


@given(days, st.integers(0, 20_000))
def test_office_minutes_add_up(start: date, minutes: int) -> None:
    from shizheng.kernel.calendar.rules.deadlines import add_office_hours

    first = datetime.combine(start, time(9), TAIPEI)
    half = add_office_hours(NOW, first, timedelta(minutes=minutes // 2))
    whole = add_office_hours(NOW, half, timedelta(minutes=minutes - minutes // 2))
    assert whole == add_office_hours(NOW, first, timedelta(minutes=minutes))


@given(days, st.integers(0, 48))
def test_months_keep_the_day_or_take_the_last_one(start: date, months: int) -> None:
    end = add_months(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end + timedelta(days=1)).day == 1
