"""City board, agency board, and the list of KPIs: exceptions first, every number a link to its trace."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common import numbers
from shizheng.common.errors import NotFound
from shizheng.common.numbers import format_decimal, with_unit
from shizheng.common.permissions import SYSTEM
from shizheng.common.roc import year_in_words
from shizheng.common.routes import requires
from shizheng.common.words import english, listed, read
from shizheng.domains.planning import queries
from shizheng.domains.planning.pages.addresses import with_as_of
from shizheng.domains.planning.queries import Board, BoardKpi
from shizheng.domains.planning.rules.definitions import ROC_OFFSET
from shizheng.domains.planning.rules.tallies import Status
from shizheng.domains.planning.templatetags.planning import STATUS_TONES, STATUS_WORDS
from shizheng.kernel.measures import view as measure_view
from shizheng.kernel.measures.queries import AsOf, as_of_day
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, PeriodNotUnderstood, parse_period
from shizheng.kernel.organisations import queries as organisations

CARDS = 4
LAST_YEAR = 300
TREND_HALVES = 6


def asked(request: HttpRequest) -> tuple[int | None, Period | None, AsOf | None]:
    """Year, period and moment from the address; what cannot be understood is as if not asked for."""
    as_of = as_of_day(getattr(request, "as_of", None))
    text = request.GET.get("period", "").strip()
    if text:
        try:
            period = parse_period(text)
        except PeriodNotUnderstood:
            return None, None, as_of
        return period.year - ROC_OFFSET, period, as_of
    return year_in(request.GET.get("year")), None, as_of


def year_in(text: str | None) -> int | None:
    """A ROC year out of an address; None for any other text."""
    return numbers.whole_number((text or "").strip(), LAST_YEAR) or None


def unit_in(request: HttpRequest) -> int | None:
    """The agency that the address asks for; None for all of them."""
    return numbers.whole_number(request.GET.get("unit"))


def with_figures(board: Board, rebuilt: Any, asked_for: bool) -> Board:
    """The board, or the newest earlier year that has any figure where nobody asked for a year and this one has none."""
    if asked_for or board.tally.judged or not board.kpis:
        return board
    for year in [year for year in board.years if year < board.year][:3]:
        earlier: Board = rebuilt(year)
        if earlier.tally.judged:
            return earlier
    return board


@requires("planning.view")
@require_safe
def city(request: HttpRequest) -> HttpResponse:
    """市府看板: what needs the reader, four figures, the trend, agencies lowest first."""
    year, period, as_of = asked(request)
    user: Any = request.user
    board = queries.city_board(user, year, period, as_of)
    board = with_figures(board, lambda y: queries.city_board(user, y, None, as_of), year is not None)
    return render(request, "planning/board.html", {**_shown(request, board), "title": _("市府看板")})


@requires("planning.view")
@require_safe
def agency(request: HttpRequest, unit_id: int) -> HttpResponse:
    """An agency's board: the same by goal and KPI."""
    unit = organisations.unit(unit_id)
    if unit is None:
        raise NotFound(_("找不到這個機關。請從市府看板進入。"))
    year, period, as_of = asked(request)
    user: Any = request.user
    board = queries.agency_board(user, unit_id, year, period, as_of)
    board = with_figures(
        board, lambda y: queries.agency_board(user, unit_id, y, None, as_of), year is not None
    )
    goals: dict[tuple[int, int], list[BoardKpi]] = {}
    for kpi in board.kpis:
        goals.setdefault((kpi.plan_id, kpi.goal_id), []).append(kpi)
    shown = _shown(request, board, unit_id)
    return render(
        request,
        "planning/agency.html",
        {**shown, "unit": unit, "title": board.names.get(unit_id, unit.name), "goals": list(goals.values())},
    )


