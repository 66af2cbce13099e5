"""The facts that a calendar is made of: named days, closures, office hours; and what can go wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from shizheng.common.errors import BadInput
from shizheng.common.roc import year_number
from shizheng.common.words import N_, listed, read, tell

WEEKDAYS = (
    N_("星期一"), N_("星期二"), N_("星期三"), N_("星期四"), N_("星期五"), N_("星期六"), N_("星期日"),
)  # fmt: skip
FIRST_YEAR = 1911


def weekday_name(day: date) -> str:
    """星期一 … 星期日."""
    return tell(WEEKDAYS[day.weekday()])


class CalendarYearMissing(BadInput):
    """The year is not in this version of the calendar. It is refused, never assumed."""

    code = "calendar_year_missing"

    def __init__(self, year: int, version: int, years: Iterable[int]) -> None:
        known = sorted(years)
        span = (
            tell(
                "%(first)s 至 %(last)s 年",
                first=year_number(known[0] - FIRST_YEAR),
                last=year_number(known[-1] - FIRST_YEAR),
            )
            if known
            else tell("空的")
        )
        shown = (
            tell("民國 %(roc)s 年（%(year)s）", roc=year - FIRST_YEAR, year=year)
            if year > FIRST_YEAR
            else tell("西元 %(year)s 年", year=year)
        )
        super().__init__(
            tell(
                "工作日曆第 %(version)s 版沒有%(shown)s的資料，不能推算那一年哪些天上班，所以沒有算出結果。"
                "這一版有的年度是 %(span)s。請先在「工作日曆」登錄那一年官方公布的辦公日曆表，或改用有資料的日期或版本。",
                version=version,
                shown=shown,
                span=span,
            )
        )
        self.year, self.version = year, version


class UnknownDistrict(BadInput):
    """No district has this code or name."""

    code = "unknown_district"

    def __init__(self, text: str) -> None:
        super().__init__(
            tell(
                "沒有「%(text)s」這個行政區。請用區名（例如 龍井區）或八碼代碼（例如 66000250）。",
                text=text[:40],
            ),
            fields={"district": [tell("沒有這個行政區")]},
        )


class TooManyDays(BadInput):
    """The number asked for is outside of what a period of an office can be."""

    code = "too_many_days"

    def __init__(self, amount: int, limit: int) -> None:
        super().__init__(
            tell(
                "期間 %(amount)s 超出範圍（0 至 %(limit)s），沒有算出結果。請確認數字與單位。",
                amount=amount,
                limit=limit,
            ),
            fields={"amount": [tell("要在 0 至 %(limit)s 之間", limit=limit)]},
        )


class DayKind(StrEnum):
    """What the official table says of a day; the value is the word that the table uses."""

    HOLIDAY = N_("放假")
    SUBSTITUTE = N_("補假")
    ADJUSTED = N_("調整放假")
    MAKE_UP = N_("補行上班")
    OBSERVED = N_("照常上班")
    ORDINARY = N_("平常")

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
            return tell("%(weekday)s補行上班", weekday=weekday_name(self.day)) + (
                tell("（%(name)s）", name=read(self.name)) if self.name else ""
            )
        if self.kind is DayKind.OBSERVED and self.working:
            return tell("上班日（%(name)s，公務人員照常上班）", name=read(self.name))
        if self.kind is DayKind.ORDINARY or not self.name:
            return weekday_name(self.day) if not self.working else tell("上班日")
        text = read(self.name)
        if self.kind not in (DayKind.HOLIDAY, DayKind.OBSERVED):
            text = tell("%(name)s%(kind)s", name=text, kind=tell(self.kind.value))
        return listed((weekday_name(self.day), text)) if self.day.weekday() >= 5 else text


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
        where = self.district_name or self.district or tell("全市")
        hours = (
            tell("全日")
            if self.full_day
            else f"{_clock(self.start) or tell('上班起')}–{_clock(self.end) or tell('下班')}"
        )
        return tell(
            "天然災害停班（%(cause)s，%(where)s%(hours)s）", cause=self.cause, where=where, hours=hours
        )


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
