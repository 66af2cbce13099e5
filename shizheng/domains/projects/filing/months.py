"""The monthly filing of tenders (B01, TC-02): one return an agency, one row for each tender that is 繼續列管."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import format_decimal
from shizheng.common.words import written
from shizheng.domains.projects.actions import months as actions
from shizheng.domains.projects.actions.matters import MOST
from shizheng.domains.projects.actions.month_matters import raise_asked
from shizheng.domains.projects.queries import months as queries
from shizheng.domains.projects.queries.judging import Judge, judge
from shizheng.domains.projects.queries.month_forms import MonthLine, lines_of, lines_of_all
from shizheng.domains.projects.queries.supplying import (
    is_fill_rate,
    is_matching_rate,
    supply,
    supply_fill_rate,
)
from shizheng.domains.projects.rules import months as rules
from shizheng.domains.projects.rules.curves import lag
from shizheng.domains.projects.rules.judging import Course, Money, course_of, is_severe
from shizheng.domains.projects.rules.life import State
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.agencies import own_returns
from shizheng.kernel.filing.inputs import register_supplier
from shizheng.kernel.filing.registry import Entries, FilingKind, Problem, Row, Schedule, Subject, register
from shizheng.kernel.measures.rules.periods import PeriodKind, parse_period
from shizheng.kernel.organisations.queries import UnitNames

CODE, RULE = "projects.month", "filing.tender_month"


def register_filing() -> None:
    """Called once when the app is ready."""
    register(
        FilingKind(
            code=CODE,
            name=gettext_lazy("標案月進度"),
            schedules=(Schedule(RULE, PeriodKind.MONTH),),
            subjects=subjects,
            rows=lines_of,
            rows_of=lines_of_all,
            check=check,
            doubts=doubts,
            on_lock_all=actions.record_months,
            on_unfiled=actions.record_unfiled,
            on_correct=actions.correct_months,
            on_sign=raise_asked,
            narrative=sentence,
            subject_url=lambda each: (
                reverse("projects:agency_board", args=[each.unit_id]) + f"?period={each.round.period}"
            ),
            icon="chart-line",
        )
    )
    register_supplier(is_matching_rate, supply)
    register_supplier(is_fill_rate, supply_fill_rate)


def subjects(found: Any) -> Iterable[Subject]:
    """Each agency with a tender that owes the month, once."""
    period = parse_period(found.period)
    return own_returns(
        queries.owed(period),
        period.last_day,
        lambda name: written("%(agency)s %(period)s標案進度", agency=name, period=period.label),
    )


def check(filing: Any, entries: Entries) -> Iterable[Problem]:
    """What keeps a month from being sent in: days that cannot be, and who is behind says why, what is done, until when."""
    period = parse_period(filing.round.period)
    rule, names = judge(period), UnitNames()
    by_row = filing_queries.values_by_row(entries)
    for line in lines_of(filing):
        try:
            typed = rules.read(by_row.get(line.key, {}))
        except rules.NotReadable as failure:
            yield Problem(str(failure), line.key, failure.field)
            continue
        yield from _days(line, typed, period)
        yield from _behind(line, typed, rule)
        yield from _asking(line, typed, names)


SMALL = 100
"""A sum so many times smaller than last month's was likely typed in 千元 or 萬元."""


def doubts(row: Row, values: Mapping[str, str]) -> Mapping[str, str]:
    """What looks wrong in a row as typed so far: unreadable fields, and sums counted up that are less than last month."""
    if not isinstance(row, MonthLine):
        return {}
    found: dict[str, str] = {}
    given = dict(values)
    while True:
        try:
            typed = rules.read(given)
            break
        except rules.NotReadable as failure:
            found[failure.field] = str(failure)
            del given[failure.field]
    if row.earlier is None:
        return found
    same_year = parse_period(row.earlier.period).year == row.year
    for name in (*rules.COUNTED_UP, "year_budget"):
        before, now = getattr(row.earlier, name), typed.money.get(name)
        if not before or now is None or now >= before or not same_year:
            continue
        if now and now * SMALL <= before:
            found[name] = _("比上月的 %(before)s 少很多，單位是元嗎？") % {"before": format_decimal(before)}
        elif name in rules.COUNTED_UP:
            found[name] = _("累計數比上月的 %(before)s 少，請再看一次。") % {"before": format_decimal(before)}
    if (
        typed.works is not None
        and row.earlier.actual_works is not None
        and typed.works < row.earlier.actual_works
    ):
        before = format_decimal(row.earlier.actual_works, 2)
        found["works"] = _("施工進度比上月的 %(before)s%% 少，請再看一次。") % {"before": before}
    return found


