"""Putting work in the queue by name, and mending it by hand."""

from typing import Any

from procrastinate.contrib.django import app

from shizheng.common import clock
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.words import tell
from shizheng.kernel.jobs import queries
from shizheng.kernel.jobs.rules import State, state_of


def defer(task: str, *, lock: str | None = None, queueing_lock: str | None = None, **arguments: Any) -> int:
    """Queue `task` (its name, `<app>.<verb>`) in the running transaction; it exists exactly if that commits.

    Returns the job's number. `lock`: jobs of one lock run one after another.
    """
    job = app.configure_task(task, lock=lock, queueing_lock=queueing_lock, allow_unknown=True)
    return job.defer(**arguments)


def retry_job(actor: Actor, job_id: int) -> None:
    """Run a failed job again; one whose worker was lost is queued again by itself."""
    state = _state(actor, job_id)
    if not state.retry:
        raise CannotDo(tell("這個工作%(label)s，不能重跑。請重新整理看最新的狀態。", label=state.label))
    app.job_manager.retry_job_by_id(job_id, retry_at=clock.now())


def cancel_job(actor: Actor, job_id: int) -> None:
    """Take a waiting job out of the queue, or ask a running one to stop."""
    state = _state(actor, job_id)
    if not state.cancel:
        raise CannotDo(tell("這個工作%(label)s，不能取消。請重新整理看最新的狀態。", label=state.label))
    app.job_manager.cancel_job_by_id(job_id, abort=True)


def _state(actor: Actor, job_id: int) -> State:
    require(actor, "jobs.manage")
    job = queries.visible_to(actor).filter(pk=job_id).first()
    if job is None:
        raise NotFound(tell("找不到這個背景工作，可能已經清除。請重新整理清單。"))
    return state_of(job.status)
