"""Files to rows: CSV, XLSX and ODS that people bring; and what an import says of them. The other way is `web.exports`."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.sheets import NotReadable, RowProblem
from shizheng.web.exports import guarded

LARGEST = 5 * 1024 * 1024
UNPACKED = 60 * 1024 * 1024
"""Bytes that a file may hold once unpacked; a spreadsheet of a round has a small part of that."""
MOST_ROWS = 50_000
Row = TypeVar("Row")


class RowsRefused(BadInput):
    """Nothing was read in: `problems` says what is wrong with which row."""

    code = "rows_refused"

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        self.problems = sorted(problems, key=lambda each: each.line)
        lines = [
            _("第 %(line)s 列，%(column)s：%(text)s")
            % {"line": each.line, "column": _(each.column), "text": each.text}
            for each in self.problems
        ]
        message = _("有 %(n)s 處不對，整份沒有讀入。請改好再匯入一次。") % {"n": len(lines)}
        super().__init__(message, fields={"file": lines})


@dataclass(slots=True)
class ImportReport:
    """What an import did, code by code."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are `new`, `changed` and the `same`, for a sentence."""
        return {"new": len(self.created), "changed": len(self.changed), "same": len(self.unchanged)}


def refused(text: str) -> BadInput:
    """The refusal of a whole file, beside the field `file`."""
    return BadInput(text, fields={"file": [text]})


def read_in(
    data: bytes, filename: str, most: int,
    read: Callable[[Sequence[Sequence[str]]], tuple[list[Row], list[RowProblem]]],
) -> tuple[list[Row], list[RowProblem]]:  # fmt: skip
    """What `read` makes of a file of so many rows at most: typed rows, and what is wrong with them. Raises BadInput."""
    try:
        return read(rows_of(data, filename, most))
    except NotReadable as failure:
        raise refused(str(failure)) from failure


def need_all(found: Sized, problems: Sequence[RowProblem]) -> None:
    """All rows or none: raises RowsRefused where anything is wrong with one, BadInput where there is none."""
    if problems:
        raise RowsRefused(problems)
    if not found:
        raise refused(_("檔案裡沒有任何一列，沒有讀入。"))


def problems_of(
    failure: CannotDo, line: int, column: Callable[[str], str], otherwise: str
) -> list[RowProblem]:
    """Why an action refused a row: each field under the column that `column` names for it, else all under `otherwise`."""
    wrong = failure.fields if isinstance(failure, BadInput) else {}
    return [RowProblem(line, column(name), text) for name, texts in wrong.items() for text in texts] or [
        RowProblem(line, otherwise, failure.message)
    ]


def rows_of(data: bytes, filename: str, most: int = MOST_ROWS) -> list[list[str]]:
    """The rows of a CSV (UTF-8), XLSX or ODS file as texts, the heading first. Raises BadInput."""
    if data[:2] == b"PK":
        rows = read_sheet(data)
    else:
        try:
            text = data.decode("utf-8-sig")
            rows = [
                [unguarded(cell) for cell in row]
                for row in csv.reader(io.StringIO(text, newline=""), strict=True)
            ]
        except (UnicodeDecodeError, csv.Error) as failure:
            raise refused(
                _("「%(name)s」不是 UTF-8 的 CSV，也不是 XLSX 或 ODS，沒有讀入。請用從這裡匯出的檔案。")
                % {"name": filename[:80]}
            ) from failure
    if len(rows) > most:
        raise refused(_("超過 %(n)s 列，沒有讀入。") % {"n": most})
    if any("\x00" in cell for row in rows for cell in row):
        raise refused(_("檔案裡有控制字元，沒有讀入。"))
    return rows


def read_sheet(content: bytes) -> list[list[str]]:
    """The first table of an XLSX or ODS file as texts. Raises BadInput for anything else, or what would not fit."""
    if len(content) > LARGEST:
        raise refused(_("檔案超過 5 MB，沒有讀入。請只留要填的列。"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > UNPACKED:
                raise refused(_("檔案解開後太大，沒有讀入。請只留要填的列。"))
            if any(each.filename.endswith("vbaProject.bin") for each in packed.infolist()):
                raise refused(_("檔案裡有巨集，沒有讀入。請另存成不含巨集的 XLSX 或 ODS。"))
    except zipfile.BadZipFile as failure:
        raise refused(_("這不是 XLSX 或 ODS 檔，沒有讀入。請用從這裡匯出的檔案。")) from failure
    from python_calamine import CalamineError, load_workbook

    try:
        book = load_workbook(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=MOST_ROWS + 1)
    except (CalamineError, OSError, ValueError) as failure:
        raise refused(_("檔案讀不懂，可能壞了，沒有讀入。請用從這裡匯出的檔案。")) from failure
    if len(rows) > MOST_ROWS:
        raise refused(_("超過 %(n)s 列，沒有讀入。") % {"n": MOST_ROWS})
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: Any) -> str:
    """A cell as somebody would have typed it: 216, not 216.0."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return format(Decimal(repr(cell)).normalize(), "f")
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return unguarded(str(cell))


def unguarded(cell: str) -> str:
    """A cell without the apostrophe that an export of ours set before what a spreadsheet would run."""
    return cell[1:] if cell.startswith("'") and guarded(cell[1:]) == cell else cell
