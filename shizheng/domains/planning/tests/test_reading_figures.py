"""Proposals: the worked numbers of the plans, and that nothing is proposed that the formula does not give."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.common.numbers import round_half_up
from shizheng.domains.planning.rules.matching import Named, match, period_dates
from shizheng.domains.planning.rules.reading_figures import Printed, propose
from shizheng.kernel.measures.rules.parser import parse

RATIO = parse("100*a/b")


def printed(*texts: str) -> list[Printed]:
    found = []
    for position, text in enumerate(texts):
        number = text.rstrip("%件案")
        places = len(number.partition(".")[2])
        found.append(Printed(position, Decimal(number), text[len(number) :], places))
    return found


@pytest.mark.parametrize(
    ("texts", "inputs"),
    [
        (["216件", "167件", "77.31%"], {"a": 1, "b": 0}),
        (["2722件", "2504件", "91.99%"], {"a": 1, "b": 0}),
        (["47案", "25案", "53%"], {"a": 1, "b": 0}),  # printed without decimals: 53.19
        (["9案", "7案", "11案", "9案", "20案", "16件", "80%"], {"a": 5, "b": 4}),
    ],
)
def test_the_worked_numbers_are_found(texts: list[str], inputs: dict[str, int]) -> None:
    (proposal,) = propose(RATIO, {}, printed(*texts), "%")
    assert proposal.exact and proposal.inputs == inputs


def test_89_785_becomes_89_79_and_the_labels_say_which_is_which() -> None:
    figures = [
        Printed(0, Decimal("82.0"), "%", 1, "派工結案滿意度平均為"),
        Printed(1, Decimal("97.57"), "%", 2, "各項服務滿意度平均為"),
        Printed(2, Decimal("89.79"), "%", 2, "指標為"),
    ]
    (proposal,) = propose(parse("(a+b)/2"), {"a": "話後滿意度", "b": "派工結案滿意度"}, figures, "%")
    assert proposal.inputs == {"a": 1, "b": 0}
    assert proposal.computed == Decimal("89.785")


def test_a_share_without_its_parts_proposes_nothing() -> None:
    assert propose(RATIO, {}, printed("17.24%"), "%") == []
    assert propose(RATIO, {}, printed("61.60%", "2608999件", "97.17%"), "%") == []


def test_two_ways_to_the_same_value_are_not_exact() -> None:
    found = propose(RATIO, {}, printed("10件", "20件", "30件", "60件", "50%"), "%")
    assert len(found) > 1 and not any(each.exact for each in found)


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(0, 4))
def test_a_printed_share_of_two_printed_counts_is_always_found(a: int, b: int, places: int) -> None:
    value = round_half_up(Decimal(100) * a / b, places)
    figures = [
        Printed(0, Decimal(b), "件", 0),
        Printed(1, Decimal(a), "件", 0),
        Printed(2, value, "%", places),
    ]
    found = propose(RATIO, {}, figures, "%")
    assert any(each.inputs == {"a": 1, "b": 0} for each in found) or a == b


def test_a_result_row_finds_its_kpi_by_name_then_by_number_and_likeness() -> None:
    kpis = [
        Named(1, 1, 1, "研究成果採行情形"),
        Named(2, 7, 1, "推動智慧城市示範區成果"),
        Named(3, 7, 2, "覆蓋率"),
    ]
    assert match(Named(0, 9, 9, "研究成果 採行情形"), kpis) == (1, True)
    assert match(Named(0, 7, 1, "推動智慧城示範區成果"), kpis) == (2, False)
    assert match(Named(0, 7, 2, "完全不同的指標"), kpis) == (None, False)


def test_a_printed_period_becomes_half_open_dates() -> None:
    start, end = period_dates("106-01-01/106-06-30")
    assert (str(start), str(end)) == ("2017-01-01", "2017-07-01")  # 2017-07-01 is a Saturday
    assert period_dates(None) == (None, None) and period_dates("x/y") == (None, None)
