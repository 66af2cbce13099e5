"""What the tree does by the day."""

from procrastinate.contrib.django import app

from shizheng.kernel.organisations import actions


@app.periodic(cron="1 * * * *")  # hourly: right soon after midnight in whatever zone the worker counts
@app.task(
    name="organisations.show_todays_names", queueing_lock="organisations.show_todays_names", queue="system"
)
def show_todays_names(timestamp: int) -> int:
    """Bring the names on units up to today, after a renaming that was recorded ahead."""
    return actions.show_todays_names()
