"""成果 of a plan: every KPI of a half year or a year, met or not, with what the agency wrote; filter and export."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, ClassVar

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from shizheng.common import clock
from shizheng.common.errors import NotFound
from shizheng.common.numbers import with_unit
from shizheng.common.routes import requires
from shizheng.common.words import called
from shizheng.domains.planning import queries
from shizheng.domains.planning.models import Plan, PlanState
from shizheng.domains.planning.pages.addresses import with_as_of
from shizheng.domains.planning.publications.results import periods_of
from shizheng.domains.planning.queries.outcomes import KpiOutcome, PlanOutcomes
from shizheng.domains.planning.rules.tallies import Status
from shizheng.domains.planning.templatetags.planning import STATUS_WORDS, kpi_status, short
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.measures.templatetags.measures import figure_link
from shizheng.web.columns import CodeColumn, MomentColumn, NumberColumn, own_address
from shizheng.web.lists import Chip, ListPage


class OutcomeTable(tables.Table):
    """One row a KPI."""

    label = CodeColumn(verbose_name=gettext_lazy("編號"))
    name = tables.Column(verbose_name=gettext_lazy("衡量指標"), linkify=own_address)
    weight = NumberColumn(verbose_name=gettext_lazy("權重"))
    target = NumberColumn(verbose_name=gettext_lazy("目標"), orderable=False)
    value = NumberColumn(verbose_name=gettext_lazy("值"), empty_values=())
    status = tables.Column(verbose_name=gettext_lazy("判定"), order_by=("rank",))
    narrative = tables.Column(verbose_name=gettext_lazy("說明"), orderable=False, empty_values=())
    evidence = tables.Column(verbose_name=gettext_lazy("依據"), orderable=False)
    files = tables.Column(verbose_name=gettext_lazy("佐證"), orderable=False)
    rule = tables.Column(verbose_name=gettext_lazy("判定規則"))
    locked = tables.Column(verbose_name=gettext_lazy("鎖定時的判定"), orderable=False)
    corrected_at = MomentColumn(verbose_name=gettext_lazy("更正"))
    goal = tables.Column(verbose_name=gettext_lazy("策略績效目標"))

    def render_weight(self, value: Any) -> str:
        return short(value)

    def value_weight(self, value: Any) -> Any:
        return value

    def render_value(self, record: dict[str, Any]) -> Any:
        return figure_link(record["figure"], ratio=True) if record["figure"] else "—"

    def value_value(self, record: dict[str, Any]) -> Any:
        figure = record["figure"]
        return figure.value if figure and figure.value is not None else ""

    def render_status(self, value: Status) -> Any:
        return kpi_status(value)

    def value_status(self, value: Status) -> str:
        return str(STATUS_WORDS[value])

    def render_locked(self, value: str) -> str:
        return str(STATUS_WORDS[Status(value)])


class OutcomeList(ListPage):
    """成果 of one plan."""

    permission = "planning.view"
    title = gettext_lazy("成果")
    table_class = OutcomeTable
    template_name = "planning/outcomes.html"
    search_fields: ClassVar[Sequence[str]] = ("name", "goal", "narrative")
    search_hint = gettext_lazy("找指標、目標、說明")
    hidden_columns = ("goal", "evidence", "files", "rule", "locked", "corrected_at")
    export_name = "outcomes"
    main_action = True
    empty_title = gettext_lazy("沒有這樣的指標")
    empty_text = gettext_lazy("拿掉條件再看。")

    @cached_property
    def plan(self) -> Plan:
        """The plan as of the day looked at."""
        user: Any = self.request.user
        return queries.plan_then(user, self.kwargs["plan_id"], getattr(self.request, "as_of", None))

    @cached_property
    def period(self) -> Period:
        """The period of the address; else the latest that is over, at first the half year. Raises NotFound for another."""
        found = periods_of(self.plan)
        day = getattr(self.request, "as_of", None) or clock.today()
        if not self.kwargs["period"]:
            return found[1] if found[1].end <= day else found[0]
        asked = next((each for each in found if each.code == self.kwargs["period"]), None)
        if asked is None:
            raise NotFound(_("成果以上半年或全年填報，沒有這個期間。請從計畫頁選期間。"))
        return asked

    @cached_property
    def found(self) -> PlanOutcomes:
        """Everything that the page shows, computed once a request."""
        as_of = as_of_day(getattr(self.request, "as_of", None))
        return queries.plan_outcomes(self.request.user, self.plan, self.period, as_of)

    def get_queryset(self) -> list[dict[str, Any]]:
        wanted = self.request.GET.get("status", "")
        return [self._row(each) for each in self.found.rows if not wanted or each.status.value == wanted]

    def _row(self, each: KpiOutcome) -> dict[str, Any]:
        figure, outcome = each.figure, each.outcome
        target = figure.target if figure else None
        sign = figure.definition.direction.sign if figure and figure.definition else ""
        kept = with_as_of(self.request, {"period": self.period.code})
        return {
            "label": each.label,
            "name": each.kpi.name,
            "weight": each.kpi.weight,
            "target": f"{sign} {with_unit(target, figure.unit)}"
            if target is not None and figure
            else each.kpi.target_text,
            "value": figure.value if figure else None,
            "figure": figure,
            "status": each.status,
            "rank": list(Status).index(each.status),
            "narrative": each.narrative,
            "evidence": outcome.evidence if outcome else "",
            "files": "、".join(each["name"] for each in outcome.evidence_files) if outcome else "",
            "rule": outcome.rule if outcome else figure.rule.name if figure else "",
            "locked": outcome.status if outcome else None,
            "corrected_at": outcome.corrected_at if outcome else None,
            "goal": each.goal.name,
            "url": reverse("planning:kpi", args=[each.kpi.pk]) + kept,
        }

    def search(self, rows: list[dict[str, Any]], words: str) -> list[dict[str, Any]]:
        found = rows
        for word in words.casefold().split():
            found = [
                row for row in found if any(word in str(row[name]).casefold() for name in self.search_fields)
            ]
        return found

    def get_chips(self) -> Iterable[Chip]:
        counted = self.found.tally
        chips = [Chip(_("全部"), {}, counted.all)]
        return chips + [
            Chip(STATUS_WORDS[status], {"status": status.value}, counted.of(status))
            for status in Status
            if counted.of(status)
        ]

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        user: Any = self.request.user
        plan, filing = self.plan, self.found.filing
        if getattr(self.request, "as_of", None) is not None:
            return ()
        found: list[tuple[Any, str, str]] = []
        may = user.may("planning.publish", plan.agency_id) and user.may("publication.issue", plan.agency_id)
        if may and filing is not None and filing.state == "locked" and plan.state != PlanState.DRAFT:
            url = f"{reverse('publication:issue', args=['planning.results', plan.pk])}?period={self.period.code}"
            found.append((_("公布 %(period)s成果") % {"period": self.period.label}, url, "certificate"))
        if filing is not None:
            found.append((_("填報表"), reverse("filing:return", args=[filing.pk]), "forms"))
        return found

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        kept = with_as_of(self.request, {})
        return [
            (_("施政計畫"), reverse("planning:plans") + kept),
            (
                f"{called(self.plan.agency)} {self.plan.title}",
                reverse("planning:plan", args=[self.plan.pk]) + kept,
            ),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        vars(self)["subtitle"] = f"{called(self.plan.agency)}　{self.period.label}"
        kwargs["period_chips"] = [
            {
                "label": each.label,
                "url": reverse("planning:plan_outcomes", args=[self.plan.pk, each.code])
                + with_as_of(self.request, {}),
                "active": each == self.period,
            }
            for each in periods_of(self.plan)
        ]
        kwargs |= {"tally": self.found.tally, "filing": self.found.filing, "plan": self.plan}
        kwargs["changed"] = [each for each in self.found.rows if each.judged_otherwise]
        return super().get_context_data(**kwargs)


@requires("planning.view")
@require_http_methods(["GET", "HEAD", "POST"])
def outcomes(request: HttpRequest, plan_id: int, period: str = "") -> HttpResponse:
    """The results of a plan for a period: without one, the latest that is over. POST keeps a saved view."""
    answer: HttpResponse = OutcomeList.as_view()(request, plan_id=plan_id, period=period)
    return answer
