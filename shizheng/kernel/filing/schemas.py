"""What the API of filing takes and answers."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from shizheng.common.api_fields import Given
from shizheng.kernel.filing.rules.typed import LONGEST_TEXT

LARGEST_VERSION = 2**31 - 1


class RoundOut(Schema):
    """A round. `rule_versions` names the versions of the rulebook that set it; `rate` prints its denominator."""

    id: int
    kind: str
    title: str
    roc_year: int
    period: str
    opens_on: date
    due_on: date
    closes_on: date
    nominal_due: date
    levels: list[str]
    rule_versions: dict[str, int]
    state: str
    version: int
    filed: int
    expected: int


class RoundsOut(Schema):
    count: int
    items: list[RoundOut]


class RoundIn(Given):
    kind: str = Field(..., max_length=60)
    period: str = Field(..., max_length=20)
    title: str = Field("", max_length=200)
    at_once: bool = False


class StepIn(Given):
    version: int | None = Field(None, ge=0, le=LARGEST_VERSION)
    reason: str = Field("", max_length=2000)


class DaysIn(Given):
    version: int | None = Field(None, ge=0, le=LARGEST_VERSION)
    opens_on: date | None = None
    due_on: date
    closes_on: date
    reason: str = Field(..., max_length=2000)


class ReturnOut(Schema):
    id: int
    round_id: int
    unit_id: int
    subject_label: str
    subject_pk: int
    title: str
    state: str
    signed_levels: int
    holder_id: int | None
    due_on: date
    submitted_at: datetime | None
    first_submitted_at: datetime | None
    signed_at: datetime | None
    locked_at: datetime | None
    corrected_at: datetime | None
    version: int


class ReturnsOut(Schema):
    count: int
    items: list[ReturnOut]


class EntryOut(Schema):
    """What stands in a field; version 0: supplied by the product and not taken over yet."""

    row: str
    field: str
    text: str
    version: int
    source: dict[str, Any]
    by: str
    at: datetime | None


class ReturnDetail(ReturnOut):
    entries: list[EntryOut]
    narratives: dict[str, str]


class EntryIn(Given):
    row: str = Field(..., max_length=60)
    field: str = Field(..., max_length=60)
    text: str = Field(..., max_length=LONGEST_TEXT)
    version: int | None = Field(None, ge=0, le=LARGEST_VERSION)


class EntriesIn(Given):
    entries: list[EntryIn] = Field(..., max_length=2000)


class SavedOut(Schema):
    row: str
    field: str
    text: str
    version: int
    changed: bool


class ExtendIn(Given):
    version: int | None = Field(None, ge=0, le=LARGEST_VERSION)
    until: date
    reason: str = Field(..., max_length=2000)


class ChangeIn(Given):
    row: str = Field(..., max_length=60)
    field: str = Field(..., max_length=60)
    text: str = Field(..., max_length=LONGEST_TEXT)


class ReturnCorrectionIn(Given):
    version: int | None = Field(None, ge=0, le=LARGEST_VERSION)
    changes: list[ChangeIn] = Field(..., max_length=500)
    reason: str = Field(..., max_length=2000)


class CorrectionOut(Schema):
    id: int
    filing_id: int
    state: str
    changes: list[dict[str, str]]
    reason: str
    asked_by_id: int | None
    asked_at: datetime
    decided_by_id: int | None
    decided_at: datetime | None
    decision_reason: str
    version: int


class CorrectionsOut(Schema):
    count: int
    items: list[CorrectionOut]
