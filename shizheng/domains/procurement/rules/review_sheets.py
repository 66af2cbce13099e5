"""Design reviews as rows of a spreadsheet, out and in again (E04)."""

from collections.abc import Sequence
from typing import Any

from shizheng.common.sheets import NumberedRow, RowProblem, day_of, number_of, numbered_rows
from shizheng.common.words import N_

COLUMNS = {
    "number": N_("審議編號"),
    "name": N_("工程名稱"),
    "agency": N_("主辦機關"),
    "stage": N_("審議階段"),
    "control_number": N_("列管編號"),
    "amount": N_("送審金額（元）"),
    "on": N_("送審日"),
    "note": N_("說明"),
    "state": N_("狀態"),
    "due_on": N_("期限"),
    "amount_after": N_("審定金額（元）"),
}
"""A file is headed in Chinese, so that it reads the same whoever made it. What follows from the steps is not read back."""
NEEDED = ("name", "agency", "amount")
FOLLOWS = ("state", "due_on", "amount_after")
STAGES = {"planning": "先期規劃", "basic": "基本設計"}


def read_rows(rows: Sequence[Sequence[str]]) -> tuple[list[NumberedRow], list[RowProblem]]:
    """The rows of a file as typed values, and what is wrong with each. Raises NotReadable without the needed columns."""
    return numbered_rows(rows, COLUMNS, NEEDED, _value)


def _value(name: str, text: str) -> Any:
    if name in FOLLOWS:
        return None
    if name == "amount":
        return number_of(text) if text else None
    if name == "on":
        return day_of(text) if text else None
    if name == "stage":
        return next((code for code, label in STAGES.items() if text in (code, label)), text)
    return text
