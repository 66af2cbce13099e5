"""What is cleared away at the door by night."""

from procrastinate.contrib.django import app

from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.people import actions


@app.periodic(cron="20 3 * * *")
@app.task(name="people.forget_old_guards", queueing_lock="people.forget_old_guards", queue="system")
def forget_old_guards(timestamp: int) -> int:
    """Once a night: counts of failed sign-ins that are a week old and lock nobody."""
    with coming_from("job", name="people.forget_old_guards"):
        return actions.forget_old_guards()
