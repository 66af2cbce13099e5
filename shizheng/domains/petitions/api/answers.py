"""What the API says of petitions: the shapes of `queries.documents`. Moments have their offset, rates are decimal texts."""

from collections.abc import Sequence
from datetime import date, datetime

from ninja import Schema


class PetitionOut(Schema):
    """One petition. `id` is its case's. `words`: only for who works on it. `version` goes back with every act."""

    id: int
    number: str
    file_number: str
    subject: str
    petition_class: str
    source: str
    channel: str
    category: str | None
    state: str
    unit_id: int
    unit: str
    officer_id: int | None
    place: str
    language: str
    restricted: bool
    received_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    promise_due: date | None
    returned: int
    reopened: int
    ground: str
    merged_into: int | None
    words: str | None
    version: int


class ReceivedOut(Schema):
    """What was taken in; `code` is told this once."""

    id: int
    number: str
    code: str
    due_at: datetime | None
    version: int


class PetitionStepOut(Schema):
    """One thing that happened."""

    title: str
    at: datetime
    by: str
    text: str


class PetitionReplyOut(Schema):
    """One draft, or the reply that was sent."""

    serial: int
    text: str
    promise: str
    promise_on: date | None
    drafted_at: datetime
    approved_at: datetime | None
    sent_at: datetime | None


class PetitionActOut(Schema):
    """What the caller may do now."""

    name: str
    label: str


class PetitionInFullOut(PetitionOut):
    """With all that happened, why the deadline is that day, and the replies for who works on it."""

    timeline: Sequence[PetitionStepOut]
    why: Sequence[str]
    replies: Sequence[PetitionReplyOut]
    sealed: Sequence[str]
    possible: Sequence[PetitionActOut]


class PetitionHandedBackOut(Schema):
    """What was handed back; `returned`: how often now."""

    id: int
    number: str
    state: str
    returned: int


class PetitionSealedOut(Schema):
    """What was opened; that it was is written down."""

    name: str
    text: str


class PetitionTallyOut(Schema):
    """Counts of a month; `on_time_rate` in percent is `in_time` ÷ `counted`."""

    received: int
    ended: dict[str, int]
    in_time: int
    counted: int
    on_time_rate: str | None
    open_after: int


class PetitionAgencyTallyOut(Schema):
    """One agency of the table."""

    unit_id: int
    unit: str
    tally: PetitionTallyOut


class PetitionMonthOut(Schema):
    """The table of a month. `target`: the plan's on-time rate in percent."""

    month: str
    total: PetitionTallyOut
    agencies: Sequence[PetitionAgencyTallyOut]
    classes: dict[str, PetitionTallyOut]
    target: str | None
