"""Curves, judgements, streaks and openings by table; the numbers that the plans print."""

from datetime import date
from decimal import Decimal

import pytest

from shizheng.common.numbers import round_half_up
from shizheng.domains.projects.rules import curves, judging, life, streaks, tendering
from shizheng.domains.projects.rules.curves import Checkpoint
from shizheng.domains.projects.rules.judging import Counted, Course, Money, Rate, Thresholds
from shizheng.domains.projects.rules.life import Kind, State
from shizheng.domains.projects.rules.streaks import Gap, Month, StreakRule, Why

D = Decimal
LIMITS = Thresholds(tolerance=D(0), tender=D(10), works=D(20))
POINTS = (
    Checkpoint("design", D(20), date(2025, 1, 31)),
    Checkpoint("award", D(20), date(2025, 3, 31)),
    Checkpoint("works", D(50), date(2025, 9, 30), by_works=True),
    Checkpoint("closing", D(10), date(2025, 12, 31)),
)


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [(167, 216, "77.31"), (2504, 2722, "91.99"), (48, 212, "22.64"), (54, 70, "77.14")],
)
def test_printed_rates_come_out(part: int, whole: int, printed: str) -> None:
    percent = Rate(part, whole).percent
    assert percent is not None and round_half_up(percent, 2) == D(printed)


@pytest.mark.parametrize(
    ("tender", "works", "severe"),
    [
        ("-10", None, True), ("-9.99", None, False), ("-9.99", "-20", True), ("0", "-19.99", False),
        (None, None, False), (None, "-20.01", True), ("10", "20", False),
    ],
)  # fmt: skip
def test_exactly_ten_or_twenty_behind_is_severe(tender: str | None, works: str | None, severe: bool) -> None:
    lags = [None if each is None else D(each) for each in (tender, works)]
    assert judging.is_severe(lags[0], lags[1], LIMITS) is severe


@pytest.mark.parametrize(
    ("lag", "tolerance", "course"),
    [
        ("0", "0", Course.ON_PLAN), ("0.01", "0", Course.AHEAD), ("-0.01", "0", Course.BEHIND),
        ("-1", "1", Course.ON_PLAN), ("-1.01", "1", Course.BEHIND), ("1", "1", Course.ON_PLAN),
        (None, "0", Course.NOT_FILED),
    ],
)  # fmt: skip
def test_the_tolerance_is_on_plan_with_its_bounds(lag: str | None, tolerance: str, course: Course) -> None:
    assert judging.course_of(None if lag is None else D(lag), D(tolerance)) is course


def test_the_two_years_count_their_rates_differently() -> None:
    courses = [Course.AHEAD] * 2 + [Course.ON_PLAN] * 5 + [Course.BEHIND] * 2 + [Course.NOT_FILED]
    assert judging.matching_rate(courses, Counted.AHEAD_OR_ON_PLAN) == Rate(7, 10)
    assert judging.matching_rate(courses, Counted.ON_PLAN) == Rate(5, 10)
    assert Rate(0, 0).percent is None


@pytest.mark.parametrize(
    ("on", "works", "planned"),
    [
        (date(2025, 1, 30), "0", "0"), (date(2025, 1, 31), "0", "20"), (date(2025, 6, 30), "50", "65"),
        (date(2025, 9, 30), "100", "90"), (date(2025, 12, 31), "100", "100"),
    ],
)  # fmt: skip
def test_planned_progress_counts_checkpoints_on_their_day_and_works_as_they_go(
    on: date, works: str, planned: str
) -> None:
    assert curves.planned_on(POINTS, on, D(works)) == D(planned)


def test_reached_progress_goes_by_the_last_checkpoint_and_the_works() -> None:
    assert curves.reached(POINTS, None) == 0
    assert curves.reached(POINTS, "award") == 40
    assert curves.reached(POINTS, "award", D(30)) == 55
    assert curves.reached(POINTS, "closing", D(100)) == 100
    with pytest.raises(KeyError):
        curves.reached(POINTS, "opening")


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ((), "none"),
        (POINTS[:3], "weights"),
        ((POINTS[1], POINTS[0], *POINTS[2:]), "order"),
        ((POINTS[0], POINTS[1]._replace(code="design"), *POINTS[2:]), "twice"),
    ],
)
def test_what_is_no_curve_is_refused(points: tuple[Checkpoint, ...], why: str) -> None:
    curves.check_curve(POINTS)
    with pytest.raises(curves.NotACurve, match=why):
        curves.check_curve(points)


def test_works_go_by_months_or_straight_between_their_days() -> None:
    months = {"2025-04": D(10), "2025-06": D(35)}
    assert [curves.works_on(months, None, None, date(2025, month, 28)) for month in (3, 4, 5, 6, 7)] == [
        0, 10, 10, 35, 35,
    ]  # fmt: skip
    assert curves.works_on({}, date(2025, 4, 1), date(2025, 4, 10), date(2025, 4, 5)) == 50
    assert curves.works_on({}, None, None, date(2025, 4, 5)) is None


