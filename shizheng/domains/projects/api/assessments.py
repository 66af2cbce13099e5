"""Yearly assessments over the API: the years, their tenders with the evidence, scores of the group, sign-off."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Schema

from shizheng.common.api_fields import (
    NO_NUL,
    DayOut,
    Given,
    Id,
    Line,
    Listed,
    Long,
    Match,
    MomentOut,
    PageNumber,
    PageSize,
    actor_of,
    read_version,
    tag,
)
from shizheng.common.words import N_
from shizheng.domains.projects.actions import assessments as actions
from shizheng.domains.projects.api.routing import router
from shizheng.domains.projects.models import AssessmentMode
from shizheng.domains.projects.queries import assessments as queries

RocYear = Annotated[int, Path(ge=1, le=300)]
Short = Annotated[str, Field(pattern=NO_NUL, max_length=200)]


class AssessmentIn(Given):
    """Which year."""

    roc_year: Annotated[int, Field(ge=1, le=300)]


class AssessedIn(Given):
    """Fields to set; those left out stay as they are."""

    mode: AssessmentMode = AssessmentMode.SITE
    visited_on: date | None = None
    group: Short = ""
    site_score: Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)] | None = None
    findings: Long = ""
    reward: Short = ""


class AssessmentReasonIn(Given):
    """Why."""

    reason: Line


class AssessmentRuleOut(Schema):
    """A rule that was applied, in words."""

    code: str
    name: str
    label: str
    version_id: int
    value: str
    reading: str
    to_be_confirmed: bool


class AssessmentOut(Schema):
    """A year of assessment. `version` goes back in If-Match."""

    roc_year: int
    state: str
    due_on: DayOut
    rules: list[AssessmentRuleOut]
    signed_at: MomentOut | None
    version: int


class CountedAssessmentOut(AssessmentOut):
    """A year with how many tenders it assesses."""

    tenders: int


class AssessedOut(Schema):
    """One tender with its items as kept and the months behind them; scores are decimal texts."""

    project_id: int
    number: str
    name: str
    agency_id: int
    agency: str
    months: int
    items: list[dict[str, Any]]
    automatic: str | None
    mode: str
    visited_on: DayOut | None
    group: str
    site_score: str | None
    findings: str
    total: str | None
    grade: str | None
    reward: str
    version: int


class AssessmentInFullOut(AssessmentOut):
    """A year with a page of its tenders by total."""

    count: int
    page: int
    items: list[AssessedOut]


@router.get(
    "/assessments",
    permission="projects.view",
    response=Listed[CountedAssessmentOut],
    summary=N_("年度標案考核"),
)
def list_assessments(request: HttpRequest) -> Any:
    """Years that the reader may see."""
    rows = queries.assessments(actor_of(request))
    return {"items": [queries.assessment_document(each) | {"tenders": each.count} for each in rows]}


@router.post(
    "/assessments", permission="projects.assess", response=AssessmentOut, summary=N_("開始一個年度的考核")
)
def open_assessment(request: HttpRequest, response: HttpResponse, given: AssessmentIn) -> Any:
    """Open a year that is over; every tender with enough locked months is scored at once."""
    made = actions.open_assessment(actor_of(request), given.roc_year)
    tag(response, made.version)
    return queries.assessment_document(made)


@router.get(
    "/assessments/{int:roc_year}",
    permission="projects.view",
    response=AssessmentInFullOut,
    summary=N_("一個年度的考核"),
)
def read_assessment(
    request: HttpRequest, response: HttpResponse, roc_year: RocYear, page: PageNumber = 1, page_size: PageSize = 50
) -> Any:  # fmt: skip
    """The year with its rules, and its tenders by total."""
    found = queries.assessment(actor_of(request), roc_year)
    rows = queries.tenders_of(found).order_by("-total", "project__number")
    start = (page - 1) * page_size
    tag(response, found.version)
    return {
        **queries.assessment_document(found),
        "count": rows.count(),
        "page": page,
        "items": [queries.document(each) for each in rows[start : start + page_size]],
    }


@router.get(
    "/assessments/{int:roc_year}/{int:project_id}",
    permission="projects.view",
    response=AssessedOut,
    summary=N_("一個標案的考核"),
)
def read_assessed(request: HttpRequest, response: HttpResponse, roc_year: RocYear, project_id: Id) -> Any:
    """One tender with its items and the months behind them."""
    row = queries.assessed(actor_of(request), roc_year, project_id)
    tag(response, row.version)
    return queries.document(row)


@router.patch(
    "/assessments/{int:roc_year}/{int:project_id}",
    permission="projects.assess",
    response=AssessedOut,
    summary=N_("登錄考核結果"),
)
def score_tender(
    request: HttpRequest, response: HttpResponse, roc_year: RocYear, project_id: Id, given: AssessedIn,
    if_match: Match = None,
) -> Any:  # fmt: skip
    """What the group says of one tender."""
    row = queries.assessed(actor_of(request), roc_year, project_id)
    version = read_version(if_match, row.version)
    values = given.model_dump(exclude_unset=True)
    made = actions.score_tender(actor_of(request), roc_year, project_id, version=version, values=values)
    tag(response, made.version)
    return queries.document(queries.assessed(actor_of(request), roc_year, project_id))


@router.post(
    "/assessments/{int:roc_year}/sign",
    permission="projects.sign_assessment",
    response=AssessmentOut,
    summary=N_("核定年度標案考核"),
)
def sign_assessment(
    request: HttpRequest, response: HttpResponse, roc_year: RocYear, if_match: Match = None
) -> Any:
    """Sign it off; every tender has a grade."""
    found = queries.assessment(actor_of(request), roc_year)
    version = read_version(if_match, found.version)
    made = actions.sign_assessment(actor_of(request), roc_year, version=version)
    tag(response, made.version)
    return queries.assessment_document(made)


@router.post(
    "/assessments/{int:roc_year}/recount",
    permission="projects.assess",
    response=AssessmentOut,
    summary=N_("重新計分"),
)
def recount_assessment(
    request: HttpRequest, response: HttpResponse, roc_year: RocYear, given: AssessmentReasonIn, if_match: Match = None
) -> Any:  # fmt: skip
    """Score the items again from the months and rules as they stand."""
    found = queries.assessment(actor_of(request), roc_year)
    version = read_version(if_match, found.version)
    made = actions.recount_assessment(actor_of(request), roc_year, version=version, reason=given.reason)
    tag(response, made.version)
    return queries.assessment_document(made)


@router.post(
    "/assessments/{int:roc_year}/reopen",
    permission="projects.sign_assessment",
    response=AssessmentOut,
    summary=N_("重開年度標案考核"),
)
def reopen_assessment(
    request: HttpRequest, response: HttpResponse, roc_year: RocYear, given: AssessmentReasonIn, if_match: Match = None
) -> Any:  # fmt: skip
    """Open a signed year again, with a reason; what was published of it stays until it is withdrawn."""
    found = queries.assessment(actor_of(request), roc_year)
    version = read_version(if_match, found.version)
    made = actions.reopen_assessment(actor_of(request), roc_year, version=version, reason=given.reason)
    tag(response, made.version)
    return queries.assessment_document(made)
