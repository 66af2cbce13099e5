"""What happens by itself: rounds open and close on their days, and the ladder is climbed (B17)."""

from shizheng.common.permissions import SYSTEM
from shizheng.common.text import N_
from shizheng.kernel.filing import actions
from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.jobs.definitions import task


@task(
    "filing.chase",
    label=N_("開放、截止填報，催報"),
    cron="5 * * * *",
    queue="system",
    queueing_lock="filing.chase",
)
def chase(timestamp: int) -> None:
    """Every hour: what has come due. What was done is not done again."""
    chase_now()


def chase_now() -> None:
    """Open and close the rounds whose day has come, then remind."""
    with coming_from("job", name="filing.chase"):
        actions.move_rounds(SYSTEM)
        actions.remind(SYSTEM)
