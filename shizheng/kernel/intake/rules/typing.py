"""Cells of foreign sheets as typed values. What cannot be read is said, never guessed: missing stays missing (B13)."""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from shizheng.common.roc import FIRST_YEAR, DateNotUnderstood, parse_date
from shizheng.common.text import normalise
from shizheng.common.words import N_, tell


class Kind(StrEnum):
    """What a field holds. `AMOUNT` in NTD; `MONTH` as `2026-08`; `MOMENT` a day with its time of day; `UNIT` and `CHOICE` are looked up in what we know."""

    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    AMOUNT = "amount"
    NUMBER = "number"
    COUNT = "count"
    YEAR = "year"
    MONTH = "month"
    UNIT = "unit"
    CHOICE = "choice"


KIND_LABELS = {
    Kind.TEXT: N_("文字"), Kind.DATE: N_("日期"), Kind.MOMENT: N_("日期與時刻"), Kind.AMOUNT: N_("金額"), Kind.NUMBER: N_("數字"), Kind.COUNT: N_("件數"),
    Kind.YEAR: N_("年度"), Kind.MONTH: N_("月份"), Kind.UNIT: N_("機關"), Kind.CHOICE: N_("選項"),
}  # fmt: skip
LOOKED_UP = (Kind.UNIT, Kind.CHOICE)
Value = str | date | Decimal | int | None
_TIMES = {
    "億": Decimal(10**8),
    "萬": Decimal(10**4),
    "仟": Decimal(1000),
    "千": Decimal(1000),
    "百萬": Decimal(10**6),
}
_AMOUNT = re.compile(r"(?:新臺幣|新台幣|NT\$|NTD|\$)?(-?\d[\d,]*(?:\.\d+)?)(百萬|億|萬|仟|千)?(?:元)?(?:整)?")
_CLOCK = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_MOMENT = re.compile(
    r"(?P<day>.*?\S)(?:\s*T|\s)\s*(?P<before>上午|下午)?\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<after>AM|PM)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_MONTH = re.compile(r"(?:民國)?(\d{2,4})(?:年|[-/.])(\d{1,2})月?(?:份)?|(\d{3,4})(\d{2})")
_NOISE = Decimal("0.000001")
"""Binary floating point leaves 518700.0000000001: within this of a whole number it is that number."""
MOST_DIGITS = 30


class Unreadable(ValueError):
    """A cell that is no value of its field; `sort` groups alike ones in the report, the message is for people."""

    def __init__(self, sort: str, text: str) -> None:
        super().__init__(text)
        self.sort = sort


def clean(text: str) -> str:
    """One line: every kind of blank and line end as one blank, nothing invisible, no blanks around."""
    return " ".join(normalise(text).split())


def key_of(text: str) -> str:
    """A text for comparing names: compatibility forms unified, small letters, 台 as 臺, no blanks or signs between."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("台", "臺")
    return re.sub(r"[\W_]+", "", plain)


def typed(kind: Kind, text: str) -> Value:
    """The value of a cell that is not empty. Raises Unreadable."""
    if kind is Kind.DATE:
        return _day(text)
    if kind is Kind.MOMENT:
        return _moment(text)
    if kind is Kind.AMOUNT:
        return _amount(text)
    if kind in (Kind.NUMBER, Kind.COUNT):
        return _number(text, whole=kind is Kind.COUNT)
    if kind is Kind.YEAR:
        return _year(text)
    if kind is Kind.MONTH:
        return _month(text)
    return text


def _day(text: str) -> date:
    try:
        return parse_date(_CLOCK.sub("", text))
    except DateNotUnderstood as failure:
        raise Unreadable(N_("日期讀不懂或沒有這一天"), str(failure)) from failure


def _moment(text: str) -> datetime:
    """A day and its time of day, aware where a zone stands behind it; a day alone begins at midnight.

    Month before day is read only beside AM or PM, as nobody else writes so.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        return datetime.combine(_day(text), time())
    hour, half = int(found["hour"]), (found["before"] or found["after"] or "").upper()
    wrong = Unreadable(
        N_("時刻讀不懂"), tell("「%(text)s」不是日期與時刻。請寫成 2026-08-01 14:30。", text=text[:40])
    )
    if half:
        if not 1 <= hour <= 12:
            raise wrong
        hour = hour % 12 + (12 if half in ("PM", "下午") else 0)
    day, american = found["day"], _AMERICAN.fullmatch(found["day"])
    if american and found["after"]:
        day = f"{american[3]}-{american[1]}-{american[2]}"
    zone = (found["zone"] or "").upper().replace("Z", "+00:00")
    try:
        text = f"{_day(day).isoformat()}T{hour:02}:{found['minute']}:{found['second'] or '00'}{zone}"
        return datetime.fromisoformat(text)
    except ValueError as failure:
        if isinstance(failure, Unreadable):
            raise
        raise wrong from failure


def _amount(text: str) -> Decimal:
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    found = _AMOUNT.fullmatch(plain)
    if found is None or len(found[1]) > MOST_DIGITS:
        raise Unreadable(
            N_("金額夾有文字"),
            tell("「%(text)s」不是一個金額，沒有採用。請改成數字，單位是元。", text=text[:40]),
        )
    value = Decimal(found[1].replace(",", "")) * _TIMES.get(found[2] or "", Decimal(1))
    return without_noise(value)


def without_noise(value: Decimal) -> Decimal:
    """A number without what binary floating point left behind it."""
    whole = value.to_integral_value()
    return whole if abs(value - whole) < _NOISE else value


def _number(text: str, *, whole: bool) -> Decimal:
    plain = (
        unicodedata.normalize("NFKC", text).replace(",", "").replace("\u2212", "-").removesuffix("%").strip()
    )
    try:
        value = Decimal(plain) if len(plain) <= MOST_DIGITS else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or (whole and (value < 0 or without_noise(value) != value.to_integral_value())):
        raise Unreadable(N_("不是數字"), tell("「%(text)s」不是數字，沒有採用。", text=text[:40]))
    return without_noise(value)


def _year(text: str) -> int:
    digits = (
        unicodedata.normalize("NFKC", text).removeprefix("民國").removesuffix("度").removesuffix("年").strip()
    )
    digits = digits.removesuffix(".0")
    year = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 4 else 0
    year = year - FIRST_YEAR if year > FIRST_YEAR else year
    if not 1 <= year <= 300:
        raise Unreadable(N_("年度讀不懂"), tell("「%(text)s」不是年度。請填民國年或西元年。", text=text[:40]))
    return year


def _month(text: str) -> str:
    found = _MONTH.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found:
        year, month = int(found[1] or found[3]), int(found[2] or found[4])
        year = year + FIRST_YEAR if year < 1000 else year
        if 1 <= month <= 12 and FIRST_YEAR < year < 2200:
            return f"{year:04}-{month:02}"
    raise Unreadable(
        N_("月份讀不懂"), tell("「%(text)s」不是月份。請寫成 115-08 或 2026-08。", text=text[:40])
    )
