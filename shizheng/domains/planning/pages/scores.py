"""年度施政績效評分表 (A05): agencies by score, the sheet of one agency, and one score explained."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from shizheng.common.roc import year_in_words, year_number
from shizheng.common.routes import requires
from shizheng.common.words import read
from shizheng.domains.planning import queries
from shizheng.domains.planning.pages.addresses import with_as_of
from shizheng.domains.planning.pages.boards import year_in
from shizheng.domains.planning.queries import scores
from shizheng.domains.planning.queries.scores import Ranking, ScoredKpi, Sheet
from shizheng.domains.planning.rules.scoring import Way
from shizheng.domains.planning.rules.tallies import Status
from shizheng.domains.planning.templatetags.planning import STATUS_WORDS, short
from shizheng.kernel.measures.queries import AsOf, as_of_day
from shizheng.kernel.rulebook.words import words_of
from shizheng.web import exports
from shizheng.web.columns import NumberColumn, own_address
from shizheng.web.lists import Chip, ListPage

WAYS = {
    Way.MET: gettext_lazy("達標，給滿分"),
    Way.VALUE_OVER_TARGET: gettext_lazy("100 × 實際值 ÷ 目標值"),
    Way.TARGET_OVER_VALUE: gettext_lazy("100 × 目標值 ÷ 實際值"),
    Way.STRAIGHT_LINE: gettext_lazy("100 − 100 ×（實際值 − 目標值）÷ 目標值，最低 0"),
    Way.SMALLER_OVER_LARGER: gettext_lazy("100 × 兩者較小的 ÷ 較大的"),
    Way.ALL_OR_NOTHING: gettext_lazy("未達標就是零分"),
}
NO_WEIGHT = gettext_lazy("沒有印出權重")


class ScoreTable(tables.Table):
    """One row an agency."""

    rank = NumberColumn(verbose_name=gettext_lazy("名次"))
    agency = tables.Column(verbose_name=gettext_lazy("機關"), linkify=own_address)
    score = NumberColumn(verbose_name=gettext_lazy("總分"))
    grade = tables.Column(verbose_name=gettext_lazy("等第"))
    weighted = NumberColumn(verbose_name=gettext_lazy("加權分數合計"), places=2)
    weights = NumberColumn(verbose_name=gettext_lazy("計入的權重"))
    counted = NumberColumn(verbose_name=gettext_lazy("計分指標"))
    uncounted = NumberColumn(verbose_name=gettext_lazy("不計分指標"))

    def render_weights(self, value: Any) -> str:
        return short(value)

    def value_weights(self, value: Any) -> Any:
        return value


class ScoreList(ListPage):
    """評分排序: agencies of a year, highest first."""

    permission = "planning.view"
    title = gettext_lazy("年度施政績效評分")
    table_class = ScoreTable
    search_fields: ClassVar[Sequence[str]] = ("agency",)
    search_hint = gettext_lazy("找機關")
    export_name = "scores"
    empty_title = gettext_lazy("這一年還沒有可以評分的計畫")
    empty_text = gettext_lazy("換一個年度；或等機關的計畫採認後再看。")

    _ranking: Ranking | None = None

    @property
    def ranking(self) -> Ranking:
        """What the list shows, computed once a request."""
        if self._ranking is None:
            user: Any = self.request.user
            self._ranking = scores.ranking(user, year_in(self.request.GET.get("year")), _as_of(self.request))
        return self._ranking

    def get_queryset(self) -> list[dict[str, Any]]:
        return [
            {
                "rank": sheet.rank,
                "agency": sheet.agency,
                "score": sheet.total.score,
                "grade": read(sheet.grade),
                "weighted": sheet.total.weighted,
                "weights": sheet.total.weights,
                "counted": sheet.total.counted,
                "uncounted": sheet.total.uncounted,
                "url": sheet_url(self.request, sheet),
            }
            for sheet in self.ranking.sheets
        ]

    def search(self, rows: list[dict[str, Any]], words: str) -> list[dict[str, Any]]:
        return [
            row for row in rows if all(word in row["agency"].casefold() for word in words.casefold().split())
        ]

    def get_chips(self) -> Iterable[Chip]:
        shown = sorted({*self.ranking.years[:8], self.ranking.year}, reverse=True)
        return [Chip(year_in_words(year), {"year": str(year)}) for year in shown]

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [
            (_("市府看板"), reverse("planning:board") + with_as_of(self.request, {"year": self.ranking.year}))
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.ranking
        running = any(sheet.running for sheet in found.sheets)
        words = _("%(year)s，期中試算") if running else _("%(year)s")
        rule = _("等第依規則 %(rule)s") % {"rule": found.rules.bands.label}
        if found.rules.bands.unconfirmed:
            rule += _("（待確認：%(reading)s）") % {"reading": read(found.rules.bands.reading)}
        vars(self)["subtitle"] = f"{words % {'year': year_in_words(found.year)}}　{rule}"
        return super().get_context_data(**kwargs)


def _as_of(request: HttpRequest) -> AsOf | None:
    return as_of_day(getattr(request, "as_of", None))


def sheet_url(request: HttpRequest, sheet: Sheet) -> str:
    """The address of a sheet, as of the day looked at."""
    return reverse("planning:score", args=[sheet.year, sheet.agency_id]) + with_as_of(request, {})


@requires("planning.view")
@require_safe
def sheet(request: HttpRequest, year: int, unit_id: int) -> HttpResponseBase:
    """The score sheet of an agency, on the page or as CSV, XLSX or ODS."""
    user: Any = request.user
    return _shown(request, scores.sheet_of_agency(user, unit_id, year, _as_of(request)))


@requires("planning.view")
@require_safe
def plan_score(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """The score sheet of a plan."""
    user: Any = request.user
    plan = queries.plan_then(user, plan_id, getattr(request, "as_of", None))
    return _shown(request, scores.sheet_of_plan(user, plan, _as_of(request)))


@requires("planning.view")
@require_safe
def score(request: HttpRequest, year: int, kpi_id: int) -> HttpResponse:
    """One score explained: formula, values put in, rules with their version and since when."""
    user: Any = request.user
    found, row = scores.score_of_kpi(user, kpi_id, year, _as_of(request))
    made = row.line
    lower = made.way in (Way.TARGET_OVER_VALUE, Way.STRAIGHT_LINE, Way.ALL_OR_NOTHING)
    used = [(_("等第"), found.rules.bands)]
    if lower:
        used.insert(0, (_("越低越好的指標怎麼給分"), found.rules.lower))
    return render(
        request,
        "planning/score.html",
        {
            "sheet": found,
            "row": row,
            "kpi": row.kpi,
            "why": why_not(made.uncounted),
            "formula": WAYS[made.way] if made.way else "",
            "rules": [(name, rule, words_of(rule)) for name, rule in used],
            "back": sheet_url(request, found),
        },
    )


def why_not(uncounted: str) -> str:
    """Why a KPI counts in no total, in words; empty where it counts."""
    if not uncounted:
        return ""
    return str(NO_WEIGHT if uncounted == "no_weight" else STATUS_WORDS[Status(uncounted)])


def _shown(request: HttpRequest, found: Sheet) -> HttpResponseBase:
    kind = request.GET.get("export", "")
    title = _("%(agency)s %(year)s 年度施政績效評分表") % {
        "agency": read(found.agency),
        "year": year_number(found.year),
    }
    if kind in exports.FORMATS:
        return exports.response(kind, _lines(found), title, f"score-{found.year}-{found.agency_id}")
    goals: dict[tuple[int, int], list[ScoredKpi]] = {}
    for row in found.rows:
        goals.setdefault((row.kpi.plan_id, row.kpi.goal_id), []).append(row)
    return render(
        request,
        "planning/sheet.html",
        {
            "sheet": found,
            "title": title,
            "goals": list(goals.values()),
            "uncounted": [(row, why_not(row.line.uncounted)) for row in found.uncounted],
            "bands": words_of(found.rules.bands),
            "formats": exports.FORMATS.items(),
            "plan_to_issue": _plan_to_issue(request, found),
            "ranking_url": reverse("planning:scores") + with_as_of(request, {"year": found.year}),
            "as_of_text": request.GET.get("as_of", "") if getattr(request, "as_of", None) else "",
        },
    )


def _plan_to_issue(request: HttpRequest, found: Sheet) -> int | None:
    """The plan whose sheet the reader may publish now; None for others, and while the year is running."""
    user: Any = request.user
    own = [row.kpi for row in found.rows if row.kpi.result_id is None]
    if found.running or not own or getattr(request, "as_of", None):
        return None
    may = user.may("planning.publish", found.agency_id) and user.may("publication.issue", found.agency_id)
    return own[0].plan_id if may else None


def _lines(found: Sheet) -> Iterable[Sequence[Any]]:
    """The sheet as rows of a file: the last ones are the sum, the weights that counted, the total and the grade."""
    yield [
        _("目標"), _("編號"), _("衡量指標"), _("權重"), _("目標值"), _("實際值"), _("單位"), _("達成度"), _("得分"),
        _("加權分數"), _("算式"), _("不計分的原因"), _("規則"),
    ]  # fmt: skip
    for row in found.rows:
        kpi, made, figure = row.kpi, row.line, row.kpi.figure
        yield [
            kpi.goal_name, kpi.label, kpi.name, made.weight, figure.target if figure else None, row.value,
            figure.unit if figure else "", made.attainment and round(made.attainment, 6), made.score, made.weighted,
            row.worked or (str(WAYS[made.way]) if made.way else ""), why_not(made.uncounted),
            f"{figure.rule.name}、{found.rules.lower.label}" if figure else "",
        ]  # fmt: skip
    summed = found.total
    blank = [""] * 3
    yield [_("合計"), "", "", summed.weights, *blank, "", "", summed.weighted, "", "", ""]
    yield [_("總分"), "", "", "", *blank, "", summed.score, "", _("100 × 加權分數合計 ÷ 計入的權重"), "", ""]
    yield [_("等第"), "", read(found.grade), "", *blank, "", "", "", "", "", found.rules.bands.label]
