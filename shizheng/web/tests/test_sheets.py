"""What an import says of rows that an action refuses, and the sheets that are read in again."""

import pytest

from shizheng.common.errors import BadInput, CannotDo, NotFound
from shizheng.common.sheets import NotReadable, RowProblem
from shizheng.web import exports, sheets


def test_a_refused_field_stands_under_its_column_and_the_rest_under_the_row_s_own() -> None:
    columns = {"agency_id": "機關"}
    said = sheets.problems_of(
        BadInput("有欄位要改", fields={"agency_id": ["甲", "乙"]}), 7, lambda name: columns[name], "編號"
    )
    assert said == [RowProblem(7, "機關", "甲"), RowProblem(7, "機關", "乙")]
    for failure in (CannotDo("不能改"), BadInput("不能改")):
        assert sheets.problems_of(failure, 7, str, "編號") == [RowProblem(7, "編號", "不能改")]


def test_all_rows_are_read_in_or_none() -> None:
    with pytest.raises(sheets.RowsRefused, match="1 處不對"):
        sheets.need_all([1], [RowProblem(2, "編號", "重複")])
    with pytest.raises(BadInput, match="沒有任何一列"):
        sheets.need_all([], [])
    sheets.need_all([1], [])


def test_a_file_without_its_columns_is_refused_beside_the_file() -> None:
    def read(rows: object) -> tuple[list[object], list[RowProblem]]:
        raise NotReadable("沒有「編號」這一欄")

    with pytest.raises(BadInput) as failure:
        sheets.read_in("名稱\n甲\n".encode(), "a.csv", 10, read)
    assert failure.value.fields == {"file": ["沒有「編號」這一欄"]}


def test_a_sheet_of_an_unknown_format_is_refused_before_its_rows_are_made() -> None:
    def rows() -> exports.Rows:
        raise AssertionError

    with pytest.raises(NotFound, match="CSV、XLSX 或 ODS"):
        exports.sheet("pdf", rows, "清單", "list")
    assert exports.sheet("ods", lambda: [["甲"]], "清單", "list").status_code == 200
