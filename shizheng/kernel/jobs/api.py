"""The queue for programs: what waits, runs and failed, each job's attempts; retry and cancel with a reason."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Schema

from shizheng.common.api import Router
from shizheng.common.api_fields import Given, actor_of
from shizheng.common.errors import NotFound
from shizheng.common.numbers import LARGEST_KEY
from shizheng.common.reasons import LONGEST_REASON
from shizheng.common.words import N_, tell
from shizheng.kernel.jobs import actions, queries
from shizheng.kernel.jobs.definitions import definition_of, housekeeping_names

router = Router()
PAGE = 200
Number = Query(None, ge=1, le=2**62, description=N_("上一頁最後一筆的 id"))


class JobOut(Schema):
    """One job. `status` is one of todo, doing, succeeded, failed, cancelled, aborted; `label` its task's name; `runs` how often it ran."""

    id: int
    task_name: str
    label: str
    housekeeping: bool
    queue_name: str
    status: str
    runs: int
    scheduled_at: datetime | None

    @staticmethod
    def resolve_label(job: Any) -> str:
        return _(definition_of(job.task_name).label)

    @staticmethod
    def resolve_housekeeping(job: Any) -> bool:
        return definition_of(job.task_name).housekeeping


class AttemptOut(Schema):
    """One run. `result` is doing, succeeded, failed, aborted or deferred_for_retry; `why` is said where it failed."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    result: str
    why: str


class InterventionOut(Schema):
    """A retry or cancelling by a person. `outcome` is queued, cancelled or asked (to stop, while it runs)."""

    act: str
    outcome: str
    reason: str
    recorded_at: datetime
    recorded_by: str


class JobInFull(JobOut):
    """One job with its attempts, oldest first, and what people did about it."""

    attempts: list[AttemptOut]
    interventions: list[InterventionOut]

    @staticmethod
    def resolve_attempts(job: Any) -> list[dict[str, Any]]:
        failures = queries.failures_of(job.pk)
        return [
            {
                "number": each.number, "started_at": each.started_at, "ended_at": each.ended_at,
                "result": each.ending.code, "why": failures.get(each.number, ""),
            }
            for each in queries.attempts(job.pk)
        ]  # fmt: skip

    @staticmethod
    def resolve_interventions(job: Any) -> Any:
        return list(queries.interventions_in(job.pk))


class JobReasonIn(Given):
    reason: Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=LONGEST_REASON)]


@router.get("/", permission="jobs.view", response=list[JobOut], summary=N_("背景工作"))
def jobs(
    request: HttpRequest,
    status: Literal["todo", "doing", "succeeded", "failed", "cancelled", "aborted"] | None = None,
    housekeeping: bool = True,
    before_id: int | None = Number,
) -> Any:
    """Newest first, 200 a page; give the last id as `before_id` for the next page.

    `housekeeping=false` leaves out what runs by the clock and goes well.
    """
    found = queries.visible_to(actor_of(request))
    if not housekeeping:
        found = queries.without(found, housekeeping_names())
    if status is not None:
        found = found.filter(status=status)
    if before_id is not None:
        found = found.filter(pk__lt=before_id)
    return queries.with_runs(found).order_by("-pk")[:PAGE]


@router.get("/{int:job_id}", permission="jobs.view", response=JobInFull, summary=N_("一個背景工作"))
def job(request: HttpRequest, job_id: int) -> Any:
    """One job with each of its attempts, and who retried or cancelled it and why."""
    return _found(request, job_id)


@router.post("/{int:job_id}/retry", permission="jobs.manage", response=JobInFull, summary=N_("重跑"))
def retry(request: HttpRequest, job_id: int, given: JobReasonIn) -> Any:
    """Run a failed job again. The reason is kept with it."""
    return _do(request, job_id, given, actions.retry_job)


@router.post("/{int:job_id}/cancel", permission="jobs.manage", response=JobInFull, summary=N_("取消"))
def cancel(request: HttpRequest, job_id: int, given: JobReasonIn) -> Any:
    """Take a waiting job out of the queue, or ask a running one to stop. The reason is kept with it."""
    return _do(request, job_id, given, actions.cancel_job)


def _do(request: HttpRequest, job_id: int, given: JobReasonIn, act: Any) -> Any:
    _found(request, job_id)
    act(actor_of(request), job_id, reason=given.reason)
    return _found(request, job_id)


def _found(request: HttpRequest, job_id: int) -> Any:
    visible = queries.visible_to(actor_of(request))
    found = queries.with_runs(visible).filter(pk=job_id).first() if job_id <= LARGEST_KEY else None
    if found is None:
        raise NotFound(tell("找不到這個背景工作，可能已經清除。請重新整理清單。"))
    return found
