"""Mails go out by the minute."""

from shizheng.common.words import N_
from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.jobs.definitions import task
from shizheng.kernel.notifications import actions


@task(
    "notifications.deliver", label=N_("寄出通知信"), housekeeping=True, cron="* * * * *", queue="system",
    queueing_lock="notifications.deliver",
)  # fmt: skip
def deliver(timestamp: int) -> dict[str, int]:
    """Put digests together and send what is due. What was sent is not sent again."""
    with coming_from("job", name="notifications.deliver"):
        return dict(actions.deliver())
