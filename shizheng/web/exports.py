"""Rows to files: CSV, XLSX, ODS. Cells that a spreadsheet would run as a formula are made text."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.common.numbers import without_scale
from shizheng.web import ods

Rows = Iterable[Sequence[Any]]

FORMATS = {"csv": "CSV", "xlsx": "Excel", "ods": "ODS"}
# Starts that spreadsheets take for a formula, with their full-width forms.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What no XML file may hold, and what hides the first sign of a text from the eye.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b-\u200f\ufffe\uffff\ud800-\udfff]")


class ExportTooLarge(Exception):
    """More rows than one spreadsheet file should hold; ``limit`` is the number allowed."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


def is_number(text: str) -> bool:
    """Whether a text is a plain number: ``-5.20`` may stay as it is, ``-5+cmd`` may not."""
    try:
        return Decimal(text.replace("\u2212", "-")).is_finite()
    except InvalidOperation:
        return False


def guarded(value: Any) -> Any:
    """A cell without formula injection: a dangerous text gets an apostrophe in front."""
    if isinstance(value, str) and value.startswith(DANGEROUS) and not is_number(value):
        return f"'{value}"
    return value


def plain(value: Any) -> Any:
    """A cell as number, day, moment (Taipei, without zone) or printable text; nothing stays nothing.

    A decimal loses the zeros of its database column (75.0000000000 is 75) and keeps two decimals (77.30).
    """
    if isinstance(value, Decimal):
        return without_scale(value) if value.is_finite() else str(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if isinstance(value, date):
        return value
    return UNPRINTABLE.sub("", str(value)).strip()


class _Echo:
    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Rows) -> Iterator[str]:
    """The file line by line, with a byte order mark so that Excel reads the Chinese; days in ISO 8601."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        cells = [guarded(plain(cell)) for cell in row]
        yield writer.writerow(
            ["" if c is None else c.isoformat(sep=" ") if isinstance(c, datetime) else c for c in cells]
        )


def xlsx_bytes(rows: Rows, title: str) -> bytes:
    """A workbook of one sheet: heading frozen, filter on, numbers and days typed, texts never formulas."""
    import xlsxwriter

    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": title})
        sheet = book.add_worksheet(_sheet_name(title))
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        day, moment = (
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        )
        widths: dict[int, int] = {}
        last = 0
        for line, row in enumerate(rows):
            last = line
            for column, raw in enumerate(row):
                cell = plain(raw)
                widths[column] = min(max(widths.get(column, 8), _width(cell)), 48)
                if cell is None or cell == "":
                    continue
                if isinstance(cell, bool):
                    sheet.write_boolean(line, column, cell)
                elif isinstance(cell, (int, float, Decimal)):
                    sheet.write_number(line, column, cell)
                elif isinstance(cell, datetime):
                    sheet.write_datetime(line, column, cell, moment)
                elif isinstance(cell, date):
                    sheet.write_datetime(line, column, datetime(cell.year, cell.month, cell.day), day)
                else:
                    sheet.write_string(line, column, cell[:32767], head if line == 0 else None)
        for column, width in widths.items():
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        if last and widths:
            sheet.autofilter(0, 0, last, max(widths))
    return stream.getvalue()


def ods_bytes(rows: Rows, title: str) -> bytes:
    """An OpenDocument spreadsheet (required of government in Taiwan): one table, typed cells."""
    return ods.document(([plain(cell) for cell in row] for row in rows), _sheet_name(title))


def _sheet_name(title: str) -> str:
    return "".join(c for c in title if c not in "[]:*?/\\'")[:31] or "Sheet"


def _width(cell: Any) -> int:
    return sum(2 if ord(c) > 0x2E80 else 1 for c in str(cell)) + 2


def limited(rows: Rows, limit: int) -> Iterator[Sequence[Any]]:
    """The rows, and :class:`ExportTooLarge` once there are more than ``limit`` beside the heading."""
    for number, row in enumerate(rows):
        if number > limit:
            raise ExportTooLarge(limit)
        yield row


def response(
    kind: str, rows: Rows, title: str, name: str, limit: int = 50_000
) -> HttpResponse | StreamingHttpResponse:
    """A download of ``rows`` (first the heading) as ``csv`` (any size), ``xlsx`` or ``ods`` (up to ``limit`` rows)."""
    answer: HttpResponse | StreamingHttpResponse
    if kind == "csv":
        answer = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    elif kind == "xlsx":
        kind_of_file = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        answer = HttpResponse(xlsx_bytes(limited(rows, limit), title), content_type=kind_of_file)
    elif kind == "ods":
        kind_of_file = "application/vnd.oasis.opendocument.spreadsheet"
        answer = HttpResponse(ods_bytes(limited(rows, limit), title), content_type=kind_of_file)
    else:
        raise ValueError(f"unknown format {kind!r}")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}") or ""
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def sheet(kind: str, rows: Callable[[], Rows], title: str, name: str) -> HttpResponse | StreamingHttpResponse:
    """A sheet to be changed and read in again; a format that is none is refused before `rows` are asked for."""
    if kind not in FORMATS:
        raise NotFound(_("沒有這種格式。可以用 CSV、XLSX 或 ODS。"))
    return response(kind, rows(), title, name)
