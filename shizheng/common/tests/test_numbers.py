"""Rounding and printing of numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.common.numbers import (
    format_decimal,
    format_exact,
    plain,
    round_half_up,
    whole_number,
    with_unit,
    without_scale,
)

finite = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=8)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("89.785", 2, "89.79"),  # half-even gives 89.78
        ("89.775", 2, "89.78"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("-0.004", 2, "0.00"),
        ("77.142857142857", 0, "77"),
        ("77.3", 2, "77.30"),
        ("99999999999999999999999999.995", 2, "100000000000000000000000000.00"),
    ],
)
def test_halves_round_away_from_zero(value: str, places: int, expected: str) -> None:
    assert str(round_half_up(Decimal(value), places)) == expected


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError):
        round_half_up(89.785, 2)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", ["NaN", "Infinity"])
def test_what_is_not_finite_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        round_half_up(Decimal(bad), 2)


@given(finite, st.integers(0, 6))
def test_rounding_moves_a_number_by_at_most_half_a_unit(value: Decimal, places: int) -> None:
    rounded = round_half_up(value, places)
    assert abs(rounded - value) <= Decimal(5).scaleb(-places - 1)
    assert round_half_up(-value, places) == -rounded


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("-3.2", 2, "\u22123.20"),
        ("2608999", None, "2,608,999"),
        ("1234.5", None, "1,234.5"),
        ("1E+3", None, "1,000"),
        ("-0.001", 2, "0.00"),
    ],
)
def test_people_see_separators_and_a_true_minus(value: str, places: int | None, expected: str) -> None:
    assert format_decimal(Decimal(value), places) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("1E+3", "1000"), ("77.30", "77.3"), ("-0.0", "0"), ("-5", "-5")]
)
def test_machines_see_plain_digits(value: str, expected: str) -> None:
    assert plain(Decimal(value)) == expected


@given(finite)
def test_plain_digits_read_back_as_the_same_number(value: Decimal) -> None:
    assert Decimal(plain(value)) == value


def test_digits_before_rounding_are_cut_and_marked() -> None:
    assert format_exact(Decimal(100) * 167 / 216) == "77.3148…"
    assert format_exact(Decimal("89.785")) == "89.785"
    assert format_exact(Decimal("-1234.56789")) == "\u22121,234.5678…"


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("42", 42), ("007", 7), (str(2**63 - 1), 2**63 - 1)]
    + [(text, None) for text in (None, "", "-1", "1.0", "²", "４２", " 4", "x", str(2**63), "9" * 5000)],
)
def test_a_whole_number_out_of_an_address(text: str | None, number: int | None) -> None:
    assert whole_number(text) == number


def test_a_whole_number_beyond_the_limit_is_none() -> None:
    assert whole_number("200", most=200) == 200
    assert whole_number("201", most=200) is None


@pytest.mark.parametrize(
    ("value", "unit", "places", "expected"),
    [
        ("77.3148", "%", 2, "77.31%"),
        ("10.8", "公里", 2, "10.80 公里"),
        ("1200.0000000000", "件", None, "1,200 件"),
        ("-3.20", "個百分點", None, "−3.2 個百分點"),
        ("0.5", "‰", None, "0.5‰"),
        ("12", "", None, "12"),
    ],
)
def test_a_number_and_its_unit_are_written_in_one_way(
    value: str, unit: str, places: int | None, expected: str
) -> None:
    assert with_unit(Decimal(value), unit, places) == expected


@given(finite)
def test_the_zeros_of_a_column_are_no_part_of_a_number(value: Decimal) -> None:
    kept = without_scale(value)
    assert kept == value and (not str(kept).endswith("0") or -kept.as_tuple().exponent <= 2)  # type: ignore[operator]
