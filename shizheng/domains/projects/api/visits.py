"""Visits to sites: the same actions and queries as the pages."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema

from shizheng.common.api_fields import (
    NO_NUL,
    DayOut,
    DayText,
    Given,
    Id,
    Key,
    Line,
    Long,
    Match,
    Paged,
    PageNumber,
    PageSize,
    actor_of,
    read_version,
    tag,
)
from shizheng.common.words import N_
from shizheng.domains.projects import actions
from shizheng.domains.projects.api.routing import router
from shizheng.domains.projects.models import SiteVisit, VisitState, VisitWhy
from shizheng.domains.projects.queries import projects
from shizheng.domains.projects.queries import visits as queries
from shizheng.domains.projects.queries.documents import number
from shizheng.domains.projects.visit_items import FollowUp
from shizheng.kernel.measures import view as measure_view


class VisitIn(Given):
    """Fields to set; those left out stay as they are."""

    visit_on: date | None = None
    called_by: Annotated[str, Field(pattern=NO_NUL, max_length=60)] = ""
    why: VisitWhy = VisitWhy.SEVERE
    grounds: Line = ""
    units: Annotated[list[Key], Field(max_length=30)] = []


class ChangedVisit(VisitIn):
    reason: Line = ""


class ItemIn(Given):
    text: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=1000)]
    unit_id: Key
    due_on: date | None = None


class RecordIn(Given):
    findings: Long
    conclusions: Long
    items: Annotated[list[ItemIn], Field(max_length=30)] = []


class CancelIn(Given):
    reason: Line = ""


class VisitOut(Schema):
    """One visit; `units`: who takes part. `version` goes back in If-Match."""

    id: int
    project_id: int
    project: str
    visit_on: DayOut
    called_by: str
    why: str
    grounds: str
    units: list[int]
    findings: str
    conclusions: str
    state: str
    version: int


class ProposedVisitOut(Schema):
    """A tender to be visited; lags in percentage points."""

    project_id: int
    project: str
    lag: str | None
    works_lag: str | None
    last_visit: DayOut | None
    grounds: str


class ProposedVisitsOut(Schema):
    """Severely late in the month and not visited `since`, out of all `severe`; `rule` in words."""

    period: str | None
    since: DayOut
    rule: str
    severe: int
    items: list[ProposedVisitOut]


def document(row: SiteVisit) -> dict[str, Any]:
    """One visit."""
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "project": row.project.number,
        "visit_on": row.visit_on.isoformat(),
        "called_by": row.called_by,
        "why": row.why,
        "grounds": row.grounds,
        "units": [each.pk for each in row.units.all()],
        "findings": row.findings,
        "conclusions": row.conclusions,
        "state": row.state,
        "version": row.version,
    }


def _shown(actor: Any, response: HttpResponse, visit_id: int) -> dict[str, Any]:
    row = queries.visit(actor, visit_id)
    tag(response, row.version)
    return document(row)


@router.get("/visits", permission="projects.view", response=Paged[VisitOut], summary=N_("實地查訪"))
def list_visits(
    request: HttpRequest,
    state: Annotated[VisitState | None, Query()] = None,
    page: PageNumber = 1,
    page_size: PageSize = 100,
) -> Any:
    """Visits, the newest first."""
    rows = queries.visits(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state)
    start = (page - 1) * page_size
    return {"count": rows.count(), "items": [document(each) for each in rows[start : start + page_size]]}


@router.get(
    "/visits/proposed", permission="projects.view", response=ProposedVisitsOut, summary=N_("建議查訪")
)
def list_proposed(request: HttpRequest, as_of: DayText = "") -> Any:
    """Severely late and not visited lately, out of all that are severely late, with the rule."""
    found = queries.proposals(actor_of(request), measure_view.day_from(as_of))
    return {
        "period": found.period.code if found.period else None,
        "since": found.since.isoformat(),
        "rule": found.rule.label,
        "severe": found.severe,
        "items": [
            {
                "project_id": each.record.project_id,
                "project": each.record.project.number,
                "lag": number(each.lag),
                "works_lag": number(each.works_lag),
                "last_visit": each.last_visit.isoformat() if each.last_visit else None,
                "grounds": each.grounds,
            }
            for each in found.rows
        ],
    }


@router.get("/visits/{visit_id}", permission="projects.view", response=VisitOut, summary=N_("一次實地查訪"))
def read_visit(request: HttpRequest, response: HttpResponse, visit_id: Id) -> Any:
    """One visit."""
    return _shown(actor_of(request), response, visit_id)


@router.post(
    "/register/{project_id}/visits",
    permission="projects.visit",
    response=VisitOut,
    summary=N_("排定實地查訪"),
)
def call_visit(request: HttpRequest, response: HttpResponse, project_id: Id, given: VisitIn) -> Any:
    """Call a visit."""
    actor = actor_of(request)
    projects.project(actor, project_id)
    made = actions.call_visit(actor, project_id, given.model_dump())
    return _shown(actor, response, made.pk)


@router.patch(
    "/visits/{visit_id}", permission="projects.visit", response=VisitOut, summary=N_("修改實地查訪")
)
def edit_visit(
    request: HttpRequest, response: HttpResponse, visit_id: Id, given: ChangedVisit, if_match: Match = None
) -> Any:
    """Change what was called, with a reason; If-Match carries the version read."""
    actor = actor_of(request)
    version = read_version(if_match, queries.visit(actor, visit_id).version)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"})
    actions.edit_visit(actor, visit_id, version=version, changes=changes, reason=given.reason)
    return _shown(actor, response, visit_id)


@router.post(
    "/visits/{visit_id}/record", permission="projects.visit", response=VisitOut, summary=N_("登錄查訪結果")
)
def record_visit(request: HttpRequest, response: HttpResponse, visit_id: Id, given: RecordIn) -> Any:
    """What was found and concluded; items become commitments."""
    actor = actor_of(request)
    queries.visit(actor, visit_id)
    items = [FollowUp(each.text, each.unit_id, each.due_on) for each in given.items]
    actions.record_visit(
        actor, visit_id, version=None, findings=given.findings, conclusions=given.conclusions, items=items
    )
    return _shown(actor, response, visit_id)


@router.post(
    "/visits/{visit_id}/cancel", permission="projects.visit", response=VisitOut, summary=N_("取消實地查訪")
)
def cancel_visit(request: HttpRequest, response: HttpResponse, visit_id: Id, given: CancelIn) -> Any:
    """Call it off, with a reason."""
    actor = actor_of(request)
    queries.visit(actor, visit_id)
    actions.cancel_visit(actor, visit_id, version=None, reason=given.reason)
    return _shown(actor, response, visit_id)
