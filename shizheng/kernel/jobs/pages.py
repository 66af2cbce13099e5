"""The queue for people: what waits, runs, failed, and what may be done about it."""

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from procrastinate.contrib.django.models import ProcrastinateJob

from shizheng.common.errors import CannotDo
from shizheng.common.routes import requires
from shizheng.kernel.jobs import actions, queries
from shizheng.kernel.jobs.rules import STATES, state_of
from shizheng.web.lists import Chip, ListPage, MomentColumn
from shizheng.web.templatetags.ui import state as state_tag


class JobTable(tables.Table):
    id = tables.Column(verbose_name=gettext_lazy("編號"), linkify=("jobs:job", {"pk": tables.A("pk")}))
    task_name = tables.Column(verbose_name=gettext_lazy("工作"))
    status = tables.Column(verbose_name=gettext_lazy("狀態"))
    attempts = tables.Column(verbose_name=gettext_lazy("執行次數"))
    queue_name = tables.Column(verbose_name=gettext_lazy("佇列"))
    scheduled_at = MomentColumn(verbose_name=gettext_lazy("排定時間"), default="—")

    def render_status(self, value: str) -> SafeString:
        shown = state_of(value)
        return SafeString(state_tag(shown.tone, _(shown.label)))


class JobFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(
        label=gettext_lazy("狀態"), choices=[(state.code, gettext_lazy(state.label)) for state in STATES]
    )
    task_name = django_filters.CharFilter(label=gettext_lazy("工作名稱"), lookup_expr="icontains")

    class Meta:
        model = ProcrastinateJob
        fields: tuple[str, ...] = ()


class JobList(ListPage):
    permission = "jobs.view"
    title = gettext_lazy("背景工作")
    subtitle = gettext_lazy("寫入資料時同時排進來的工作。失敗的可以重跑；程序被中斷的，一分鐘內自動重排。")
    table_class = JobTable
    filterset_class = JobFilter
    search_fields = ("task_name",)
    default_sort = ("-id",)
    export_name = "jobs"
    empty_title = gettext_lazy("佇列是空的")

    def get_queryset(self) -> QuerySet[ProcrastinateJob]:
        return queries.visible_to(self.request.user)  # type: ignore[arg-type]

    def get_chips(self) -> list[Chip]:
        counts = dict(self.get_queryset().values_list("status").annotate(n=Count("id")))
        return [
            Chip(_(s.label), {"status": s.code}, counts.get(s.code, 0)) for s in STATES if counts.get(s.code)
        ]


@requires("jobs.view")
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job: what it does, with what, what happened to it, and what may be done."""
    found = queries.visible_to(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if found is None:
        raise Http404
    shown = state_of(found.status)
    context = {
        "job": found,
        "state": shown,
        "events": queries.events_of(pk),
        "may_manage": request.user.may("jobs.manage"),  # type: ignore[union-attr]
    }
    return render(request, "jobs/job.html", context)


@requires("jobs.manage")
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, actions.retry_job, _("已重新排入佇列。"))


@requires("jobs.manage")
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, actions.cancel_job, _("已取消；執行中的工作會在下一個安全點停下。"))


def _do(request: HttpRequest, pk: int, act: object, done: str) -> HttpResponse:
    try:
        act(request.user, pk)  # type: ignore[operator]
    except CannotDo as failure:
        messages.error(request, failure.message)
    else:
        messages.success(request, done)
    return HttpResponseRedirect(reverse("jobs:job", args=[pk]))
