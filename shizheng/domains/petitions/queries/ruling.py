"""What the rulebook says about petitions on a day."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from shizheng.common import clock
from shizheng.domains.petitions.models import Petition
from shizheng.domains.petitions.rules.classes import SERIOUS, Source
from shizheng.domains.petitions.rules.nearness import Limits
from shizheng.domains.petitions.rules.workflow import levels_needed
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules.deadlines import add_months
from shizheng.kernel.cases.rules.facts import day_of
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.rules import Composition, Deadline, DeadlineUnit

APPROVAL, APPROVAL_SERIOUS = "petition.approval", "petition.approval_serious"
REOPEN_TIMES, REOPEN_WITHIN = "petition.reopen_times", "petition.reopen_within"
RETENTION, NEAR = "petition.retention", "petition.near_text"
NEAR_METRES, NEAR_DAYS = "petition.near_metres", "petition.near_days"


def levels_of(row: Petition) -> int:
    """How many levels must approve the reply to a petition, by the rule in force today."""
    serious = row.petition_class in SERIOUS or row.source == Source.SUPERIOR
    value = rulebook.value_of(APPROVAL_SERIOUS if serious else APPROVAL, clock.today()).value
    assert isinstance(value, Composition)
    return levels_needed(value.parts)


def reopen_times() -> int:
    """How often a petition may be reopened."""
    value = rulebook.value_of(REOPEN_TIMES, clock.today()).value
    assert isinstance(value, int)
    return value


def reopen_ends(answered_at: datetime) -> date:
    """The last day on which a petition that was answered then may be reopened. Raises CalendarYearMissing (working days)."""
    return after(REOPEN_WITHIN, answered_at)


def kept_until(closed_at: datetime) -> date:
    """The last day on which personal data of a petition closed then are kept. Raises CalendarYearMissing (working days)."""
    return after(RETENTION, closed_at)


def near_least() -> Decimal:
    """How alike two petitions must be to be called near, 0 to 1."""
    return Decimal(str(rulebook.value_of(NEAR, clock.today()).value)) / 100


def near_limits() -> Limits:
    """How far apart in place, time and words near petitions may be, by the rules in force today (at most one query)."""
    said = rulebook.values_of((NEAR, NEAR_METRES, NEAR_DAYS), clock.today())
    words, metres, days = (Decimal(str(said[code].value)) for code in (NEAR, NEAR_METRES, NEAR_DAYS))
    return Limits(int(metres), int(days), words / 100)


def after(rule: str, moment: datetime) -> date:
    """The day so long after a moment, by the calendar of days; years that no work calendar knows are no matter but for working days."""
    said = rulebook.value_of(rule, clock.today()).value
    assert isinstance(said, Deadline)
    day = day_of(moment)
    if said.unit is DeadlineUnit.MONTHS:
        return add_months(day, said.n)
    if said.unit is DeadlineUnit.WORKING_DAYS:
        return calendar.current_calendar().add_working_days(day, said.n)
    return day + timedelta(days=said.n)
