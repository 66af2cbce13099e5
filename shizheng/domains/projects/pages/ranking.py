"""機關排名 with its trend, and the list of proposals of reward and penalty with the months that they rest on (B05)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from shizheng.common.numbers import format_decimal, round_half_up, whole_number
from shizheng.common.routes import requires
from shizheng.common.words import listed, read
from shizheng.domains.projects.pages.boards import rounded, traced
from shizheng.domains.projects.pages.month_common import (
    address,
    as_of_in,
    export_in,
    exported,
    month_chips,
    month_in,
    rules_shown,
)
from shizheng.domains.projects.queries import ranking as queries
from shizheng.domains.projects.queries.judging import (
    COUNTS,
    GAPS,
    STREAK,
    STREAK_MONTHS,
    TENDER,
    TOLERANCE,
    WORKS,
)
from shizheng.domains.projects.queries.ranking import LENGTHS, RATES, Ranking, Streaks

RATE_WORDS = {
    "matching": gettext_lazy("進度相符率"),
    "execution": gettext_lazy("預算執行率"),
    "filed": gettext_lazy("填報率"),
}
COLUMNS = 6
HUNDRED = Decimal(100)


@requires("projects.view")
@require_safe
def ranking(request: HttpRequest) -> HttpResponseBase:
    """Agencies by a rate of one month, with up to 36 months before it."""
    rate = request.GET.get("rate", "")
    rate = rate if rate in RATES else RATES[0]
    months = whole_number(request.GET.get("months")) or LENGTHS[0]
    months = months if months in LENGTHS else LENGTHS[0]
    user: Any = request.user
    found = queries.ranking(user, month_in(request), as_of_in(request), rate=rate, months=months)
    kind = export_in(request)
    if kind:
        return exported(kind, ranking_lines(found), _("機關排名"), "tender-ranking")
    if found.period is None:
        return render(request, "projects/ranking.html", {"found": found})
    query = {"period": found.period.code, "rate": rate, "months": months}
    return render(
        request,
        "projects/ranking.html",
        {
            "found": found,
            "rate_word": RATE_WORDS[rate],
            "chips": month_chips(request, found.periods, found.period, {"rate": rate, "months": months}),
            "rates": [
                {
                    "label": word,
                    "url": address(request, {**query, "rate": code}),
                    "active": code == rate,
                }
                for code, word in RATE_WORDS.items()
            ],
            "lengths": [
                {
                    "label": _("%(n)s 個月") % {"n": length},
                    "url": address(request, {**query, "months": length}),
                    "active": length == months,
                }
                for length in LENGTHS
            ],
            "last": [each.short_label for each in found.shown[-COLUMNS:]],
            "rows": [
                (each, list(zip(found.shown[-COLUMNS:], each.series[-COLUMNS:], strict=True)))
                for each in found.rows
            ],
            "traced": traced().get(rate),
            "spec": _spec(found),
            "rules": rules_shown(found.rule, TOLERANCE, COUNTS, TENDER, WORKS),
            "export": address(request, query) + "&export=",
            "board": address(request, {"period": found.period.code}),
        },
    )


def _spec(found: Ranking) -> dict[str, Any] | None:
    """The three lowest agencies over the months: whom one asks about."""
    lowest = [each for each in found.rows if each.percent is not None][-3:]
    if len(found.shown) < 2 or not lowest:
        return None
    roles = ("actual", "plan", "old")
    return {
        "id": "trend",
        "kind": "line",
        "title": _("%(agency)s最低，%(rate)s %(value)s%%")
        % {
            "agency": listed(read(each.name) for each in lowest if each.percent == lowest[-1].percent),
            "rate": RATE_WORDS[found.rate],
            "value": format_decimal(lowest[-1].percent or Decimal(0), 2),
        },
        "note": _("名次最後的 %(n)s 個機關，%(rate)s（%%），各月依當月的規則")
        % {"n": len(lowest), "rate": RATE_WORDS[found.rate]},
        "unit": "%",
        "places": 2,
        "x": [each.short_label for each in found.shown],
        "x_label": _("月份"),
        "series": [
            {
                "name": read(each.name),
                "role": role,
                "data": [None if one is None else float(round_half_up(one, 2)) for one in each.series],
            }
            for each, role in zip(reversed(lowest), roles, strict=False)
        ],
        "from": 0,
        **({"top": 100} if all((one or 0) <= HUNDRED for each in lowest for one in each.series) else {}),
    }


def ranking_lines(found: Ranking) -> Iterator[Sequence[Any]]:
    """Heading and rows: place, the two numbers of the rate, and the rate of every month shown."""
    yield [
        _("名次"), _("前月名次"), _("機關"), _("分子"), _("分母"), _("率（%）"), _("嚴重落後"), *(each.code for each in found.shown),
    ]  # fmt: skip
    for each in found.rows:
        yield [
            each.place, each.before, each.name, each.part, each.whole, rounded(each.percent), each.severe,
            *(rounded(one) for one in each.series),
        ]  # fmt: skip


@requires("projects.view")
@require_safe
def streaks(request: HttpRequest) -> HttpResponseBase:
    """Tenders ahead or behind for months in a row: what is to be proposed, with its evidence."""
    user: Any = request.user
    found = queries.streaks(user, month_in(request), as_of_in(request), whole_number(request.GET.get("unit")))
    kind = export_in(request)
    if kind:
        return exported(kind, streak_lines(found), _("連續超前或落後"), "tender-streaks")
    if found.period is None:
        return render(request, "projects/streaks.html", {"found": found})
    query = {"period": found.period.code, "unit": request.GET.get("unit", "")}
    return render(
        request,
        "projects/streaks.html",
        {
            "found": found,
            "penalties": [each for each in found.proposals if not each.ahead],
            "rewards": [each for each in found.proposals if each.ahead],
            "chips": month_chips(request, found.periods, found.period, {"unit": query["unit"]}),
            "rules": rules_shown(found.rule, STREAK, STREAK_MONTHS, *GAPS.values()),
            "memo": address(request, {"period": found.period.code}),
            "export": address(request, query) + "&export=",
        },
    )


def streak_lines(found: Streaks) -> Iterator[Sequence[Any]]:
    """Heading and rows: one for each proposal, its months in one cell."""
    yield [_("列管編號"), _("標案名稱"), _("機關"), _("簽辦"), _("月數"), _("依據（月份與差距）")]
    for each in found.proposals:
        months = "；".join(f"{one.period.code} {rounded(one.lag)}" for one in each.months)
        project = each.record.project
        yield [
            project.number, project.name, found.names.get(each.agency_id, ""), _("獎勵") if each.ahead else _("懲處"),
            len(each.months), months,
        ]  # fmt: skip
