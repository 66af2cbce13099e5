"""Putting work in the queue by name, and mending it by hand."""

from typing import Any

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from shizheng.common import clock
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.words import tell
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.jobs import queries
from shizheng.kernel.jobs.models import Act, Failure, Intervention, Outcome
from shizheng.kernel.jobs.rules import State, state_of

LONGEST_MESSAGE = 2000


def defer(task: str, *, lock: str | None = None, queueing_lock: str | None = None, **arguments: Any) -> int:
    """Queue `task` (its name, `<app>.<verb>`) in the running transaction; it exists exactly if that commits.

    Returns the job's number. `lock`: jobs of one lock run one after another.
    """
    job = app.configure_task(task, lock=lock, queueing_lock=queueing_lock, allow_unknown=True)
    return job.defer(**arguments)


def retry_job(actor: Actor, job_id: int, *, reason: str) -> Intervention:
    """Run a failed job again, and keep who wanted it and why; one whose worker was lost is queued again by itself."""
    require(actor, "jobs.manage")
    with recorded(by=actor, action="jobs.retry_job", reason=need_reason(reason)):
        job, state = _locked(actor, job_id)
        if not state.retry:
            raise CannotDo(tell("這個工作%(label)s，不能重跑。請重新整理看最新的狀態。", label=state.label))
        app.job_manager.retry_job_by_id(job_id, retry_at=clock.now())
        return _write_down(actor, Act.RETRY, job, Outcome.QUEUED, reason)


def cancel_job(actor: Actor, job_id: int, *, reason: str) -> Intervention:
    """Take a waiting job out of the queue, or ask a running one to stop; who wanted it and why is kept."""
    require(actor, "jobs.manage")
    with recorded(by=actor, action="jobs.cancel_job", reason=need_reason(reason)):
        job, state = _locked(actor, job_id)
        if not state.cancel:
            raise CannotDo(tell("這個工作%(label)s，不能取消。請重新整理看最新的狀態。", label=state.label))
        app.job_manager.cancel_job_by_id(job_id, abort=True)
        outcome = Outcome.CANCELLED if state.code == "todo" else Outcome.ASKED
        return _write_down(actor, Act.CANCEL, job, outcome, reason)


def record_failure(actor: Actor, job_id: int, task_name: str, failure: Exception) -> None:
    """Keep why the running attempt of a job failed: a domain failure in its own words, any other with its kind."""
    said = failure.message if isinstance(failure, CannotDo) else f"{type(failure).__name__}: {failure}"
    with recorded(by=actor, action="jobs.record_failure"):
        Failure.objects.create(
            job_id=job_id, task_name=task_name, attempt=max(1, len(queries.attempts(job_id))),
            message=said.replace("\x00", "")[:LONGEST_MESSAGE],
        )  # fmt: skip


def _locked(actor: Actor, job_id: int) -> tuple[ProcrastinateJob, State]:
    """The job, which neither a worker nor anybody else changes until the transaction ends."""
    job = queries.visible_to(actor).select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound(tell("找不到這個背景工作，可能已經清除。請重新整理清單。"))
    return job, state_of(job.status)


def _write_down(actor: Actor, act: Act, job: ProcrastinateJob, outcome: Outcome, reason: str) -> Intervention:
    return Intervention.objects.create(
        job_id=job.pk,
        task_name=job.task_name,
        act=act,
        outcome=outcome,
        reason=reason.strip(),
        actor_id=actor.pk,
    )
