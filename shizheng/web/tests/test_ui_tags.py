"""The tags write what the design says: words beside colours, true minus, kinds of missing, both calendars."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from hypothesis import given
from hypothesis import strategies as st

from shizheng.web.tests.people import Reader


def shown(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_a_state_carries_icon_word_and_tone() -> None:
    html = shown('{% state "good" "達標" %}')
    assert "<svg" in html and "達標" in html and "st-good" in html


def test_an_unknown_tone_is_a_mistake_of_the_template() -> None:
    with pytest.raises(TemplateSyntaxError, match="unknown tone"):
        shown('{% state "green" "達標" %}')


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("not_filed", "未填報"),
        ("not_yet_measurable", "尚未可衡量"),
        ("not_applicable", "不適用"),
        ("to_confirm", "待確認"),
    ],
)
def test_each_kind_of_missing_has_its_word_and_is_never_coloured(kind: str, word: str) -> None:
    html = shown("{% missing kind %}", kind=kind)
    assert word in html and "st-missing" in html and "st-bad" not in html


def test_a_missing_figure_is_no_zero_and_stays_a_link_to_its_trace() -> None:
    html = shown('{% figure None url="/t/" missing_kind="not_yet_measurable" %}')
    assert (
        "尚未可衡量" in html
        and 'href="/t/"' in html
        and "0" not in html.replace("0 0 24", "").split("href")[0]
    )


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Decimal("89.785"), 2, "89.79"),  # half up
        (Decimal("-12.4"), 2, "−12.40"),
        ("1234567", None, "1,234,567"),
        (Decimal("0"), 2, "0.00"),
    ],
)
def test_numbers_are_rounded_half_up_with_a_true_minus(value: Any, places: int | None, text: str) -> None:
    assert text in shown("{% number value places=places %}", value=value, places=places)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_no_number_is_written_with_a_hyphen(value: Decimal) -> None:
    assert "-" not in shown("{% number value places=2 %}", value=value).replace('class="', "")


def test_a_positive_change_shows_its_sign_when_asked() -> None:
    assert "+3.10" in shown("{% number value places=2 sign=True %}", value=Decimal("3.1"))


def test_money_is_also_said_in_large_units() -> None:
    assert shown("{{ 246800000|money }}") == "246,800,000 元（2.47 億）"
    assert shown("{{ 9999|money }}") == "9,999 元"


def test_a_day_is_roc_by_default_with_the_other_calendar_and_weekday_beside_it() -> None:
    html = shown("{% roc day %}", day=date(2026, 10, 5))  # Monday
    assert ">115-10-05</time>" in html and 'datetime="2026-10-05"' in html and "2026-10-05（一）" in html


def test_a_reader_who_chose_gregorian_gets_gregorian() -> None:
    request = SimpleNamespace(user=Reader(prefers_gregorian=True))
    assert ">2026-10-05</time>" in shown("{% roc day %}", day=date(2026, 10, 5), request=request)


def test_a_moment_is_shown_in_taipei_time() -> None:
    html = shown("{% roc_time at %}", at=datetime(2026, 10, 4, 17, 30, tzinfo=UTC))
    assert "115-10-05 01:30" in html


def test_nothing_is_a_dash() -> None:
    assert shown("{% roc None %}{% number None %}") == "——"


def test_words_from_people_are_escaped_everywhere() -> None:
    bad = '<script>alert("x")</script>'
    html = shown(
        '{% state "good" w %}{% figure 1 url=w %}{% icon "lock" label=w %}{% card title=w sub=w %}x{% endcard %}',
        w=bad,
    )
    assert "<script" not in html


def test_a_bar_stays_inside_its_ground_and_starts_at_zero() -> None:
    html = shown("{% bar value target=75 %}", value=Decimal("140"))
    assert 'width="150.0"' in html and 'x="112.5"' in html


def test_a_chart_carries_its_numbers_as_data_and_as_a_table() -> None:
    spec = {
        "id": "c",
        "title": "題",
        "x": ["115-01", "115-02"],
        "series": [{"name": "實際", "data": ["1.50", None]}],
        "places": 2,
    }
    html = shown("{% chart spec %}", spec=spec)
    assert 'type="application/json"' in html and "1.50" in html and "—" in html


def test_data_of_a_chart_cannot_break_out_of_its_island() -> None:
    spec = {"id": "c", "title": "</script><script>alert(1)</script>", "x": [], "series": []}
    assert "</script><script>alert" not in shown("{% chart spec %}", spec=spec)