def _days(line: MonthLine, typed: rules.Typed, period: Any) -> Iterable[Problem]:
    if typed.reached and typed.reached_on is None:
        yield Problem(_("選了檢核點，要寫哪一天達成。"), line.key, "reached_on")
    if not typed.reached and typed.reached_on is not None:
        yield Problem(_("還沒有達成檢核點，請清掉達成日。"), line.key, "reached_on")
    if typed.reached_on is not None and typed.reached_on > period.last_day:
        yield Problem(_("達成日在這個月以後；請填到月底為止已達成的檢核點。"), line.key, "reached_on")
    if typed.catch_up_on is not None and typed.catch_up_on <= period.last_day:
        yield Problem(_("預定趕上日要在這個月以後。"), line.key, "catch_up_on")


def _behind(line: MonthLine, typed: rules.Typed, rule: Judge) -> Iterable[Problem]:
    if line.state is State.SUSPENDED:
        return
    gap = lag(actual_of(line, typed), line.planned)
    works = lag(typed.works, line.planned_works)
    course = course_of(gap, rule.thresholds.tolerance)
    if course is not Course.BEHIND and not is_severe(gap, works, rule.thresholds):
        return
    wanted = {"cause": typed.cause, "remedy": typed.remedy, "catch_up_on": typed.catch_up_on}
    shown = rules.against(actual_of(line, typed), line.planned)
    for name, given in wanted.items():
        if not given:
            yield Problem(_("%(progress)s，請填這一欄。") % {"progress": shown}, line.key, name)


def _asking(line: MonthLine, typed: rules.Typed, names: UnitNames) -> Iterable[Problem]:
    if not typed.asks_unit and not typed.asks_for:
        return
    if not typed.asks_for:
        yield Problem(_("請寫要對方協助什麼；不要協助的，請清掉機關。"), line.key, "asks_for")
    elif len(typed.asks_for) > MOST:
        yield Problem(_("最多 %(n)s 字。") % {"n": MOST}, line.key, "asks_for")
    if not typed.asks_unit:
        yield Problem(_("請寫是哪個機關；不要協助的，請清掉請協助的事。"), line.key, "asks_unit")
        return
    unit_id = names.find(typed.asks_unit)
    if unit_id is None:
        yield Problem(_("沒有這個機關，或不只一個。請寫全名，或從清單選。"), line.key, "asks_unit")
    elif unit_id in line.own:
        yield Problem(_("請選別的機關：這是標案自己的機關。"), line.key, "asks_unit")


def actual_of(line: MonthLine, typed: rules.Typed) -> Decimal | None:
    """標案進度 of what was typed, in percent; None while it cannot be said."""
    if line.curve is None or typed.reached is None:
        return None
    if typed.reached and typed.reached not in line.curve.names:
        return None
    return rules.kept(line.curve.reached(typed.reached or None, typed.works))


def sentence(row: Row, values: Mapping[str, str]) -> str:
    """The figures as the system writes them: `標案 42.50%，預定 45.00%，落後 2.50；預算執行率 91.20%`."""
    if not isinstance(row, MonthLine):
        return ""
    typed = rules.read(values)
    parts = []
    shown = rules.against(actual_of(row, typed), row.planned)
    if shown:
        parts.append(_("標案 %(shown)s") % {"shown": shown})
    shown = rules.against(typed.works, row.planned_works)
    if shown:
        parts.append(_("施工 %(shown)s") % {"shown": shown})
    money = money_of(typed)
    if money is not None and money.execution_rate is not None:
        parts.append(_("預算執行率 %(rate)s%%") % {"rate": format_decimal(money.execution_rate, 2)})
    return _("；").join(parts)


def money_of(typed: rules.Typed) -> Money | None:
    """The money of a row; None as long as any of it is missing."""
    found = {name: value for name, value in typed.money.items() if value is not None}
    if len(found) < len(rules.MONEY):
        return None
    return Money(found["year_budget"], found["allocated"], found["paid"], found["payable"], found["surplus"])
