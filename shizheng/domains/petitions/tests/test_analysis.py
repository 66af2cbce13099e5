"""The analysis of a month, from petitions: what rose, where, themes by place and time; nothing sealed, queries bounded."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shizheng.domains.petitions.models import Category
from shizheng.domains.petitions.queries.analysis import analysis, samples
from shizheng.domains.petitions.tests.test_pages import body, page
from shizheng.domains.petitions.tests.town import EAST, NAME, PHONE, WEST, answered
from shizheng.kernel.measures.rules.periods import parse_period

pytestmark = pytest.mark.django_db


def test_what_rose_and_where_and_when_is_counted_from_the_petitions(month: SimpleNamespace) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = analysis(month.rdec, parse_period("2025-02"))
    assert len(asked) <= 18, [each["sql"][:90] for each in asked]
    code = {each.pk: each.code for each in found.names.values()}
    rose = [
        (code[each.key], each.now, each.before, each.share and round(each.share))
        for each in found.categories.month
    ]
    assert rose == [("litter", 9, 0, 50), ("lamp", 10, 2, 44), ("pothole", 1, 0, 6)]
    (received,) = found.received.month
    assert (received.now, received.before) == (20, 2)
    assert (found.weekdays[5], found.hours[9], found.placed, found.pointed) == (20, 20, 20, 9)
    hot = {
        (code[each.category], each.place): (each.n, each.of, each.expected) for each in found.hot_districts
    }
    assert hot == {("lamp", EAST): (9, 10, 5.0), ("litter", WEST): (9, 10, 4.5)}
    assert found.hot_cells == []
    lamps = next(each for each in found.themes if each.theme.name == "夜間照明")
    assert (lamps.now, lamps.confirmed, lamps.districts) == (10, 0, {EAST: 9, WEST: 1})
    assert [n for _day, n in lamps.months[-2:]] == [2, 10]
    assert len(samples(month.rdec, [lamps.theme.pk], parse_period("2025-02"))[lamps.theme.pk]) == 3
    assert analysis(month.other, parse_period("2025-02")).received.month == []


def test_the_page_shows_it_with_denominators_links_to_the_cases_and_nothing_of_the_citizen(
    month: SimpleNamespace,
) -> None:
    answered(month)
    shown = body(page(month.rdec, "/petitions/analysis/?month=114年2月"))
    lamp = Category.objects.get(code="lamp").pk
    assert "1 ÷ 1" in shown and f"received=2025-02&amp;category={lamp}" in shown and "夜間照明" in shown
    assert NAME not in shown and PHONE not in shown and "兩個禮拜" not in shown
    assert "看不懂" in body(page(month.rdec, "/petitions/analysis/?month=去年"))
    assert "看不懂" in body(page(month.rdec, "/petitions/analysis/?month=2025"))
    exported = b"".join(
        page(month.rdec, "/petitions/analysis/?month=2025-02&export=csv").streaming_content
    ).decode()
    assert "熱點" in exported and NAME not in exported
    assert "都沒有收件" in body(page(month.other, "/petitions/analysis/?month=2025-02"))
