"""What the API says of commitments, their units and lists: the shapes of `queries.documents`.

Quantities and percentages are decimal texts, days ISO 8601. Ids are those of the lists that name them.
"""

from collections.abc import Sequence
from datetime import date, datetime

from ninja import Schema


class OwnFieldOut(Schema):
    """A field that a list has beside those of every list."""

    code: str
    name: str
    kind: str
    name_en: str
    required: bool
    choices: list[str]


class CommitmentListOut(Schema):
    """One list with its own fields. `version` goes back in If-Match."""

    id: int
    code: str
    name: str
    name_en: str
    cycle: str
    releaser: str
    needed: str
    note: str
    in_use: bool
    fields: list[OwnFieldOut]
    version: int


class OwedOut(Schema):
    """One unit's part of a commitment; `passed`: levels that have accepted its release."""

    id: int
    unit_id: int
    unit: str
    part: str
    state: str
    sent_back: bool
    passed: int
    asked_on: date | None
    released_on: date | None
    told_on: date | None
    progress: str | None
    quantity: str | None


class SourceOut(Schema):
    """Where a commitment comes from; empty texts where it was entered by itself."""

    kind: str
    key: str
    label: str
    url: str


class LinkedOut(Schema):
    """What its progress is read from."""

    kind: str
    key: str


class CommitmentOut(Schema):
    """One commitment with its units. `version` goes back in If-Match."""

    id: int
    number: str
    list: str
    roc_year: int
    text: str
    agreed_on: date
    agreed_due: date | None
    due_on: date | None
    target_quantity: str | None
    quantity_unit: str
    extra: dict[str, str]
    source: SourceOut
    link: LinkedOut | None
    note: str
    state: str
    ground: str
    closed_on: date | None
    version: int
    units: Sequence[OwedOut]


class CommitmentLineOut(Schema):
    """One thing that happened: told, asked or decided; `files`: ids of the evidence."""

    what: str
    id: int
    at: datetime
    by: str
    unit_id: int | None
    text: str
    day: date | None
    act: str | None
    outcome: str | None
    progress: str | None
    quantity: str | None
    files: list[str]


class CommitmentInFullOut(CommitmentOut):
    """One commitment with all that happened to it, the newest first."""

    timeline: list[CommitmentLineOut]


class NearOut(Schema):
    """An open commitment with a near text; `percent`: how near."""

    id: int
    number: str
    text: str
    percent: str


class TallyOut(Schema):
    """Counts of parts of units, with rates in percent (null of nothing) and what they are made of."""

    open: int
    late: int
    soon: int
    waiting: int
    unreported: int
    released: int
    all: int
    dated: int
    in_time: int
    release_rate: str | None
    on_time_rate: str | None


class AgencyTallyOut(TallyOut):
    """One line of the board."""

    agency_id: int
    agency: str


class CommitmentBoardOut(Schema):
    """How every agency stands on a day."""

    on: date
    total: TallyOut
    items: list[AgencyTallyOut]


class ToldOut(Schema):
    """What was told as of a day, and how the unit stands after it."""

    id: int
    on: date
    unit: OwedOut


class MoreTimeOut(Schema):
    """What was asked for: from which day to which."""

    id: int
    due_then: date
    until: date