RULE = StreakRule(
    D(10), 3, {Why.NOT_FILED: Gap.BREAKS, Why.SUSPENDED: Gap.SKIPPED, Why.REPLANNED: Gap.BREAKS}
)


def months(*given: str) -> list[Month]:
    """`-12`: a lag; `n` not filed, `s` suspended, `r-12` re-planned with a lag."""
    out = []
    for number, text in enumerate(given, 1):
        why = {"n": Why.NOT_FILED, "s": Why.SUSPENDED, "r": Why.REPLANNED}.get(text[0])
        number_text = text.lstrip("nsr")
        out.append(Month(f"2025-{number:02d}", D(number_text) if number_text else None, why))
    return out


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("-10 -11 -12", "behind 3"), ("10 11 12", "ahead 3"), ("-9.99 -11 -12", ""), ("-10 -11", ""),
        ("-20 -10 -11 -12", "behind 4"), ("-10 10 -12", ""), ("-10 -11 s -12", "behind 3"), ("-10 -11 n -12", ""),
        ("-10 -11 -12 s", ""), ("r-10 -11 -12", "behind 3"), ("-10 r-11 -12", ""), ("-10 -11 r-12", ""),
    ],
)  # fmt: skip
def test_three_months_in_a_row_make_a_proposal(given: str, found: str) -> None:
    made = streaks.streak(months(*given.split()), RULE)
    assert found == ("" if made is None else f"{'ahead' if made.ahead else 'behind'} {len(made.months)}")


def test_what_a_replanned_month_does_is_a_rule() -> None:
    given = months("-10", "r-11", "-12")
    for gap, found in ((Gap.BREAKS, False), (Gap.COUNTS, True), (Gap.SKIPPED, False)):
        rule = StreakRule(D(10), 3, RULE.gaps | {Why.REPLANNED: gap})
        assert (streaks.streak(given, rule) is not None) is found


def test_money_has_three_rates_and_executed_is_their_common_part() -> None:
    money = Money(budget=D(1000), allocated=D(400), paid=D(200), payable=D(100), surplus=D(20))
    assert money.executed == 320
    assert (money.execution_rate, money.achievement_rate, money.realisation_rate) == (80, 32, 20)
    assert (money + money).execution_rate == 80
    assert Money(D(0), D(0), D(0)).execution_rate is None


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ("", State.PREPARING), ("funded announced", State.TENDERING), ("announced failed void", State.TENDERING),
        ("announced awarded started", State.PERFORMING), ("announced awarded suspended", State.SUSPENDED),
        ("announced awarded suspended resumed completed accepted valued closed", State.CLOSED),
        ("announced awarded terminated", State.PREPARING), ("announced withdrawn restored", State.TENDERING),
        ("announced awarded completed accepted closed restored", State.ACCEPTED),
    ],
)  # fmt: skip
def test_happenings_lead_through_the_life(kinds: str, state: State) -> None:
    assert life.state_after(Kind(each) for each in kinds.split()) is state


@pytest.mark.parametrize(
    "kinds", ["awarded", "announced awarded failed", "announced closed", "announced resumed"]
)
def test_what_cannot_happen_is_refused(kinds: str) -> None:
    with pytest.raises(life.CannotHappen):
        life.state_after(Kind(each) for each in kinds.split())


def test_every_state_is_reached_left_and_labelled() -> None:
    seen, waiting = set(), [[]]  # type: ignore[var-annotated]
    while waiting:
        kinds = waiting.pop(0)
        state = life.state_after(kinds)
        if state not in seen:
            seen.add(state)
            waiting += [[*kinds, kind] for kind in life.possible_in(state)]
    assert seen == set(State) == set(life.STATE_LABELS) and set(Kind) == set(life.KIND_LABELS) == set(
        life.TABLE
    )
    assert all(life.possible_in(state) for state in State)


def test_failed_and_void_openings_are_told_apart_and_counted_since_the_last_award() -> None:
    kinds = [Kind(each) for each in ["announced", "failed", "announced", "void"]]
    assert tendering.failures(kinds) == (1, 1) and tendering.failures(kinds).all == 2
    assert tendering.is_tracked(kinds, State.TENDERING, 2) and not tendering.is_tracked(
        kinds, State.TENDERING, 3
    )
    again = [*kinds, Kind.ANNOUNCED, Kind.AWARDED, Kind.TERMINATED, Kind.ANNOUNCED, Kind.FAILED]
    assert tendering.failures(again) == (1, 0) and not tendering.is_tracked(again, State.TENDERING, 2)


def test_what_is_due_and_what_is_forecast_split_at_the_end_of_the_day() -> None:
    day, later = date(2025, 5, 31), date(2025, 8, 31)
    assert tendering.is_due_to_tender(State.PREPARING, day, day)
    assert not tendering.is_forecast(State.PREPARING, day, day, later)
    assert tendering.is_forecast(State.PREPARING, later, day, later)
    assert not tendering.is_due_to_tender(State.TENDERING, day, day)