@requires("planning.view")
@require_safe
def trend(request: HttpRequest) -> HttpResponse:
    """The part with the trend: the share that met its target, half-year by half-year."""
    _year, _period, as_of = asked(request)
    user: Any = request.user
    year = year_in(request.GET.get("until")) or 0
    agency_id = unit_in(request)
    found = queries.trend(user, _halves_until(year), as_of, agency_id) if year else []
    kept = [(each, tally) for each, tally in found if tally.all]
    shares = [None if tally.share is None else round(float(tally.share), 2) for _each, tally in kept]
    known = [(each, share) for (each, _tally), share in zip(kept, shares, strict=True) if share is not None]
    spec = {
        "id": "trend",
        "kind": "line",
        "title": _trend_title(known),
        "note": _("達標（含照此速度可達標）占已衡量指標的比率（%）；沒有數字的不計入"),
        "unit": "%",
        "places": 2,
        "x": [each.short_label for each, _tally in kept],
        "x_label": _("半年"),
        "series": [{"name": _("達標比率"), "role": "actual", "data": shares}],
        "from": 0,
        "top": 100,
    }
    return render(request, "planning/_trend.html", {"spec": spec if len(known) > 1 else None})


def _halves_until(year: int) -> list[Period]:
    periods = [Period(PeriodKind.HALF, year + ROC_OFFSET, 2)]
    while len(periods) < TREND_HALVES:
        periods.insert(0, periods[0].previous())
    return periods


def prepare_first() -> None:
    """Compute what 市府看板 shows of today: it is the same for all who may see it, and kept for them."""
    board = with_figures(queries.city_board(SYSTEM), lambda year: queries.city_board(SYSTEM, year), False)
    queries.trend(SYSTEM, _halves_until(board.year))


def _trend_title(known: Sequence[tuple[Period, float]]) -> str:
    """What the two latest half-years with a figure say; the earlier one is named where others lie between them."""
    if len(known) < 2:
        return _("達標比率")
    (before, old), (latest, new) = known[-2:]
    change = new - old
    if before != latest.previous():
        if abs(change) < 0.005:
            return _("達標比率與 %(period)s持平") % {"period": before.label}
        words = _("比 %(period)s高 %(n)s 個百分點") if change > 0 else _("比 %(period)s低 %(n)s 個百分點")
        return _("達標比率") + words % {"period": before.label, "n": f"{abs(change):.2f}"}
    if abs(change) < 0.005:
        return _("達標比率與前半年持平")
    words = _("比前半年高 %(n)s 個百分點") if change > 0 else _("比前半年低 %(n)s 個百分點")
    return _("達標比率") + words % {"n": f"{abs(change):.2f}"}


def _shown(request: HttpRequest, board: Board, unit_id: int | None = None) -> dict[str, Any]:
    """What both boards show."""
    cards = [_card(board, kpi) for kpi in board.exceptions[:CARDS]]
    if len(cards) < CARDS and board.late:
        cards.append(_late_card(request, board))
    tally = board.tally
    return {
        "board": board,
        "cards": cards,
        "more": max(0, len(board.exceptions) - CARDS),
        "numbers": board.chosen(4),
        "chips": period_chips(request, board),
        "unit_id": unit_id,
        "counts": [
            {
                "status": status,
                "count": tally.of(status),
                "url": list_url(request, board, {"status": status.value}, unit_id),
            }
            for status in Status
            if tally.of(status)
        ],
        "list_url": list_url(request, board, {}, unit_id),
        "exceptions_url": list_url(request, board, {"status": Status.NOT_MET.value}, unit_id),
        "agency_title": _agency_title(board),
        "span": year_in_words(board.year) if board.period.kind is PeriodKind.YEAR else board.period.label,
    }


