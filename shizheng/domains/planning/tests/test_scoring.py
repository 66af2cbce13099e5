"""Scores by hand, and what holds for every score sheet."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.domains.planning.rules import scoring
from shizheng.domains.planning.rules.scoring import Line, Way, attainment, grade, line, ranked, total, worked
from shizheng.kernel.measures.rules.judging import Direction, meets

D = Decimal
BANDS = [
    SimpleNamespace(least=D(least), label=label)
    for least, label in (("90", "優等"), ("80", "甲等"), ("70", "乙等"), ("0", "丙等"))
]


def scored(
    value: str | None,
    target: str | None,
    direction: str,
    weight: str | None = "10",
    lower: str = "target_over_value",
) -> Line:
    """A line as the sheet makes it."""
    v, t, d = (
        (None if value is None else D(value)),
        (None if target is None else D(target)),
        Direction(direction),
    )
    met = v is not None and t is not None and meets(v, t, d)
    return line(None if weight is None else D(weight), v, t, d, met, lower)


# value, target, direction, weight, reading of lower-is-better → score, weighted (both by hand)
BY_HAND = [
    ("77.31", "75", ">=", "15", "target_over_value", "100.00", "15"),  # met: 2.31 over gives no more than all
    ("75", "75", ">=", "15", "target_over_value", "100.00", "15"),
    ("52.7", "75", ">=", "15", "target_over_value", "70.27", "10.5405"),  # 5270 ÷ 75 = 70.2666…
    ("0", "75", ">=", "15", "target_over_value", "0.00", "0"),
    ("-3", "75", ">=", "15", "target_over_value", "0.00", "0"),
    ("1", "3", ">=", "30", "target_over_value", "33.33", "9.999"),
    ("2", "3", ">=", "30", "target_over_value", "66.67", "20.001"),
    ("0.70265", "1", ">=", "10", "target_over_value", "70.27", "7.027"),  # 70.265: the half goes up
    ("60", "60", "<=", "10", "target_over_value", "100.00", "10"),
    ("80", "60", "<=", "10", "target_over_value", "75.00", "7.5"),  # 100 × 60 ÷ 80
    ("80", "60", "<=", "10", "straight_line", "66.67", "6.667"),  # a third over: 100 − 33.333…
    ("80", "60", "<=", "10", "all_or_nothing", "0.00", "0"),
    ("130", "60", "<=", "10", "straight_line", "0.00", "0"),  # 116 percent over
    ("1", "0", "<=", "10", "target_over_value", "0.00", "0"),
    ("0", "0", "<=", "10", "target_over_value", "100.00", "10"),
    ("80", "100", "=", "5", "target_over_value", "80.00", "4"),
    ("125", "100", "=", "5", "target_over_value", "80.00", "4"),
    ("100", "100", "=", "5", "target_over_value", "100.00", "5"),
]


@pytest.mark.parametrize(("value", "target", "direction", "weight", "lower", "score", "weighted"), BY_HAND)
def test_the_score_is_the_one_worked_out_by_hand(
    value: str, target: str, direction: str, weight: str, lower: str, score: str, weighted: str
) -> None:
    made = scored(value, target, direction, weight, lower)
    assert (str(made.score), made.weighted, made.uncounted) == (score, D(weighted), "")


def test_a_sheet_by_hand_divides_by_the_weights_that_counted_and_by_no_hundred() -> None:
    """Weights 15, 5, 10, 8 of one agency (X-10): the last has no value; 10.5405 + 5 + 7.5 = 23.0405 of 30."""
    lines = [
        scored("52.7", "75", ">=", "15"),
        scored("90", "85", ">=", "5"),
        scored("80", "60", "<=", "10"),
        scored(None, "3", ">=", "8"),
    ]
    found = total(lines)
    assert (found.weighted, found.weights, found.counted, found.uncounted) == (D("23.0405"), D(30), 3, 1)
    assert str(found.score) == "76.80" and grade(found.score, BANDS) == "乙等"  # 2304.05 ÷ 30 = 76.80166…


@pytest.mark.parametrize(
    ("score", "label"),
    [("90", "優等"), ("89.99", "甲等"), ("80", "甲等"), ("70", "乙等"), ("69.99", "丙等"), ("0", "丙等")],
)
def test_the_lower_limit_of_a_grade_belongs_to_it(score: str, label: str) -> None:
    assert grade(D(score), BANDS) == label


def test_what_has_no_value_no_target_or_no_weight_counts_in_no_sum_and_says_why() -> None:
    lines = [scored(None, "75", ">="), scored("70", None, ">="), scored("70", "75", ">=", None)]
    assert [each.uncounted for each in lines] == ["not_filed", "no_target", "no_weight"]
    found = total(lines)
    assert found.score is None and grade(found.score, BANDS) == "" and found.uncounted == 3
    assert str(lines[2].score) == "93.33"  # it is scored all the same, and weighs nothing


def test_equal_scores_share_a_rank_and_the_unscored_come_last_without_one() -> None:
    rows = [("a", D("80")), ("b", None), ("c", D("91")), ("d", D("80")), ("e", D("70"))]
    assert ranked(rows) == [(1, "c"), (2, "a"), (2, "d"), (4, "e"), (None, "b")]


def test_the_formula_is_written_with_its_values() -> None:
    def text(value: str, target: str, way: Way, attained: str) -> str:
        return worked(way, D(value), D(target), D(attained))

    assert text("52.7", "75", Way.VALUE_OVER_TARGET, "70.26666") == "100 × 52.7 ÷ 75 = 70.27"
    assert text("80", "60", Way.TARGET_OVER_VALUE, "75") == "100 × 60 ÷ 80 = 75.00"
    assert text("80", "60", Way.STRAIGHT_LINE, "66.6666") == "100 − 100 × (80 − 60) ÷ 60 = 66.67"
    assert text("125", "100", Way.SMALLER_OVER_LARGER, "80") == "100 × 100 ÷ 125 = 80.00"
    assert text("80", "75", Way.MET, "100") == ""


numbers = st.decimals(min_value=-10_000, max_value=10_000, places=4)
weights = st.decimals(min_value=D("0.0001"), max_value=100, places=4)
directions = st.sampled_from(list(Direction))
readings = st.sampled_from(["target_over_value", "straight_line", "all_or_nothing"])


@st.composite
def lines_(draw: st.DrawFn) -> Line:
    value = draw(st.none() | numbers)
    target, direction = draw(st.none() | numbers), draw(directions)
    met = value is not None and target is not None and meets(value, target, direction)
    return line(draw(st.none() | weights), value, target, direction, met, draw(readings))


@given(st.lists(lines_(), max_size=20))
def test_a_total_lies_between_the_lowest_and_the_highest_score_that_counted(lines: list[Line]) -> None:
    found = total(lines)
    counted = [each for each in lines if not each.uncounted]
    assert found.counted == len(counted) and found.counted + found.uncounted == len(lines)
    assert found.weights == sum((each.weight or D(0) for each in counted), D(0))
    if counted:
        scores = [each.score for each in counted if each.score is not None]
        assert found.score is not None and min(scores) <= found.score <= max(scores)
    else:
        assert found.score is None


@given(st.lists(lines_(), max_size=10), st.lists(weights, max_size=5))
def test_missing_values_change_no_total(lines: list[Line], more: list[Decimal]) -> None:
    missing = [line(weight, None, D(1), Direction.AT_LEAST, False, "target_over_value") for weight in more]
    before, after = total(lines), total([*lines, *missing])
    assert (before.score, before.weights, before.counted) == (after.score, after.weights, after.counted)


@given(st.lists(weights, min_size=1, max_size=12))
def test_who_meets_everything_gets_exactly_a_hundred_whatever_the_weights_add_up_to(
    all_weights: list[Decimal],
) -> None:
    lines = [
        line(weight, D(9), D(8), Direction.AT_LEAST, True, "target_over_value") for weight in all_weights
    ]
    assert str(total(lines).score) == "100.00"


@given(numbers, numbers, directions, readings)
def test_an_attainment_is_a_share_and_only_what_is_met_is_sure_of_all(
    value: Decimal, target: Decimal, direction: Direction, lower: str
) -> None:
    met = meets(value, target, direction)
    way, attained = attainment(value, target, direction, met, lower)
    assert 0 <= attained <= 100 and (attained == 100 and way is Way.MET) == met
    assert met or attained < 100


@given(numbers, numbers, st.decimals(min_value=0, max_value=100, places=4), readings)
def test_a_better_value_never_scores_less(value: Decimal, target: Decimal, more: Decimal, lower: str) -> None:
    for direction, better in ((Direction.AT_LEAST, value + more), (Direction.AT_MOST, value - more)):
        worse_score = attainment(value, target, direction, meets(value, target, direction), lower)[1]
        better_score = attainment(better, target, direction, meets(better, target, direction), lower)[1]
        assert better_score >= worse_score


@given(st.lists(st.none() | st.decimals(min_value=0, max_value=100, places=2), max_size=30))
def test_ranks_follow_the_scores(given_scores: list[Decimal | None]) -> None:
    found = ranked([(at, score) for at, score in enumerate(given_scores)])
    assert sorted(row for _rank, row in found) == list(range(len(given_scores)))
    for rank, row in found:
        score = given_scores[row]
        higher = sum(other is not None and score is not None and other > score for other in given_scores)
        assert rank == (None if score is None else higher + 1)


def test_no_module_of_the_rules_asks_for_a_hundred() -> None:
    assert scoring.HUNDRED == 100 and total([scored("9", "8", ">=", "3")]).weights == 3
