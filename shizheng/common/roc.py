"""ROC (民國) dates in and out. Official dates are ROC (公文程式條例 6); storage is Gregorian."""

import re
from datetime import date

FIRST_YEAR = 1911

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．－／", "0123456789.-/")
# A year of four digits is Gregorian, one of up to three is ROC; a word before it must agree.
_FORMS = (
    re.compile(
        r"(?P<era>中華民國|民國|西元)?\s*(?P<y>[0-9]{1,4})\s*年\s*(?P<m>[0-9]{1,2})\s*月\s*(?P<d>[0-9]{1,2})\s*日"
    ),
    re.compile(r"(?P<era>民國)?\s*(?P<y>[0-9]{2,4})(?P<s>[.\-/])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})"),
    re.compile(r"(?P<era>民國)?\s*(?P<y>[0-9]{2,4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
)


class DateNotUnderstood(ValueError):
    """The text is no date that we can read; the message says what is accepted."""


def _gregorian_year(era: str | None, digits: str) -> int | None:
    year = int(digits)
    if len(digits) == 4:
        return year if year > FIRST_YEAR and era in (None, "西元") else None
    return year + FIRST_YEAR if year > 0 and era != "西元" else None


def parse_date(text: str) -> date:
    """Read a ROC or Gregorian date; raises DateNotUnderstood.

    Accepted: 民國115年10月5日 (民國 may be left out), 115.10.05, 115-10-05, 115/10/05, 1151005, 2026-10-05 and its
    likes, 20261005; digits and separators may be full-width. Days before 民國元年 are refused.
    """
    stripped = text.translate(_FULL_WIDTH).strip()
    for form in _FORMS:
        match = form.fullmatch(stripped)
        if match is None:
            continue
        year = _gregorian_year(match["era"], match["y"])
        if year is None:
            break
        try:
            return date(year, int(match["m"]), int(match["d"]))
        except ValueError:
            break
    raise DateNotUnderstood(f"看不懂日期「{text[:40]}」。請寫成 115-10-05、115年10月5日、1151005 或 2026-10-05。")


def roc_year(day: date) -> int:
    """The ROC year of a day."""
    return day.year - FIRST_YEAR


def format_roc(day: date, style: str = "long") -> str:
    """`long` 民國115年10月5日, `short` 115.10.05, `compact` 1151005 (two digits at least for the year).

    A day before 民國元年 has no such form and comes in ISO 8601.
    """
    year = roc_year(day)
    if year < 1:
        return day.isoformat()
    if style == "long":
        return f"民國{year}年{day.month}月{day.day}日"
    if style == "short":
        return f"{year:02}.{day.month:02}.{day.day:02}"
    return f"{year:02}{day.month:02}{day.day:02}"
