"""陳情滿意度: results of the survey by agency, each rate with its denominator and how many answered."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.citizens.queries import surveys as queries
from shizheng.citizens.rules.survey import SHORT, share
from shizheng.common import clock
from shizheng.common.routes import requires, shows_today
from shizheng.common.words import called
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, PeriodNotUnderstood, parse_period
from shizheng.web import exports


@requires("citizens.view_survey")
@shows_today
@require_safe
def survey_results(request: HttpRequest) -> HttpResponseBase:
    """Of a month, a quarter, a year."""
    user: Any = request.user
    today = clock.today()
    said, wrong = request.GET.get("month", "").strip(), ""
    period = Period(PeriodKind.MONTH, today.year, today.month)
    if said:
        try:
            period = parse_period(said)
        except PeriodNotUnderstood as failure:
            wrong = str(failure)
    found = queries.results(user, period)
    kind = request.GET.get("export", "")
    if kind in exports.FORMATS:
        return exports.response(kind, _lines(found), _("陳情滿意度"), f"petition-survey-{period}")
    context = {
        "found": found, "said": said, "wrong": wrong, "few": queries.FEWEST,
        "questions": [(_(label), found.total.good[name], found.total.marked[name], share(found.total.good[name], found.total.marked[name])) for name, label in SHORT.items()],
        "export": f"?{urlencode({'month': str(period)})}&export=",
    }  # fmt: skip
    return render(request, "citizens/results.html", context, status=422 if wrong else 200)


def _lines(found: queries.Survey) -> Iterator[Sequence[Any]]:
    yield [
        _("機關"), _("邀請"), _("回答"), _("回收率（%）"), _("滿意"), _("滿意率（%）"),
        *(f"{_(label)}{_('（%）')}" for label in SHORT.values()),
    ]  # fmt: skip
    for unit, result in [*found.agencies, (None, found.total)]:
        rates = [share(result.good[name], result.marked[name]) for name in SHORT]
        numbers = [result.response_rate, result.satisfaction, *rates]
        rounded = [None if each is None else round(each, 2) for each in numbers]
        yield [
            called(unit) if unit is not None else _("合計"), result.invited, result.answered, rounded[0],
            result.good["overall"], rounded[1], *rounded[2:],
        ]  # fmt: skip
