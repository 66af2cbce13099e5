"""What the API says of what other systems tell: records, differences, fill rates of the national works system."""

from typing import Any

from ninja import Schema

from shizheng.common.api_fields import DayOut, MomentOut


class DifferenceDecidedOut(Schema):
    """What was decided about a difference; `by`: whoever decided, as recorded."""

    choice: str
    by: str
    reason: str
    ours: str
    theirs: str


class DifferenceOut(Schema):
    """A field of a tender that a source tells otherwise; `decision` is null where nobody decided."""

    project_id: int
    number: str
    name: str
    version: int
    record_id: int
    source: str
    part: str
    label: str
    ours: str
    theirs: str
    since: MomentOut
    period: str
    takeable: bool
    decision: DifferenceDecidedOut | None


class ExternalRecordOut(Schema):
    """What a source tells of one of its tenders; `payload` as it was read."""

    id: int
    source: str
    number: str
    title: str
    agency: str
    unit_id: int | None
    period: str
    received_at: MomentOut
    content_hash: str
    payload: dict[str, Any]


class ExternalCandidateOut(ExternalRecordOut):
    """A tender of a source that is none of ours; null where nothing tells whether it has to be entered here."""

    has_to_be_entered: bool | None


class ExternalCandidatesOut(Schema):
    """A page of them, out of `count`; `rule` in words says from which sum on a tender has to be entered."""

    count: int
    rule: str | None
    items: list[ExternalCandidateOut]


class ExternalRecordInFullOut(ExternalRecordOut):
    """With the tender that it is, and all that the source told of it, the newest first."""

    project_id: int | None
    told: list[ExternalRecordOut]


class LinkedRecordOut(Schema):
    """Which tender a record is said to be."""

    record_id: int
    project_id: int | None


class DismissedOut(Schema):
    """Whether a record is said to be none of ours."""

    record_id: int
    dismissed: bool


class TakenInOut(Schema):
    """What became of the rows of a file."""

    report_id: int
    rows: int
    new: int
    changed: int
    unchanged: int
    refused: int
    noted: int
    notes: list[str]


class WithoutDataOut(Schema):
    """A tender without data of the month."""

    id: int
    number: str
    tender_no: str


class AgencyFillOut(Schema):
    """An agency: how many owe data, and which have none."""

    agency_id: int
    name: str
    owed: int
    missing: list[WithoutDataOut]


class FillRateOut(Schema):
    """`filled` out of `owed` by a day; `all` = `owed` + `waiting` (not awarded or begun yet); `rules`: code → version."""

    period: str
    due: DayOut
    all: int
    waiting: int
    owed: int
    filled: int
    percent: str | None
    rules: dict[str, int]
    agencies: list[AgencyFillOut]


class UrgedOut(Schema):
    """How many agencies were urged, and people told."""

    period: str
    agencies: int
    told: int
    owed: int
    filled: int
