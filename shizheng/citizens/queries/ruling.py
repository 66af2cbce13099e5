"""What the rulebook says about the citizen's side on a day."""

from datetime import date, datetime

from shizheng.citizens.rules.survey import asked
from shizheng.common import clock
from shizheng.domains.petitions.queries.ruling import after
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.rules import Composition

SURVEY_QUESTIONS, SURVEY_VALID = "petition.survey_questions", "petition.survey_valid"
CONFIRM_WITHIN = "petition.mail_confirm_within"
REMIND_AFTER, MAIL_RETENTION = "petition.mail_remind_after", "petition.mail_retention"


def questions_now() -> tuple[str, ...]:
    """What a survey asks today."""
    value = rulebook.value_of(SURVEY_QUESTIONS, clock.today()).value
    assert isinstance(value, Composition)
    return asked(value.parts)


def survey_ends(answered_at: datetime) -> date:
    """The last day on which the survey can be answered."""
    return after(SURVEY_VALID, answered_at)


def confirm_ends(asked_at: datetime) -> date:
    """The last day on which an address can be confirmed."""
    return after(CONFIRM_WITHIN, asked_at)


def remind_from(asked_at: datetime) -> date:
    """The first day on which who has not confirmed a mail is reminded."""
    return after(REMIND_AFTER, asked_at)


def mail_kept_until(arrived_at: datetime) -> date:
    """The last day on which a mail that became no petition is kept."""
    return after(MAIL_RETENTION, arrived_at)
