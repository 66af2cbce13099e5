"""The months' quality and quantity reports (CP-08: twelve a year): which have editions, and the words of each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Min, QuerySet
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor, require
from shizheng.domains.petitions.models import MonthReport, Petition
from shizheng.kernel.calendar.rules.deadlines import add_months
from shizheng.kernel.cases.rules.facts import day_of
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, PeriodNotUnderstood, parse_period
from shizheng.kernel.publication import queries as publications

KIND = "petitions.report"
MOST = 36


@dataclass(frozen=True, slots=True)
class Month:
    """A month that is over: its editions, the newest first, and whether an officer wrote words for it."""

    period: Period
    editions: Sequence[Any]
    written: bool


def ended_month(code: str) -> Period:
    """A month that is over, by its code or as one writes it. Raises NotFound."""
    try:
        found = parse_period(code)
    except PeriodNotUnderstood as failure:
        raise NotFound(_("沒有這個月份。請從質量分析報告進入。")) from failure
    if found.kind is not PeriodKind.MONTH or found.end > clock.today():
        raise NotFound(_("這個月還沒有過完，或不是月份。請從質量分析報告進入。"))
    return found


def months(actor: Actor) -> list[Month]:
    """Months since the first petition that are over, the newest first (three queries)."""
    require(actor, "petitions.view")
    first = Petition.objects.aggregate(first=Min("case__received_at"))["first"]
    if first is None:
        return []
    periods: list[Period] = []
    start = add_months(clock.today().replace(day=1), -1)
    while start >= day_of(first).replace(day=1) and len(periods) < MOST:
        periods.append(parse_period(f"{start:%Y-%m}"))
        start = add_months(start, -1)
    codes = [each.code for each in periods]
    editions: dict[str, list[Any]] = defaultdict(list)
    for each in publications.visible_to(actor).filter(kind=KIND, period__in=codes).order_by("-edition"):
        editions[each.period].append(each)
    written = set(MonthReport.objects.filter(period__in=codes).values_list("period", flat=True))
    return [Month(each, editions[each.code], each.code in written) for each in periods]


def editions_of(period: Period) -> QuerySet[Any]:
    """The editions of one month, the newest first."""
    return publications.rows().filter(kind=KIND, period=period.code).order_by("-edition")


def words_of(period: Period) -> dict[str, Any]:
    """The words as their form shows them; version 0 where nothing was written (one query)."""
    found = MonthReport.objects.filter(period=period.code).first() or MonthReport(version=0)
    return {name: getattr(found, name) for name in ("version", "foreword", "findings", "advice")}
