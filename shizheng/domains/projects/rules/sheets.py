"""The columns of the register as a spreadsheet, out and in again."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from shizheng.common.roc import FIRST_YEAR
from shizheng.common.sheets import NumberedRow, RowProblem, day_of, number_of, numbered_rows
from shizheng.common.words import N_, tell

COLUMNS = {
    "number": N_("列管編號"),
    "name": N_("標案名稱"),
    "type": N_("類型"),
    "agency": N_("主辦機關"),
    "unit": N_("承辦單位"),
    "officer": N_("承辦人"),
    "level": N_("列管層級"),
    "roc_year": N_("列管年度"),
    "tender_no": N_("採購案號"),
    "budget": N_("預算金額（元）"),
    "funds_held_on": N_("經費持有日"),
    "place": N_("地點"),
    "longitude": N_("經度"),
    "latitude": N_("緯度"),
    "programmes": N_("專案計畫"),
    "note": N_("說明"),
}
"""Columns by their names here; a file is headed in Chinese, so that it reads the same whoever made it."""
LEVELS = {"self": "自行列管", "agency": "機關列管", "city": "府列管"}
NEEDED = ("name", "type", "agency", "roc_year", "budget")
NUMBERS = ("budget", "longitude", "latitude")
BETWEEN = str.maketrans({";": "、", "；": "、", "\n": "、"})


def read_rows(rows: Sequence[Sequence[str]]) -> tuple[list[NumberedRow], list[RowProblem]]:
    """The rows of a file as typed values, and what is wrong with each. Raises NotReadable without the needed columns."""
    return numbered_rows(rows, COLUMNS, NEEDED, value_of)


def value_of(name: str, text: str) -> Any:
    """A cell of a column as a value. Raises ValueError with words for people."""
    if name == "funds_held_on":
        return day_of(text) if text else None
    if name in NUMBERS:
        return number_of(text) if text else None
    if name == "roc_year":
        return _year(text)
    if name == "programmes":
        return _programmes(text)
    return text


def _programmes(text: str) -> dict[str, Decimal | None]:
    """`社會住宅:120、前瞻` as names with the quantity brought."""
    found: dict[str, Decimal | None] = {}
    for part in text.translate(BETWEEN).split("、"):
        name, _colon, quantity = part.replace("：", ":").partition(":")
        if name.strip():
            found[name.strip()] = number_of(quantity.strip()) if quantity.strip() else None
    return found


def _year(text: str) -> int:
    number = number_of(text)
    if number != number.to_integral_value() or not 0 < number < 10_000:
        raise ValueError(tell("列管年度不合理，請填民國年。"))
    year = int(number)
    return year - FIRST_YEAR if year > FIRST_YEAR else year
