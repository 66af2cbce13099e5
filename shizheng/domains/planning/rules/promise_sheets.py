"""The columns of a programme as a spreadsheet, out and in again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.common.words import N_, tell
from shizheng.domains.planning.rules.promises import CodeNotUnderstood, read_code

COLUMNS = {
    "code": N_("編號"),
    "kind": N_("類別"),
    "title": N_("名稱"),
    "description": N_("說明"),
    "happiness": N_("幸福實踐方案"),
    "main_agency": N_("主辦機關"),
    "joint": N_("協辦機關"),
    "starts_on": N_("開始日"),
    "ends_on": N_("結束日"),
    "target_quantity": N_("目標數量"),
    "unit": N_("單位"),
    "measure": N_("連結的指標"),
    "measure_unit": N_("指標的機關"),
}
"""Columns by their names here; a file is headed in Chinese, so that it reads the same whoever made it."""

NEEDED = ("code", "title")
YES = frozenset({"是", "v", "y", "yes", "1", "true", "✓"})
NO = frozenset({"", "否", "n", "no", "0", "false"})
BETWEEN = str.maketrans({";": "、", "；": "、", "，": "、", ",": "、", "\n": "、"})


class NotReadable(ValueError):
    """A file without the columns that it must have; the message is 中文."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row (counted from 1, the heading included)."""

    line: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row as read: `values` holds only the columns that the file has."""

    line: int
    code: str
    values: Mapping[str, Any]


def read_rows(rows: Sequence[Sequence[str]]) -> tuple[list[ReadRow], list[RowProblem]]:
    """The rows of a file as typed values, and what is wrong with each. Raises NotReadable without the needed columns."""
    head = [cell.strip() for cell in rows[0]] if rows else []
    names = {label: name for name, label in COLUMNS.items()}
    at = {names[label]: place for place, label in enumerate(head) if label in names}
    lacking = [COLUMNS[name] for name in NEEDED if name not in at]
    if lacking:
        raise NotReadable(
            tell(
                "第一列沒有「%(column)s」這一欄，沒有讀入。請用從這裡匯出的檔案，不要改欄名。",
                column=lacking[0],
            )
        )
    found: list[ReadRow] = []
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in at.items()}
        try:
            code = read_code(cells.pop("code"))
        except CodeNotUnderstood as failure:
            problems.append(RowProblem(line, COLUMNS["code"], str(failure)))
            continue
        if code in seen:
            text = tell("編號 %(code)s 在第 %(line)s 列已經有了。", code=code, line=seen[code])
            problems.append(RowProblem(line, COLUMNS["code"], text))
            continue
        seen[code] = line
        values: dict[str, Any] = {}
        cells.pop("kind", None)  # the code says it
        for name, text in cells.items():
            try:
                values[name] = _value(name, text)
            except ValueError as failure:
                problems.append(RowProblem(line, COLUMNS[name], str(failure)))
        found.append(ReadRow(line, code, values))
    return found, problems


def _value(name: str, text: str) -> Any:
    if name == "happiness":
        if text.casefold() in YES | NO:
            return text.casefold() in YES
        raise ValueError(tell("請寫「是」或「否」。"))
    if name in ("starts_on", "ends_on"):
        return _day(text) if text else None
    if name == "target_quantity":
        return _number(text) if text else None
    if name == "joint":
        return [part.strip() for part in text.translate(BETWEEN).split("、") if part.strip()]
    return text


def _day(text: str) -> date:
    try:
        return parse_date(text.removesuffix(" 00:00:00").removesuffix("T00:00:00"))
    except DateNotUnderstood as failure:
        raise ValueError(str(failure)) from failure


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValueError(tell("要填數字。"))
    return value
