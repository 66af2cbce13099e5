"""What happens by itself: the meetings of the month are opened, and the ladder is climbed (B17)."""

from shizheng.common.permissions import SYSTEM
from shizheng.common.text import N_
from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.jobs.definitions import task
from shizheng.kernel.meetings import actions


@task(
    "meetings.chase",
    label=N_("開立會議，催辦會議與紀錄"),
    cron="25 * * * *",
    queue="system",
    queueing_lock="meetings.chase",
)
def chase(timestamp: int) -> None:
    """Every hour: what has come due. What was done is not done again."""
    chase_now()


def chase_now() -> None:
    """Open the meetings that the rules want this month, then remind."""
    with coming_from("job", name="meetings.chase"):
        actions.open_meetings(SYSTEM)
        actions.remind(SYSTEM)
