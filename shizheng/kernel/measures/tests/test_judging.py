"""Judging, progress, periods, aggregation and the id of a figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.measures.rules.aggregation import (
    OverTime,
    OverUnits,
    combine_time,
    combine_units,
    weighted,
)
from shizheng.kernel.measures.rules.evaluate import Row, rounded
from shizheng.kernel.measures.rules.identity import figure_id
from shizheng.kernel.measures.rules.judging import (
    Direction,
    ProgressReading,
    Rule,
    VerdictCode,
    judge,
    progress,
)
from shizheng.kernel.measures.rules.missing import Missing, MissingKind
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.periods import (
    Period,
    PeriodKind,
    PeriodNotUnderstood,
    parse_period,
    period_of,
)

D = Decimal

RATIO = parse("100*a/b")
GAP = Missing(MissingKind.NOT_FILED)


@pytest.mark.parametrize(
    ("value", "target", "direction", "code"),
    [
        ("77.3148", "75", ">=", "met"),
        ("17.2414", "20", ">=", "not_met"),  # judged against the target, never by wording
        ("20.6897", "20", ">=", "met"),
        ("135", "135", "<=", "met"),
        ("136", "135", "<=", "not_met"),
        ("4", "4", "=", "met"),
        ("5", "4", "=", "not_met"),
        ("0", "0", "<=", "met"),
    ],
)
def test_a_figure_is_judged_against_its_target(value: str, target: str, direction: str, code: str) -> None:
    assert judge(D(value), D(target), Direction(direction), 2).code == code


def test_the_shown_number_is_judged_unless_the_rule_says_otherwise() -> None:
    shown = judge(D("74.996"), D(75), Direction.AT_LEAST, 2)
    exact = judge(D("74.996"), D(75), Direction.AT_LEAST, 2, rule=Rule(judge_exact=True))
    assert (shown.code, exact.code) == (VerdictCode.MET, VerdictCode.NOT_MET)
    assert shown.note
    assert exact.note
    assert shown.comparison == "75.00 ≥ 75"


@pytest.mark.parametrize(
    ("value", "direction", "said"),
    [
        ("53.19", ">=", "53.19 < 70"),
        ("70.01", "<=", "70.01 > 70"),
        ("69", "=", "69.00 ≠ 70"),
        ("70", "=", "70.00 = 70"),
    ],
)
def test_the_comparison_that_is_printed_is_true(value: str, direction: str, said: str) -> None:
    assert judge(D(value), D(70), Direction(direction), 2).comparison == said


def test_a_limit_that_will_be_passed_is_warned_of_in_time() -> None:  # 80 of 150 at half time
    verdict = judge(D(80), D(150), Direction.AT_MOST, 0, elapsed=D("0.5"))
    assert verdict.code is VerdictCode.AT_RISK
    assert verdict.projected == 160
    assert judge(D(75), D(150), Direction.AT_MOST, 0, elapsed=D("0.5")).code is VerdictCode.ON_TRACK
    assert judge(D(151), D(150), Direction.AT_MOST, 0, elapsed=D("0.5")).code is VerdictCode.NOT_MET
    assert judge(D(80), D(150), Direction.AT_MOST, 0, elapsed=D(1)).code is VerdictCode.MET


def test_a_growing_amount_below_its_target_is_projected() -> None:
    assert judge(D(208), D(350), Direction.AT_LEAST, 0, elapsed=D("0.5")).code is VerdictCode.ON_TRACK
    assert judge(D(100), D(350), Direction.AT_LEAST, 0, elapsed=D("0.5")).code is VerdictCode.AT_RISK
    assert judge(D(350), D(350), Direction.AT_LEAST, 0, elapsed=D("0.5")).code is VerdictCode.MET
    assert judge(D(0), D(350), Direction.AT_LEAST, 0, elapsed=D(0)).code is VerdictCode.ON_TRACK


@pytest.mark.parametrize("kind", list(MissingKind))
def test_what_is_missing_is_never_met_nor_unmet(kind: MissingKind) -> None:
    assert judge(Missing(kind), D(75), Direction.AT_LEAST, 2).code == kind.value


def test_progress_is_another_field_than_the_value() -> None:
    assert rounded(progress(D(208), D(350)), 0) == 59
    assert rounded(progress(D(2), D(4)), 0) == 50
    assert rounded(progress(D(80), D(150)), 1) == D("53.3")
    assert progress(D(50), D(100), ProgressReading.TARGET_OVER_VALUE) == 200
    assert isinstance(progress(D(5), D(0)), Missing)
    assert isinstance(progress(D(5), None), Missing)
    assert progress(GAP, D(5)) is GAP


# --- periods --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "label", "start", "end"),
    [
        ("2017", "2017", "106 年度", date(2017, 1, 1), date(2018, 1, 1)),
        ("106年上半年", "2017-H1", "106 年上半年", date(2017, 1, 1), date(2017, 7, 1)),
        ("2017-H2", "2017-H2", "106 年下半年", date(2017, 7, 1), date(2018, 1, 1)),
        ("106 年第 2 季", "2017-Q2", "106 年第 2 季", date(2017, 4, 1), date(2017, 7, 1)),
        ("106年第四季", "2017-Q4", "106 年第 4 季", date(2017, 10, 1), date(2018, 1, 1)),
        ("106年6月", "2017-06", "106 年 6 月", date(2017, 6, 1), date(2017, 7, 1)),
        ("2017-12", "2017-12", "106 年 12 月", date(2017, 12, 1), date(2018, 1, 1)),
        ("106-06", "2017-06", "106 年 6 月", date(2017, 6, 1), date(2017, 7, 1)),
        ("106-q2", "2017-Q2", "106 年第 2 季", date(2017, 4, 1), date(2017, 7, 1)),
        ("106年度", "2017", "106 年度", date(2017, 1, 1), date(2018, 1, 1)),
    ],
)
def test_periods_are_half_open_dates(text: str, code: str, label: str, start: date, end: date) -> None:
    period = parse_period(text)
    assert (period.code, period.label, period.start, period.end) == (code, label, start, end)
    assert period_of(start, end) == period


@pytest.mark.parametrize(
    "text", ["", "2017-H3", "2017-13", "2017-00", "上半年", "106", "0年", "2017-Q0", "1000", "106-13", "5-06"]
)
def test_other_words_name_no_period(text: str) -> None:
    with pytest.raises(PeriodNotUnderstood):
        parse_period(text)


periods = st.builds(
    lambda kind, year, n: Period(
        kind, year, n % (12 // {"year": 12, "half": 6, "quarter": 3, "month": 1}[kind]) + 1
    ),
    st.sampled_from(list(PeriodKind)),
    st.integers(1950, 2100),
    st.integers(0, 11),
)


@given(periods)
def test_every_period_reads_back_and_borders_its_neighbours(period: Period) -> None:
    assert parse_period(period.code) == period
    assert period.next().start == period.end
    assert period.next().previous() == period
    assert period.last(3) == [period.moved(-2), period.previous(), period]
    assert period.moved(-13).moved(13) == period
    assert period.within(PeriodKind.YEAR).contains(period)
    assert period in period.within(PeriodKind.YEAR).parts(period.kind)
    months = period.parts(PeriodKind.MONTH)
    assert (months[0].start, months[-1].end) == (period.start, period.end)


def test_the_share_of_a_period_that_is_over_counts_days() -> None:
    year = parse_period("2017")
    assert year.elapsed(date(2016, 12, 31)) == 0
    assert year.elapsed(date(2017, 12, 31)) == 1
    assert year.elapsed(date(2017, 6, 30)) == D(181) / 365
    assert year.elapsed(date(2030, 1, 1)) == 1


# --- aggregation ----------------------------------------------------------------------------------------------

pairs = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=30)


@given(pairs)
def test_a_ratio_rolls_up_as_the_ratio_of_the_sums(found: list[tuple[int, int]]) -> None:
    combined = combine_units(OverUnits.RATIO_OF_SUMS, RATIO, [{"a": D(a), "b": D(b)} for a, b in found])
    above, below = sum(a for a, _ in found), sum(b for _, b in found)
    if below:
        assert rounded(combined.result, 6) == rounded(D(100) * above / below, 6)
    else:
        assert isinstance(combined.result, Missing)


def test_percentages_are_never_averaged() -> None:
    members = [{"a": D(1), "b": D(1)}, {"a": D(0), "b": D(99)}]
    assert combine_units(OverUnits.RATIO_OF_SUMS, RATIO, members).result == 1


def test_a_unit_that_has_not_filed_is_a_gap_and_takes_neither_part_of_its_ratio() -> None:
    members = [{"a": D(8), "b": D(10)}, {"a": D(5), "b": GAP}, {"a": D(1), "b": D(10)}]
    combined = combine_units(OverUnits.RATIO_OF_SUMS, RATIO, members)
    assert (combined.result, combined.taken, combined.gaps) == (45, 2, 1)


def test_units_it_does_not_apply_to_are_no_gap() -> None:
    members = [{"a": D(8), "b": D(10)}, {"a": Missing(MissingKind.NOT_APPLICABLE), "b": D(1)}]
    combined = combine_units(OverUnits.SUM, RATIO, members)
    assert (combined.result, combined.taken, combined.gaps) == (80, 1, 0)


def test_when_nobody_has_a_value_the_most_pressing_reason_stands() -> None:
    members = [{"a": Missing(MissingKind.NOT_YET_MEASURABLE), "b": D(1)}, {"a": GAP, "b": D(1)}]
    assert combine_units(OverUnits.MEAN, RATIO, members).result.kind is MissingKind.NOT_FILED  # type: ignore[union-attr]
    assert isinstance(combine_units(OverUnits.RATIO_OF_SUMS, RATIO, []).result, Missing)


def test_what_must_not_be_rolled_up_says_so() -> None:
    combined = combine_units(OverUnits.NONE, RATIO, [{"a": D(1), "b": D(2)}, {"a": D(1), "b": D(2)}])
    assert isinstance(combined.result, Missing)
    assert combined.result.kind is MissingKind.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (OverTime.LATEST, D(50)),
        (OverTime.SUM, D(150)),
        (OverTime.MEAN, D(75)),
        (OverTime.RATIO_OF_SUMS, D(60)),
    ],
)
def test_months_make_a_year_by_the_method_of_the_measure(method: OverTime, expected: D) -> None:
    members = [{"a": D(2), "b": D(2)}, {"a": D(4), "b": D(8)}, {"a": GAP, "b": D(1)}]
    assert combine_time(method, RATIO, members).result == expected


def test_lists_of_several_units_are_put_one_after_the_other() -> None:
    members = [{"x": (Row("1", D(90)),)}, {"x": (Row("1", D(80)), Row("2", D(70)))}]
    assert combine_units(OverUnits.RATIO_OF_SUMS, parse("mean(x)"), members).result == 80


def test_a_weighted_sum_leaves_out_what_cannot_be_measured_yet_with_its_weight() -> None:
    found = weighted([(D(80), D(10)), (Missing(MissingKind.NOT_YET_MEASURABLE), D(5)), (D(50), D(20))])
    assert (found.result, found.weight_counted, found.weight_all) == (60, 30, 35)
    assert weighted([(D(80), D(10)), (GAP, D(5))]).result is GAP
    assert isinstance(weighted([]).result, Missing)


def test_a_figure_that_was_made_otherwise_has_another_id() -> None:
    made = {
        "definition_version": 3,
        "reading": "printed",
        "unit": 7,
        "period": "2017-H1",
        "rule": "kpi.met@3",
    }
    first = figure_id(facts=[11, 12], **made)  # type: ignore[arg-type]
    assert first == figure_id(facts=[12, 11], **made)  # type: ignore[arg-type]
    assert first.startswith("fig_")
    others = [figure_id(facts=[11, 13], **made)]  # type: ignore[arg-type]
    others += [
        figure_id(facts=[11, 12], **{**made, key: value})
        for key, value in {  # type: ignore[arg-type]
            "definition_version": 4,
            "reading": "x",
            "unit": 8,
            "period": "2017",
            "rule": "kpi.met@4",
        }.items()
    ]
    assert len({first, *others}) == 7
