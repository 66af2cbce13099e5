"""What is cleared away at the door by night."""

from shizheng.common.text import N_
from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.jobs.definitions import task
from shizheng.kernel.people import actions


@task(
    "people.forget_old_guards", label=N_("清掉過期的登入失敗紀錄"), housekeeping=True, cron="20 3 * * *", queue="system",
    queueing_lock="people.forget_old_guards",
)  # fmt: skip
def forget_old_guards(timestamp: int) -> int:
    """Once a night: counts of failed sign-ins that are a week old and lock nobody."""
    with coming_from("job", name="people.forget_old_guards"):
        return actions.forget_old_guards()