def _card(board: Board, kpi: BoardKpi) -> dict[str, Any]:
    """One exception as a sentence, with what it is measured by and who answers for it."""
    figure = kpi.figure
    assert figure is not None
    tone, icon = STATUS_TONES[kpi.status]
    value = with_unit(figure.value, read(figure.unit), figure.places) if figure.value is not None else ""
    gap_unit = _("個百分點") if figure.unit == "%" else figure.unit
    gap = with_unit(abs(kpi.gap), read(gap_unit), figure.places) if kpi.gap is not None else ""
    words = _gap_words(figure, kpi)
    items: list[tuple[str, str]] = []
    if figure.target is not None and figure.definition is not None:
        target = with_unit(figure.target, read(figure.unit))
        items.append((_("目標"), f"{figure.definition.direction.sign} {target}"))
    if figure.ratio:
        items.append((_("算法"), " ÷ ".join(format_decimal(each) for each in figure.ratio)))
    if figure.verdict.projected is not None:
        projected = with_unit(figure.verdict.projected, figure.unit, figure.places)
        items.append((_("照此速度"), _("期末約 %(n)s") % {"n": projected}))
    items += [(_("屬於"), kpi.goal_name), (_("負責"), board.names.get(kpi.agency_id, ""))]
    return {
        "tone": "bad" if kpi.status is Status.NOT_MET else "warn",
        "state": str(STATUS_WORDS[kpi.status]),
        "state_tone": tone,
        "icon": icon,
        "meta": _("權重 %(w)s") % {"w": _plain(kpi.weight)} if kpi.weight is not None else "",
        "title": words % {"name": kpi.name, "value": value, "gap": gap},
        "url": measure_view.figure_url(figure),
        "items": items,
    }


def _gap_words(figure: Figure, kpi: BoardKpi) -> str:
    """How far from the target. What may not be exceeded is over its limit, or near it where it is only at risk."""
    if figure.definition is None or figure.definition.direction.value != "<=":
        return _("%(name)s %(value)s，離目標還差 %(gap)s")
    if kpi.gap is not None and kpi.gap > 0:
        return _("%(name)s %(value)s，超過上限 %(gap)s")
    return _("%(name)s %(value)s，離上限只剩 %(gap)s")


def _late_card(request: HttpRequest, board: Board) -> dict[str, Any]:
    by_agency: dict[int, int] = {}
    for kpi in board.late:
        by_agency[kpi.agency_id] = by_agency.get(kpi.agency_id, 0) + 1
    names = [f"{board.names.get(unit, '')} {count}" for unit, count in by_agency.items()]
    return {
        "tone": "warn",
        "state": _("未填報"),
        "state_tone": "warn",
        "icon": "clock-exclamation",
        "meta": board.period.label,
        "title": _("期間已過，還有 %(n)s 個指標沒有填報") % {"n": len(board.late)},
        "url": list_url(request, board, {"status": Status.NOT_FILED.value}, None),
        "items": [(_("機關"), listed(names[:6])), (_("影響"), _("沒有數字的不當成 0，也不計入達標比率"))],
    }


def _plain(value: Any) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _agency_title(board: Board) -> str:
    judged = [row for row in board.agencies if row.share is not None]
    below = [row for row in judged if row.share is not None and row.share < 100]
    if not judged:
        return _("還沒有機關有可判定的指標")
    if not below:
        return _("有數字的指標，各機關全部達標")
    return _("%(n)s 個機關有指標未達標，全府 %(good)s ÷ %(judged)s 達標") % {
        "n": len(below),
        "good": board.tally.good,
        "judged": board.tally.judged,
    }


def period_chips(request: HttpRequest, board: Board) -> list[dict[str, Any]]:
    """Years, then the halves of the chosen one."""
    chips: list[dict[str, Any]] = []
    western = board.year + ROC_OFFSET
    whole = board.period.kind is PeriodKind.YEAR
    for year in sorted({*board.years[:8], board.year}, reverse=True):
        chips.append(
            {
                "label": year_in_words(year),
                "url": with_as_of(request, {"year": year}),
                "active": year == board.year and whole,
            }
        )
    for number, label in ((1, _("上半年")), (2, _("下半年"))):
        half = Period(PeriodKind.HALF, western, number)
        label = half.label if english() else f"{board.year} {label}"
        chips.append(
            {
                "label": label,
                "url": with_as_of(request, {"period": half.code}),
                "active": board.period == half,
            }
        )
    return chips


def list_url(request: HttpRequest, board: Board, more: Mapping[str, str], unit_id: int | None) -> str:
    """The list of KPIs of this board, narrowed."""
    query: dict[str, Any] = {"period": board.period.code, **more}
    if unit_id is not None:
        query["unit"] = unit_id
    return reverse("planning:kpis") + with_as_of(request, query)
