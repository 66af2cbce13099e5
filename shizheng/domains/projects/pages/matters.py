"""跨機關協調事項: the list for the city meeting, raised and followed on the tender's own page."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, ClassVar

import django_filters as filters
import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from shizheng.common import clock
from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.domains.projects import actions
from shizheng.domains.projects.forms.matters import MatterForm, ReopenForm, SettleForm
from shizheng.domains.projects.models import CrossAgencyMatter
from shizheng.domains.projects.pages.shared import (
    FORMS,
    asked,
    posted,
    revised,
    revision,
)
from shizheng.domains.projects.queries import matters as queries
from shizheng.domains.projects.queries import projects
from shizheng.web.columns import DayColumn, UnitColumn
from shizheng.web.dates import RocDateFilter
from shizheng.web.lists import Chip, ListPage
from shizheng.web.templatetags import ui


class MatterTable(tables.Table):
    """Open ones first."""

    project = tables.Column(
        verbose_name=gettext_lazy("標案"),
        order_by="project__number",
        linkify=lambda record: f"{reverse('projects:project', args=[record.project_id])}#matters",
    )
    agency = UnitColumn(
        verbose_name=gettext_lazy("主辦機關"), accessor="project__agency", order_by="project__agency__order"
    )
    unit = UnitColumn(verbose_name=gettext_lazy("請協助的機關"), order_by="unit__order")
    text = tables.Column(verbose_name=gettext_lazy("請協助的事"))
    raised_on = DayColumn(verbose_name=gettext_lazy("提出日"))
    settled_on = DayColumn(
        verbose_name=gettext_lazy("解決日"), default=lambda: ui.state("warn", _("還沒解決"), "clock")
    )
    outcome = tables.Column(verbose_name=gettext_lazy("結果"))

    class Meta:
        model = CrossAgencyMatter
        fields = ("project", "agency", "unit", "text", "raised_on", "settled_on", "outcome")


class MatterFilter(filters.FilterSet):
    """Open or settled, and when raised."""

    open = filters.BooleanFilter(
        label=gettext_lazy("還沒解決"), field_name="settled_on", lookup_expr="isnull"
    )
    since = RocDateFilter(label=gettext_lazy("提出日起"), field_name="raised_on", lookup_expr="gte")

    class Meta:
        model = CrossAgencyMatter
        fields: ClassVar[list[str]] = []


class MatterList(ListPage):
    """What agencies ask of each other, so that tenders can go on."""

    permission = "projects.view"
    title = gettext_lazy("跨機關協調事項")
    subtitle = gettext_lazy("標案要別的機關協助才能推動的事；還沒解決的，列入市府會報議程")
    table_class = MatterTable
    filterset_class = MatterFilter
    search_fields: ClassVar[Sequence[str]] = ("project__number", "project__name", "unit__name", "text")
    search_hint = gettext_lazy("找標案、機關、內容")
    default_sort = ("raised_on",)
    export_name = "cross-agency"
    empty_title = gettext_lazy("沒有跨機關協調事項")
    empty_text = gettext_lazy("標案要別的機關協助時，主辦機關在標案的頁面提出。")

    def get_queryset(self) -> Any:
        return queries.matters(self.request.user)  # type: ignore[arg-type]

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [(_("標案"), reverse("projects:list"))]

    def get_chips(self) -> Iterable[Chip]:
        return (Chip(_("還沒解決"), {"open": "true"}),)


def _back(project_id: int) -> str:
    return reverse("projects:project", args=[project_id]) + "#matters"


def _own(row: Any) -> frozenset[int]:
    return frozenset(pk for pk in (row.agency_id, row.unit_id) if pk)


@requires("projects.edit")
@require_http_methods(FORMS)
def raise_matter(request: HttpRequest, project_id: int) -> HttpResponse:
    """提請協調."""
    user: Any = request.user
    found = projects.project(user, project_id)
    require(user, "projects.edit", projects.unit_in_charge(found))
    form = MatterForm(posted(request), new=True, own=_own(found))
    return asked(
        request,
        form,
        lambda: actions.raise_matter(user, project_id, form.values()),
        _("提請跨機關協調"),
        _("提出"),
        _back(project_id),
        said=_("已提出。下次市府會報的議程會列入，到解決為止。"),
        subtitle=str(found),
    )


@requires("projects.edit")
@require_http_methods(FORMS)
def edit_matter(request: HttpRequest, matter_id: int) -> HttpResponse:
    """修改, with a reason; who saves over somebody else's change sees both first."""
    user: Any = request.user
    row = queries.matter(user, matter_id)
    require(user, "projects.edit", projects.unit_in_charge(row.project))

    def now() -> dict[str, Any]:
        there = queries.matter(user, matter_id)
        return {"version": there.version, "unit_id": there.unit_id, "text": there.text}

    return revised(
        request,
        partial(MatterForm, own=_own(row.project)),
        now,
        lambda form: actions.edit_matter(user, matter_id, **revision(form)),
        _("修改協調事項"),
        _("儲存"),
        _back(row.project_id),
        said=_("已存，理由記在經過裡。"),
        subtitle=str(row.project),
    )


@requires("projects.edit")
@require_http_methods(FORMS)
def settle_matter(request: HttpRequest, matter_id: int) -> HttpResponse:
    """登錄協調結果."""
    user: Any = request.user
    row = queries.matter(user, matter_id)
    require(user, "projects.edit", projects.unit_in_charge(row.project))
    return revised(
        request,
        SettleForm,
        lambda: {"version": queries.matter(user, matter_id).version, "on": clock.today()},
        lambda form: actions.settle_matter(
            user,
            matter_id,
            version=form.cleaned_data["version"],
            on=form.cleaned_data["on"],
            outcome=form.cleaned_data["outcome"],
        ),
        _("登錄協調結果"),
        _("登錄"),
        _back(row.project_id),
        said=_("已登錄結果；不再列入議程。"),
        subtitle=row.text,
    )


@requires("projects.edit")
@require_http_methods(FORMS)
def reopen_matter(request: HttpRequest, matter_id: int) -> HttpResponse:
    """重新提出."""
    user: Any = request.user
    row = queries.matter(user, matter_id)
    require(user, "projects.edit", projects.unit_in_charge(row.project))
    return revised(
        request,
        ReopenForm,
        lambda: {"version": queries.matter(user, matter_id).version},
        lambda form: actions.reopen_matter(
            user, matter_id, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"]
        ),
        _("重新提出協調事項"),
        _("重新提出"),
        _back(row.project_id),
        said=_("已重新提出；下次會議的議程會再列入。"),
        subtitle=row.text,
    )
