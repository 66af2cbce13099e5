"""What every installation does by the minute: mend jobs whose worker died, and write down moments for history."""

import logging

from procrastinate import JobContext
from procrastinate.manager import JobManager

from shizheng.common.text import N_
from shizheng.kernel.history.actions import record_moment
from shizheng.kernel.jobs.definitions import task

log = logging.getLogger(__name__)

STALLED_SECONDS = 60
"""A worker that has not been heard of for so long is taken for dead (it speaks every ten seconds)."""

KEPT_HOURS = 24
"""How long housekeeping that went well stays in the list; it comes twice a minute, all else is kept."""


@task(
    "jobs.record_moment", label=N_("記下此刻已完成的交易"), housekeeping=True, cron="* * * * *", queue="system",
    queueing_lock="jobs.record_moment",
)  # fmt: skip
def record_moment_each_minute(timestamp: int) -> None:
    """Write down which transactions have ended, for readers of "as of" (see history.queries.horizon)."""
    record_moment()


@task(
    "jobs.rescue_stalled", label=N_("救回失聯的背景工作"), housekeeping=True, cron="* * * * *", queue="system",
    queueing_lock="jobs.rescue_stalled", pass_context=True,
)  # fmt: skip
async def rescue_stalled(context: JobContext, timestamp: int) -> None:
    """Put jobs back in the queue whose worker was killed."""
    await rescue(context.app.job_manager)


@task(
    "jobs.clear_housekeeping", label=N_("清掉一天前順利完成的例行維護"), housekeeping=True, cron="7 * * * *",
    queue="system", queueing_lock="jobs.clear_housekeeping", pass_context=True,
)  # fmt: skip
async def clear_housekeeping(context: JobContext, timestamp: int) -> None:
    """Keep the queue's tables small: what came by the clock and went well says nothing after a day."""
    await clear(context.app.job_manager)


async def clear(manager: JobManager) -> None:
    """Take jobs of the system's queue away that succeeded over KEPT_HOURS ago; what failed stays."""
    await manager.delete_old_jobs(nb_hours=KEPT_HOURS, queue="system")


async def rescue(manager: JobManager) -> list[int]:
    """Queue again every job whose worker is dead; returns their numbers.

    Jobs are idempotent for this reason: a worker killed after its last write runs the job again.
    """
    rescued = []
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await manager.retry_job(job)
        log.warning("job %s (%s) had lost its worker and was queued again", job.id, job.task_name)
        rescued.append(job.id or 0)
    await manager.prune_stalled_workers(seconds_since_heartbeat=STALLED_SECONDS * 10)
    return rescued
