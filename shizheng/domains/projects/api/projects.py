"""Tenders: list, one with its happenings and plans, entered, changed, told about, planned, withdrawn and restored."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema

from shizheng.common.api_fields import (
    NO_NUL,
    Amount,
    Given,
    Id,
    Key,
    Line,
    Listed,
    Long,
    Match,
    Paged,
    PageNumber,
    PageSize,
    actor_of,
    read_version,
    tag,
)
from shizheng.common.numbers import LARGEST_KEY
from shizheng.common.words import N_
from shizheng.domains.projects import actions
from shizheng.domains.projects.api.answers import (
    HappeningLineOut,
    HappeningOut,
    TenderInFullOut,
    TenderOut,
    TenderPlanOut,
)
from shizheng.domains.projects.api.fields import Degree, Money, Month, Percent, Words
from shizheng.domains.projects.api.routing import router
from shizheng.domains.projects.models import Level, PlanKind, Project, Stage
from shizheng.domains.projects.queries import planned
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.queries.documents import (
    happening_document,
    line_document,
    plan_document,
    project_document,
)
from shizheng.domains.projects.queries.happenings import happening, timeline
from shizheng.domains.projects.rules.life import Ground, Kind, State

Code = Annotated[str, Field(pattern=r"^[a-z0-9_-]*$", max_length=40)]


class Tagged(Given):
    id: Key
    quantity: Amount | None = None


class ProjectIn(Given):
    """Fields to set; those left out stay as they are."""

    name: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=300)] = ""
    type_id: Key | None = None
    unit_id: Key | None = None
    officer_id: Key | None = None
    level: Level = Level.AGENCY
    budget: Money | None = None
    funds_held_on: date | None = None
    tender_no: Annotated[str, Field(pattern=NO_NUL, max_length=60)] = ""
    place: Annotated[str, Field(pattern=NO_NUL, max_length=200)] = ""
    longitude: Degree | None = None
    latitude: Degree | None = None
    measure_id: Key | None = None
    promise_codes: Annotated[str, Field(pattern=NO_NUL, max_length=300)] = ""
    note: Long = ""
    programmes: Annotated[list[Tagged], Field(max_length=20)] = []


class NewProject(ProjectIn):
    name: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=300)]
    agency_id: Key
    roc_year: Annotated[int, Field(ge=1, le=300)]


class ChangedProject(ProjectIn):
    reason: Line = ""


class HappeningIn(Given):
    kind: Kind
    on: date
    amount: Money | None = None
    bidders: Annotated[int, Field(ge=0, le=1000)] | None = None
    contractor: Annotated[str, Field(pattern=NO_NUL, max_length=200)] = ""
    tender_no: Annotated[str, Field(pattern=NO_NUL, max_length=60)] = ""
    text: Long = ""


class CorrectedHappening(Given):
    kind: Kind | None = None
    on: date | None = None
    amount: Money | None = None
    bidders: Annotated[int, Field(ge=0, le=1000)] | None = None
    contractor: Annotated[str, Field(pattern=NO_NUL, max_length=200)] = ""
    tender_no: Annotated[str, Field(pattern=NO_NUL, max_length=60)] = ""
    text: Long = ""
    reason: Line = ""


class ReasonIn(Given):
    reason: Line = ""


class WithdrawIn(Given):
    ground: Ground
    on: date | None = None
    reason: Line = ""


class PointIn(Given):
    code: Code = ""
    name: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=60)]
    name_en: Annotated[str, Field(pattern=NO_NUL, max_length=100)] = ""
    stage: Stage
    weight: Percent
    planned_on: date


class PlanIn(Given):
    """The next version. `number` is the newest one that was read, 0 where there is none."""

    number: Annotated[int, Field(ge=0, le=32_000)]
    kind: PlanKind = PlanKind.ORIGINAL
    from_period: Month | None = None
    works_from: date | None = None
    works_to: date | None = None
    contract_amount: Money | None = None
    checkpoints: Annotated[list[PointIn], Field(max_length=60)]
    works: Annotated[dict[Month, Percent], Field(max_length=240)] = {}
    reason: Line = ""


def values_of(given: Schema, *left_out: str) -> dict[str, Any]:
    """The fields that were sent, programmes with their quantities."""
    values = given.model_dump(exclude_unset=True, exclude=set(left_out))
    if "programmes" in values:
        values["programmes"] = {each["id"]: each.get("quantity") for each in values["programmes"]}
    return values


def shown(actor: Any, response: HttpResponse, row: Project) -> dict[str, Any]:
    """A tender as it stands, with its ETag."""
    tag(response, row.version)
    return project_document(queries.project(actor, row.pk))


@router.get("/register", permission="projects.view", response=Paged[TenderOut], summary=N_("標案清單"))
def list_projects(
    request: HttpRequest,
    q: Words = "",
    agency_id: Annotated[int | None, Query(ge=1, le=LARGEST_KEY)] = None,
    type: Annotated[str, Query(pattern=r"^[a-z0-9_-]*$", max_length=40)] = "",
    state: Annotated[State | None, Query()] = None,
    level: Annotated[Level | None, Query()] = None,
    programme: Annotated[str, Query(pattern=r"^[a-z0-9_-]*$", max_length=40)] = "",
    roc_year: Annotated[int | None, Query(ge=1, le=300)] = None,
    page: PageNumber = 1,
    page_size: PageSize = 100,
) -> Any:
    """Tenders by words, agency, type, state, level, programme and year."""
    actor = actor_of(request)
    wanted = {
        "agency_id": agency_id, "type__code": type, "state": state and state.value, "level": level,
        "tags__programme__code": programme, "roc_year": roc_year,
    }  # fmt: skip
    rows = queries.found(actor, q).filter(**{name: value for name, value in wanted.items() if value})
    start = (page - 1) * page_size
    shown = rows.select_related("agency", "type").prefetch_related("tags__programme").order_by("number")
    return {
        "count": rows.count(),
        "items": [project_document(each) for each in shown[start : start + page_size]],
    }


@router.post("/register", permission="projects.edit", response=TenderOut, summary=N_("標案建檔"))
def create_project(request: HttpRequest, response: HttpResponse, given: NewProject) -> Any:
    """Enter a tender; its number is given by the system."""
    actor = actor_of(request)
    return shown(actor, response, actions.create_project(actor, values_of(given)))


@router.get(
    "/register/{project_id}", permission="projects.view", response=TenderInFullOut, summary=N_("一個標案")
)
def read_project(request: HttpRequest, response: HttpResponse, project_id: Id) -> Any:
    """One tender with all that happened to it and every version of its plan."""
    actor = actor_of(request)
    found = queries.project(actor, project_id)
    tag(response, found.version)
    told, plans = timeline(found), planned.plans(found)
    return {
        **project_document(found),
        "failures": {"failed": told.failures.failed, "void": told.failures.void},
        "happenings": [line_document(each) for each in told.lines],
        "plans": [plan_document(each, plans) for each in plans.versions],
    }


@router.patch(
    "/register/{project_id}", permission="projects.edit", response=TenderOut, summary=N_("修改標案")
)
def edit_project(
    request: HttpRequest,
    response: HttpResponse,
    project_id: Id,
    given: ChangedProject,
    if_match: Match = None,
) -> Any:
    """Change a tender, with a reason; If-Match carries the version read."""
    actor = actor_of(request)
    version = read_version(if_match, queries.project(actor, project_id).version)
    row = actions.edit_project(
        actor, project_id, version=version, changes=values_of(given, "reason"), reason=given.reason
    )
    return shown(actor, response, row)


@router.get(
    "/register/{project_id}/happenings",
    permission="projects.view",
    response=Listed[HappeningLineOut],
    summary=N_("標案事件"),
)
def list_happenings(request: HttpRequest, project_id: Id) -> Any:
    """All that happened, the newest first, corrections with what was told before."""
    actor = actor_of(request)
    return {"items": [line_document(each) for each in timeline(queries.project(actor, project_id)).lines]}


@router.post(
    "/register/{project_id}/happenings",
    permission="projects.edit",
    response=HappeningOut,
    summary=N_("登錄標案事件"),
)
def record_happening(request: HttpRequest, project_id: Id, given: HappeningIn) -> Any:
    """Write down what happened; the state of the tender follows."""
    actor = actor_of(request)
    queries.project(actor, project_id)
    return happening_document(
        actions.record_happening(actor, project_id, version=None, values=given.model_dump(exclude_unset=True))
    )


@router.post(
    "/happenings/{happening_id}/correct",
    permission="projects.edit",
    response=HappeningOut,
    summary=N_("更正標案事件"),
)
def correct_happening(request: HttpRequest, happening_id: Id, given: CorrectedHappening) -> Any:
    """Tell it again as it was, with a reason; what was told before stays."""
    actor = actor_of(request)
    happening(actor, happening_id)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"})
    return happening_document(
        actions.correct_happening(actor, happening_id, version=None, changes=changes, reason=given.reason)
    )


@router.post(
    "/happenings/{happening_id}/strike",
    permission="projects.edit",
    response=HappeningOut,
    summary=N_("刪除標案事件"),
)
def strike_happening(request: HttpRequest, happening_id: Id, given: ReasonIn) -> Any:
    """It did not happen after all; it stays readable."""
    actor = actor_of(request)
    happening(actor, happening_id)
    return happening_document(
        actions.strike_happening(actor, happening_id, version=None, reason=given.reason)
    )


@router.get(
    "/register/{project_id}/plans",
    permission="projects.view",
    response=Listed[TenderPlanOut],
    summary=N_("各版預定進度"),
)
def list_plans(request: HttpRequest, project_id: Id) -> Any:
    """Every version of the plan, the oldest first."""
    actor = actor_of(request)
    plans = planned.plans(queries.project(actor, project_id))
    return {"items": [plan_document(each, plans) for each in plans.versions]}


@router.post(
    "/register/{project_id}/plans",
    permission="projects.plan",
    response=TenderPlanOut,
    summary=N_("訂定預定進度"),
)
def set_plan(request: HttpRequest, project_id: Id, given: PlanIn) -> Any:
    """Set the next version; earlier ones stay as they are."""
    actor = actor_of(request)
    found = queries.project(actor, project_id)
    made = actions.set_plan(
        actor,
        project_id,
        number=given.number,
        given=actions.PlanGiven(
            checkpoints=[each.model_dump() for each in given.checkpoints],
            kind=given.kind,
            from_period=given.from_period or "",
            works_from=given.works_from,
            works_to=given.works_to,
            works=given.works,
            contract_amount=given.contract_amount,
            reason=given.reason,
        ),
    )
    return plan_document(made, planned.plans(found))


@router.post(
    "/register/{project_id}/withdraw",
    permission="projects.withdraw",
    response=TenderOut,
    summary=N_("撤銷列管"),
)
def withdraw_project(request: HttpRequest, response: HttpResponse, project_id: Id, given: WithdrawIn) -> Any:
    """Control a tender no longer, on one of the grounds."""
    actor = actor_of(request)
    made = actions.withdraw_project(
        actor, project_id, version=None, ground=given.ground.value, on=given.on, reason=given.reason
    )
    return shown(actor, response, made.project)


@router.post(
    "/register/{project_id}/restore",
    permission="projects.withdraw",
    response=TenderOut,
    summary=N_("恢復列管"),
)
def restore_project(request: HttpRequest, response: HttpResponse, project_id: Id, given: ReasonIn) -> Any:
    """Control it again, in the state before."""
    actor = actor_of(request)
    made = actions.restore_project(actor, project_id, version=None, reason=given.reason)
    return shown(actor, response, made.project)
