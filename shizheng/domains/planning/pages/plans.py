"""The list of plans, and one plan with its parts: goals and KPIs, work plans, results, history, source."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.common.errors import CannotDo
from shizheng.common.routes import requires
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.forms import ActForm, ReasonForm
from shizheng.domains.planning.models import Plan, PlanState
from shizheng.domains.planning.pages.addresses import with_as_of
from shizheng.domains.planning.publications.results import periods_of
from shizheng.domains.planning.templatetags.planning import plan_state
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries import Key, as_of_day
from shizheng.kernel.measures.rules.periods import Period, PeriodKind
from shizheng.kernel.publication import queries as publication
from shizheng.web.columns import MomentColumn, NumberColumn, StateColumn, YearColumn
from shizheng.web.dates import RocYearFilter
from shizheng.web.lists import Chip, ListPage

TABS = (
    ("plan", gettext_lazy("目標與指標")),
    ("plan_work", gettext_lazy("工作計畫")),
    ("plan_outcomes", gettext_lazy("成果")),
    ("plan_results", gettext_lazy("上年度成果")),
    ("plan_score", gettext_lazy("評分表")),
    ("plan_history", gettext_lazy("經過")),
    ("plan_source", gettext_lazy("來源文件")),
)


class PlanTable(tables.Table):
    """One row a plan."""

    title = tables.Column(verbose_name=gettext_lazy("計畫"), linkify=("planning:plan", [tables.A("pk")]))
    agency = tables.Column(
        verbose_name=gettext_lazy("機關"), accessor="agency__name", order_by=("agency__order", "agency__name")
    )
    roc_year = YearColumn(verbose_name=pgettext_lazy("計年", "年度"))
    edition = NumberColumn(verbose_name=gettext_lazy("版別"))
    state = StateColumn(verbose_name=gettext_lazy("狀態"), draw=plan_state)
    goal_count = NumberColumn(verbose_name=gettext_lazy("目標"))
    kpi_count = NumberColumn(verbose_name=gettext_lazy("指標"))
    warning_count = NumberColumn(verbose_name=gettext_lazy("提醒"))
    imported_at = MomentColumn(verbose_name=gettext_lazy("匯入"))


class PlanFilter(django_filters.FilterSet):
    """By year and state."""

    roc_year = RocYearFilter(label=pgettext_lazy("計年", "年度"))
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("狀態"), choices=PlanState.choices, empty_label=gettext_lazy("全部")
    )

    class Meta:
        model = Plan
        fields: ClassVar[list[str]] = ["roc_year", "state"]


class PlanList(ListPage):
    """施政計畫."""

    permission = "planning.view"
    title = gettext_lazy("施政計畫")
    table_class = PlanTable
    filterset_class = PlanFilter
    search_fields = ("title", "agency__name")
    search_hint = gettext_lazy("找計畫、機關")
    hidden_columns = ("goal_count",)
    default_sort = ("-roc_year", "agency")
    main_action = True
    export_name = "plans"
    empty_title = gettext_lazy("還沒有計畫")
    empty_text = gettext_lazy("研考人員匯入計畫的文字檔後，草稿會出現在這裡。")

    def get_queryset(self) -> Any:
        user: Any = self.request.user
        as_of = as_of_day(getattr(self.request, "as_of", None))
        rows = queries.list_rows(user)
        if as_of is None:
            return rows
        then = {plan.pk for plan in queries.plans_then(user, queries.visible_to(user), as_of)}
        return rows.filter(pk__in=then)

    def get_chips(self) -> Iterable[Chip]:
        user: Any = self.request.user
        counts = dict(queries.visible_to(user).order_by().values_list("state").annotate(n=Count("pk")))
        chips = [Chip(_("全部"), {}, sum(counts.values()))]
        return chips + [
            Chip(state.label, {"state": state.value}, counts[state.value])
            for state in PlanState
            if counts.get(state.value)
        ]

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        user: Any = self.request.user
        if user.may("planning.import"):
            return [(_("匯入計畫"), reverse("planning:import"), "upload")]
        return ()


def tabs(request: HttpRequest, plan: Plan, here: str) -> list[dict[str, Any]]:
    """The parts of a plan, the present one marked."""
    return [
        {
            "label": label,
            "url": reverse(f"planning:{name}", args=[plan.pk]) + with_as_of(request, {}),
            "active": name == here,
        }
        for name, label in TABS
        if name != "plan_score" or plan.state in (PlanState.ACCEPTED, PlanState.PUBLISHED)
    ]


def _frame(request: HttpRequest, plan_id: int, here: str) -> tuple[Plan, dict[str, Any]]:
    """The plan as of the day looked at, and what every part of it shows."""
    user: Any = request.user
    day = getattr(request, "as_of", None)
    plan = queries.plan_then(user, plan_id, day)
    return plan, {
        "plan": plan,
        "tabs": tabs(request, plan, here),
        "acts": [] if day else acts(user, plan),
        "warnings": list(queries.warnings(plan_id)),
        "can_edit": day is None
        and plan.state != PlanState.SUPERSEDED
        and user.may("planning.edit", plan.agency_id),
        "is_draft": plan.state == PlanState.DRAFT,
        **_published(user, plan, day),
    }


def _published(user: Any, plan: Plan, day: Any) -> dict[str, Any]:
    """What was published of the plan, and the periods whose results the reader may publish."""
    if day is not None or plan.state == PlanState.DRAFT:
        return {"publications": [], "result_periods": []}
    may = user.may("planning.publish", plan.agency_id) and user.may("publication.issue", plan.agency_id)
    return {
        "publications": list(publication.of_subject("planning.plan", plan.pk))
        if user.may("publication.view")
        else [],
        "result_periods": periods_of(plan) if may else [],
    }


def acts(user: Any, plan: Plan) -> list[dict[str, Any]]:
    """What the reader may do now, and what not with the reason."""
    found: list[dict[str, Any]] = []
    unit = plan.agency_id

    def add(name: str, label: Any, code: str, why: Any, main: bool = False) -> None:
        if user.may(code, unit):
            url = reverse(f"planning:{name}", args=[plan.pk])
            found.append({"label": label, "url": url, "main": main, "post": name in ("accept", "publish")})
        else:
            found.append({"label": label, "refused": why})

    if plan.state == PlanState.DRAFT:
        found.append({"label": _("對照來源檢查"), "url": reverse("planning:review", args=[plan.pk])})
        add("accept", _("採認這份計畫"), "planning.accept", _("由機關首長或研考會採認"), main=True)
        add("discard", _("捨棄草稿"), "planning.import", _("由匯入的研考人員或研考會捨棄"))
    elif plan.state == PlanState.ACCEPTED:
        add("publish", _("公布"), "planning.publish", _("由研考會主委公布"), main=True)
    elif plan.state == PlanState.PUBLISHED:
        add("withdraw", _("撤回公布"), "planning.publish", _("由研考會主委撤回"))
    return found


@requires("planning.view")
@require_safe
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Goals with their KPIs, and the figure of the plan's year."""
    found, shown = _frame(request, plan_id, "plan")
    as_of = as_of_day(getattr(request, "as_of", None))
    goals = queries.goals_with_kpis(found.pk, as_of)
    period = Period(PeriodKind.YEAR, found.roc_year + 1911)
    ids = [kpi.measure_id for _goal, kpis in goals for kpi in kpis if kpi.measure_id]
    figures = measures.figures_of_unit(ids, found.agency_id, period, as_of)
    rows = [(goal, [(kpi, figures.get(kpi.measure_id or 0)) for kpi in kpis]) for goal, kpis in goals]
    weights = [goal.weight for goal, _kpis in goals if goal.weight is not None]
    return render(
        request,
        "planning/plan.html",
        {
            **shown,
            "goals": rows,
            "weight": sum(weights) if weights else None,
            "kpi_count": sum(len(k) for _g, k in goals),
        },
    )


