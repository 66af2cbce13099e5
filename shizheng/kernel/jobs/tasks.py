"""What every installation does by the minute: mend jobs whose worker died, and write down moments for history."""

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.manager import JobManager

from shizheng.kernel.history.actions import record_moment

log = logging.getLogger(__name__)

STALLED_SECONDS = 60
"""A worker that has not been heard of for so long is taken for dead (it speaks every ten seconds)."""


@app.periodic(cron="* * * * *")
@app.task(name="jobs.record_moment", queueing_lock="jobs.record_moment", queue="system")
def record_moment_each_minute(timestamp: int) -> None:
    """Write down which transactions have ended, for readers of "as of" (see history.queries.horizon)."""
    record_moment()


@app.periodic(cron="* * * * *")
@app.task(name="jobs.rescue_stalled", queueing_lock="jobs.rescue_stalled", queue="system", pass_context=True)
async def rescue_stalled(context: JobContext, timestamp: int) -> None:
    """Put jobs back in the queue whose worker was killed."""
    await rescue(context.app.job_manager)


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
