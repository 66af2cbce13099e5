"""ROC dates in and out."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.common.roc import DateNotUnderstood, format_roc, parse_date, roc_year

DAY = date(2026, 10, 5)  # Monday


@pytest.mark.parametrize(
    "text",
    [
        "民國115年10月5日",
        "中華民國115年10月5日",
        "民國 115 年 10 月 5 日",
        "115年10月05日（一）",
        "115年10月5日星期一",
        "115.10.05",
        "115.10.5",
        "115-10-05",
        "115/10/05",
        "民國115.10.05",
        "1151005",
        "2026-10-05",
        "2026/10/5",
        "西元2026年10月5日",
        "20261005",
        "１１５．１０．０５",
        "１１５年１０月５日",
        "  115-10-05 ",
    ],
)
def test_every_usual_way_of_writing_a_day_is_understood(text: str) -> None:
    assert parse_date(text) == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("99.12.31", date(2010, 12, 31)),  # Friday
        ("991231", date(2010, 12, 31)),  # Friday
        ("0991231", date(2010, 12, 31)),  # Friday
        ("113-02-29", date(2024, 2, 29)),  # Thursday, leap year
        ("100/01/01", date(2011, 1, 1)),  # Saturday
        ("1912-01-01", date(1912, 1, 1)),  # Monday, the first day of the ROC
    ],
)
def test_two_digit_years_and_leap_days_are_understood(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "明天",
        "115-13-01",
        "114-02-29",
        "115-10",
        "1900-01-01",
        "115.10-05",
        "5",
        "115100",
        "000-01-01",
        "115-10-05 10:00",
        "1115年1月1日",
    ],
)
def test_what_is_no_date_is_refused_with_what_is_accepted(text: str) -> None:
    with pytest.raises(DateNotUnderstood, match="請寫成 115-10-05"):
        parse_date(text)


def test_a_day_is_written_in_three_styles() -> None:
    assert [format_roc(DAY, style) for style in ("long", "short", "compact")] == [
        "民國115年10月5日", "115.10.05", "1151005",
    ]  # fmt: skip
    assert format_roc(DAY) == "民國115年10月5日"
    assert roc_year(DAY) == 115


def test_an_unknown_style_and_a_day_before_the_roc_are_refused() -> None:
    with pytest.raises(ValueError, match="style"):
        format_roc(DAY, "iso")
    with pytest.raises(ValueError, match="民國元年之前"):
        format_roc(date(1911, 12, 31))


@given(st.dates(date(1921, 1, 1), date(2910, 12, 31)), st.sampled_from(["long", "short", "compact"]))
def test_what_is_written_is_read_back(day: date, style: str) -> None:
    assert parse_date(format_roc(day, style)) == day


@given(st.dates(date(1912, 1, 1)))
def test_gregorian_text_is_read_back(day: date) -> None:
    assert parse_date(day.isoformat()) == day
