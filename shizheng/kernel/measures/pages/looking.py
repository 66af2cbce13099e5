"""Pages to read: the list of measures, one measure, and where a figure comes from."""

import json
from datetime import date
from typing import Any

import django_filters
import django_tables2 as tables
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.numbers import with_unit
from shizheng.common.routes import requires
from shizheng.common.words import read, tell
from shizheng.kernel.files import queries as files
from shizheng.kernel.measures import counting, queries, uses, view
from shizheng.kernel.measures.models import Measure
from shizheng.kernel.measures.queries.lists import listed
from shizheng.kernel.measures.reading import tree_of
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.judging import Direction
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.measures.rules.render import to_label, to_text
from shizheng.kernel.measures.rules.telling import value_words
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.web.columns import CodeColumn, NumberColumn
from shizheng.web.lists import Chip, ListPage
from shizheng.web.templatetags import ui

FACTS_A_PAGE = 50


def rule_words(figure: Figure) -> str:
    """What people call the version of the rule that judged a figure: 「指標達標判定 第 3 版」."""
    known = rulebook.value_or_none(figure.rule.code, figure.period.last_day)
    name = read(known.name) if known is not None else figure.rule.code
    return tell("%(code)s 第 %(version)s 版", code=name, version=figure.rule.version)


class MeasureTable(tables.Table):
    name = tables.Column(
        verbose_name=gettext_lazy("指標"), linkify=("measures:detail", {"measure_id": tables.A("pk")})
    )
    code = CodeColumn(verbose_name=gettext_lazy("代碼"))
    owner = tables.Column(
        verbose_name=gettext_lazy("主管單位"),
        accessor="owner__name",
        order_by=("owner__order", "owner__name"),
    )
    formula_shown = tables.Column(verbose_name=gettext_lazy("公式"), orderable=False, empty_values=())
    target_now = NumberColumn(verbose_name=gettext_lazy("目標"))
    needs_now = tables.Column(verbose_name=gettext_lazy("待確認"))
    version_now = NumberColumn(verbose_name=gettext_lazy("定義版次"))

    def render_target_now(self, value: Any, record: Any) -> str:
        sign = {">=": "≥", "<=": "≤"}.get(record.direction_now, "=")
        return f"{sign} {with_unit(value, read(record.unit_now))}"

    def render_formula_shown(self, record: Any) -> Any:
        if not record.formula_now:
            return ui.missing("to_confirm", _("公式待確認"))
        labels = {each["name"]: each.get("label", "") for each in record.inputs_now or ()}
        return to_label(tree_of(json.dumps(record.formula_now)), labels)

    def value_formula_shown(self, record: Any) -> str:
        return to_text(tree_of(json.dumps(record.formula_now))) if record.formula_now else ""

    def render_needs_now(self, value: bool) -> Any:
        return ui.missing("to_confirm") if value else "—"

    def value_needs_now(self, value: bool) -> str:
        return _("待確認") if value else ""

    def value_target_now(self, value: Any) -> Any:
        return value


class MeasureFilter(django_filters.FilterSet):
    owner = django_filters.ModelChoiceFilter(
        label=gettext_lazy("主管單位"), queryset=lambda request: _owners(request)
    )
    needs = django_filters.ChoiceFilter(
        label=gettext_lazy("待確認"),
        field_name="needs_now",
        choices=[("True", gettext_lazy("待確認")), ("False", gettext_lazy("已確認"))],
        empty_label=gettext_lazy("全部"),
    )

    class Meta:
        model = Measure
        fields: tuple[str, ...] = ()


def _owners(request: HttpRequest | None) -> Any:
    """The units that own a measure which the reader may see."""
    from django.apps import apps

    units = apps.get_model("organisations", "Unit").objects
    if request is None:
        return units.none()
    return units.filter(pk__in=queries.visible_to(request.user).values("owner_id"))  # type: ignore[arg-type]


