"""調整、撤銷、恢復列管的申請: the list, applied for by the agency, mended, taken back, decided by the commission."""

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
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common import clock
from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.domains.projects import actions
from shizheng.domains.projects.actions.applications import RULE, SUBJECT, latest_day, may_ask
from shizheng.domains.projects.forms.applications import ApplyForm, DecisionForm, OpinionForm, shown
from shizheng.domains.projects.forms.tenders import ReasonForm
from shizheng.domains.projects.models import ApplicationState, Asked, ControlApplication, Project
from shizheng.domains.projects.pages.shared import CRUMBS, FORMS, asked, form_page, posted, tried
from shizheng.domains.projects.queries import applications as queries
from shizheng.domains.projects.queries import projects
from shizheng.domains.projects.rules.life import CONTINUING, State
from shizheng.domains.projects.templatetags.projects import application_state
from shizheng.kernel.files import queries as files
from shizheng.kernel.history import queries as history
from shizheng.kernel.organisations.filters import UnitFilter
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.web.columns import DayColumn, StateColumn, UnitColumn
from shizheng.web.lists import Chip, ListPage
from shizheng.web.templatetags import ui


class ApplicationFilter(django_filters.FilterSet):
    """By agency, what is asked for, and state."""

    agency = UnitFilter(label=gettext_lazy("主辦機關"), field_name="project__agency_id")
    asked = django_filters.ChoiceFilter(label=gettext_lazy("申請事項"), choices=Asked.choices)
    state = django_filters.ChoiceFilter(label=gettext_lazy("狀態"), choices=ApplicationState.choices)

    class Meta:
        model = ControlApplication
        fields: ClassVar[list[str]] = []


class ApplicationTable(tables.Table):
    """One row an application."""

    project = tables.Column(
        verbose_name=gettext_lazy("標案"),
        order_by=("project__number",),
        linkify=("projects:application", [tables.A("pk")]),
    )
    agency = UnitColumn(
        verbose_name=gettext_lazy("主辦機關"),
        accessor="project__agency",
        order_by=("project__agency__order",),
    )
    asked = tables.Column(verbose_name=gettext_lazy("申請事項"))
    ground = tables.Column(verbose_name=gettext_lazy("事由"))
    state = StateColumn(verbose_name=gettext_lazy("狀態"), draw=application_state)
    sent_on = DayColumn(verbose_name=gettext_lazy("申請日"))
    latest_on = DayColumn(verbose_name=gettext_lazy("最晚申請日"))
    opinion = tables.Column(verbose_name=gettext_lazy("機關主管意見"))
    decided_on = DayColumn(verbose_name=gettext_lazy("核定日"))
    decision = tables.Column(verbose_name=gettext_lazy("核定意見"))
    reason = tables.Column(verbose_name=gettext_lazy("理由"))


class ApplicationList(ListPage):
    """列管變更申請."""

    permission = "projects.view"
    title = gettext_lazy("列管變更申請")
    table_class = ApplicationTable
    filterset_class = ApplicationFilter
    search_fields: ClassVar[Sequence[str]] = ("project__number", "project__name", "reason", "decision")
    search_hint = gettext_lazy("找標案、理由、意見")
    hidden_columns = ("latest_on", "opinion", "decision", "reason")
    default_sort = ("-sent_on",)
    export_name = "control-applications"
    empty_title = gettext_lazy("沒有申請")
    empty_text = gettext_lazy("機關要調整、撤銷或恢復列管，從標案的頁面申請，由研考會核定。")

    def get_queryset(self) -> Any:
        return queries.applications(self.request.user)  # type: ignore[arg-type]

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [(_("標案"), reverse("projects:list"))]

    def get_chips(self) -> Iterable[Chip]:
        rows = queries.applications(self.request.user).order_by()  # type: ignore[arg-type]
        counts = dict(rows.values_list("state").annotate(n=Count("pk")))
        yield Chip(_("全部"), {}, sum(counts.values()))
        for state in ApplicationState:
            if counts.get(state.value):
                yield Chip(state.label, {"state": state.value}, counts[state.value])


def _form(request: HttpRequest, found: Project, **more: Any) -> tuple[ApplyForm, str]:
    """The form with what the rule says about the day."""
    today = clock.today()
    ends_on, latest_on = latest_day(found, today)
    over = State(found.state) not in CONTINUING
    late = latest_on is not None and today > latest_on
    sent = request.method == "POST"
    form = ApplyForm(
        request.POST if sent else None, request.FILES if sent else None, over=over, late=late, **more
    )
    form.fields["papers"].actor = request.user  # type: ignore[attr-defined]
    if over or ends_on is None:
        return form, found.number
    rule = rulebook.value_or_none(RULE, today)
    words = {
        "ends": ui.day_text(ends_on),
        "latest": ui.day_text(latest_on) if latest_on else "—",
        "rule": rule.title if rule else RULE,
    }
    said = _("預定 %(ends)s 完成，最晚 %(latest)s 申請（規則 %(rule)s）。") % words
    return form, said + (_("已經過了，請說明原因。") if late else "")


