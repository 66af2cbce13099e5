"""What happens by itself: deadlines follow a new calendar, and the ladder of each case is climbed (B17)."""

from shizheng.common.permissions import SYSTEM
from shizheng.common.text import N_
from shizheng.kernel.cases import actions
from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.jobs.definitions import task


@task(
    "cases.chase",
    label=N_("重算案件期限，稽催案件"),
    cron="15 * * * *",
    queue="system",
    queueing_lock="cases.chase",
)
def chase(timestamp: int) -> None:
    """Every hour: what has come due. What was done is not done again."""
    chase_now()


def chase_now() -> None:
    """Bring deadlines up to the calendar in force, then take the rungs that have come."""
    with coming_from("job", name="cases.chase"):
        actions.derive_again(SYSTEM)
        actions.escalate(SYSTEM)
