"""分案情形 of a month (人工分案比例, 改分率), and the one press that gives a petition away as proposed (J03)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.numbers import round_half_up
from shizheng.common.routes import requires, shows_today
from shizheng.common.words import called
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.pages.acting import start
from shizheng.domains.petitions.pages.shared import back_to
from shizheng.domains.petitions.queries import assigning as queries
from shizheng.domains.petitions.queries.proposals import AGENCY
from shizheng.kernel.cases.actions import How
from shizheng.kernel.cases.queries import GIVEN
from shizheng.kernel.measures.rules.periods import PeriodNotUnderstood, parse_period
from shizheng.web import exports


@requires("petitions.assign")
@require_POST
def accept(request: HttpRequest, case_id: int) -> HttpResponse:
    """照建議分案."""
    user, row = start(request, case_id, "petitions.assign")
    version = request.POST.get("version", "")
    try:
        case = actions.accept_proposal(
            user, row.case_id, version=int(version) if version.isascii() and version.isdigit() else None
        )
    except CannotDo as failure:
        messages.error(request, failure.message)
    else:
        messages.success(request, _("已照建議分給%(unit)s，並通知承辦單位。") % {"unit": called(case.unit)})
    return redirect(back_to(case_id))


@requires("petitions.view")
@shows_today
@require_safe
def month(request: HttpRequest) -> HttpResponseBase:
    """How petitions of one month were given away; this month where none is named."""
    user: Any = request.user
    said = request.GET.get("month", "").strip()
    this = f"{clock.today():%Y-%m}"
    wrong = ""
    try:
        period = parse_period(said or this)
    except PeriodNotUnderstood:
        period, wrong = (
            parse_period(this),
            _("看不懂「%(said)s」；請寫 114年6月 或 2025-06。") % {"said": said},
        )
    found = queries.assigning(user, period)
    kind = request.GET.get("export", "")
    if kind in exports.FORMATS:
        return exports.response(
            kind, month_lines(found), _("陳情分案情形"), f"petitions-assigning-{period.start:%Y-%m}"
        )
    total = found.total
    context = {
        "found": found, "said": said, "wrong": wrong, "model_name": AGENCY, "measured": _measured(found.model),
        "coverage": None if found.coverage_95 is None else Decimal(str(found.coverage_95)) * 100,
        "ways": [(How(how).label, total.by[how], total.moved[how], total.rate_of(how)) for how in GIVEN],
        "rows": [*((called(unit), given) for unit, given in found.agencies), (_("合計"), total)],
        "export": f"?{urlencode({'month': said})}&export=",
    }  # fmt: skip
    return render(request, "petitions/assigning.html", context)


def _measured(model: Any) -> tuple[str, str] | None:
    """Precision and coverage that the card measured at the threshold in force, of the nearest one that it tells."""
    if model is None or model.threshold is None:
        return None
    told = [
        each for each in model.active.card["thresholds"] if each["threshold"] <= float(model.threshold) + 1e-9
    ]
    if not told or told[-1]["precision"] is None:
        return None
    return f"{told[-1]['precision'] * 100:.1f}%", f"{told[-1]['coverage'] * 100:.1f}%"


def month_lines(found: queries.Assigning) -> Iterator[Sequence[Any]]:
    """Heading and rows of the export, every numerator and denominator."""
    yield [
        _("機關"), _("分案件數"), *(str(How(how).label) for how in GIVEN), _("人工分案比例（%）"), _("後來改分"), _("改分率（%）"),
    ]  # fmt: skip
    for name, given in [*((called(unit), given) for unit, given in found.agencies), (_("合計"), found.total)]:
        yield [
            name, given.all, *(given.by[how] for how in GIVEN), _rounded(given.hand_rate), given.all_moved,
            _rounded(given.moved_rate),
        ]  # fmt: skip


def _rounded(rate: Decimal | None) -> Decimal | None:
    return None if rate is None else round_half_up(rate, 2)
