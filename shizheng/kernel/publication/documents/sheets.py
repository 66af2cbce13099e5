"""Data sets as spreadsheets: a sheet for each, and a first sheet that describes every column. ODS and XLSX."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from odfdo import Cell as OdfCell
from odfdo import Document as OdfDocument
from odfdo import Row
from odfdo import Table as OdfTable

from shizheng.kernel.publication.documents.data import shown_type
from shizheng.kernel.publication.documents.model import Document
from shizheng.web.exports import UNPRINTABLE

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ABOUT = "欄位說明"
Sheet = tuple[str, list[list[Any]]]


def sheets(document: Document) -> Iterator[Sheet]:
    """Name and rows (the heading first) of every sheet."""
    about: list[list[Any]] = [["工作表", "欄位", "欄位名稱", "說明", "型別", "單位", "空白的意思"]]
    for each in document.datasets:
        about += [
            [
                each.title,
                field.name,
                field.title,
                field.description,
                shown_type(field.datatype),
                field.unit,
                field.missing,
            ]
            for field in each.fields
        ]
    about += [[], ["文件", document.title], ["機關", document.author], ["編號", document.code]]
    yield ABOUT, about
    for each in document.datasets:
        yield each.title, [[field.title for field in each.fields], *(list(row) for row in each.rows)]


def to_xlsx(document: Document) -> bytes:
    """The data sets as XLSX: headings frozen, filters on, numbers and days typed, texts never formulas."""
    stream = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(stream, options) as book:
        properties = {"title": document.title, "author": document.author, "subject": document.subject}
        if document.issued_at is not None:
            properties["created"] = document.issued_at.replace(tzinfo=None, microsecond=0)  # type: ignore[assignment]
        book.set_properties(properties)
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        names: set[str] = set()
        for title, rows in sheets(document):
            sheet = book.add_worksheet(_sheet_name(title, names))
            widths: dict[int, int] = {}
            for line, row in enumerate(rows):
                for column, raw in enumerate(row):
                    widths[column] = min(max(widths.get(column, 8), _width(raw)), 60)
                    _write(sheet, line, column, raw, head if line == 0 else body, day)
            for column, width in widths.items():
                sheet.set_column(column, column, width)
            sheet.freeze_panes(1, 0)
            if title != ABOUT and len(rows) > 1:
                sheet.autofilter(0, 0, len(rows) - 1, max(widths))
    return stream.getvalue()


def _write(sheet: Any, line: int, column: int, raw: Any, text: Any, day: Any) -> None:
    if raw is None or raw == "":
        return
    if isinstance(raw, bool):
        sheet.write_boolean(line, column, raw)
    elif isinstance(raw, int | Decimal):
        sheet.write_number(line, column, raw)
    elif isinstance(raw, date):
        sheet.write_datetime(line, column, datetime(raw.year, raw.month, raw.day), day)
    else:
        sheet.write_string(line, column, UNPRINTABLE.sub("", str(raw))[:32767], text)


def to_ods(document: Document) -> bytes:
    """The data sets as ODS: a table for each, numbers and days typed, the heading bold."""
    made = OdfDocument("spreadsheet")
    made.body.clear()
    made.set_language(document.language)
    made.meta.title, made.meta.creator = document.title, document.author
    if document.issued_at is not None:
        moment = document.issued_at.replace(tzinfo=None, microsecond=0)
        made.meta.creation_date, made.meta.date = moment, moment
    made.insert_style(
        '<style:style style:name="SzHead" style:family="table-cell"><style:text-properties fo:font-weight="bold" '
        'style:font-weight-asian="bold"/></style:style>',
        automatic=True,
    )
    names: set[str] = set()
    for title, rows in sheets(document):
        table = OdfTable(_sheet_name(title, names))
        for line, each in enumerate(rows):
            row = Row()
            for raw in each:
                value = UNPRINTABLE.sub("", raw) if isinstance(raw, str) else raw
                row.append_cell(
                    OdfCell("" if value is None else value, style="SzHead" if line == 0 else None),
                    clone=False,
                )
            table.append_row(row, clone=False)
        made.body.append(table)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def made_with(kind: str) -> str:
    """The name and version of what makes the file."""
    from importlib.metadata import version

    name = "odfdo" if kind == "ods" else "xlsxwriter"
    return f"{name} {version(name)}"


def _sheet_name(title: str, taken: set[str]) -> str:
    name = "".join(letter for letter in title if letter not in "[]:*?/\\'")[:28] or "Sheet"
    unique = name if name not in taken else f"{name}{len(taken)}"
    taken.add(unique)
    return unique


def _width(cell: Any) -> int:
    return (
        max(
            (sum(2 if ord(c) > 0x2E80 else 1 for c in line) for line in str(cell or "").split("\n")),
            default=0,
        )
        + 2
    )
