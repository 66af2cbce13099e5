"""What the API says of tenders, types, programmes and what comes from the site: the shapes of `queries.documents`.

Sums, percentages and quantities are decimal texts; sums are NTD. Ids are those of the lists that name them.
"""

from typing import Any

from ninja import Schema

from shizheng.common.api_fields import DayOut, MomentOut


class RuleOut(Schema):
    """The version of a rule that counted; `value` as the rulebook holds it."""

    code: str
    version: int
    version_id: int
    value: Any
    to_be_confirmed: bool


class TaggedOut(Schema):
    """A programme to which a tender belongs; `quantity`: what the tender brings towards its target."""

    id: int
    code: str
    quantity: str | None


class TenderOut(Schema):
    """One tender. `version` goes back in If-Match."""

    id: int
    number: str
    name: str
    type: str
    agency_id: int
    agency: str
    unit_id: int | None
    officer_id: int | None
    level: str
    roc_year: int
    tender_no: str
    budget: str
    funds_held_on: DayOut | None
    state: str
    contractor: str
    award_amount: str | None
    place: str
    longitude: str | None
    latitude: str | None
    measure_id: int | None
    promise_codes: str
    note: str
    programmes: list[TaggedOut]
    version: int


class HappeningOut(Schema):
    """One happening as told; `supersedes_id`: the telling that it corrects."""

    id: int
    project_id: int
    kind: str
    on: DayOut
    amount: str | None
    bidders: int | None
    contractor: str
    tender_no: str
    ground: str
    text: str
    struck: bool
    reason: str
    supersedes_id: int | None
    recorded_at: MomentOut | None


class HappeningLineOut(HappeningOut):
    """One happening as last told, with how it was told before."""

    earlier: list[HappeningOut]


class PlannedCheckpointOut(Schema):
    """A checkpoint of a plan; `weight` in percent."""

    code: str
    name: str
    stage: str
    weight: str
    planned_on: DayOut


class TenderPlanOut(Schema):
    """One version of the planned progress; `works`: month → percent of the works by its end."""

    number: int
    kind: str
    from_period: str
    works_from: DayOut | None
    works_to: DayOut | None
    contract_amount: str | None
    reason: str
    checkpoints: list[PlannedCheckpointOut]
    works: dict[str, str]


class FailuresOut(Schema):
    """How often the tender was opened in vain since it was last awarded."""

    failed: int
    void: int


class TenderInFullOut(TenderOut):
    """One tender with all that happened to it and every version of its plan."""

    failures: FailuresOut
    happenings: list[HappeningLineOut]
    plans: list[TenderPlanOut]


class TypeCheckpointOut(Schema):
    """A checkpoint that a type proposes, so many calendar days after the one before."""

    code: str
    name: str
    name_en: str
    stage: str
    weight: str
    days: int


class TenderTypeOut(Schema):
    """One type with the checkpoints that it proposes."""

    id: int
    code: str
    name: str
    name_en: str
    has_works: bool
    in_use: bool
    version: int
    checkpoints: list[TypeCheckpointOut]


class ProgrammeTargetOut(Schema):
    """So much in all by a day."""

    on: DayOut
    quantity: str


class TenderProgrammeOut(Schema):
    """One programme; `quantity`: what its tenders are to bring in all, `done`: what the finished ones brought."""

    id: int
    code: str
    name: str
    name_en: str
    starts_on: DayOut | None
    ends_on: DayOut | None
    target_quantity: str | None
    unit: str
    targets: list[ProgrammeTargetOut]
    lead_id: int | None
    cycle: str
    control_levels: int
    measure_id: int | None
    promise_codes: str
    in_use: bool
    version: int
    projects: int
    quantity: str | None
    done: str | None


class TenderingOut(Schema):
    """A tender of the lists of those that failed or are due."""

    id: int
    number: str
    name: str
    agency_id: int
    state: str
    failed: int
    void: int
    last_failed_on: DayOut | None
    planned_on: DayOut | None


class PhotoOut(Schema):
    """One photograph; its bytes are at `/api/v1/files/{file_id}/content`. Places in degrees (WGS 84)."""

    id: int
    project_id: int
    file_id: str
    small_file_id: str
    width: int | None
    height: int | None
    caption: str
    taken_at: MomentOut | None
    longitude: str | None
    latitude: str | None
    place_from: str
    period: str
    checkpoint: str
    public: bool
    added_by: str
    added_at: MomentOut
    removed: bool
    version: int


class NoteOut(Schema):
    """One note from the site; `works`: percent of the works as judged there."""

    id: int
    project_id: int
    noted_at: MomentOut
    text: str
    works: str | None
    longitude: str | None
    latitude: str | None
    by: str
