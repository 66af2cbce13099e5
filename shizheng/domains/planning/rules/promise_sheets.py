"""The columns of a programme as a spreadsheet, out and in again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shizheng.common.sheets import RowProblem, day_of, filled, heading, need_columns, number_of, values_of
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


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row as read: `values` holds only the columns that the file has."""

    line: int
    code: str
    values: Mapping[str, Any]


def read_rows(rows: Sequence[Sequence[str]]) -> tuple[list[ReadRow], list[RowProblem]]:
    """The rows of a file as typed values, and what is wrong with each. Raises NotReadable without the needed columns."""
    at = heading(rows, COLUMNS)
    need_columns(at, COLUMNS, NEEDED)
    found: list[ReadRow] = []
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    for line, cells in filled(rows, at):
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
        cells.pop("kind", None)  # the code says it
        values, wrong = values_of(line, cells, COLUMNS, _value)
        problems += wrong
        found.append(ReadRow(line, code, values))
    return found, problems


def _value(name: str, text: str) -> Any:
    if name == "happiness":
        if text.casefold() in YES | NO:
            return text.casefold() in YES
        raise ValueError(tell("請寫「是」或「否」。"))
    if name in ("starts_on", "ends_on"):
        return day_of(text) if text else None
    if name == "target_quantity":
        return number_of(text) if text else None
    if name == "joint":
        return [part.strip() for part in text.translate(BETWEEN).split("、") if part.strip()]
    return text
