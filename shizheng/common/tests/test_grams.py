"""The tsvector and tsquery by which any part of a word is found, beside what ILIKE finds."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as some

from shizheng.common import grams

PARTS = ("114-P-000123", "東港區中正路 123 號路燈不亮", "忠孝路口’s \\ 角", "Ｆｕｌｌ Width")


def matches(parts: tuple[str, ...], words: str, marks: tuple[str, ...] = ()) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT %s::tsvector @@ %s::tsquery", [grams.vector(parts, marks), grams.asked(words.split())]
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("路燈", True), ("燈", True), ("亮", True), ("000123", True), ("p-0", True), ("123 路燈", True), ("full", True), ("ＷＩＤＴＨ", True),
        ("’s", True), ("\\", True), ("'", False), ("燈路", False), ("路 狗", False), ("不亮忠", False), ("路123", False),
        ("0123東", False), ("11423", False), ("燈亮", False),
    ],
)  # fmt: skip
def test_a_word_is_found_where_it_stands_whole_in_one_part(words: str, found: bool) -> None:
    assert matches(PARTS, words) is found


@pytest.mark.django_db
def test_a_row_is_found_by_its_marks_beside_a_word_and_never_by_a_word_that_looks_like_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT %s::tsvector @@ %s::tsquery",
            [grams.vector(("路樹",), ("category:12",)), grams.asked(["路燈"], [["category:12"]])],
        )
        assert cursor.fetchone() == (True,)
    assert not matches(("路樹",), "category:12", ("category:12",))


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(
    some.lists(some.text("路燈不亮aB1'\\ :|&!*()<->\u3000", max_size=12), max_size=3),
    some.text("路燈不亮aB1'\\:|&!*()<->", min_size=1, max_size=3),
)
def test_it_finds_what_stands_in_a_part_and_nothing_else(parts: list[str], word: str) -> None:
    stands = any(grams.folded(word) in grams.folded(part) for part in parts)
    assert matches(tuple(parts), word) is stands
