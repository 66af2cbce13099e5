"""Revising the calendar: who may, what is refused, what happens when two do it, and that old versions stand."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from shizheng.common import clock
from shizheng.common.errors import BadInput, Conflict, NotFound, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.calendar import actions, queries
from shizheng.kernel.calendar.models import CalendarDay, CalendarVersion, CalendarYear, Closure
from shizheng.kernel.calendar.rules import CalendarYearMissing, deadline
from shizheng.kernel.calendar.shipped import shipped_calendar
from shizheng.kernel.history.queries import entries_of

FRIDAY = date(2026, 11, 27)
SATURDAY = date(2026, 11, 28)
LONGJING = "66000250"


@dataclass(frozen=True)
class Reader:
    """Somebody who may look, and nothing else."""

    pk: int | None = None
    display_name: str = "讀者"

    def may(self, code: str, unit_id: int | None = None) -> bool:
        return code == "calendar.view"

    def units_where(self, code: str) -> frozenset[int] | None:
        return frozenset()


def revise(
    day: date = FRIDAY,
    kind: str = "放假",
    name: str = "市慶",
    version: int | None = None,
    actor: Any = SYSTEM,
) -> CalendarVersion:
    return actions.revise_day(
        actor, day=day, kind=kind, name=name, reason="市府公告", source="府授人字第1號函",
        version=queries.current_version() if version is None else version,
    )  # fmt: skip


def close(day: date = FRIDAY, districts: tuple[str, ...] = (), **given: Any) -> CalendarVersion:
    more = {"start": None, "end": None, "cause": "測試颱風", "reason": "", "source": "停班公告", **given}
    return actions.record_closure(SYSTEM, day=day, district_codes=districts, **more)


@pytest.mark.django_db
class TestLoading:
    def test_the_database_says_what_ships_at_every_version(self) -> None:
        for number in (1, 2, 3, 4):
            ours, shipped = queries.calendar_as_of(number), shipped_calendar(number)
            assert ours.years == shipped.years
            assert ours.facts == shipped.facts
            assert ours.hours == shipped.hours
            assert (ours.version, ours.published) == (shipped.version, shipped.published)
        assert queries.years_available() == list(range(2013, 2028))

    def test_loading_again_changes_nothing(self) -> None:
        before = CalendarVersion.objects.count(), CalendarDay.objects.count()
        assert actions.load_shipped_calendar() == 0
        assert (CalendarVersion.objects.count(), CalendarDay.objects.count()) == before

    def test_a_shipped_year_that_comes_later_leaves_what_an_officer_revised(self, monkeypatch: Any) -> None:
        from shizheng.kernel.calendar.rules import CalendarDayFact, DayKind, ShippedVersion

        revise(SATURDAY, "補行上班")  # by an officer
        revise(date(2026, 10, 9), "平常", "")  # Friday 補假, given back by an officer
        later = ShippedVersion(5, None, "新增 117 年", "測試", {2028})
        later.days = [
            CalendarDayFact(SATURDAY, DayKind.HOLIDAY, "別的", "測試"),
            CalendarDayFact(date(2026, 10, 9), DayKind.SUBSTITUTE, "國慶日", "測試"),
            CalendarDayFact(date(2028, 10, 10), DayKind.HOLIDAY, "國慶日", "測試"),  # Tuesday
        ]
        monkeypatch.setattr(actions, "shipped_versions", lambda: (later,))
        assert actions.load_shipped_calendar() == 1
        calendar = queries.current_calendar()
        assert calendar.version == 7 and 2028 in calendar.years
        assert calendar.is_working(SATURDAY) and calendar.is_working(date(2026, 10, 9))
        assert not calendar.is_working(date(2028, 10, 10))


@pytest.mark.django_db
class TestRevising:
    def test_a_revision_makes_a_version_and_leaves_the_old_one(self) -> None:
        old = queries.current_version()
        assert deadline(queries.current_calendar(), date(2026, 11, 26), 1).due == FRIDAY  # from Thursday
        new = revise()
        assert new.number == old + 1
        assert not queries.current_calendar().is_working(FRIDAY)
        assert queries.current_calendar().reason(FRIDAY) == "市慶"
        assert queries.current_calendar().source(FRIDAY) == "府授人字第1號函"
        assert queries.calendar_as_of(old).is_working(FRIDAY)
        assert deadline(queries.current_calendar(), date(2026, 11, 26), 1).due == date(2026, 11, 30)  # Monday
        assert deadline(queries.calendar_as_of(old), date(2026, 11, 26), 1).due == FRIDAY

    def test_a_day_can_be_given_back_to_the_week(self) -> None:
        day = date(2026, 10, 9)  # Friday, 補假
        revise(day, "平常", "")
        assert queries.current_calendar().is_working(day)
        assert queries.day_row(day) is None and queries.day_history(day).count() == 1

    def test_history_says_who_and_why(self) -> None:
        revise()
        entry = entries_of(queries.day_row(FRIDAY)).first()
        assert entry is not None
        assert (entry.action, entry.reason, entry.actor_name) == ("calendar.revise_day", "市府公告", "系統")

    def test_who_may_only_look_may_not_revise(self) -> None:
        for attempt in (
            lambda: revise(actor=Reader()),
            lambda: actions.record_closure(Reader(), day=FRIDAY, district_codes=(), start=None, end=None, cause="x", reason="", source="x"),
            lambda: actions.withdraw_closure(Reader(), 1, reason="x", version=1),
            lambda: actions.add_year(Reader(), year=2028, days=(), reason="x", source="x"),
            lambda: actions.set_office_hours(Reader(), since_date=FRIDAY, sessions=[(time(8), time(12))], partly_closed_counts=True, reason="x", source="x"),
        ):  # fmt: skip
            with pytest.raises(NotPermitted, match="修訂工作日曆"):
                attempt()
        assert queries.current_version() == 4

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"kind": "補行上班"}, "kind"),  # a Friday is no make-up day
            ({"day": SATURDAY, "kind": "補假"}, "kind"),  # a Saturday is off anyway
            ({"kind": "休假"}, "kind"),
            ({"name": "  "}, "name"),
            ({"day": date(2028, 1, 3)}, "day"),  # a year that is not there
        ],
    )
    def test_what_makes_no_sense_is_refused_and_nothing_written(
        self, given: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(BadInput) as failure:
            revise(**given)
        assert field in failure.value.fields
        assert queries.current_version() == 4

    def test_a_revision_that_changes_nothing_is_refused(self) -> None:
        revise()
        with pytest.raises(BadInput, match="本來就是這樣"):
            revise()

    def test_the_second_of_two_officers_is_told(self) -> None:
        seen = queries.current_version()
        revise(name="市慶", version=seen)
        with pytest.raises(Conflict, match="又修訂過了（第 5 版）"):
            revise(name="校慶", version=seen)
        assert queries.current_calendar().reason(FRIDAY) == "市慶"

    def test_two_officers_on_two_days_do_not_disturb_each_other(self) -> None:
        seen = queries.current_version()
        revise(FRIDAY, version=seen)
        revise(SATURDAY, "補行上班", version=seen)
        calendar = queries.current_calendar()
        assert not calendar.is_working(FRIDAY) and calendar.is_working(SATURDAY)

    def test_giving_a_day_back_is_a_change_that_the_other_officer_is_told_of(self) -> None:
        seen, day = queries.current_version(), date(2026, 10, 9)  # Friday, 補假
        revise(day, "平常", "", version=seen)
        with pytest.raises(Conflict):
            revise(day, "放假", "國慶連假", version=seen)


@pytest.mark.django_db
class TestClosures:
    def test_a_district_is_closed_and_opened_again(self) -> None:
        old = queries.current_version()
        close(districts=(LONGJING,))
        calendar = queries.current_calendar()
        assert calendar.is_working(FRIDAY) and not calendar.is_working(FRIDAY, LONGJING)
        assert calendar.reason(FRIDAY, LONGJING) == "天然災害停班（測試颱風，龍井區全日）"
        found = queries.closures_of(FRIDAY).get()
        actions.withdraw_closure(SYSTEM, found.pk, reason="誤登", version=found.version)
        assert queries.current_calendar().is_working(FRIDAY, LONGJING)
        assert not queries.calendar_as_of(old + 1).is_working(FRIDAY, LONGJING)
        assert queries.current_version() == old + 2

    def test_many_districts_make_one_version(self) -> None:
        old = queries.current_version()
        close(districts=(LONGJING, "66000180"), start=time(12))
        assert queries.current_version() == old + 1
        assert Closure.objects.count() == 2

    @pytest.mark.parametrize(
        ("given", "text"),
        [
            ({"districts": ("99999999",)}, "沒有這些行政區"),
            ({"districts": ("", LONGJING)}, "已選全市"),
            ({"start": time(14), "end": time(12)}, "結束時間要在開始之後"),
            ({"cause": " "}, "有欄位沒有填"),
            ({"day": date(2030, 1, 1)}, "沒有 119 年"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, given: dict[str, Any], text: str) -> None:
        with pytest.raises(BadInput, match=text):
            close(**given)
        assert queries.current_version() == 4

    def test_the_same_closure_is_not_recorded_twice(self) -> None:
        close()
        with pytest.raises(BadInput, match="已登錄同一時段的停班：全市"):
            close()

    def test_a_closure_is_withdrawn_once(self) -> None:
        close()
        found = queries.closures_of(FRIDAY).get()
        actions.withdraw_closure(SYSTEM, found.pk, reason="誤登", version=found.version)
        with pytest.raises(Conflict):
            actions.withdraw_closure(SYSTEM, found.pk, reason="誤登", version=found.version)
        with pytest.raises(NotFound):
            actions.withdraw_closure(SYSTEM, 999_999, reason="誤登", version=1)


@pytest.mark.django_db
class TestYearsAndHours:
    def test_a_year_is_added_with_its_table(self) -> None:
        with pytest.raises(CalendarYearMissing):
            queries.current_calendar().is_working(date(2028, 10, 10))
        actions.add_year(
            SYSTEM, year=2028, days=[(date(2028, 10, 10), "放假", "國慶日")], reason="公布", source="測試"
        )  # Tuesday
        assert not queries.current_calendar().is_working(date(2028, 10, 10))
        assert queries.current_calendar().is_working(date(2028, 10, 11))  # Wednesday
        with pytest.raises(BadInput, match="已經有 117 年"):
            actions.add_year(SYSTEM, year=2028, days=[], reason="公布", source="測試")

    def test_days_of_another_year_or_twice_are_refused(self) -> None:
        for days in ([(date(2029, 1, 1), "放假", "元旦")], [(date(2028, 10, 10), "放假", "國慶日")] * 2):
            with pytest.raises(BadInput):
                actions.add_year(SYSTEM, year=2028, days=days, reason="公布", source="測試")
        assert not CalendarYear.objects.filter(year=2028).exists()

    def test_the_reading_of_half_days_can_be_changed_from_a_day_on(self) -> None:
        close(start=time(12))
        assert queries.current_calendar().is_working(FRIDAY)
        actions.set_office_hours(
            SYSTEM, since_date=date(2026, 1, 1), sessions=[(time(8, 30), time(12, 30)), (time(13, 30), time(17, 30))],
            partly_closed_counts=False, reason="市府決定", source="測試",
        )  # fmt: skip
        assert not queries.current_calendar().is_working(FRIDAY)
        assert queries.current_calendar().is_working(date(2025, 11, 27))  # Thursday, older reading
        with pytest.raises(BadInput, match="要有先後"):
            actions.set_office_hours(
                SYSTEM, since_date=FRIDAY, sessions=[(time(13), time(12))], partly_closed_counts=True,
                reason="x", source="x",
            )  # fmt: skip


@pytest.mark.django_db
class TestVersions:
    def test_a_version_cannot_be_changed_even_by_hand(self) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            CalendarVersion.objects.filter(number=1).update(note="別的")
        with pytest.raises(DatabaseError), transaction.atomic():
            CalendarVersion.objects.filter(number=1).delete()

    def test_a_version_that_does_not_exist_is_refused(self) -> None:
        with pytest.raises(NotFound, match="沒有第 99 版；目前最新的是第 4 版"):
            queries.calendar_as_of(99)

    def test_a_page_that_looks_back_sees_the_version_of_that_day(self) -> None:
        assert queries.calendar_on(date(2025, 5, 27)).version == 1
        assert queries.calendar_on(date(2025, 5, 28)).version == 2
        assert queries.calendar_on(date(2025, 6, 13)).version == 3
        revise()
        assert queries.calendar_on(date(2025, 6, 13)).version == 3
        assert queries.calendar_on(None).version == 5

    def test_reading_the_calendar_again_asks_once(self, django_assert_num_queries: Any) -> None:
        queries.current_calendar()
        with django_assert_num_queries(1):
            assert queries.current_calendar().is_working(FRIDAY)

    def test_a_revision_of_next_month_is_dated_by_the_clock(self) -> None:
        with clock.set_to(datetime(2026, 12, 1, 9, 0, tzinfo=clock.TAIPEI)):
            new = revise()
        new.refresh_from_db()
        assert new.recorded_at.astimezone(clock.TAIPEI).date() == date(2026, 12, 1)
        assert queries.calendar_on(date(2026, 11, 30)).version == 4


@pytest.mark.own_database
@pytest.mark.django_db(transaction=True)
def test_two_officers_at_the_same_moment_make_one_revision() -> None:
    seen, both = queries.current_version(), Barrier(2)

    def attempt(name: str) -> str:
        try:
            both.wait(timeout=20)
            revise(name=name, version=seen)
            return "written"
        except Conflict:
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(attempt, ["市慶", "校慶"]))
    assert outcomes == ["told", "written"]
    assert queries.current_version() == seen + 1
    assert CalendarDay.objects.filter(date=FRIDAY, until=None).count() == 1
