"""Codes, states and progress of promises: by hand, and for any."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.common.sheets import NotReadable
from shizheng.domains.planning.rules.promise_sheets import COLUMNS, read_rows
from shizheng.domains.planning.rules.promises import (
    CodeNotUnderstood,
    Level,
    State,
    expected,
    level_of,
    order_of,
    parent_of,
    progress_of,
    read_code,
    recoded,
    state_by_kpi,
    state_of,
    tally,
)
from shizheng.kernel.measures.rules.judging import VerdictCode

D = Decimal
START, END = date(2024, 1, 1), date(2024, 12, 30)  # 365 days


@pytest.mark.parametrize(
    ("text", "code", "level", "above"),
    [
        ("8", "8", Level.PROMISE, ""),
        ("8-1", "8-1", Level.PART, "8"),
        ("13-8-1", "13-8-1", Level.ACTION, "13-8"),
        (" ８－１－１ ", "8-1-1", Level.ACTION, "8-1"),
        ("8—1", "8-1", Level.PART, "8"),
    ],
)
def test_the_number_of_parts_of_a_code_says_what_it_names(
    text: str, code: str, level: Level, above: str
) -> None:
    found = read_code(text)
    assert (found, level_of(found), parent_of(found)) == (code, level, above)


@pytest.mark.parametrize("text", ["", "0", "8-", "8-0", "八", "8-1-1-1", "1234", "-8", "8--1"])
def test_what_is_no_code_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(CodeNotUnderstood, match="8-1-1"):
        read_code(text)


part = st.integers(1, 999)
parts = st.one_of(st.tuples(part), st.tuples(part, part), st.tuples(part, part, part))


@given(parts, parts)
def test_codes_sort_as_people_count(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    first, second = "-".join(map(str, a)), "-".join(map(str, b))
    assert (order_of(first) < order_of(second)) == (a < b)
    assert read_code(first) == first


def test_what_is_below_moves_along() -> None:
    assert [recoded(code, "8-1", "3-2") for code in ("8-1", "8-1-1", "8-1-12")] == ["3-2", "3-2-1", "3-2-12"]


# progress, last day of the quarter, share → state; 91 of 365 days are 24.93 percent
BY_HAND = [
    (D("30"), date(2024, 3, 31), "100", State.ON_TRACK),
    (D("24"), date(2024, 3, 31), "100", State.BEHIND),  # 24.93 expected
    (D("24"), date(2024, 3, 31), "90", State.ON_TRACK),  # 90 percent of it are 22.44
    (D("0"), date(2024, 3, 31), "100", State.BEHIND),  # should have begun
    (D("0"), date(2023, 12, 31), "100", State.NOT_BEGUN),
    (None, date(2023, 12, 31), "100", State.NOT_BEGUN),
    (None, date(2024, 3, 31), "100", State.NOT_FILED),
    (D("100"), date(2024, 3, 31), "100", State.DONE),
    (D("120"), date(2023, 12, 31), "100", State.DONE),
    (D("99.99"), END, "100", State.BEHIND),
    (D("0"), date(2024, 3, 31), "0", State.NOT_BEGUN),
]


@pytest.mark.parametrize(("progress", "on", "share", "state"), BY_HAND)
def test_the_state_is_the_one_worked_out_by_hand(
    progress: Decimal | None, on: date, share: str, state: State
) -> None:
    assert state_of(progress, START, END, on, D(share)) is state


def test_expected_progress_counts_both_ends_of_the_term() -> None:
    assert expected(START, START, START) == 100
    assert expected(START, END, START - timedelta(days=1)) == 0 and expected(START, END, END) == 100
    assert round(expected(START, END, date(2024, 3, 31)), 2) == D("24.93")


def test_a_quantity_counts_against_its_target_and_a_percent_stands_for_itself() -> None:
    assert progress_of(D(45), D(60), None) == 75
    assert progress_of(None, D(60), D(50)) is None  # a target asks for a quantity
    assert progress_of(None, None, D("12.5")) == D("12.5")
    assert progress_of(D(90), D(60), None) == 150


@given(
    st.decimals(min_value=0, max_value=150, places=2),
    st.integers(1, 2000),
    st.integers(-100, 2200),
    st.decimals(min_value=0, max_value=150, places=1),
)
def test_more_progress_never_makes_it_worse(progress: Decimal, days: int, at: int, share: Decimal) -> None:
    end, on = START + timedelta(days=days), START + timedelta(days=at)
    rank = {State.BEHIND: 0, State.NOT_BEGUN: 1, State.ON_TRACK: 2, State.DONE: 3}
    less, more = (state_of(each, START, end, on, share) for each in (progress, progress + 10))
    assert rank[less] <= rank[more]


@pytest.mark.parametrize(
    ("verdict", "on", "state"),
    [
        (VerdictCode.MET, END, State.DONE),
        (VerdictCode.MET, date(2024, 3, 31), State.ON_TRACK),
        (VerdictCode.ON_TRACK, date(2024, 3, 31), State.ON_TRACK),
        (VerdictCode.AT_RISK, date(2024, 3, 31), State.BEHIND),
        (VerdictCode.NOT_MET, END, State.BEHIND),
        (VerdictCode.NOT_FILED, END, State.NOT_FILED),
        (VerdictCode.NOT_YET_MEASURABLE, END, State.NOT_YET_MEASURABLE),
        (VerdictCode.MET, date(2023, 12, 31), State.NOT_BEGUN),
    ],
)
def test_a_linked_kpi_is_judged_as_the_kpi_is(verdict: VerdictCode, on: date, state: State) -> None:
    assert state_by_kpi(verdict, START, END, on) is state


@given(st.lists(st.sampled_from(list(State)), max_size=40))
def test_missing_ones_count_in_no_share(states: list[State]) -> None:
    found = tally(states)
    settled = [each for each in states if each not in (State.NOT_FILED, State.NOT_YET_MEASURABLE)]
    assert found.all == len(states) and found.settled == len(settled)
    done = sum(each is State.DONE for each in settled)
    assert found.share == (D(100) * done / len(settled) if settled else None)


def test_a_sheet_is_read_with_a_report_for_each_wrong_row() -> None:
    head = [COLUMNS[name] for name in ("code", "title", "happiness", "starts_on", "target_quantity", "joint")]
    rows, problems = read_rows(
        [
            head,
            ["8", "治水", "是", "", "", ""],
            ["", "", "", "", "", ""],
            ["8-1-1", "下水道", "否", "113-01-01", "1,200", "甲局、乙局;丙局"],
            ["八", "無", "", "", "", ""],
            ["8", "再一次", "也許", "", "", ""],
            ["9", "壞", "也許", "113-13-01", "很多", ""],
        ]
    )
    assert [(row.line, row.code) for row in rows] == [(2, "8"), (4, "8-1-1"), (7, "9")]
    assert rows[1].values["starts_on"] == date(2024, 1, 1) and rows[1].values["target_quantity"] == 1200
    assert rows[1].values["joint"] == ["甲局", "乙局", "丙局"]
    assert [(each.line, each.column) for each in problems] == [
        (5, "編號"), (6, "編號"), (7, "幸福實踐方案"), (7, "開始日"), (7, "目標數量"),
    ]  # fmt: skip


def test_a_sheet_without_its_columns_is_refused() -> None:
    with pytest.raises(NotReadable, match="名稱"):
        read_rows([["編號", "title"], ["8", "x"]])
