"""What happens by itself: rounds open and close on their days, and the ladder is climbed (B17)."""

from shizheng.common.permissions import SYSTEM
from shizheng.common.text import N_
from shizheng.kernel.filing import actions
from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.jobs.definitions import task


@task(
    "filing.chase", label=N_("開關填報期並提醒"), housekeeping=True, cron="5 * * * *", queue="system",
    queueing_lock="filing.chase",
)  # fmt: skip
def chase(timestamp: int) -> None:
    """Every hour: open and close rounds whose day has come, then remind. What was done is not done again."""
    with coming_from("job", name="filing.chase"):
        actions.move_rounds(SYSTEM)
        actions.remind(SYSTEM)
