"""The columns of a list of commitments as a spreadsheet, out and in again."""

from collections.abc import Mapping, Sequence
from typing import Any

from shizheng.common.sheets import NumberedRow, RowProblem, day_of, number_of, numbered_rows
from shizheng.common.words import N_, tell

COLUMNS = {
    "number": N_("列管編號"),
    "list": N_("列管清單"),
    "text": N_("列管事項"),
    "agreed_on": N_("決定日"),
    "agreed_due": N_("原訂期限"),
    "main": N_("主辦單位"),
    "joint": N_("協辦單位"),
    "target_quantity": N_("目標數量"),
    "quantity_unit": N_("數量單位"),
    "source_label": N_("來源"),
    "extra": N_("自訂欄位"),
    "note": N_("說明"),
}
"""Columns by their names here; a file is headed in Chinese, so that it reads the same whoever made it."""
NEEDED = ("list", "text", "agreed_on", "main")


def read_rows(rows: Sequence[Sequence[str]]) -> tuple[list[NumberedRow], list[RowProblem]]:
    """The rows of a file as typed values, and what is wrong with each. Raises NotReadable without the needed columns."""
    return numbered_rows(rows, COLUMNS, NEEDED, _value)


def _value(name: str, text: str) -> Any:
    if name in ("agreed_on", "agreed_due"):
        return day_of(text) if text else None
    if name == "target_quantity":
        return number_of(text) if text else None
    if name == "joint":
        return [each.strip() for each in text.replace("\n", "、").split("、") if each.strip()]
    return own_values(text) if name == "extra" else text


def own_values(text: str) -> dict[str, str]:
    """`承諾場合：里民座談` line by line, as names with what stands there."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.replace("：", ":", 1).partition(":") if line.strip() else ("", "", "")
        if name.strip() and not colon:
            raise ValueError(tell("一行一欄，寫成「欄位：內容」。"))
        if name.strip():
            found[name.strip()] = value.strip()
    return found


def own_text(values: Mapping[str, Any]) -> str:
    """Own fields by name as one cell; `own_values` reads it again."""
    return "\n".join(f"{name}：{value}" for name, value in values.items())
