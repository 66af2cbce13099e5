"""機關看板 (open, due, late, forecast) and 辦理情形月報表 (CP-07, J09)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common import clock
from shizheng.common.numbers import round_half_up
from shizheng.common.routes import requires, shows_today
from shizheng.common.words import called
from shizheng.domains.petitions.queries import boards as queries
from shizheng.domains.petitions.rules.classes import CLASS_LABELS, ENDED_LABELS, Ended
from shizheng.domains.petitions.rules.workflow import KIND
from shizheng.kernel.calendar.rules import CalendarYearMissing
from shizheng.kernel.cases import queries as cases
from shizheng.kernel.measures.rules.periods import PeriodNotUnderstood, parse_period
from shizheng.web import exports


@requires("petitions.view")
@shows_today
@require_safe
def board(request: HttpRequest) -> HttpResponseBase:
    """What every agency has open now, and how many will be late if work goes on as it did."""
    user: Any = request.user
    rows = cases.board(user, KIND)
    kind = request.GET.get("export", "")
    if kind in exports.FORMATS:
        return exports.response(
            kind, board_lines(rows), _("陳情案件機關看板"), f"petition-agencies-{clock.today().isoformat()}"
        )
    try:
        ahead = cases.forecast(user, KIND)
    except CalendarYearMissing:
        ahead = None
    return render(
        request,
        "petitions/board.html",
        {
            "rows": rows,
            "classes": [
                (CLASS_LABELS[each], each.value, open_, late) for each, open_, late in queries.by_class(user)
            ],
            "ahead": ahead,
            "pace": round_half_up(Decimal(ahead.a_day.numerator) / ahead.a_day.denominator, 1)
            if ahead
            else None,
            "open": sum(each.open for each in rows),
            "late": sum(each.late for each in rows),
        },
    )


def board_lines(rows: Sequence[cases.BoardRow]) -> Iterator[Sequence[Any]]:
    """Heading and rows of the export."""
    yield [
        _("機關"),
        _("未結"),
        _("逾期"),
        _("今天到期"),
        _("七天內到期"),
        _("停止計算"),
        _("沒有承辦人"),
        _("退分過"),
    ]
    for each in rows:
        yield [
            each.unit_name, each.open, each.late, each.today, each.soon, each.stopped, each.without_officer,
            each.handed_back,
        ]  # fmt: skip


@requires("petitions.view")
@shows_today
@require_safe
def month(request: HttpRequest) -> HttpResponseBase:
    """辦理情形月報表 of one month; this month where none is named."""
    user: Any = request.user
    said = request.GET.get("month", "").strip()
    today = clock.today()
    wrong = ""
    try:
        period = parse_period(said or f"{today:%Y-%m}")
    except PeriodNotUnderstood:
        period, wrong = (
            parse_period(f"{today:%Y-%m}"),
            _("看不懂「%(said)s」；請寫 114年6月 或 2025-06。") % {"said": said},
        )
    found = queries.month(user, period)
    kind = request.GET.get("export", "")
    if kind in exports.FORMATS:
        return exports.response(
            kind, month_lines(found), _("陳情辦理情形月報表"), f"petitions-{period.start:%Y-%m}"
        )
    return render(
        request,
        "petitions/month.html",
        {
            "found": found,
            "said": said,
            "wrong": wrong,
            "ends": [ENDED_LABELS[each] for each in Ended],
            "agencies": [
                (unit, tally, [tally.ended[each] for each in Ended]) for unit, tally in found.agencies
            ],
            "classes": [
                (CLASS_LABELS[each], tally, [tally.ended[end] for end in Ended])
                for each, tally in found.classes
            ],
            "total": (found.total, [found.total.ended[each] for each in Ended]),
            "export": f"?{urlencode({'month': said})}&export=",
        },
    )


def month_lines(found: queries.Month) -> Iterator[Sequence[Any]]:
    """Heading and rows of the export, every numerator and denominator."""
    yield [
        _("機關"), _("受理"), *(_(ENDED_LABELS[each]) for each in Ended), _("月底未結"), _("依限"), _("辦結"), _("依限辦結率（%）"),
    ]  # fmt: skip
    for name, tally in [*((called(unit), tally) for unit, tally in found.agencies), (_("合計"), found.total)]:
        rate = tally.on_time_rate
        yield [
            name, tally.received, *(tally.ended[each] for each in Ended), tally.open_after, tally.in_time,
            tally.counted, None if rate is None else round_half_up(rate, 2),
        ]  # fmt: skip
