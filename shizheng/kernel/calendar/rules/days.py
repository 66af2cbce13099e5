"""The facts that a calendar is made of: named days, closures, office hours; and what can go wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from shizheng.common.errors import BadInput

WEEKDAYS = "一二三四五六日"
FIRST_YEAR = 1911


def weekday_name(day: date) -> str:
    """星期一 … 星期日."""
    return f"星期{WEEKDAYS[day.weekday()]}"


class CalendarYearMissing(BadInput):
    """The year is not in this version of the calendar. It is refused, never assumed."""

    code = "calendar_year_missing"

    def __init__(self, year: int, version: int, years: Iterable[int]) -> None:
        known = sorted(years)
        span = f"{known[0] - FIRST_YEAR} 至 {known[-1] - FIRST_YEAR} 年" if known else "空的"
        shown = f"民國 {year - FIRST_YEAR} 年（{year}）" if year > FIRST_YEAR else f"西元 {year} 年"
        super().__init__(
            f"工作日曆第 {version} 版沒有{shown}的資料，不能推算那一年哪些天上班，所以沒有算出結果。"
            f"這一版有的年度是 {span}。請先在「工作日曆」登錄那一年官方公布的辦公日曆表，或改用有資料的日期或版本。"
        )
        self.year, self.version = year, version


class UnknownDistrict(BadInput):
    """No district has this code or name."""

    code = "unknown_district"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"沒有「{text[:40]}」這個行政區。請用區名（例如 龍井區）或八碼代碼（例如 66000250）。",
            fields={"district": ["沒有這個行政區"]},
        )


class TooManyDays(BadInput):
    """The number asked for is outside of what a period of an office can be."""

    code = "too_many_days"

    def __init__(self, amount: int, limit: int) -> None:
        super().__init__(
            f"期間 {amount} 超出範圍（0 至 {limit}），沒有算出結果。請確認數字與單位。",
            fields={"amount": [f"要在 0 至 {limit} 之間"]},
        )


class DayKind(StrEnum):
    """What the official table says of a day; the value is the word that the table uses."""

    HOLIDAY = "放假"
    SUBSTITUTE = "補假"
    ADJUSTED = "調整放假"
    MAKE_UP = "補行上班"
    OBSERVED = "照常上班"
    ORDINARY = "平常"

    @property
    def working(self) -> bool | None:
        """Whether people work on such a day; None: as the day of the week says."""
        if self is DayKind.MAKE_UP:
            return True
        if self in (DayKind.HOLIDAY, DayKind.SUBSTITUTE, DayKind.ADJUSTED):
            return False
        return None


@dataclass(frozen=True, slots=True)
class CalendarDayFact:
    """One day that has a name or differs from the rule of the week. `source` says on what paper."""

    day: date
    kind: DayKind
    name: str
    source: str

    @property
    def working(self) -> bool:
        """Whether offices are open by the table (closures aside)."""
        decided = self.kind.working
        return self.day.weekday() < 5 if decided is None else decided

    @property
    def reason(self) -> str:
        """Why, in words: 星期六補行上班（春節調整放假）, 國慶日, 春節補假."""
        if self.kind is DayKind.MAKE_UP:
            return f"{weekday_name(self.day)}補行上班" + (f"（{self.name}）" if self.name else "")
        if self.kind is DayKind.OBSERVED and self.working:
            return f"上班日（{self.name}，公務人員照常上班）"
        if self.kind is DayKind.ORDINARY or not self.name:
            return weekday_name(self.day) if not self.working else "上班日"
        text = (
            self.name if self.kind in (DayKind.HOLIDAY, DayKind.OBSERVED) else f"{self.name}{self.kind.value}"
        )
        return f"{weekday_name(self.day)}、{text}" if self.day.weekday() >= 5 else text


@dataclass(frozen=True, slots=True)
class Closure:
    """Offices closed by a disaster (天然災害停班): the whole city or one district; all day or some hours.

    `district` is an eight-digit code, "" the whole city. Without hours the closure is for the whole day.
    """

    day: date
    district: str
    start: time | None
    end: time | None
    cause: str
    source: str
    district_name: str = ""

    @property
    def full_day(self) -> bool:
        return self.start is None and self.end is None

    def applies_to(self, district: str) -> bool:
        """Whether an office in `district` ("": not said) is closed: a city's closure closes every district."""
        return not self.district or self.district == district

    @property
    def reason(self) -> str:
        """天然災害停班（康芮颱風，全市全日）."""
        where = self.district_name or self.district or "全市"
        hours = "全日" if self.full_day else f"{_clock(self.start) or '上班起'}–{_clock(self.end) or '下班'}"
        return f"天然災害停班（{self.cause}，{where}{hours}）"


def _clock(moment: time | None) -> str:
    return moment.strftime("%H:%M") if moment else ""


@dataclass(frozen=True, slots=True)
class Session:
    """One stretch of office hours, half open."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class WorkHours:
    """Office hours in force from a day on, and how a day closed for some hours counts (a dated reading).

    `partly_closed_counts`: such a day counts as a working day. The plans and the law do not say so for every
    class: the shipped reading is marked 待確認, and an officer can change it.
    """

    since: date
    sessions: tuple[Session, ...]
    partly_closed_counts: bool
    source: str
