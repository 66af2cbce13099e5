"""陳情分析 of a month: what came, what rose and how much of the rise it is, where and when, hot spots, themes (J05, J06)."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common import clock
from shizheng.common.numbers import round_half_up
from shizheng.common.routes import requires, shows_today
from shizheng.common.words import N_, called
from shizheng.domains.petitions.queries import analysis as queries
from shizheng.domains.petitions.rules.classes import CLASS_LABELS
from shizheng.kernel.calendar.rules.deadlines import add_months
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, PeriodNotUnderstood, parse_period
from shizheng.web import exports
from shizheng.web.geography import districts

WEEKDAYS = (N_("星期一"), N_("星期二"), N_("星期三"), N_("星期四"), N_("星期五"), N_("星期六"), N_("星期日"))
MOST_ROWS, MOST_COLUMNS = 15, 8


def month_asked(said: str) -> tuple[Period, str]:
    """The month that was asked for, or last month and why not."""
    last = parse_period(f"{add_months(clock.today().replace(day=1), -1):%Y-%m}")
    if not said:
        return last, ""
    try:
        period = parse_period(said)
    except PeriodNotUnderstood:
        period = None
    if period is None or period.kind is not PeriodKind.MONTH:
        return last, _("看不懂「%(said)s」；請寫 114年6月 或 2025-06。") % {"said": said}
    return period, ""


class Names:
    """What keys of an analysis are called, and where their petitions are listed."""

    def __init__(self, found: queries.Analysis) -> None:
        self.categories = found.names
        self.period = found.period.code
        self.known = {each.code: each for each in districts()}

    def category(self, key: int | None) -> str:
        """A category, or 沒有分類 (not to be confused with the category 未分類)."""
        return called(self.categories[key]) if key is not None else _("沒有分類")

    def district(self, code: str) -> str:
        """A district, or that none is known."""
        if not code:
            return _("沒有行政區")
        return called(self.known[code]) if code in self.known else code

    def listed(self, **asked: Any) -> str:
        """The list with the petitions of this month that are meant."""
        return f"{reverse('petitions:list')}?{urlencode({'received': self.period, **asked})}"


@requires("petitions.view")
@shows_today
@require_safe
def analysis(request: HttpRequest) -> HttpResponseBase:
    """The analysis of one month; last month where none is named."""
    user: Any = request.user
    said = request.GET.get("month", "").strip()
    period, wrong = month_asked(said)
    found = queries.analysis(user, period)
    names = Names(found)
    kind = request.GET.get("export", "")
    if kind in exports.FORMATS:
        return exports.response(kind, lines(found, names), _("陳情分析"), f"petition-analysis-{period.code}")
    context = {
        "period": period,
        "said": said or period.code,
        "wrong": wrong,
        "found": found,
        "received": next(iter(found.received.month), None),
        "year": next(iter(found.received.year), None),
        "classes": [
            (CLASS_LABELS[each], names.listed(petition_class=each.value), tally)
            for each, tally in found.table.classes
        ],
        "categories": [
            (names.category(each.key), names.listed(category=each.key) if each.key else "", each, before)
            for each, before in _pairs(found.categories)[:MOST_ROWS]
        ],
        "districts": [(names.district(each.key), each) for each in found.districts.month][:MOST_ROWS],
        "weekdays": [(_(label), found.weekdays[number]) for number, label in enumerate(WEEKDAYS, start=1)],
        "hours": hours_chart(found),
        "hot": hot_rows(found, names),
        "map": hot_map(found, names),
        "themes": found.themes,
        "theme_places": theme_places(found, names),
        "theme_times": theme_times(found),
        "export": f"?{urlencode({'month': period.code})}&export=",
    }
    return render(request, "petitions/analysis.html", context)


def _pairs(compared: queries.Compared) -> list[tuple[Any, Any]]:
    """Each change to the month before beside that to the year before."""
    year = {each.key: each for each in compared.year}
    return [(each, year.get(each.key)) for each in compared.month]


def hours_chart(found: queries.Analysis) -> dict[str, Any]:
    """When they come in, by hour."""
    return {
        "id": "petition-hours", "kind": "bar", "title": _("幾點收件"), "unit": _("件"), "places": 0,
        "x": [str(hour) for hour in found.hours], "x_label": _("時"),
        "series": [{"name": _("收件"), "role": "actual", "data": list(found.hours.values())}],
    }  # fmt: skip


def hot_rows(found: queries.Analysis, names: Names) -> list[dict[str, Any]]:
    """Hot spots of districts and of cells, as the page shows them."""
    rows: list[tuple[Any, str]] = [(each, names.district(each.place)) for each in found.hot_districts]
    cells = [(each, _("方格 %(east)s, %(north)s") % dict(zip(("east", "north"), each.place, strict=True))) for each in found.hot_cells]  # fmt: skip
    return [
        {
            "category": names.category(each.category), "place": place, "n": each.n, "of": each.of,
            "expected": f"{each.expected:.1f}", "p": shown_p(each.p), "q": shown_p(each.q),
            "url": names.listed(category=each.category),
        }
        for each, place in [*rows, *cells]
    ]  # fmt: skip


def shown_p(value: float) -> str:
    """A probability with two digits that say something."""
    return "< 0.0001" if value < 0.0001 else f"{value:.4f}"


def hot_map(found: queries.Analysis, names: Names) -> dict[str, Any] | None:
    """Petitions of the month by district, hot cells as pins."""
    rows = [each for each in found.districts.month if each.now and each.key in names.known]
    if not rows and not found.hot_cells:
        return None
    return {
        "id": "petition-places", "title": _("在哪裡"), "note": _("各區件數；圖釘是熱點方格的中心"), "unit": _("件"), "decimals": 0,
        "places": [{"code": each.key, "name": names.district(each.key), "value": each.now} for each in rows],
        "pins": [
            {
                "longitude": float(each.place[0]) + 0.0025, "latitude": float(each.place[1]) + 0.0025,
                "name": names.category(each.category), "note": _("%(n)s 件") % {"n": each.n},
                "url": names.listed(category=each.category), "look": "bad",
            }
            for each in found.hot_cells
        ],
        "cluster": True,
    }  # fmt: skip


def theme_places(found: queries.Analysis, names: Names) -> dict[str, Any]:
    """Themes × districts: the districts with most first, the others together."""
    most: dict[str, int] = {}
    for each in found.themes:
        for code, n in each.districts.items():
            most[code] = most.get(code, 0) + n
    codes = sorted(most, key=lambda code: (-most[code], code))[:MOST_COLUMNS]
    return {
        "heads": [*(names.district(code) for code in codes), _("其他")],
        "rows": [
            (each.theme, [each.districts.get(code, 0) for code in codes] + [sum(n for code, n in each.districts.items() if code not in codes)], each.now)
            for each in found.themes
        ],
    }  # fmt: skip


def theme_times(found: queries.Analysis) -> dict[str, Any]:
    """Themes × the last twelve months."""
    first = found.themes[0].months if found.themes else []
    return {
        "heads": [parse_period(f"{day:%Y-%m}").short_label for day, _n in first],
        "rows": [(each.theme, [n for _day, n in each.months]) for each in found.themes],
    }


def lines(found: queries.Analysis, names: Names) -> Iterator[Sequence[Any]]:
    """Heading and rows of the export: every count with what it is compared to."""
    yield [
        _("項目"),
        _("名稱"),
        _("本月"),
        _("上月"),
        _("去年同月"),
        _("占增加的比率（%）"),
        _("預期"),
        "p",
        "q",
    ]
    for label, compared, name in (
        (_("分類"), found.categories, names.category), (_("行政區"), found.districts, names.district),
    ):  # fmt: skip
        for each, year in _pairs(compared):
            share = None if each.share is None else round_half_up(each.share, 2)
            yield [label, name(each.key), each.now, each.before, year.before if year else 0, share, None, None, None]  # fmt: skip
    for row in hot_rows(found, names):
        yield [_("熱點"), f"{row['category']} {row['place']}", row["n"], None, None, None, row["expected"], row["p"], row["q"]]  # fmt: skip
    for each in found.themes:
        yield [_("議題"), called(each.theme), each.now, each.months[-2][1], None, None, None, None, None]
