"""What the tree does by the day."""

from shizheng.common.text import N_
from shizheng.kernel.jobs.definitions import task
from shizheng.kernel.organisations import actions


@task(
    "organisations.show_todays_names", label=N_("更新到今天的機關名稱"), housekeeping=True, queue="system",
    queueing_lock="organisations.show_todays_names",
    cron="1 * * * *",  # hourly: right soon after midnight in whatever zone the worker counts
)  # fmt: skip
def show_todays_names(timestamp: int) -> int:
    """Bring the names on units up to today, after a renaming that was recorded ahead."""
    return actions.show_todays_names()
