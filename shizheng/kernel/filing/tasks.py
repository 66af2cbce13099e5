"""What happens by itself: rounds open and close on their days, and the ladder is climbed (B17)."""

from procrastinate.contrib.django import app

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.filing import actions
from shizheng.kernel.history.actions import coming_from


@app.periodic(cron="5 * * * *")
@app.task(name="filing.chase", queueing_lock="filing.chase", queue="system")
def chase(timestamp: int) -> None:
    """Every hour: open and close rounds whose day has come, then remind. What was done is not done again."""
    with coming_from("job", name="filing.chase"):
        actions.move_rounds(SYSTEM)
        actions.remind(SYSTEM)
