"""The kinds of rules and the words that their values may use."""

from enum import StrEnum


class Kind(StrEnum):
    """What a rule's value is; `reading.read_value` says how each is written."""

    THRESHOLD = "threshold"
    KPI_TARGET = "kpi_target"
    COUNT = "count"
    RANK = "rank"
    RANGE = "range"
    DEADLINE = "deadline"
    DATE = "date"
    MONTHLY_DEADLINE = "monthly_deadline"
    QUARTERLY_DEADLINE = "quarterly_deadline"
    YEARLY_DEADLINE = "yearly_deadline"
    FREQUENCY = "frequency"
    STAGE_TARGET = "stage_target"
    COMPOSITION = "composition"
    CHOICE = "choice"
    LADDER = "ladder"
    TABLE = "table"
    FILING_ROUND = "filing_round"
    TEXT = "text"


PERIODS = ("day", "week", "month", "quarter", "half_year", "year", "session")
"""What a frequency may be counted per; `session` is a session of the council."""

UNITS_OF_TIME = ("days", "weeks", "months", "years")

PERSONS = ("officer", "supervisor", "control_officer", "head", "rdec")
"""Whom a step of a ladder may name."""

SIGNERS = tuple(each for each in PERSONS if each != "officer")
"""Whom a level of sign-off may name: whoever fills a return in does not sign it."""

CHANNELS = ("in_app", "email")
