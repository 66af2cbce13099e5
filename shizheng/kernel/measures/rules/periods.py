"""Periods of measurement: year, half, quarter, month, as half-open dates `[start, end)`.

Codes are Gregorian and sortable within a kind: "2017", "2017-H1", "2017-Q2", "2017-06".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from shizheng.common.roc import MONTHS as MONTH_NAMES
from shizheng.common.words import english, tell

_CODE = re.compile(r"(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")
_ROC_CODE = re.compile(r"([1-9]\d{1,2})-(?:H([12])|Q([1-4])|(0?[1-9]|1[0-2]))")
_ROC = re.compile(r"(\d{1,3})年?(?:度|(上|下)半年|第?([1-4一二三四])季|(0?[1-9]|1[0-2])月)?")
_EN = re.compile(r"([HQ]\d)-?(\d{4})")
ROC_OFFSET = 1911


class PeriodKind(StrEnum):
    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"


MONTHS = {PeriodKind.YEAR: 12, PeriodKind.HALF: 6, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}


class PeriodNotUnderstood(ValueError):
    """A text that names no period; the message is 中文."""


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time a figure is about. `number` counts within the year (1 for a year)."""

    kind: PeriodKind
    year: int
    number: int = 1

    def __hash__(self) -> int:
        """By numbers and the text of the kind: the keys of thousands of figures hold one."""
        return str.__hash__(self.kind) ^ (self.year << 5 | self.number)

    @property
    def code(self) -> str:
        """`2017`, `2017-H1`, `2017-Q2`, `2017-06`."""
        if self.kind == PeriodKind.MONTH:
            return f"{self.year:04d}-{self.number:02d}"
        if self.kind == PeriodKind.YEAR:
            return f"{self.year:04d}"
        return f"{self.year:04d}-{'H' if self.kind == PeriodKind.HALF else 'Q'}{self.number}"

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, MONTHS[self.kind] * (self.number - 1) + 1, 1)

    @property
    def end(self) -> date:
        """The first day that no longer belongs to the period."""
        month = MONTHS[self.kind] * self.number
        return date(self.year + 1, 1, 1) if month == 12 else date(self.year, month + 1, 1)

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def label(self) -> str:
        """`106 年上半年`, `106 年第 2 季`, `106 年 6 月`, `106 年度`."""
        if english():
            return self._label_en
        year = self.year - ROC_OFFSET
        if self.kind is PeriodKind.YEAR:
            return f"{year} 年度"
        if self.kind is PeriodKind.HALF:
            return f"{year} 年{'上下'[self.number - 1]}半年"
        if self.kind is PeriodKind.QUARTER:
            return f"{year} 年第 {self.number} 季"
        return f"{year} 年 {self.number} 月"

    @property
    def _label_en(self) -> str:
        """`2017`, `H1 2017`, `Q2 2017`, `June 2017`."""
        if self.kind is PeriodKind.YEAR:
            return str(self.year)
        if self.kind is PeriodKind.MONTH:
            return f"{MONTH_NAMES[self.number - 1]} {self.year}"
        return f"{'H' if self.kind is PeriodKind.HALF else 'Q'}{self.number} {self.year}"

    @property
    def short_label(self) -> str:
        """For the axis of a chart: `106`, `106上`, `106Q2`, `106-06`; in English `2017`, `H1 2017`."""
        if english():
            return self.code if self.kind is PeriodKind.MONTH else self._label_en
        year = self.year - ROC_OFFSET
        if self.kind is PeriodKind.MONTH:
            return f"{year}-{self.number:02d}"
        if self.kind is PeriodKind.YEAR:
            return f"{year}"
        return f"{year}{'上下'[self.number - 1]}" if self.kind is PeriodKind.HALF else f"{year}Q{self.number}"

    def contains(self, other: Period) -> bool:
        """Whether `other` lies wholly inside (a period contains itself)."""
        return self.start <= other.start and other.end <= self.end

    def parts(self, kind: PeriodKind) -> tuple[Period, ...]:
        """The periods of `kind` that make this one up; itself for its own kind; empty for a longer kind."""
        length, own = MONTHS[kind], MONTHS[self.kind]
        first = own * (self.number - 1) // length
        return tuple(Period(kind, self.year, first + i + 1) for i in range(own // length))

    def within(self, kind: PeriodKind) -> Period:
        """The period of the longer `kind` that this one lies in. Raises `ValueError` for a shorter kind."""
        if MONTHS[kind] < MONTHS[self.kind]:
            raise ValueError(f"{self.code} does not lie within one {kind}")
        return Period(kind, self.year, (MONTHS[self.kind] * self.number - 1) // MONTHS[kind] + 1)

    def moved(self, count: int) -> Period:
        """The one so many later, of the same kind; earlier where `count` is negative."""
        per_year = 12 // MONTHS[self.kind]
        index = self.year * per_year + self.number - 1 + count
        return Period(self.kind, index // per_year, index % per_year + 1)

    def previous(self) -> Period:
        """The one just before, of the same kind."""
        return self.moved(-1)

    def next(self) -> Period:
        """The one just after, of the same kind."""
        return self.moved(1)

    def last(self, count: int) -> list[Period]:
        """So many of the same kind up to this one, the oldest first."""
        return [self.moved(-back) for back in reversed(range(count))]

    def elapsed(self, day: date) -> Decimal:
        """The share of the period that is over at the end of `day`: 0 to 1, by calendar days (X-13)."""
        whole = (self.end - self.start).days
        gone = (day - self.start).days + 1
        return Decimal(max(0, min(gone, whole))) / whole

    def __str__(self) -> str:
        return self.code


@lru_cache(maxsize=4096)
def parse_period(text: str) -> Period:
    """The period of a code (`2017-H1`, in ROC years `106-06`) or of ROC words (`106年上半年`, `106 年第 2 季`, `106年6月`, `106年度`).

    Raises `PeriodNotUnderstood`.
    """
    squeezed = re.sub(r"\s+", "", text)
    squeezed = _EN.sub(r"\2-\1", squeezed.upper()) if _EN.fullmatch(squeezed.upper()) else squeezed
    found = _CODE.fullmatch(squeezed)
    if found and 1912 <= int(found[1]) <= 2200:
        year, half, quarter, month = found.groups()
        return _period(int(year), half, quarter, month)
    found = _ROC_CODE.fullmatch(squeezed.upper())
    if found:
        year, half, quarter, month = found.groups()
        return _period(int(year) + ROC_OFFSET, half, quarter, month)
    found = _ROC.fullmatch(squeezed)
    if found and int(found[1]) >= 1 and "年" in squeezed:
        year, half, quarter, month = found.groups()
        half_number = {"上": "1", "下": "2"}.get(half or "")
        quarter_number = str("一二三四".find(quarter) + 1) if quarter and quarter in "一二三四" else quarter
        return _period(int(year) + ROC_OFFSET, half_number, quarter_number, month)
    raise PeriodNotUnderstood(
        tell(
            "看不懂期間「%(text)s」。可以寫 2017、2017-H1、2017-Q2、2017-06，"
            "或 106 年上半年、106 年第 2 季、106 年 6 月。",
            text=text,
        )
    )


def _period(year: int, half: str | None, quarter: str | None, month: str | None) -> Period:
    if half:
        return Period(PeriodKind.HALF, year, int(half))
    if quarter:
        return Period(PeriodKind.QUARTER, year, int(quarter))
    if month:
        return Period(PeriodKind.MONTH, year, int(month))
    return Period(PeriodKind.YEAR, year)


def period_of(start: date, end: date) -> Period | None:
    """The period with exactly these half-open dates, or None when they match none."""
    for kind, months in MONTHS.items():
        period = Period(kind, start.year, (start.month - 1) // months + 1)
        if period.start == start and period.end == end:
            return period
    return None
