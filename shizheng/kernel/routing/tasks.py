"""Jobs of routing: making models, and clearing away bytes that nothing names (J03)."""

from shizheng.common.permissions import SYSTEM
from shizheng.common.text import N_
from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.jobs.definitions import task
from shizheng.kernel.routing import actions


@task("routing.train", label=N_("訓練分案模型"), queue="system", lock="routing.train")
def train(training_id: int) -> None:
    """Make a model as it was asked for. One that has ended is not made again."""
    with coming_from("job", name="routing.train"):
        actions.train(SYSTEM, training_id)


@task(
    "routing.clear_away",
    label=N_("清除沒有用到的模型檔案"),
    housekeeping=True,
    cron="10 4 * * *",
    queue="system",
    queueing_lock="routing.clear_away",
)
def clear_away(timestamp: int) -> None:
    """Every night: uploads of trainings that ended a month ago, and bytes that nothing names."""
    with coming_from("job", name="routing.clear_away"):
        actions.clear_away(SYSTEM)
