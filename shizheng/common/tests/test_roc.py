"""ROC dates are read as people write them, and what is no date is refused with the forms that are accepted."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.common.roc import DateNotUnderstood, format_roc, parse_date, roc_year

FIFTH = date(2026, 10, 5)  # Monday


@pytest.mark.parametrize(
    "text",
    [
        "民國115年10月5日", "中華民國 115 年 10 月 5 日", "115年10月05日", "115.10.05", "115-10-05", "115/10/5",
        "1151005", "2026-10-05", "2026/10/05", "20261005", "西元2026年10月5日", "2026年10月5日", "民國115.10.05",
        "１１５年１０月５日", "１１５．１０．０５", "１１５／１０／０５", "１１５－１０－０５", " 115-10-05 ",
    ],
)  # fmt: skip
def test_one_day_is_read_from_every_form_that_people_write(text: str) -> None:
    assert parse_date(text) == FIFTH


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("991231", date(2010, 12, 31)),  # Friday
        ("99.1.1", date(2010, 1, 1)),  # Friday
        ("113-02-29", date(2024, 2, 29)),  # Thursday, a leap year
        ("民國1年1月1日", date(1912, 1, 1)),  # Monday
    ],
)
def test_short_years_are_roc_years(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "", "明天", "115-13-01", "115-02-29", "114年2月30日", "民國前1年1月1日", "1911-12-31", "0115-10-05",
        "民國2026年10月5日", "西元115年10月5日", "民國0年1月1日", "115-10.05", "115-10", "11510", "115-10-05-1",
        "٢٠٢٦-١٠-٠٥", "2026-10-05T00:00", "9" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_the_forms_that_are_accepted(text: str) -> None:
    with pytest.raises(DateNotUnderstood, match="115-10-05、115年10月5日、1151005 或 2026-10-05"):
        parse_date(text)


def test_a_day_is_written_in_the_three_official_forms() -> None:
    assert format_roc(FIFTH) == "民國115年10月5日"
    assert format_roc(FIFTH, "short") == "115.10.05"
    assert format_roc(FIFTH, "compact") == "1151005"
    assert roc_year(FIFTH) == 115
    assert format_roc(date(1911, 10, 10)) == "1911-10-10"


@given(st.dates(date(1921, 1, 1), date(2900, 12, 31)), st.sampled_from(["long", "short", "compact"]))
def test_what_is_written_is_read_back(day: date, style: str) -> None:
    assert parse_date(format_roc(day, style)) == day
    assert parse_date(day.isoformat()) == day
    assert parse_date(day.strftime("%Y%m%d")) == day


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        parse_date(text)
    except DateNotUnderstood:
        pass
