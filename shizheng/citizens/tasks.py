"""What happens by itself: mails are read and answered, letters go out, drafts and counts are cleared, addresses that nobody confirmed are dropped."""

from shizheng.citizens import actions
from shizheng.common.permissions import SYSTEM
from shizheng.common.text import N_
from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.jobs.definitions import task


@task(
    "citizens.deliver_letters", label=N_("寄出給陳情人的信"), housekeeping=True, cron="* * * * *", queue="system",
    queueing_lock="citizens.deliver_letters",
)  # fmt: skip
def deliver_letters(timestamp: int) -> dict[str, int]:
    """By the minute. What was sent is not sent again."""
    with coming_from("job", name="citizens.deliver_letters"):
        return actions.deliver_letters()


@task(
    "citizens.read_mailbox", label=N_("讀陳情信箱"), housekeeping=True, cron="* * * * *", queue="system",
    lock="citizens.read_mailbox", queueing_lock="citizens.read_mailbox",
)  # fmt: skip
def read_mailbox(timestamp: int) -> dict[str, int]:
    """By the minute, where a mailbox is set. What was kept is not kept again."""
    with coming_from("job", name="citizens.read_mailbox"):
        return {**actions.read_mailbox(), **actions.settle_mails()}


@task(
    "citizens.tidy", label=N_("清除沒送出的陳情與過期的確認"), housekeeping=True, cron="20 * * * *", queue="system",
    queueing_lock="citizens.tidy",
)  # fmt: skip
def tidy(timestamp: int) -> dict[str, int]:
    """By the hour: what was not sent is gone, and counts of the last day with it."""
    with coming_from("job", name="citizens.tidy"):
        return {
            "drafts": actions.clear_drafts(),
            "counts": actions.forget_old(),
            "addresses": actions.drop_unconfirmed(SYSTEM),
            **actions.chase_unconfirmed(SYSTEM),
            "mails": actions.erase_mails_due(SYSTEM),
        }