@requires("planning.view")
@require_safe
def plan_work(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Work plans, items and points."""
    found, shown = _frame(request, plan_id, "plan_work")
    as_of = as_of_day(getattr(request, "as_of", None))
    return render(request, "planning/work.html", {**shown, "work_plans": queries.work_plans(found.pk, as_of)})


@requires("planning.view")
@require_safe
def plan_results(request: HttpRequest, plan_id: int) -> HttpResponse:
    """What the plan reports about the year before, with the figures as computed."""
    found, shown = _frame(request, plan_id, "plan_results")
    as_of = as_of_day(getattr(request, "as_of", None))
    rows = queries.results(found.pk, as_of)
    keys = {
        row.pk: Key(row.kpi.measure_id, found.agency_id, period)
        for row in rows
        if row.kpi and row.kpi.measure_id and (period := queries.result_period(row))
    }
    figures = measures.figures(keys.values(), as_of)
    shown_rows = [(row, figures.get(keys[row.pk]) if row.pk in keys else None) for row in rows]
    return render(request, "planning/results.html", {**shown, "rows": shown_rows})


@requires("planning.view")
@require_safe
def plan_history(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Who did what with the plan, and why."""
    user: Any = request.user
    found, shown = _frame(request, plan_id, "plan_history")
    entries = queries.entries_shown(user, found, found)
    as_of = as_of_day(getattr(request, "as_of", None))
    if as_of is not None:
        entries = entries.filter(recorded_at__lte=as_of.moment)
    return render(request, "planning/history.html", {**shown, "entries": entries[:200]})


@requires("planning.view")
@require_safe
def plan_source(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The text that was read, line by line."""
    found, shown = _frame(request, plan_id, "plan_source")
    text = found.source.text.split("\n")
    remarks: dict[int, list[str]] = {}
    for warning in shown["warnings"]:
        if warning.line_from:
            remarks.setdefault(warning.line_from, []).append(warning.message)
    rows = [(number, line, remarks.get(number)) for number, line in enumerate(text, start=1)]
    return render(request, "planning/source.html", {**shown, "lines": rows})


@requires("planning.accept")
@require_POST
def accept(request: HttpRequest, plan_id: int) -> HttpResponse:
    """採認."""
    return _act(request, plan_id, actions.accept_plan, _("已採認，指標的定義也建好了。"))


@requires("planning.publish")
@require_POST
def publish(request: HttpRequest, plan_id: int) -> HttpResponse:
    """公布."""
    return _act(request, plan_id, actions.publish_plan, _("已公布，任何人都看得到。"))


def _act(request: HttpRequest, plan_id: int, action: Any, done: str) -> HttpResponse:
    user: Any = request.user
    found = queries.plan(user, plan_id)
    form = ActForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    try:
        action(user, found.pk, version=version)
    except CannotDo as failure:
        messages.error(request, failure.message)
    else:
        messages.success(request, done)
    return redirect("planning:plan", plan_id)


@requires("planning.import")
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, plan_id: int) -> HttpResponse:
    """捨棄草稿: asks for the reason."""
    return _with_reason(
        request,
        plan_id,
        actions.discard_plan,
        _("捨棄草稿"),
        _("捨棄"),
        _("草稿已捨棄，來源文件與經過還留著。"),
        "planning:plans",
    )


@requires("planning.publish")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, plan_id: int) -> HttpResponse:
    """撤回公布: asks for the reason."""
    return _with_reason(
        request,
        plan_id,
        actions.withdraw_plan,
        _("撤回公布"),
        _("撤回"),
        _("已撤回，市民看不到這份計畫了；內部仍然生效。"),
        "",
    )


def _with_reason(
    request: HttpRequest, plan_id: int, action: Any, title: str, submit: str, done: str, then: str
) -> HttpResponse:
    user: Any = request.user
    found = queries.plan(user, plan_id)
    form = ReasonForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            action(user, found.pk, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"])
        except CannotDo as failure:
            form.add_error(None, failure.message)
        else:
            messages.success(request, done)
            return redirect(then) if then else redirect("planning:plan", plan_id)
    return render(
        request,
        "planning/reason.html",
        {"plan": found, "form": form, "title": title, "submit": submit},
        status=422 if form.errors else 200,
    )
