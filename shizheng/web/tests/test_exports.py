"""Files that spreadsheets open safely: no formulas out of texts, types kept, Chinese readable."""

import csv
import io
import re
import time
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.web import exports

ROWS: list[list[Any]] = [
    ["案名", "進度差", "日期", "時間"],
    [
        '=HYPERLINK("http://x")',
        Decimal("-12.40"),
        date(2026, 10, 5),
        datetime(2026, 10, 4, 17, 30, tzinfo=UTC),
    ],
    ["東坡橋", None, None, None],
]


def read_csv(rows: Any) -> list[list[str]]:
    text = "".join(exports.csv_lines(rows))
    assert text.startswith("\ufeff"), "Excel needs the mark to read Chinese"
    return list(csv.reader(io.StringIO(text[1:])))


def test_csv_keeps_numbers_days_and_taipei_time() -> None:
    assert read_csv(ROWS)[1] == ['\'=HYPERLINK("http://x")', "-12.40", "2026-10-05", "2026-10-05 01:30:00"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_text_that_a_spreadsheet_would_run_is_made_text(start: str) -> None:
    assert exports.guarded(f"{start}cmd|'/c calc'!A0").startswith("'")


@pytest.mark.parametrize("text", ["-5.20", "+3", "−12.40", "1e5"])
def test_plain_numbers_written_as_text_stay_numbers(text: str) -> None:
    assert exports.guarded(text) == text


@given(st.text(max_size=40))
def test_no_cell_of_text_ever_starts_a_formula(text: str) -> None:
    cell = exports.guarded(text)
    assert not cell.startswith(exports.DANGEROUS) or exports.is_number(cell)


def test_xlsx_holds_no_formula_and_typed_numbers() -> None:
    book = zipfile.ZipFile(io.BytesIO(exports.xlsx_bytes(ROWS, "清單")))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and re.search(r"<v>-12\.40?</v>", sheet)
    assert "=HYPERLINK" in book.read("xl/sharedStrings.xml").decode()


def test_ods_holds_no_formula_and_typed_cells() -> None:
    content = zipfile.ZipFile(io.BytesIO(exports.ods_bytes(ROWS, "清單"))).read("content.xml").decode()
    assert "table:formula" not in content
    assert 'office:value="-12.40"' in content or 'office:value="-12.4"' in content
    assert "東坡橋" in content and 'office:date-value="2026-10-05' in content


def test_an_ods_file_is_read_back_by_another_program_as_it_was() -> None:
    from odfdo import Document

    rows = [
        ["案名", "差"],
        ["東坡橋  改建\n第二期", Decimal("-12.40")],
        ["<&>", Decimal("75.0000000000")],
        [True, date(2026, 10, 5)],
    ]
    made = exports.ods_bytes(rows, "清單 & 表")
    assert zipfile.ZipFile(io.BytesIO(made)).infolist()[0].filename == "mimetype"
    table = Document(io.BytesIO(made)).body.tables[0]
    assert table.name == "清單 & 表"
    assert [table.get_value((1, line)) for line in (1, 2)] == [Decimal("-12.40"), 75]
    assert table.get_value((0, 2)) == "<&>" and table.get_value((0, 3)) is True
    assert str(table.get_value((1, 3))).startswith("2026-10-05")


def test_a_large_ods_file_is_made_in_seconds() -> None:
    rows = ([datetime(2026, 1, 1, 10), "新增", f"指標 {n}", Decimal(n), "理由" * 10] for n in range(20_000))
    begun = time.perf_counter()
    assert len(exports.ods_bytes(rows, "歷程")) > 100_000
    assert time.perf_counter() - begun < 10, "a tree of the whole document took a minute for this"


def test_the_zeros_of_a_column_are_left_out_and_two_decimals_stay() -> None:
    cells = ["75.0000000000", "10.0000", "77.30", "0.1250", "0E-10"]
    assert read_csv([[Decimal(each) for each in cells]]) == [["75", "10", "77.30", "0.125", "0"]]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_signs_that_a_file_cannot_hold_or_nobody_sees_are_left_out(kind: str) -> None:
    rows = [["案名"], ["東坡橋\x0b\x08改建"], ["\u200b=1+1"], ["\ufeff@SUM(A1)"]]
    answer: Any = exports.response(kind, rows, "清單", "list")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if kind == "csv":
        lines = body.decode("utf-8-sig").splitlines()
        assert lines == ["案名", "東坡橋改建", "'=1+1", "'@SUM(A1)"]


def test_a_spreadsheet_larger_than_the_limit_is_refused() -> None:
    with pytest.raises(exports.ExportTooLarge):
        exports.response("xlsx", [["a"], ["1"], ["2"], ["3"]], "t", "t", limit=2)


def test_csv_is_streamed_without_a_limit() -> None:
    answer = exports.response("csv", ([str(n)] for n in range(5)), "t", "清單-2026-10-05", limit=2)
    assert answer.streaming and "attachment" in answer["Content-Disposition"]
