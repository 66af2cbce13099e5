"""What happens by itself: who owes a commitment or an update is told on its days."""

from shizheng.common.permissions import SYSTEM
from shizheng.common.text import N_
from shizheng.domains.commitments.actions.chasing import chase
from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.jobs.definitions import task


@task(
    "commitments.chase",
    label=N_("催辦列管事項"),
    cron="20 7 * * *",
    queue="system",
    queueing_lock="commitments.chase",
)
def chase_all(timestamp: int) -> None:
    """Every morning. What was told is not told again."""
    with coming_from("job", name="commitments.chase"):
        chase(SYSTEM)