class MeasureList(ListPage):
    permission = "measures.view"
    title = gettext_lazy("指標定義")
    subtitle = gettext_lazy("每個指標怎麼算、目標多少、誰主管。點名稱看各版定義與填報的數。")
    table_class = MeasureTable
    filterset_class = MeasureFilter
    search_fields = ("name", "code", "owner__name")
    default_sort = ("code",)
    hidden_columns = ("version_now",)
    export_name = "measures"
    empty_title = gettext_lazy("還沒有指標")
    empty_text = gettext_lazy("匯入施政計畫會帶進指標，也可以自己新增。")

    def get_queryset(self) -> QuerySet[Measure]:
        return listed(self.request.user, queries.as_of_day(self.request.as_of))  # type: ignore[attr-defined, arg-type]

    def get_chips(self) -> list[Chip]:
        return [Chip(_("全部"), {}), Chip(_("待確認"), {"needs": "True"}, icon="help-circle")]

    def get_actions(self) -> list[tuple[str, str, str]]:
        if not self.request.user.may("measures.define"):  # type: ignore[union-attr]
            return []
        return [(_("新增指標"), reverse("measures:define"), "plus")]


@requires("measures.view")
def detail(request: HttpRequest, measure_id: int) -> HttpResponse:
    """One measure: its series, its definitions, its facts."""
    user: Any = request.user
    measure = queries.readable(measure_id, user)
    as_of = queries.as_of_day(request.as_of)  # type: ignore[attr-defined]
    versions = list(queries.versions_of(measure_id))
    unit_id = measure.owner_id
    series = queries.series(measure_id, unit_id, as_of)
    page = Paginator(queries.facts_of(measure_id), FACTS_A_PAGE).get_page(request.GET.get("page"))
    labels = {
        each["name"]: each.get("label", "") for version in reversed(versions) for each in version.inputs
    }
    current = versions[0] if versions else None
    context = {
        "measure": measure,
        "versions": [{"stored": version, **_formula_words(version)} for version in versions],
        "current": current,
        "current_words": _formula_words(current) if current else {},
        "series": list(reversed(series)),
        "chart": _chart(measure, series) if _worth_a_chart(series) else None,
        "counted": counting.counted([fact.pk for fact in page]) if user.may("measures.correct") else (),
        "facts": [
            {"stored": fact, "label": labels.get(fact.input, ""), "words": value_words(queries.value_of(fact)),
             "url": view.trace_url(measure_id, fact.unit_id, fact.period), "period": view.period_from(fact.period).label,
             "correctable": not hasattr(fact, "superseded_by") and user.may("measures.correct", fact.unit_id)}
            for fact in page
        ],
        "page": page,
        "may_define": user.may("measures.define", measure.owner_id),
        "may_file": user.may("measures.file") and queries.visible_to(user).filter(pk=measure_id).exists(),
    }  # fmt: skip
    return render(request, "measures/detail.html", context)


def _formula_words(version: Any) -> dict[str, str]:
    sign = Direction(version.direction).sign
    if not version.formula:
        return {"text": "", "label": "", "sign": sign}
    tree = tree_of(json.dumps(version.formula))
    labels = {each["name"]: each.get("label", "") for each in version.inputs}
    return {"text": to_text(tree), "label": to_label(tree, labels), "sign": sign}


def _worth_a_chart(series: list[Figure]) -> bool:
    """Axes without a single value say nothing that the table does not."""
    return len(series) > 1 and any(each.value is not None for each in series)


def _chart(measure: Measure, series: list[Figure]) -> dict[str, Any]:
    """The series as the design system's chart: gaps stay gaps, a bar starts at 0."""
    last = next((each for each in reversed(series) if each.value is not None), series[-1])
    target = last.target
    spec: dict[str, Any] = {
        "id": "series", "kind": "line" if len(series) > 6 else "bar", "title": measure.name,
        "note": _("各期的值（%(unit)s）；空缺是沒有數字，不是 0") % {"unit": last.unit or _("無單位")},
        "unit": last.unit, "places": last.places, "x": [each.period.label for each in series], "x_label": _("期間"),
        "series": [{"name": _("實際"), "role": "actual", "data": [each.value_text for each in series]}],
    }  # fmt: skip
    if target is not None:
        spec["target"] = {
            "value": str(target),
            "label": _("目標 %(target)s") % {"target": with_unit(target, read(last.unit))},
        }
    return spec


