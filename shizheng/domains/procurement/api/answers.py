"""What the API says of series, failed tenders and design reviews: the shapes of `queries.documents` and `review_documents`.

Sums are decimal texts in NTD, rates percentages with two decimals. Ids are those of the lists that name them.
"""

from ninja import Schema

from shizheng.common.api_fields import DayOut


class CalledUnitOut(Schema):
    """An agency by id, code and name."""

    id: int
    code: str
    name: str


class SupervisionSeriesOut(Schema):
    """A series with its counts; `rate`: awarded or dropped out of what is listed, null where nothing is."""

    id: int
    roc_year: int
    edition: int
    opened_on: DayOut
    note: str
    version: int
    listed: int
    awarded: int
    dropped: int
    rate: str | None


class FailedCaseOut(Schema):
    """One case; `follows_register`: its tender stands in the register, which tells its openings."""

    id: int
    series_id: int
    tender_no: str
    name: str
    agency: CalledUnitOut
    category: str
    amount: str
    listed_on: DayOut
    outcome: str
    settled_on: DayOut | None
    award_amount: str | None
    failed: int
    void: int
    follows_register: bool
    note: str
    version: int


class CaseEventOut(Schema):
    """What happened to a case, as told."""

    id: int
    case_id: int
    kind: str
    on: DayOut
    bidders: int | None
    amount: str | None
    causes: list[str]
    text: str
    follows_register: bool
    struck: bool
    reason: str


class CaseLineOut(CaseEventOut):
    """An event as last told, with how it was told before."""

    earlier: list[CaseEventOut]


class FailedCaseInFullOut(FailedCaseOut):
    """One case with all that happened to it, the newest first."""

    events: list[CaseLineOut]


class PatternRowOut(Schema):
    """One value of one way of grouping; `days`: median days from the first failure to the award, of those awarded."""

    code: str
    label: str
    listed: int
    awarded: int
    dropped: int
    failures: int
    repeated: int
    days: float | None


class PatternsOut(Schema):
    """The rate of a year with its parts, and its patterns: way of grouping → its values."""

    on: DayOut
    listed: int
    awarded: int
    dropped: int
    rate: str | None
    patterns: dict[str, list[PatternRowOut]]


class ReviewOut(Schema):
    """One design review; `checklist`: document → whether it came. `version` goes back in If-Match."""

    id: int
    number: str
    name: str
    agency: CalledUnitOut
    stage: str
    control_number: str
    amount: str
    amount_after: str | None
    state: str
    since: DayOut
    due_on: DayOut | None
    checklist: dict[str, bool]
    note: str
    version: int


class ReviewActOut(Schema):
    """A step as it was taken, and with the reason whether it was taken back; `files`: ids, their bytes are at `/api/v1/files/{id}/content`."""

    act: str
    on: DayOut
    state: str
    text: str
    files: list[str]
    amount: str | None
    due_on: DayOut | None
    taken_back: bool
    reason: str


class PanelMemberOut(Schema):
    """An expert of the panel with the declaration of conflicts of interest."""

    id: int
    name: str
    affiliation: str
    speciality: str
    source: str
    declared_on: DayOut | None
    conflict: bool
    conflict_note: str
    version: int


class VerdictOut(Schema):
    """What the agency says to an opinion."""

    verdict: str
    text: str


class AcceptedOut(Schema):
    """Whether the answer holds; `reason`: why the confirmation was corrected, empty in the first."""

    id: int
    accepted: bool
    text: str
    reason: str


class EarlierAnswerOut(VerdictOut):
    """An answer that holds no more, with what the reviewer said of it: why it came back."""

    confirmation: AcceptedOut | None


class OpinionToldOut(Schema):
    """An opinion as it was told; `reason`: why it was corrected or struck, empty in the first telling."""

    id: int
    number: int
    topic: str
    text: str
    member_id: int
    reason: str


class ReviewOpinionOut(OpinionToldOut):
    """An opinion of one expert with the answer that stands, its confirmation, the answers and the tellings before."""

    struck: bool
    answer: VerdictOut | None
    confirmation: AcceptedOut | None
    confirmed_before: list[AcceptedOut]
    earlier: list[EarlierAnswerOut]
    former: list[OpinionToldOut]


class ReviewInFullOut(ReviewOut):
    """One review with its steps, panel and opinions."""

    steps: list[ReviewActOut]
    panel: list[PanelMemberOut]
    opinions: list[ReviewOpinionOut]
    struck_opinions: list[ReviewOpinionOut]


class OwnReviewsOut(Schema):
    """What an agency reviewed by itself in a quarter; null where it was not filed."""

    agency: CalledUnitOut
    quarter: str
    filed: bool
    cases: int | None
    before: str | None
    after: str | None


class MemberRemovedOut(Schema):
    """Who was taken off the panel of which review."""

    id: int
    case_id: int
    removed: bool


class OpinionGivenOut(Schema):
    """The opinion as it was written down."""

    id: int
    number: int


class AnsweredOut(VerdictOut):
    """The answer as it was written down."""

    id: int


class ConfirmedOut(AcceptedOut):
    """The confirmation as it was written down."""
