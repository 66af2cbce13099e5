"""Jobs of intake: what nobody took in."""

from shizheng.common.permissions import SYSTEM
from shizheng.common.text import N_
from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.intake import actions
from shizheng.kernel.jobs.definitions import task


@task(
    "intake.clear_away",
    label=N_("清除沒有匯入的檔案"),
    housekeeping=True,
    cron="50 3 * * *",
    queue="system",
    queueing_lock="intake.clear_away",
)
def clear_away(timestamp: int) -> None:
    """Every night: uploads of more than a week ago, and bytes that no upload names."""
    with coming_from("job", name="intake.clear_away"):
        actions.clear_away(SYSTEM)
