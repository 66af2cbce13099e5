"""樣態與決標率: F01's rate with its parts, and the patterns of a year's cases, as of a day."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common import clock
from shizheng.common.numbers import round_half_up, whole_number
from shizheng.common.roc import FIRST_YEAR, year_number
from shizheng.common.routes import requires
from shizheng.domains.procurement.queries import failed as queries
from shizheng.domains.procurement.queries.facts import rate_address
from shizheng.domains.procurement.queries.months import locked_periods, month_of, owed
from shizheng.domains.procurement.queries.patterns import Counted, Pattern, patterns
from shizheng.domains.procurement.rules.failed import Settled, settled_of
from shizheng.domains.procurement.templatetags.procurement import counted_address
from shizheng.kernel.measures.rules.periods import Period, PeriodKind
from shizheng.kernel.organisations import queries as organisations
from shizheng.web import exports

TITLES = {
    "cause": lambda: _("依原因"), "agency": lambda: _("依機關"), "category": lambda: _("依標的分類"),
    "band": lambda: _("依預算金額"), "times": lambda: _("依流廢標次數"),
}  # fmt: skip


@requires("procurement.view")
@require_safe
def pattern_page(request: HttpRequest) -> HttpResponseBase:
    """One year: how many of the listed cases were awarded, and what they have in common."""
    day = getattr(request, "as_of", None) or clock.today()
    years = sorted({each.roc_year for each in queries.all_series()}, reverse=True)
    given = whole_number(request.GET.get("year", ""))
    year = given if given in years else (years[0] if years else None)
    if year is not None:
        day = min(day, day.replace(year=year + FIRST_YEAR, month=12, day=31))
    cases, found = patterns(day, year) if year is not None else ([], [])
    format = request.GET.get("export", "")
    if format in exports.FORMATS:
        return exports.response(
            format, _lines(found), "流廢標樣態", f"failed-tender-patterns-{year}-{day.isoformat()}"
        )
    total = settled_of(each.course.outcome for each in cases)
    locked = locked_periods(year + FIRST_YEAR) if year is not None else []
    return render(
        request,
        "procurement/patterns.html",
        {
            "year": year,
            "day": day,
            "years": [
                {"label": str(year_number(each)), "url": f"?year={each}", "active": each == year} for each in years
            ],
            "strip": strip(total, locked[-1] if locked else None, year, day),
            "patterns": [(TITLES[each.code](), each) for each in found],
            "chart": chart(found[0]) if found and cases else None,
            "export": f"?year={year}&export=",
            "publish": publish_address(request.user, year, locked) if year is not None and cases else "",
        },
    )  # fmt: skip


def strip(total: Settled, locked: Period | None, year: int | None, day: date) -> list[dict[str, Any]]:
    """The rate with its parts: it opens the trace of the last month that was locked, they open their cases."""

    def part(label: str, stood: str, count: int, tone: str = "") -> dict[str, Any]:
        url = counted_address(Counted(year, day, "all", "", stood)) if year is not None and count else ""
        return {"label": label, "text": f"{count:,}", "tone": tone, "url": url}

    rate = total.percent
    note = _("%(a)s ÷（%(t)s − %(c)s）") % {"a": total.awarded, "t": total.listed, "c": total.dropped}
    if locked is not None:
        note += _("；點開是 %(month)s鎖定的數字") % {"month": locked.label}
    return [
        {
            "label": _("決標率"),
            "value": rate,
            "unit": "%",
            "places": 2,
            "missing": "" if rate is not None else "not_applicable",
            "note": note,
            "url": rate_address(locked.code) if locked is not None else "",
        },
        part(_("列管"), "listed", total.listed),
        part(_("已決標"), "awarded", total.awarded),
        part(_("未決標"), "open", total.open, "bad" if total.open else "good"),
        part(_("不續辦"), "dropped", total.dropped),
    ]


def chart(causes: Pattern) -> dict[str, Any] | None:
    """Cases by cause, as bars."""
    return {
        "id": "causes",
        "kind": "bar",
        "title": _("流廢標原因"),
        "note": _("一案有兩個原因，兩邊都算"),
        "unit": _("件"),
        "places": 0,
        "x": [row.label for row in causes.rows],
        "x_label": _("原因"),
        "series": [
            {"name": _("列管案件"), "role": "actual", "data": [row.settled.listed for row in causes.rows]}
        ],
    }


def publishable(year: int, locked: list[Period]) -> str:
    """The longest period of a ROC year that can be published now: the year, else its last quarter that is over and locked."""
    western = year + FIRST_YEAR
    periods = [
        Period(PeriodKind.YEAR, western),
        *(Period(PeriodKind.QUARTER, western, n) for n in (4, 3, 2, 1)),
    ]
    for each in periods:
        last = month_of(each.last_day)
        if each.last_day < clock.today() and (last in locked or not owed(last)):
            return each.code
    return ""


def publish_address(user: Any, year: int, locked: list[Period]) -> str:
    """Where the year, or what of it is over and locked, is published; nothing for who may not, or before there is anything."""
    period = publishable(year, locked) if user.may("publication.issue") else ""
    if not period:
        return ""
    city = organisations.city().pk
    return f"{reverse('publication:issue', args=['procurement.failed', city])}?period={period}"


def _lines(found: list[Pattern]) -> list[list[Any]]:
    rows: list[list[Any]] = [
        [
            _("分組"), _("項目"), _("列管"), _("已決標"), _("未決標"), _("不續辦"), _("決標率（%）"), _("流廢標次數"),
            _("同因再流廢標"), _("首次流廢標到決標（日，中位數）"),
        ]
    ]  # fmt: skip
    for each in found:
        for row in each.rows:
            rate = row.settled.percent
            rows.append(
                [
                    TITLES[each.code](), row.label, row.settled.listed, row.settled.awarded, row.settled.open,
                    row.settled.dropped, None if rate is None else round_half_up(rate, 2), row.failures, row.repeated,
                    row.days,
                ]
            )  # fmt: skip
    return rows
