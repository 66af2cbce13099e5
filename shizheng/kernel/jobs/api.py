"""The queue for programs: what waits, runs and failed; retry and cancel."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Schema

from shizheng.common.api import Router
from shizheng.common.errors import NotFound
from shizheng.common.words import N_, tell
from shizheng.kernel.jobs import actions, queries

router = Router()
PAGE = 200
Number = Query(None, ge=1, le=2**62, description=N_("上一頁最後一筆的 id"))


class JobOut(Schema):
    """One job. `status` is one of todo, doing, succeeded, failed, cancelled, aborted."""

    id: int
    task_name: str
    queue_name: str
    status: str
    attempts: int
    scheduled_at: datetime | None


@router.get("/", permission="jobs.view", response=list[JobOut], summary=N_("背景工作"))
def jobs(
    request: HttpRequest,
    status: Literal["todo", "doing", "succeeded", "failed", "cancelled", "aborted"] | None = None,
    before_id: int | None = Number,
) -> Any:
    """Newest first, 200 a page; give the last id as `before_id` for the next page."""
    found = queries.visible_to(request.auth)  # type: ignore[attr-defined]
    if status is not None:
        found = found.filter(status=status)
    if before_id is not None:
        found = found.filter(pk__lt=before_id)
    return found.order_by("-pk")[:PAGE]


@router.post("/{int:job_id}/retry", permission="jobs.manage", response=JobOut, summary=N_("重跑"))
def retry(request: HttpRequest, job_id: int) -> Any:
    """Run a failed or lost job again."""
    return _do(request, job_id, actions.retry_job)


@router.post("/{int:job_id}/cancel", permission="jobs.manage", response=JobOut, summary=N_("取消"))
def cancel(request: HttpRequest, job_id: int) -> Any:
    """Take a waiting job out of the queue, or ask a running one to stop."""
    return _do(request, job_id, actions.cancel_job)


def _do(request: HttpRequest, job_id: int, act: Any) -> Any:
    if job_id > 2**62:
        raise NotFound(tell("找不到這個背景工作，可能已經清除。請重新整理清單。"))
    act(request.auth, job_id)  # type: ignore[attr-defined]
    return queries.visible_to(request.auth).get(pk=job_id)  # type: ignore[attr-defined]
