"""Rows out of a spreadsheet: which column stands where, what a cell says as a day or a number. Pure; reading is `web.sheets`."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.common.words import tell


class NotReadable(ValueError):
    """A file without the columns that it must have; the message is for people."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row (counted from 1, the heading included)."""

    line: int
    column: str
    text: str


def heading(rows: Sequence[Sequence[str]], columns: Mapping[str, str]) -> dict[str, int]:
    """Which of `columns` (name here: label in a file) stand in the first row, and where."""
    head = [cell.strip() for cell in rows[0]] if rows else []
    names = {label: name for name, label in columns.items()}
    return {names[label]: place for place, label in enumerate(head) if label in names}


def need_columns(at: Collection[str], columns: Mapping[str, str], needed: Sequence[str]) -> None:
    """Raise NotReadable where one of the `needed` columns is missing; it names the first."""
    lacking = [columns[name] for name in needed if name not in at]
    if lacking:
        raise NotReadable(
            tell(
                "第一列沒有「%(column)s」這一欄，沒有讀入。請用從這裡匯出的檔案，不要改欄名。",
                column=lacking[0],
            )
        )


def filled(rows: Sequence[Sequence[str]], at: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and cells by name of each row under the heading that says anything."""
    for line, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            yield line, {name: row[place].strip() if place < len(row) else "" for name, place in at.items()}


def values_of(
    line: int, cells: Mapping[str, str], columns: Mapping[str, str], read: Callable[[str, str], Any]
) -> tuple[dict[str, Any], list[RowProblem]]:
    """What `read(name, text)` makes of each cell; a ValueError of it is a problem of that column."""
    values: dict[str, Any] = {}
    problems: list[RowProblem] = []
    for name, text in cells.items():
        try:
            values[name] = read(name, text)
        except ValueError as failure:
            problems.append(RowProblem(line, columns[name], str(failure)))
    return values, problems


def day_of(text: str) -> date:
    """A day as typed or as a spreadsheet wrote it. Raises ValueError."""
    try:
        return parse_date(text.removesuffix(" 00:00:00").removesuffix("T00:00:00"))
    except DateNotUnderstood as failure:
        raise ValueError(str(failure)) from failure


def number_of(text: str) -> Decimal:
    """A number, thousands separators allowed. Raises ValueError."""
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValueError(tell("要填數字。"))
    return value


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """One row as read: `number` is empty for a new one, `values` holds only the columns that the file has."""

    line: int
    number: str
    values: Mapping[str, Any]


def numbered_rows(
    rows: Sequence[Sequence[str]], columns: Mapping[str, str], needed: Sequence[str],
    value: Callable[[str, str], Any],
) -> tuple[list[NumberedRow], list[RowProblem]]:  # fmt: skip
    """The rows of a file known by their column `number`, and what is wrong with each; a number stands once.

    New rows have to have the `needed` columns: NotReadable where a file has neither them nor numbers.
    """
    at = heading(rows, columns)
    need_columns(at, columns, () if "number" in at else needed)
    found: list[NumberedRow] = []
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    for line, cells in filled(rows, at):
        number = cells.pop("number", "")
        if number and number in seen:
            text = tell("編號 %(code)s 在第 %(line)s 列已經有了。", code=number, line=seen[number])
            problems.append(RowProblem(line, columns["number"], text))
            continue
        seen[number] = line
        values, wrong = values_of(line, cells, columns, value)
        problems += wrong
        found.append(NumberedRow(line, number, values))
    return found, problems
