"""ROC (民國) dates in and out. Official dates are ROC (公文程式條例 6); storage is Gregorian.

Input accepts both calendars. Years from 1912 on with four digits are Gregorian; years of up to three digits are ROC.
"""

import re
import unicodedata
from datetime import date

from shizheng.common.words import english, tell

FIRST_YEAR = 1911
LAST_ROC_YEAR = 999

_WEEKDAY = r"\s*(?:[(]?(?:星期|週|周)?[一二三四五六日][)]?)?"
_FORMS = (
    re.compile(r"(?:中華民國|民國|西元)?\s*(\d{2,4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日" + _WEEKDAY),
    re.compile(r"(?:中華民國|民國|西元)?\s*(\d{2,4})\s*([.\-/])\s*(\d{1,2})\s*\2\s*(\d{1,2})" + _WEEKDAY),
    re.compile(r"(\d{2,4})(\d{2})(\d{2})"),
)
_DOTS = str.maketrans("．。・–—−", "...---")


class DateNotUnderstood(ValueError):
    """The text is no date that we can read; the message says what is accepted."""


def parse_date(text: str) -> date:
    """Read a ROC or Gregorian date; raises DateNotUnderstood.

    民國115年10月5日, 115.10.05, 115-10-05, 115/10/05, 1151005, 2026-10-05, 20261005; full-width digits too.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DOTS).strip()
    for form in _FORMS:
        match = form.fullmatch(plain)
        if match:
            numbers = [int(part) for part in match.groups() if part.isdecimal()]
            try:
                return date(_gregorian_year(numbers[0]), numbers[1], numbers[2])
            except ValueError:
                break
    raise DateNotUnderstood(
        tell(
            "看不懂日期「%(text)s」，可能是格式不同，或沒有這一天。"
            "請寫成 115-10-05、115年10月5日、1151005 或 2026-10-05。",
            text=text[:40],
        )
    )


def _gregorian_year(year: int) -> int:
    """A written year as a Gregorian one; between 1000 and 1911 nobody can mean either calendar."""
    if year > FIRST_YEAR:
        return year
    if not 1 <= year <= LAST_ROC_YEAR:
        raise ValueError(year)
    return year + FIRST_YEAR


def roc_year(day: date) -> int:
    """The ROC year of a day; before 1912 there is none (ValueError)."""
    if day.year <= FIRST_YEAR:
        raise ValueError(tell("%(isoformat)s 在民國元年之前", isoformat=day.isoformat()))
    return day.year - FIRST_YEAR


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def in_words(day: date, style: str = "long") -> str:
    """A day inside a sentence, in the reader's language: 民國115年10月5日 or 5 October 2026; `short` 115.10.05 or 2026-10-05."""
    if english():
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if style == "long" else day.isoformat()
    return format_roc(day, style) if day.year > FIRST_YEAR else day.isoformat()


def year_in_words(roc: int) -> str:
    """A ROC year inside a sentence: 115 年度 or 2026."""
    return str(roc + FIRST_YEAR) if english() else f"{roc} 年度"


def year_number(roc: int) -> int:
    """The number of a ROC year as the reader counts: 115 or 2026."""
    return roc + FIRST_YEAR if english() else roc


def format_roc(day: date, style: str = "long") -> str:
    """`long` 民國115年10月5日, `short` 115.10.05, `compact` 1151005."""
    year = roc_year(day)
    if style == "long":
        return f"民國{year}年{day.month}月{day.day}日"
    if style == "short":
        return f"{year}.{day.month:02}.{day.day:02}"
    if style == "compact":
        return f"{year}{day.month:02}{day.day:02}" if year > 99 else f"{year:03}{day.month:02}{day.day:02}"
    raise ValueError(f"unknown style {style!r}: long, short or compact")
