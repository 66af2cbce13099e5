"""ROC (民國) dates in and out. Official dates are ROC (公文程式條例 6); storage is Gregorian."""

import re
from datetime import date

FIRST_YEAR = 1911


class DateNotUnderstood(ValueError):
    """The text is no date that we can read; the message says what is accepted."""


_FORMS = (
    re.compile(r"(?:民國)?\s*(\d{2,4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"),
    re.compile(r"(\d{2,4})[.\-/](\d{1,2})[.\-/](\d{1,2})"),
    re.compile(r"(\d{2,4})(\d{2})(\d{2})"),
)


def parse_date(text: str) -> date:
    """Read a ROC or Gregorian date; raises DateNotUnderstood."""
    stripped = text.strip()
    for form in _FORMS:
        match = form.fullmatch(stripped)
        if match:
            year, month, day = (int(part) for part in match.groups())
            try:
                return date(year if year > FIRST_YEAR else year + FIRST_YEAR, month, day)
            except ValueError:
                break
    raise DateNotUnderstood(f"看不懂日期「{text[:40]}」。請寫成 115-10-05、115年10月5日、1151005 或 2026-10-05。")


def roc_year(day: date) -> int:
    """The ROC year of a day."""
    return day.year - FIRST_YEAR


def format_roc(day: date, style: str = "long") -> str:
    """`long` 民國115年10月5日, `short` 115.10.05, `compact` 1151005."""
    year = roc_year(day)
    if style == "long":
        return f"民國{year}年{day.month}月{day.day}日"
    return f"{year}.{day.month:02}.{day.day:02}" if style == "short" else f"{year}{day.month:02}{day.day:02}"
