"""Whatever happens to a case, in whatever order: its time is never negative, and nothing that is added takes any away."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.calendar.rules import Unit
from shizheng.kernel.cases.rules import Extension, Facts, Pause, Period, Revised, due, stand
from shizheng.kernel.cases.rules.clock import Way
from shizheng.kernel.cases.tests.calendars import NOW, at, with_days_off

FIRST = at("2025-01-01 00:00")
moments = st.integers(0, 400 * 24 * 4).map(lambda quarters: FIRST + timedelta(minutes=15 * quarters))
units = st.sampled_from(list(Unit))


@st.composite
def pauses(draw: st.DrawFn) -> Pause:
    since = draw(moments)
    return Pause(
        since, draw(st.none() | st.integers(0, 20 * 96).map(lambda n: since + timedelta(minutes=15 * n)))
    )


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    unit = draw(units)
    amount = draw(st.integers(0, 4 if unit is Unit.MONTHS else 60))
    until = st.none() if unit in (Unit.HOURS, Unit.OFFICE_HOURS) else st.none() | moments.map(datetime.date)

    def granted(day: date | None, approved: datetime, more: int) -> Extension:
        return Extension(approved, 0 if day else more, day)

    extensions = st.lists(st.builds(granted, until, moments, st.integers(1, 30)), max_size=3)
    return Facts(
        draw(moments), Period(amount, unit, draw(st.booleans())), tuple(draw(st.lists(pauses(), max_size=4))),
        tuple(draw(extensions)),
    )  # fmt: skip


@given(facts(), moments)
def test_no_time_is_negative_and_no_deadline_lies_before_receipt(given_: Facts, now: datetime) -> None:
    found = stand(given_, NOW, now)
    assert min(found.used, found.left, found.over) >= 0
    assert found.due.at >= given_.received_at
    assert found.late == (now > found.due.at) and (not found.late or found.left == 0)


@given(facts(), moments, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_handed_in_changes_nothing(
    given_: Facts, now: datetime, random: object
) -> None:
    stopped, granted = list(given_.pauses), list(given_.extensions)
    random.shuffle(stopped)  # type: ignore[attr-defined]
    random.shuffle(granted)  # type: ignore[attr-defined]
    other = Facts(given_.received_at, given_.period, tuple(stopped), tuple(granted))
    assert stand(other, NOW, now) == stand(given_, NOW, now)


@given(facts(), moments, pauses())
def test_one_more_pause_never_brings_the_deadline_forward_and_the_same_twice_counts_once(
    given_: Facts, now: datetime, more: Pause
) -> None:
    once = Facts(given_.received_at, given_.period, (*given_.pauses, more), given_.extensions)
    twice = Facts(given_.received_at, given_.period, (*given_.pauses, more, more), given_.extensions)
    assert due(once, NOW, now).at >= due(given_, NOW, now).at
    assert due(twice, NOW, now) == due(once, NOW, now)


@given(facts(), moments, st.integers(1, 30), moments)
def test_one_more_extension_never_brings_the_deadline_forward(
    given_: Facts, now: datetime, amount: int, approved: datetime
) -> None:
    more = Facts(
        given_.received_at, given_.period, given_.pauses, (*given_.extensions, Extension(approved, amount))
    )
    assert due(more, NOW, now).at >= due(given_, NOW, now).at


@given(facts(), moments, st.sets(moments.map(datetime.date), max_size=30))
def test_a_revision_that_brings_days_off_never_brings_the_deadline_forward(
    given_: Facts, now: datetime, off: set[date]
) -> None:
    revised = with_days_off(*off)
    told = due(given_, NOW, now)
    assert stand(given_, revised, now, announced=NOW).due.at >= told.at
    assert stand(given_, NOW, now, announced=revised).due.at >= told.at  # taken back again
    assert stand(given_, revised, now, announced=NOW, revised=Revised.ANNOUNCED).due.at == told.at


@given(facts(), moments)
def test_the_days_that_count_up_to_the_deadline_are_as_many_as_were_given(
    given_: Facts, now: datetime
) -> None:
    plain = Facts(given_.received_at, Period(given_.period.amount, Unit.WORKING_DAYS), given_.pauses)
    found = due(plain, NOW, now)
    way = Way(plain, NOW, now)
    assert way.days_between(plain.received_on, found.on) == max(
        plain.period.amount, found.on != plain.received_on
    )
    assert way.works(found.on)


@given(facts(), moments, moments)
def test_a_pause_adds_exactly_the_hours_that_it_covers_around_the_clock(
    given_: Facts, since: datetime, until: datetime
) -> None:
    hours = Facts(given_.received_at, Period(given_.period.amount, Unit.HOURS))
    first, last = sorted((since, until))
    end = due(hours, NOW, last).at
    stopped = due(Facts(hours.received_at, hours.period, (Pause(first, last),)), NOW, last).at
    began = max(first, hours.received_at)
    covered = last - began if began < min(last, end) else timedelta()
    assert stopped == end + covered
