"""Jobs of publications: clearing away what was left by one that was broken off."""

from shizheng.common.permissions import SYSTEM
from shizheng.common.text import N_
from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.jobs.definitions import task
from shizheng.kernel.publication import actions


@task(
    "publication.clear_away",
    label=N_("清除中斷的公布留下的檔案"),
    housekeeping=True,
    cron="25 3 * * *",
    queue="system",
    queueing_lock="publication.clear_away",
)
def clear_away(timestamp: int) -> None:
    """Every night: bytes that no publication names for a month."""
    with coming_from("job", name="publication.clear_away"):
        actions.clear_away(SYSTEM)
