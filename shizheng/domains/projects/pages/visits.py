"""實地查訪 (B07): the list, whom to visit next, one visit with its photographs, called, changed, recorded, called off."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common import clock
from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.common.words import called, read
from shizheng.domains.projects import actions, visit_items
from shizheng.domains.projects.forms.tenders import ReasonForm
from shizheng.domains.projects.forms.visits import ItemForms, RecordForm, VisitForm, items_of
from shizheng.domains.projects.models import SiteVisit, VisitState, VisitWhy
from shizheng.domains.projects.pages.shared import (
    FORMS,
    asked,
    changed,
    form_page,
    posted,
    revised,
    revision,
)
from shizheng.domains.projects.pages.tendering import DerivedList, Rows, share
from shizheng.domains.projects.queries import photos, projects
from shizheng.domains.projects.queries import visits as queries
from shizheng.domains.projects.templatetags.projects import visit_state
from shizheng.domains.projects.templatetags.tender_months import points
from shizheng.kernel.history import queries as history
from shizheng.kernel.organisations.filters import UnitFilter
from shizheng.web.columns import CodeColumn, DayColumn, NumberColumn, StateColumn, UnitColumn, own_address
from shizheng.web.dates import RocDateFilter
from shizheng.web.lists import Chip, ListPage
from shizheng.web.templatetags import ui


class VisitFilter(django_filters.FilterSet):
    """By agency, why, state, and when."""

    agency = UnitFilter(label=gettext_lazy("主辦機關"), field_name="project__agency_id")
    why = django_filters.ChoiceFilter(label=gettext_lazy("查訪原因"), choices=VisitWhy.choices)
    state = django_filters.ChoiceFilter(label=gettext_lazy("狀態"), choices=VisitState.choices)
    since = RocDateFilter(label=gettext_lazy("查訪日起"), field_name="visit_on", lookup_expr="gte")
    until = RocDateFilter(label=gettext_lazy("查訪日迄"), field_name="visit_on", lookup_expr="lte")

    class Meta:
        model = SiteVisit
        fields: ClassVar[list[str]] = []


class VisitTable(tables.Table):
    """One row a visit."""

    visit_on = DayColumn(verbose_name=gettext_lazy("查訪日"), linkify=("projects:visit", [tables.A("pk")]))
    project = tables.Column(
        verbose_name=gettext_lazy("標案"),
        order_by=("project__number",),
        linkify=("projects:project", [tables.A("project__pk")]),
    )
    agency = UnitColumn(
        verbose_name=gettext_lazy("主辦機關"),
        accessor="project__agency",
        order_by=("project__agency__order",),
    )
    why = tables.Column(verbose_name=gettext_lazy("查訪原因"))
    called_by = tables.Column(verbose_name=gettext_lazy("召集人"))
    state = StateColumn(verbose_name=gettext_lazy("狀態"), draw=visit_state)
    units = tables.Column(verbose_name=gettext_lazy("參加單位"), orderable=False, empty_values=())
    grounds = tables.Column(verbose_name=gettext_lazy("依據"))
    findings = tables.Column(verbose_name=gettext_lazy("查訪發現"))
    conclusions = tables.Column(verbose_name=gettext_lazy("結論"))

    def render_units(self, record: SiteVisit) -> str:
        return "、".join(called(each, short=True) for each in record.units.all())


class VisitList(ListPage):
    """實地查訪清單."""

    permission = "projects.view"
    title = gettext_lazy("實地查訪")
    table_class = VisitTable
    filterset_class = VisitFilter
    search_fields: ClassVar[Sequence[str]] = (
        "project__number", "project__name", "called_by", "grounds", "findings", "conclusions",
    )  # fmt: skip
    search_hint = gettext_lazy("找標案、召集人、發現、結論")
    hidden_columns = ("units", "findings", "conclusions")
    default_sort = ("-visit_on",)
    export_name = "site-visits"
    empty_title = gettext_lazy("還沒有實地查訪")
    empty_text = gettext_lazy(
        "嚴重落後或異常的標案，由參事召集相關單位到現場；從「建議查訪」或標案的頁面排定。"
    )

    def get_queryset(self) -> Any:
        return queries.visits(self.request.user)  # type: ignore[arg-type]

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [(_("標案"), reverse("projects:list"))]

    def get_actions(self) -> Sequence[tuple[Any, str, str]]:
        return [(_("建議查訪"), reverse("projects:visits_proposed"), "map-pin-exclamation")]

    def get_chips(self) -> Iterable[Chip]:
        rows = queries.visits(self.request.user).order_by()  # type: ignore[arg-type]
        counts = dict(rows.values_list("state").annotate(n=Count("pk")))
        yield Chip(_("全部"), {}, sum(counts.values()))
        for state in VisitState:
            if counts.get(state.value):
                yield Chip(state.label, {"state": state.value}, counts[state.value])


class ProposedTable(tables.Table):
    """Whom to visit: how late, and when somebody was there last."""

    name = tables.Column(verbose_name=gettext_lazy("標案名稱"), linkify=own_address)
    number = CodeColumn(verbose_name=gettext_lazy("列管編號"))
    agency = tables.Column(verbose_name=gettext_lazy("主辦機關"))
    lag = NumberColumn(verbose_name=gettext_lazy("標案差距"))
    works_lag = NumberColumn(verbose_name=gettext_lazy("施工差距"))
    last_visit = DayColumn(verbose_name=gettext_lazy("上次查訪"))
    grounds = tables.Column(verbose_name=gettext_lazy("依據"))
    call = tables.Column(
        verbose_name=gettext_lazy("排定"), orderable=False, empty_values=(), exclude_from_export=True
    )

    def render_lag(self, value: Any) -> str:
        return points(value)

    def value_lag(self, value: Any) -> Any:
        return value

    def render_works_lag(self, value: Any) -> str:
        return points(value)

    def value_works_lag(self, value: Any) -> Any:
        return value

    def render_call(self, record: dict[str, Any]) -> Any:
        if not self.request.user.may("projects.visit"):
            return "—"
        there = reverse("projects:call_visit", args=[record["pk"]])
        return format_html(
            '<a class="btn-plain" href="{}">{}<span class="visually-hidden">{}</span></a>',
            there,
            _("排查訪"),
            record["name"],
        )


class ProposedList(DerivedList):
    """Severely late, and nobody was there lately."""

    title = gettext_lazy("建議查訪")
    work_out = staticmethod(queries.proposals)
    table_class = ProposedTable
    default_sort = ("lag", "number")
    export_name = "visits-proposed"
    empty_title = gettext_lazy("沒有要建議查訪的標案")
    empty_text = gettext_lazy("最近一個鎖定的月份沒有嚴重落後的標案，或都已經查訪、排定。")

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [*super().get_breadcrumb(), (_("實地查訪"), reverse("projects:visits"))]

    def get_queryset(self) -> Rows:
        return Rows(
            {
                "pk": each.record.project_id,
                "url": reverse("projects:project", args=[each.record.project_id]),
                "name": each.record.project.name,
                "number": each.record.project.number,
                "agency": called(each.record.project.agency, short=True),
                "lag": each.lag,
                "works_lag": each.works_lag,
                "last_visit": each.last_visit,
                "grounds": _("；").join(read(part) for part in each.grounds.split("；")),
            }
            for each in self.found.rows
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.found
        if found.period is not None:
            vars(self)["subtitle"] = _(
                "%(month)s嚴重落後 %(all)s 件裡 %(n)s 件自 %(since)s 起沒有查訪、也還沒有排定%(share)s。規則 %(rule)s"
            ) % {
                "month": found.period.label,
                "all": found.severe,
                "n": len(found.rows),
                "since": ui.day_text(found.since),
                "share": share(len(found.rows), found.severe),
                "rule": found.rule.title,
            }
        return super().get_context_data(**kwargs)


@requires("projects.view")
@require_safe
def visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """One visit."""
    user: Any = request.user
    row = queries.visit(user, visit_id)
    calls = user.may("projects.visit")
    shown = photos.standing().filter(visit=row)
    return render(
        request,
        "projects/visit.html",
        {
            "visit": row,
            "project": row.project,
            "may_call": calls,
            "may_record": calls and row.state != VisitState.CANCELLED and row.visit_on <= clock.today(),
            "may_add": user.may("projects.edit", projects.unit_in_charge(row.project)),
            "photos": list(shown),
            "entries": history.entries_of(row)[:60],
        },
    )


@requires("projects.visit")
@require_http_methods(FORMS)
def call(request: HttpRequest, project_id: int) -> HttpResponse:
    """排定查訪; why is filled in where the rule proposes it."""
    user: Any = request.user
    found = projects.project(user, project_id)
    proposed = next(
        (each for each in queries.proposals(user).rows if each.record.project_id == project_id), None
    )
    initial = {"visit_on": clock.today(), "why": "severe", "grounds": proposed.grounds} if proposed else {}
    form = VisitForm(posted(request), initial=initial)
    back = reverse("projects:project", args=[project_id])
    return asked(
        request,
        form,
        lambda: actions.call_visit(user, project_id, form.values()),
        _("排定實地查訪"),
        _("排定"),
        back,
        said=_("已排定查訪。查訪後在這裡登錄結果。"),
        then=lambda done: reverse("projects:visit", args=[done.pk]),
        subtitle=str(found),
    )


def _shown(row: SiteVisit) -> dict[str, Any]:
    return {
        "version": row.version, "visit_on": row.visit_on, "called_by": row.called_by, "why": row.why,
        "grounds": row.grounds, "units": [each.pk for each in row.units.all()],
    }  # fmt: skip


@requires("projects.visit")
@require_http_methods(FORMS)
def edit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """改排定的內容, with a reason; two at once see both texts."""
    user: Any = request.user
    row = queries.visit(user, visit_id)
    back = reverse("projects:visit", args=[visit_id])
    return revised(
        request,
        partial(VisitForm, changing=True),
        lambda: _shown(queries.visit(user, visit_id)),
        lambda form: actions.edit_visit(user, visit_id, **revision(form)),
        _("修改實地查訪"),
        _("儲存"),
        back,
        said=_("已存，理由記在經過裡。"),
        subtitle=str(row.project),
    )


@requires("projects.visit")
@require_http_methods(FORMS)
def record(request: HttpRequest, visit_id: int) -> HttpResponse:
    """登錄結果; what has to be followed up becomes commitments of the units."""
    user: Any = request.user
    row = queries.visit(user, visit_id)
    require(user, "projects.visit")
    sent = posted(request)
    items = ItemForms(sent, prefix="item")
    given: list[Any] = []
    if sent is not None and visit_items.kept():
        if not items.is_valid():
            form = RecordForm(sent)
            form.add_error(None, _("追蹤事項有欄位要改，沒有存。"))
            return _record_page(request, row, form, items, [])
        given = items_of(items)
    form, done, other = changed(
        request,
        RecordForm,
        lambda: _recorded(queries.visit(user, visit_id)),
        lambda form: actions.record_visit(
            user, visit_id, version=form.cleaned_data["version"], findings=form.cleaned_data["findings"],
            conclusions=form.cleaned_data["conclusions"], items=given,
        ),
    )  # fmt: skip
    if done is not None:
        said = _("已登錄結果，%(n)s 項追蹤事項已列管。") % {"n": len(given)} if given else _("已登錄結果。")
        messages.success(request, said)
        return redirect("projects:visit", visit_id)
    return _record_page(request, row, form, items, other)


def _recorded(row: SiteVisit) -> dict[str, Any]:
    return {"version": row.version, "findings": row.findings, "conclusions": row.conclusions}


def _record_page(request: HttpRequest, row: SiteVisit, form: Any, items: Any, other: Any) -> HttpResponse:
    return form_page(
        request,
        form,
        _("登錄查訪結果"),
        _("登錄"),
        reverse("projects:visit", args=[row.pk]),
        template="projects/visit_record.html",
        items=items if visit_items.kept() else None,
        other=other,
        subtitle=str(row.project),
        visit=row,
    )


@requires("projects.visit")
@require_http_methods(FORMS)
def cancel(request: HttpRequest, visit_id: int) -> HttpResponse:
    """取消, with a reason."""
    user: Any = request.user
    row = queries.visit(user, visit_id)
    form = ReasonForm(posted(request), initial={"version": row.version})
    back = reverse("projects:visit", args=[visit_id])
    return asked(
        request,
        form,
        lambda: actions.cancel_visit(
            user, visit_id, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"]
        ),
        _("取消實地查訪"),
        _("取消查訪"),
        back,
        said=_("已取消這次查訪。"),
        subtitle=str(row.project),
    )
