"""What every installation does by the minute: mend jobs whose worker died, and write down moments for "as of"."""

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app

from shizheng.kernel.history.actions import record_moment

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="jobs.record_moment", queueing_lock="jobs.record_moment", queue="system")
def record_moment_each_minute(timestamp: int) -> None:
    """Write down which transactions have ended, for readers of "as of" (see history.queries.horizon)."""
    record_moment()


@app.periodic(cron="* * * * *")
@app.task(name="jobs.rescue_stalled", queueing_lock="jobs.rescue_stalled", queue="system", pass_context=True)
async def rescue_stalled(context: JobContext, timestamp: int) -> int:
    """Put jobs back in the queue whose worker was killed; returns how many.

    Jobs are idempotent for this reason: a worker killed after its last write runs the job again.
    """
    manager = context.app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=60))
    for job in stalled:
        await manager.retry_job(job)
        log.warning("job %s (%s) had lost its worker and was queued again", job.id, job.task_name)
    await manager.prune_stalled_workers(seconds_since_heartbeat=300)
    return len(stalled)
