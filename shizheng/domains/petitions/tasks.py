"""What happens by itself: personal data whose time is over are erased, new petitions proposed for themes, given to the agency that a model is sure of."""

from shizheng.common.permissions import SYSTEM
from shizheng.common.text import N_
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.open311.limits import forget_old
from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.jobs.definitions import task


@task(
    "petitions.anonymise",
    label=N_("陳情資料去識別"),
    cron="40 3 * * *",
    queue="system",
    queueing_lock="petitions.anonymise",
)
def anonymise(timestamp: int) -> None:
    """Every night: petitions whose retention is over. What was done is not done again."""
    with coming_from("job", name="petitions.anonymise"):
        actions.anonymise_due(SYSTEM)


@task(
    "petitions.forget_rate_counts",
    label=N_("清除呼叫次數"),
    cron="25 3 * * *",
    queue="system",
    queueing_lock="petitions.forget_rate_counts",
    housekeeping=True,
)
def forget_rate_counts(timestamp: int) -> None:
    """Every night: counts of calls whose time is over."""
    with coming_from("job", name="petitions.forget_rate_counts"):
        forget_old()


@task(
    "petitions.propose_themes",
    label=N_("依詞提出陳情議題的案件"),
    cron="*/15 * * * *",
    queue="system",
    queueing_lock="petitions.propose_themes",
)
def propose_themes(timestamp: int) -> None:
    """Four times an hour: petitions that came since are proposed for the themes whose words they hold."""
    with coming_from("job", name="petitions.propose_themes"):
        actions.propose_new()


@task(
    "petitions.route",
    label=N_("陳情自動分案"),
    cron="*/5 * * * *",
    queue="system",
    lock="petitions.route",
    queueing_lock="petitions.route",
)
def route(timestamp: int) -> None:
    """Every five minutes: petitions that were accepted, and of which the model is sure enough. Nothing without a threshold."""
    with coming_from("job", name="petitions.route"):
        actions.route_waiting(SYSTEM)