@requires("projects.edit")
@require_http_methods(FORMS)
def apply(request: HttpRequest, project_id: int) -> HttpResponse:
    """申請調整、撤銷或恢復列管."""
    user: Any = request.user
    found = projects.project(user, project_id)
    require(user, "projects.edit", projects.unit_in_charge(found))
    form, subtitle = _form(request, found)
    if request.method == "POST" and form.is_valid():
        held = [each.pk for each in form.cleaned_data["papers"]]
        done = tried(form, lambda: actions.apply_for(user, project_id, form.values(), held))
        if done is not None:
            messages.success(request, _("已送出申請，由單位主管表示意見後，研考會核定。"))
            return redirect("projects:application", done.pk)
    back = reverse("projects:project", args=[project_id])
    title = _("申請變更列管：%(name)s") % {"name": found.name}
    return form_page(request, form, title, _("送出"), back, subtitle=subtitle)


@requires("projects.edit")
@require_http_methods(FORMS)
def again(request: HttpRequest, application_id: int) -> HttpResponse:
    """補正後再送."""
    user: Any = request.user
    row = queries.application(user, application_id)
    require(user, "projects.edit", projects.unit_in_charge(row.project))
    form, subtitle = _form(request, row.project, initial=shown(row))
    if request.method == "POST" and form.is_valid():
        held = [each.pk for each in form.cleaned_data["papers"]]
        done = tried(
            form,
            lambda: actions.send_again(
                user, application_id, version=form.cleaned_data["version"], values=form.values(), held=held
            ),
        )
        if done is not None:
            messages.success(request, _("已再送出，由單位主管表示意見後，研考會核定。"))
            return redirect("projects:application", application_id)
    back = reverse("projects:application", args=[application_id])
    crumbs = [*CRUMBS, (_("列管變更申請"), reverse("projects:applications")), (row.project.name, back)]
    asides = ["projects/_returned.html"] if row.decision else []
    return form_page(
        request,
        form,
        _("補正申請"),
        _("再送出"),
        back,
        subtitle=subtitle,
        crumbs=crumbs,
        asides=asides,
        row=row,
    )


@requires("projects.view")
@require_safe
def application(request: HttpRequest, application_id: int) -> HttpResponse:
    """One application, with what the reader may decide."""
    return _page(request, queries.application(request.user, application_id))  # type: ignore[arg-type]


def _page(
    request: HttpRequest, row: ControlApplication, form: Any = None, status: int = 200, opinion: Any = None
) -> HttpResponse:
    user: Any = request.user
    edits = user.may("projects.edit", projects.unit_in_charge(row.project))
    waits = row.state == ApplicationState.SENT
    decides = waits and user.may("projects.withdraw")
    asks = edits and may_ask(user, row)
    own = row.sent_by_id == user.pk
    opines = waits and not own and user.may("projects.endorse", projects.unit_in_charge(row.project))
    return render(
        request,
        "projects/application.html",
        {
            "row": row,
            "project": row.project,
            "papers": files.files_of(SUBJECT, row.pk),
            "form": (form or DecisionForm(initial={"version": row.version})) if decides and not own else None,
            "opinion_form": (opinion or OpinionForm(initial={"version": row.version, "opinion": row.opinion}))
            if opines
            else None,
            "own": decides and own,
            "may_mend": asks and row.state == ApplicationState.RETURNED,
            "may_take_back": asks and row.state in (ApplicationState.SENT, ApplicationState.RETURNED),
            "late": row.latest_on is not None and row.sent_on > row.latest_on and row.asked != Asked.RESTORE,
            "entries": history.entries_of(row)[:60],
        },
        status=status,
    )


@requires("projects.endorse")
@require_http_methods(["POST"])
def opine(request: HttpRequest, application_id: int) -> HttpResponse:
    """機關主管表示意見."""
    user: Any = request.user
    row = queries.application(user, application_id)
    form = OpinionForm(request.POST)
    if not form.is_valid():
        return _page(request, row, status=422, opinion=form)
    given = form.cleaned_data
    done = tried(
        form,
        lambda: actions.give_opinion(
            user, application_id, version=given["version"], opinion=given["opinion"]
        ),
    )
    if done is None:
        return _page(request, queries.application(user, application_id), status=409, opinion=form)
    messages.success(request, _("已記下機關的意見，由研考會核定。"))
    return redirect("projects:application", application_id)


@requires("projects.withdraw")
@require_http_methods(["POST"])
def decide(request: HttpRequest, application_id: int) -> HttpResponse:
    """核定, or 退回補正."""
    user: Any = request.user
    row = queries.application(user, application_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, 422)
    approve = request.POST.get("act") == "approve"
    act = actions.approve_application if approve else actions.send_application_back
    given = form.cleaned_data
    done = tried(
        form, lambda: act(user, application_id, version=given["version"], decision=given["decision"])
    )
    if done is None:
        return _page(request, queries.application(user, application_id), form, 409)
    messages.success(request, _("已核定，標案的列管同時變更。") if approve else _("已退回，機關會收到。"))
    return redirect("projects:application", application_id)


@requires("projects.edit")
@require_http_methods(FORMS)
def take_back(request: HttpRequest, application_id: int) -> HttpResponse:
    """收回, with a reason."""
    user: Any = request.user
    row = queries.application(user, application_id)
    require(user, "projects.edit", projects.unit_in_charge(row.project))
    form = ReasonForm(posted(request), initial={"version": row.version})
    back = reverse("projects:application", args=[application_id])
    return asked(
        request,
        form,
        lambda: actions.take_application_back(
            user, application_id, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"]
        ),
        _("收回申請"),
        _("收回"),
        back,
        said=_("已收回申請。"),
        subtitle=str(row.project),
    )
