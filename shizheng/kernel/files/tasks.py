"""Jobs of files: previews, and what nobody sent."""

from shizheng.common.permissions import SYSTEM
from shizheng.common.text import N_
from shizheng.kernel.files import actions
from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.jobs.definitions import task


@task("files.make_previews", label=N_("製作附件預覽"))
def make_previews(sha256: str, kind: str) -> None:
    """Previews of some bytes; made once, however often this runs."""
    with coming_from("job", name="files.make_previews"):
        actions.make_previews(SYSTEM, sha256, kind)


@task(
    "files.clear_away",
    label=N_("清除沒有送出的附件"),
    housekeeping=True,
    cron="35 * * * *",
    queue="system",
    queueing_lock="files.clear_away",
)
def clear_away(timestamp: int) -> None:
    """Every hour: uploads and bytes that nobody wanted for a day."""
    with coming_from("job", name="files.clear_away"):
        actions.clear_away(SYSTEM)
