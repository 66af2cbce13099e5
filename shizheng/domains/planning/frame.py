"""What planning adds to the frame of every page: navigation, my work, search, the public home, uses of figures."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from shizheng.common.roc import year_number
from shizheng.common.together import Asked
from shizheng.common.words import called
from shizheng.domains.planning.rules.definitions import ROC_OFFSET
from shizheng.kernel.measures import uses
from shizheng.kernel.measures.rules.periods import Period
from shizheng.web import nav, published, search, warming, work
from shizheng.web.nav import NavEntry


def register() -> None:
    """Called once when the app is ready."""
    nav.register(
        NavEntry(
            gettext_lazy("市府看板"), "planning:board", "layout-dashboard", "planning.view", 20, area="top"
        )
    )
    nav.register(
        NavEntry(
            gettext_lazy("計畫與指標"),
            "planning:plans",
            "target-arrow",
            "planning.view",
            10,
            prefix="/planning/plans/",
        )
    )
    nav.register(
        NavEntry(pgettext_lazy("nav", "衡量指標"), "planning:kpis", "list-numbers", "planning.view", 11)
    )
    nav.register(NavEntry(gettext_lazy("年度施政績效評分"), "planning:scores", "medal", "planning.view", 11))
    nav.register(NavEntry(gettext_lazy("施政計畫"), "planning:public", "file-text", None, 20, area="public"))
    work.register(work_items)
    search.register(search.Provider("kpis", gettext_lazy("衡量指標"), find_kpis, 20))
    search.register(search.Provider("goals", gettext_lazy("策略績效目標"), find_goals, 21))
    search.register(search.Provider("plans", gettext_lazy("施政計畫"), find_plans, 30))
    published.register(published.Section("plans", gettext_lazy("年度施政計畫"), published_plans, 10))
    warming.register(prepare_boards)
    uses.register(uses_of_figure)
    uses.open_to(measures_shown_to)


def prepare_boards() -> None:
    """What the first reader of 市府看板 would wait for."""
    from shizheng.domains.planning.pages.boards import prepare_first

    prepare_first()


def work_items(actor: Any, today: date) -> Iterable[work.WorkItem | Asked]:
    """Drafts to accept, plans to publish, figures to confirm, definitions that are 待確認."""
    from shizheng.domains.planning import queries

    kind = _("施政計畫")
    drafts, accepted = queries.drafts_to_accept(actor)[:20], queries.to_publish(actor)[:20]
    results, readings = queries.results_to_confirm(actor)[:20], queries.readings_to_confirm(actor)
    yield drafts, accepted, results, readings
    for plan in drafts:
        yield work.WorkItem(
            due=None,
            title=_("採認 %(plan)s") % {"plan": plan},
            why=_("%(agency)s，%(who)s匯入，等您採認後才生效")
            % {"agency": plan.agency, "who": plan.imported_by},
            url=reverse("planning:review", args=[plan.pk]),
            button=_("檢查並採認"),
            kind=kind,
            icon="file-check",
        )
    for plan in accepted:
        yield work.WorkItem(
            due=None,
            title=_("公布 %(plan)s") % {"plan": plan},
            why=_("%(agency)s，已採認，還沒有公布") % {"agency": plan.agency},
            url=reverse("planning:plan", args=[plan.pk]),
            button=_("看計畫"),
            kind=kind,
            icon="world",
        )
    for plan in results:
        yield work.WorkItem(
            due=None,
            title=_("確認 %(plan)s的成果數字") % {"plan": plan},
            why=_("%(agency)s，敘述裡的數字還沒有人確認是哪一個") % {"agency": plan.agency},
            url=reverse("planning:plan_results", args=[plan.pk]),
            button=_("確認"),
            kind=kind,
            icon="list-check",
            ready=_("還有 %(n)s 列") % {"n": plan.open_results},  # type: ignore[attr-defined]
        )
    for agency, count, first in readings:
        yield work.WorkItem(
            due=None,
            title=_("%(agency)s有 %(n)s 個指標的讀法待確認") % {"agency": agency, "n": count},
            why=_("印出的衡量標準有不只一種讀法，先採用第一種"),
            url=reverse("measures:detail", args=[first]),
            button=_("選定讀法"),
            kind=_("衡量指標"),
            icon="help-circle",
        )


def find_kpis(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """KPIs by name or agency."""
    from shizheng.domains.planning import queries

    for kpi in queries.kpis_found(actor, words)[:limit]:
        plan = kpi.goal.plan
        yield search.Hit(
            title=kpi.name,
            url=reverse("planning:kpi", args=[kpi.pk]),
            number=str(year_number(plan.roc_year)),
            meta=f"{called(plan.agency)}　{kpi.goal.name}",
            icon="target-arrow",
        )


def find_goals(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """Goals by name or agency."""
    from shizheng.domains.planning import queries

    for goal in queries.goals_found(actor, words)[:limit]:
        yield search.Hit(
            title=goal.name,
            url=reverse("planning:goal", args=[goal.pk]),
            number=str(year_number(goal.plan.roc_year)),
            meta=called(goal.plan.agency),
            icon="flag",
        )


def find_plans(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """Plans by title or agency."""
    from shizheng.domains.planning import queries

    for plan in queries.plans_found(actor, words)[:limit]:
        yield search.Hit(
            title=str(plan),
            url=reverse("planning:plan", args=[plan.pk]),
            number=str(year_number(plan.roc_year)),
            meta=f"{called(plan.agency)}　{plan.get_state_display()}",
            icon="file-text",
        )


def published_plans() -> Iterable[published.PublishedItem]:
    """Published plans for the public home, newest year first."""
    from shizheng.domains.planning import queries

    rows = queries.published().defer("source__text").order_by("-roc_year", "agency__order")
    for plan in rows[:24]:
        yield published.PublishedItem(
            title=_("%(agency)s %(year)s 年度施政計畫")
            % {"agency": plan.agency, "year": year_number(plan.roc_year)},
            url=reverse("planning:public_plan", args=[plan.pk]),
            owner="",
            note="",
        )


def measures_shown_to(actor: Any) -> Any:
    """Ids of the measures of KPIs that the actor sees on boards and in plans."""
    from shizheng.domains.planning import queries

    return queries.measures_shown_to(actor)


def uses_of_figure(measure_id: int, unit_id: int, period: Period) -> Iterable[uses.Use]:
    """Where a figure is used: the KPI of the period's year (also as the trail), and other years' plans."""
    from shizheng.domains.planning import queries

    trail = False
    for kpi in queries.uses_of([measure_id])[:10]:
        plan = kpi.goal.plan
        if plan.roc_year == period.year - ROC_OFFSET:
            if not trail:
                yield from _trail(kpi, plan)
                trail = True
            yield uses.Use(
                title=kpi.name,
                url=reverse("planning:kpi", args=[kpi.pk]),
                note=_("%(plan)s的衡量指標") % {"plan": plan},
                weight="" if kpi.weight is None else format(kpi.weight.normalize(), "f"),
            )
        else:
            yield uses.Use(
                title=_("%(plan)s：%(kpi)s") % {"plan": plan, "kpi": kpi.name},
                url=reverse("planning:kpi", args=[kpi.pk]),
            )


def _trail(kpi: Any, plan: Any) -> Iterable[uses.Use]:
    """The way from the city board down to a KPI."""
    year = f"?year={plan.roc_year}"
    steps = (
        (_("市府看板"), reverse("planning:board") + year),
        (
            plan.agency.short_name or plan.agency.name,
            reverse("planning:agency", args=[plan.agency_id]) + year,
        ),
        (str(plan), reverse("planning:plan", args=[plan.pk])),
        (kpi.goal.name, reverse("planning:goal", args=[kpi.goal_id])),
    )
    for title, url in steps:
        yield uses.Use(title=title, url=url, crumb=True)
