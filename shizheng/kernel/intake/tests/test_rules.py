"""Cells as values, proposals, translation: pure, in tables."""

from datetime import date
from decimal import Decimal

import pytest

from shizheng.kernel.intake.registry import TargetField
from shizheng.kernel.intake.rules.mapping import BadMapping, Given, from_json, signature, translated
from shizheng.kernel.intake.rules.proposing import Why, proposed
from shizheng.kernel.intake.rules.typing import Kind, Unreadable, key_of, typed
from shizheng.kernel.intake.tests.conftest import FIELDS


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.AMOUNT, "1,003,000.0", Decimal(1003000)),
        (Kind.AMOUNT, "518700.0000000001", Decimal(518700)),
        (Kind.AMOUNT, "1038599.9999999999", Decimal(1038600)),
        (Kind.AMOUNT, "NT$ 1,200 元", Decimal(1200)),
        (Kind.AMOUNT, "新臺幣５０萬元整", Decimal(500000)),
        (Kind.AMOUNT, "1.5億", Decimal(150000000)),
        (Kind.DATE, "115.8.5", date(2026, 8, 5)),
        (Kind.DATE, "2026-08-18T21:56:04.436Z", date(2026, 8, 18)),
        (Kind.DATE, "2026-08-18 00:00:00", date(2026, 8, 18)),
        (Kind.YEAR, "民國115年度", 115),
        (Kind.YEAR, "2012", 101),
        (Kind.MONTH, "115年8月", "2026-08"),
        (Kind.MONTH, "11508", "2026-08"),
        (Kind.MONTH, "2026-08", "2026-08"),
        (Kind.COUNT, "3.0", Decimal(3)),
        (Kind.NUMBER, "−12.5%", Decimal("-12.5")),
        (Kind.TEXT, "=1+1", "=1+1"),
    ],
)
def test_cells_are_read_as_what_they_mean(kind: Kind, text: str, value: object) -> None:
    assert typed(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.AMOUNT, "約50萬元"), (Kind.AMOUNT, "依契約"), (Kind.AMOUNT, "1.2.3"), (Kind.AMOUNT, "9" * 40), (Kind.AMOUNT, "1e9"),
        (Kind.DATE, "115-02-30"), (Kind.DATE, "未公告"), (Kind.YEAR, "115-116"), (Kind.YEAR, "0"), (Kind.MONTH, "115-13"),
        (Kind.COUNT, "-1"), (Kind.COUNT, "1.5"), (Kind.NUMBER, "NaN"), (Kind.NUMBER, "Infinity"),
    ],
)  # fmt: skip
def test_what_is_no_value_is_refused_and_never_guessed(kind: Kind, text: str) -> None:
    with pytest.raises(Unreadable) as failure:
        typed(kind, text)
    assert failure.value.sort


def test_columns_are_proposed_by_name_then_likeness_then_values() -> None:
    headings = ("uid", "工程標案名稱", "brought_by", "核定金額（元）", "欄五", "招標方式")
    rows = [
        ("1", "東橋", "工務局", "1000", "115-08-05", "公開招標"),
        ("2", "西橋", "工務局", "2,000", "115-08-06", "小額採購"),
    ]
    known = {
        "agency": frozenset({key_of("工務局")}),
        "way": frozenset({key_of("公開招標"), key_of("小額採購")}),
    }
    found = proposed(FIELDS, headings, rows, known)
    assert {code: (each.place, each.why) for code, each in found.items()} == {
        "name": (1, Why.LIKE),
        "agency": (2, Why.NAME),
        "amount": (3, Why.LIKE),
        "on": (4, Why.VALUES),
        "way": (5, Why.NAME),
    }


def test_a_likely_name_over_wrong_values_is_not_proposed() -> None:
    found = proposed(FIELDS, ("決標日期說明",), [("未公告",), ("另行通知",)], {})
    assert "on" not in found


def test_rows_are_translated_with_constants_and_words() -> None:
    given = Given({"name": 0, "agency": 1, "amount": 2}, {"way": "open"}, {"agency": {"養工": "W"}})
    rows, problems = translated(
        FIELDS, given, [(2, (" 東　橋 ", "養工", "約50萬")), (3, ("", "沒有的局", "5"))],
        lambda field, text: {"W": "W", "open": "open"}.get(text),
    )  # fmt: skip
    assert rows[0].values == {"name": "東 橋", "agency": "W", "amount": None, "way": "open"}
    assert [(each.line, each.field, each.refuses) for each in problems] == [
        (2, "amount", False), (3, "name", True), (3, "agency", True),
    ]  # fmt: skip
    assert rows[0].texts["amount"] == "約50萬"


@pytest.mark.parametrize(
    "data",
    [
        [], {"columns": {"name": 9}}, {"columns": {"name": True}}, {"columns": {"name": -1}}, {"columns": {"none": 0}},
        {"constants": {"name": "x\x00"}}, {"constants": {"name": 3}}, {"values": {"agency": "x"}},
        {"values": {"agency": {str(n): "W" for n in range(3000)}}},
    ],
)  # fmt: skip
def test_a_mapping_that_is_none_is_refused(data: object) -> None:
    with pytest.raises(BadMapping):
        from_json(data, [each.code for each in FIELDS], 3)


def test_headings_sign_a_file_whatever_their_blanks_and_capitals() -> None:
    assert signature((" Name", "金額")) == signature(("name ", "金額")) != signature(("金額", "name"))


def test_a_field_knows_all_its_names() -> None:
    assert TargetField("a", "甲", ("乙",)).names == ("甲", "a", "乙")
