"""Putting work in the queue by name, and mending it by hand."""

from typing import Any

from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from shizheng.common import clock
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.kernel.jobs import queries


def defer(task: str, *, lock: str | None = None, queueing_lock: str | None = None, **arguments: Any) -> int:
    """Queue `task` (its name, `<app>.<verb>`) in the running transaction; it exists exactly if that commits.

    Returns the job's number. `lock`: jobs of one lock run one after another.
    """
    job = app.configure_task(task, lock=lock, queueing_lock=queueing_lock, allow_unknown=True)
    return job.defer(**arguments)


def retry_job(actor: Actor, job_id: int) -> None:
    """Run a failed, cancelled or lost job again."""
    _find(actor, job_id, {"failed", "cancelled", "aborted", "doing"}, "重跑")
    app.job_manager.retry_job_by_id(job_id, retry_at=clock.now())


def cancel_job(actor: Actor, job_id: int) -> None:
    """Take a waiting job out of the queue, or ask a running one to stop."""
    _find(actor, job_id, {"todo", "doing"}, "取消")
    app.job_manager.cancel_job_by_id(job_id, abort=True)


def _find(actor: Actor, job_id: int, possible: set[str], verb: str) -> None:
    require(actor, "jobs.manage")
    job = queries.visible_to(actor).filter(pk=job_id).first()
    if job is None:
        raise NotFound("找不到這個背景工作，可能已經清除。請重新整理清單。")
    if job.status not in possible:
        state = Status(job.status).value
        raise CannotDo(f"這個工作現在的狀態是 {state}，不能{verb}。請重新整理清單看最新的狀態。")
