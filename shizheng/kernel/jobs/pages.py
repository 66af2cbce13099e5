"""The queue for people: what waits, runs, failed, and what may be done about it."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST
from procrastinate.contrib.django.models import ProcrastinateJob

from shizheng.common import clock
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.routes import requires
from shizheng.kernel.jobs import actions, queries
from shizheng.kernel.jobs.definitions import definition_of, definitions, housekeeping_names
from shizheng.kernel.jobs.forms import ReasonForm
from shizheng.kernel.jobs.rules import STATES, state_of
from shizheng.web.columns import MomentColumn
from shizheng.web.lists import MOST_WORDS, Chip, ListPage
from shizheng.web.refusals import show_refusal
from shizheng.web.templatetags.ui import state as state_tag

WITH, ONLY = "with", "only"
EVENTS = {
    "deferred": gettext_lazy("排入佇列"),
    "scheduled": gettext_lazy("排定時間"),
    "started": gettext_lazy("開始執行"),
    "succeeded": gettext_lazy("完成"),
    "failed": gettext_lazy("執行失敗"),
    "deferred_for_retry": gettext_lazy("沒有做完，已重新排入"),
    "retried": gettext_lazy("有人要求重跑，已重新排入"),
    "cancelled": gettext_lazy("已取消"),
    "abort_requested": gettext_lazy("有人要求停止"),
    "aborted": gettext_lazy("已中止"),
}


def time_taken(seconds: float) -> str:
    """How long something took, for people: 0.4 秒, 12 秒, 3 分 20 秒, 2 小時 5 分."""
    if seconds < 0.1:
        return _("不到 0.1 秒")
    if seconds < 10:
        return _("%(n)s 秒") % {"n": f"{seconds:.1f}"}
    whole = round(seconds)
    if whole < 60:
        return _("%(n)s 秒") % {"n": whole}
    if whole < 3600:
        return _("%(m)s 分 %(s)s 秒") % {"m": whole // 60, "s": whole % 60}
    return _("%(h)s 小時 %(m)s 分") % {"h": whole // 3600, "m": whole % 3600 // 60}


class JobTable(tables.Table):
    id = tables.Column(verbose_name=gettext_lazy("編號"), linkify=("jobs:job", {"pk": tables.A("pk")}))
    label = tables.Column(verbose_name=gettext_lazy("工作"), accessor="task_name", order_by="task_name")
    status = tables.Column(verbose_name=gettext_lazy("狀態"))
    run_time = tables.Column(
        verbose_name=gettext_lazy("執行時間"), accessor="started_at", orderable=False, default="—"
    )
    runs = tables.Column(verbose_name=gettext_lazy("執行次數"))
    ended_at = MomentColumn(verbose_name=gettext_lazy("結束時間"), orderable=False, default="—")
    scheduled_at = MomentColumn(verbose_name=gettext_lazy("排定時間"), default="—")
    task_name = tables.Column(verbose_name=gettext_lazy("代號"))
    queue_name = tables.Column(verbose_name=gettext_lazy("佇列"))

    def render_label(self, value: str) -> str:
        return _(definition_of(value).label)

    def render_status(self, value: str) -> SafeString:
        shown = state_of(value)
        return SafeString(state_tag(shown.tone, _(shown.label)))

    def value_status(self, value: str) -> str:
        return _(state_of(value).label)

    def render_run_time(self, record: Any) -> str:
        if record.ended_at is None and record.status != "doing":
            return "—"
        return time_taken(((record.ended_at or clock.now()) - record.started_at).total_seconds())


def _task_choices() -> list[tuple[str, str]]:
    return [(each.name, _(each.label)) for each in definitions()]


class JobFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(
        label=gettext_lazy("狀態"), choices=[(state.code, gettext_lazy(state.label)) for state in STATES]
    )
    task_name = django_filters.ChoiceFilter(label=gettext_lazy("工作"), choices=_task_choices)
    housekeeping = django_filters.ChoiceFilter(
        label=gettext_lazy("例行維護"),
        choices=[(WITH, gettext_lazy("一起列出")), (ONLY, gettext_lazy("只看例行維護"))],
        empty_label=gettext_lazy("順利的不列出"),
        method="as_the_list_does",
    )

    class Meta:
        model = ProcrastinateJob
        fields: tuple[str, ...] = ()

    def as_the_list_does(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        return rows  # the list leaves housekeeping out by itself, so that its chips count the same rows


class JobList(ListPage):
    permission = "jobs.view"
    title = pgettext_lazy("nav", "背景工作")
    subtitle = gettext_lazy("寫入資料時同時排進來的工作。失敗的可以重跑；程序被中斷的，一分鐘內自動重排。")
    table_class = JobTable
    filterset_class = JobFilter
    search_fields = ("task_name",)
    search_hint = gettext_lazy("找工作的名稱")
    hidden_columns = ("task_name", "queue_name", "scheduled_at")
    default_sort = ("-id",)
    export_name = "jobs"
    empty_title = gettext_lazy("佇列是空的")
    empty_text = gettext_lazy("每分鐘自動執行的例行維護，順利的不列在這裡；要看請改「例行維護」的條件。")

    def get_queryset(self) -> QuerySet[ProcrastinateJob]:
        return queries.with_runs(self._listed())

    def _listed(self) -> QuerySet[ProcrastinateJob]:
        jobs = queries.visible_to(self.request.user)  # type: ignore[arg-type]
        asked, names = self.request.GET.get("housekeeping", ""), housekeeping_names()
        if asked == ONLY:
            return jobs.filter(task_name__in=names)
        if asked == WITH or self.request.GET.get("task_name") in names:
            return jobs
        return queries.without(jobs, names)

    def search(self, rows: Any, words: str) -> Any:
        """Every word occurs in the name that people read, or in the one for programs."""
        for word in words.split()[:MOST_WORDS]:
            named = [name for name, label in _task_choices() if word.casefold() in label.casefold()]
            rows = rows.filter(Q(task_name__icontains=word) | Q(task_name__in=named))
        return rows

    def get_chips(self) -> list[Chip]:
        counts = dict(self._listed().values_list("status").annotate(n=Count("id")))
        return [
            Chip(_(s.label), {"status": s.code}, counts.get(s.code, 0)) for s in STATES if counts.get(s.code)
        ]


@requires("jobs.view")
def job(request: HttpRequest, pk: int, form: ReasonForm | None = None) -> HttpResponse:
    """One job: what it does, with what, each attempt, who did what about it, and what may be done."""
    found = queries.visible_to(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if found is None:
        raise Http404
    failures, now = queries.failures_of(pk), clock.now()
    context = {
        "job": found,
        "task": definition_of(found.task_name),
        "state": state_of(found.status),
        "attempts": [
            (each, time_taken(each.seconds(now)), failures.get(each.number, ""))
            for each in queries.attempts(pk)
        ],
        "interventions": queries.interventions_in(pk),
        "events": [(EVENTS.get(event.type, event.type), event.at) for event in queries.events_of(pk)],
        "may_manage": request.user.may("jobs.manage"),  # type: ignore[union-attr]
        "form": form or ReasonForm(),
    }
    return render(request, "jobs/job.html", context, status=422 if form is not None else 200)


@requires("jobs.manage")
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, actions.retry_job)


@requires("jobs.manage")
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, actions.cancel_job)


def _do(request: HttpRequest, pk: int, act: Any) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return job(request, pk, form)
    try:
        done = act(request.user, pk, reason=form.cleaned_data["reason"])
    except NotFound as failure:
        messages.error(request, failure.message)
        return HttpResponseRedirect(reverse("jobs:jobs"))
    except CannotDo as failure:
        show_refusal(form, failure)
        return job(request, pk, form)
    messages.success(request, _("%(outcome)s，已留下紀錄。") % {"outcome": done.get_outcome_display()})
    return HttpResponseRedirect(reverse("jobs:job", args=[pk]))
