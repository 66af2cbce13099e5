"""Rows of 上年度實施狀況及成果概述 become results (A04), the same for every layout."""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shizheng.common.text import squash
from shizheng.common.words import written

from .figures import figures_in
from .model import Goal, Remarks, Result, Span
from .numbering import marker_at
from .sections import Section
from .targets import split_weight

_PERIOD = re.compile(
    r"(?P<y1>\d{2,3})年(?P<m1>\d{1,2})月(?P<d1>\d{1,2})日(?:起)?[至到~～－—-](?:(?P<y2>\d{2,3})年)?"
    r"(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日"
)
_YEAR = re.compile(
    r"上?[（(](?P<year>\d{2,3})[）)]年度?|(?<!\d)(?P<plain>\d{2,3})年度?(?:實施狀況|執行成果|成果)"
)
_DATE = re.compile(r"(?<!\d)(?:(?P<y>\d{2,3})年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})日")


@dataclass(frozen=True, slots=True)
class Period:
    """The period that the results cover. Dates are Gregorian; `year` is the ROC year."""

    year: int | None
    start: datetime.date | None
    end: datetime.date | None
    text: str | None

    @property
    def printed(self) -> str | None:
        """ROC dates as start/end, e.g. 106-01-01/106-06-30."""
        if self.start is None or self.end is None:
            return None
        return "/".join(f"{day.year - 1911}-{day.month:02}-{day.day:02}" for day in (self.start, self.end))


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A row as printed; `goal` None where it goes on under the goal above."""

    goal_number: int | None
    goal: str | None
    kpi_number: int | None
    kpi: str
    target: str | None
    narrative: str
    source: Span


def read_period(section: Section, remarks: Remarks) -> Period:
    """The period printed above the results, and their year from there or from the part's heading."""
    for line in section.lines[:6]:
        text = squash(line.text)
        found = _PERIOD.search(text) if len(text) <= 80 else None
        if found is not None and text.rstrip("。)）").endswith(("止", "日", "間", "底")):
            start = _date(found.group("y1"), found.group("m1"), found.group("d1"))
            end = _date(found.group("y2") or found.group("y1"), found.group("m2"), found.group("d2"))
            section.lines.remove(line)
            if start is None or end is None:
                message = written(
                    "第 %(number)s 行的期間「%(text)s」不是有效的日期。", number=line.number, text=text
                )
                remarks.add("period_not_understood", message, line.number)
            return Period(int(found.group("y1")), start, end, text)
    heading = _YEAR.search(squash(section.heading.text))
    year = int(heading.group("year") or heading.group("plain")) if heading else None
    remarks.add(
        "period_missing", written("成果概述沒有印出起訖期間，期間留空，請補登。"), section.heading.number
    )
    return Period(year, None, None, None)


def results_from_rows(
    rows: Sequence[ResultRow], period: Period, goals: Sequence[Goal], remarks: Remarks
) -> list[Result]:
    """Results in order, with the numbers of the goals and KPIs that they report on."""
    results: list[Result] = []
    by_number = {goal.number: goal for goal in reversed(goals)}
    for row in rows:
        results.append(_result(row, period, results[-1] if results else None))
        _flag_dates(results[-1], period, remarks)
        _check_goal(results[-1], by_number, remarks)
    return results


def _result(row: ResultRow, period: Period, before: Result | None) -> Result:
    goal_number: int | None = row.goal_number
    goal, goal_weight = "", None
    if row.goal is None and before is not None:
        goal_number, goal, goal_weight = before.goal_number, before.goal, before.goal_weight
    elif row.goal is not None:
        marked, goal, goal_weight = _named(row.goal)
        goal_number = row.goal_number or marked
        if goal_number is None:
            goal_number = (before.goal_number or 0) + 1 if before is not None else 1
    marked, kpi, kpi_weight = _named(row.kpi)
    position = before.kpi_number + 1 if before and row.goal is None and before.kpi_number is not None else 1
    narrative = row.narrative
    return Result(
        period.year, period.printed, period.text, goal, goal_number, goal_weight, kpi,
        row.kpi_number or marked or position, kpi_weight, row.target, narrative, figures_in(narrative), row.source,
    )  # fmt: skip


def _named(printed: str) -> tuple[int | None, str, Decimal | None]:
    text = squash(printed)
    marker = marker_at(text)
    number = marker.value if marker is not None and marker.style in ("cn", "n") else None
    name, weight = split_weight(text[marker.end :] if marker is not None and number is not None else text)
    return number, name, weight


def _date(year: str, month: str, day: str) -> datetime.date | None:
    try:
        return datetime.date(int(year) + 1911, int(month), int(day))
    except ValueError:
        return None


def _flag_dates(result: Result, period: Period, remarks: Remarks) -> None:
    """Say which dates of a narrative lie after the period's end (X-08); plans for later are remarks all the same."""
    if period.end is None or period.year is None:
        return
    year = period.year
    after: list[str] = []
    for found in _DATE.finditer(result.narrative):
        year = int(found.group("y")) if found.group("y") else year
        day = _date(str(year), found.group("m"), found.group("d"))
        if day is not None and day > period.end:
            after.append(found.group())
    if after:
        shown = "、".join(dict.fromkeys(after))
        message = written(
            "「%(kpi)s」的成果敘述提到期間（%(text)s）以後的日期：%(shown)s，請確認是否屬於本期成果。",
            kpi=result.kpi,
            text=period.text,
            shown=shown,
        )
        remarks.add("date_after_period", message, result.source.start_line)


def _check_goal(result: Result, goals: Mapping[int, Goal], remarks: Remarks) -> None:
    """Say where last year's goal of the same number has another name or weight than this year's (X-10)."""
    goal = goals.get(result.goal_number or 0)
    if goal is None or result.kpi_number != 1:
        return
    names = (goal.name.rstrip("。"), (goal.name_in_text or goal.name).rstrip("。"))
    if result.goal.rstrip("。") not in names:
        message = written(
            "成果概述的策略績效目標 %(goal_number)s「%(goal)s」與本年度的名稱「%(name)s」不同，照原文保留。",
            goal_number=result.goal_number,
            goal=result.goal,
            name=goal.name,
        )
        remarks.add("result_goal_differs", message, result.source.start_line)
    if goal.weight is not None and result.goal_weight is not None and goal.weight != result.goal_weight:
        message = written(
            "策略績效目標 %(number)s 的權重：成果概述為 %(goal_weight)s%%，"
            "本年度為 %(weight)s%%；權重依年度分別保存。",
            number=goal.number,
            goal_weight=result.goal_weight,
            weight=goal.weight,
        )
        remarks.add("result_weight_differs", message, result.source.start_line)
