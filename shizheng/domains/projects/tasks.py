"""What is worked out after a month of tenders was locked."""

from shizheng.common.permissions import SYSTEM
from shizheng.common.text import N_
from shizheng.domains.projects.actions.warnings import warn
from shizheng.kernel.history.actions import coming_from
from shizheng.kernel.jobs.definitions import task
from shizheng.kernel.measures.rules.periods import parse_period


@task("projects.warn", label=N_("標案預警"), queue="system")
def warn_of_month(period: str) -> None:
    """Warn of the tenders of a month; what was warned of already stays as it is."""
    with coming_from("job", name="projects.warn"):
        warn(SYSTEM, parse_period(period))