def _wanted(request: HttpRequest, measure: Measure) -> tuple[int, Period]:
    """Unit and period from the address; the owner and the newest period with facts where it names none."""
    unit = request.GET.get("unit", "")
    unit_id = view.id_from(unit, "unit") if unit else measure.owner_id
    text = request.GET.get("period", "").strip()
    if text:
        return unit_id, view.period_from(text)
    latest = (
        queries.facts_of(measure.pk).filter(unit_id=unit_id).first() or queries.facts_of(measure.pk).first()
    )
    return unit_id, view.period_from(latest.period) if latest else view.period_from(str(clock.today().year))


@requires("measures.view")
def trace(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Where a figure comes from."""
    user: Any = request.user
    measure = queries.readable(measure_id, user)
    unit_id, period = _wanted(request, measure)
    day: date | None = request.as_of  # type: ignore[attr-defined]
    found = queries.trace(measure_id, unit_id, period, queries.as_of_day(day))
    used = uses.of(measure_id, unit_id, period)
    evidence = uses.evidence_of(measure_id, unit_id, period, queries.as_of_day(day))
    may_open = files.readable(user, [each.file for each in evidence])
    may_correct = user.may("measures.correct", unit_id)
    context = {
        "measure": measure,
        "trace": found,
        "figure": found.figure,
        "period": period,
        "unit_id": unit_id,
        "hero": view.hero(found),
        "track": [
            {
                "segment": each,
                "event": view.event_words(each.event),
                "url": view.trace_url(measure_id, unit_id, period.code, _track_day(each.start.date())),
            }
            for each in found.track
        ],
        "rows": [(each, value_words(each.value)) for each in found.inputs],
        "corrections": [
            (each, value_words(each.before), value_words(each.after)) for each in found.corrections
        ],
        "members": [(each, view.figure_url(each.figure)) for each in found.members],
        "uses": [use for use in used if not use.crumb],
        "crumbs": [use for use in used if use.crumb],
        "rule_words": rule_words(found.figure),
        "weight": next((use.weight for use in used if use.weight), ""),
        "evidence": [(each, each.file in may_open) for each in evidence],
        "json": json.dumps(view.trace_document(found, evidence), ensure_ascii=False, indent=1),
        "json_url": view.trace_url(measure_id, unit_id, period.code, day, "json"),
        "now_url": view.trace_url(measure_id, unit_id, period.code),
        "as_of": day,
        "tree": organisations.tree(day),
        "may_correct": may_correct,
        "counted": counting.counted([each.fact_id for each in found.inputs if each.fact_id])
        if may_correct and day is None
        else (),
        "may_see_rules": user.may("rulebook.view"),
        "may_file": user.may("measures.file", unit_id),
    }
    return render(request, "measures/trace.html", context)


def _track_day(day: date) -> date | None:
    return day if day < clock.today() else None


@requires("measures.view")
def trace_json(request: HttpRequest, measure_id: int) -> JsonResponse:
    """The trace for programs; failures are JSON too."""
    user: Any = request.user
    try:
        measure = queries.readable(measure_id, user)
        unit_id, period = _wanted(request, measure)
        as_of = queries.as_of_day(request.as_of)  # type: ignore[attr-defined]
        evidence = uses.evidence_of(measure_id, unit_id, period, as_of)
        data = view.trace_document(queries.trace(measure_id, unit_id, period, as_of), evidence)
    except CannotDo as failure:
        return JsonResponse({"code": failure.code, "message": failure.message}, status=failure.status)
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})
