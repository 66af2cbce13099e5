"""Applications to change, withdraw or restore control: the same actions and queries as the pages."""

import uuid
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema

from shizheng.common.api_fields import (
    NO_NUL,
    Given,
    Id,
    Line,
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
from shizheng.domains.projects.models import ApplicationState, Asked, ControlApplication, Level
from shizheng.domains.projects.queries import applications as queries
from shizheng.domains.projects.queries import projects
from shizheng.domains.projects.rules.life import Ground

Text = Annotated[str, Field(pattern=NO_NUL, max_length=5000)]


class ApplicationIn(Given):
    """What is asked for. `papers`: ids of one's own uploads (`/api/v1/files/held`)."""

    asked: Asked
    ground: Ground | None = None
    level: Level | None = None
    reason: Text
    late_reason: Text = ""
    papers: Annotated[list[uuid.UUID], Field(max_length=10)] = []


class ApplicationDecisionIn(Given):
    decision: Line


class OpinionIn(Given):
    opinion: Line


class ApplicationOut(Schema):
    """One application. Days are `YYYY-MM-DD`; `version` goes back in If-Match."""

    id: int
    project_id: int
    project: str
    asked: str
    ground: str
    level: str
    reason: str
    late_reason: str
    opinion: str
    opinion_by: str | None
    opinion_on: str | None
    state: str
    sent_by: str
    sent_on: str
    ends_on: str | None
    latest_on: str | None
    decided_by: str | None
    decided_on: str | None
    decision: str
    version: int


class BackIn(Given):
    reason: Line = ""


def document(row: ControlApplication) -> dict[str, Any]:
    """One application."""
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "project": row.project.number,
        "asked": row.asked,
        "ground": row.ground,
        "level": row.level,
        "reason": row.reason,
        "late_reason": row.late_reason,
        "opinion": row.opinion,
        "opinion_by": row.opinion_by.display_name if row.opinion_by else None,
        "opinion_on": row.opinion_on.isoformat() if row.opinion_on else None,
        "state": row.state,
        "sent_by": row.sent_by.display_name,
        "sent_on": row.sent_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "latest_on": row.latest_on.isoformat() if row.latest_on else None,
        "decided_by": row.decided_by.display_name if row.decided_by else None,
        "decided_on": row.decided_on.isoformat() if row.decided_on else None,
        "decision": row.decision,
        "version": row.version,
    }


def _shown(actor: Any, response: HttpResponse, application_id: int) -> dict[str, Any]:
    row = queries.application(actor, application_id)
    tag(response, row.version)
    return document(row)


def _values(given: ApplicationIn) -> dict[str, Any]:
    return {
        "asked": given.asked.value, "ground": given.ground.value if given.ground else "",
        "level": given.level.value if given.level else "", "reason": given.reason, "late_reason": given.late_reason,
    }  # fmt: skip


@router.get(
    "/applications", permission="projects.view", response=Paged[ApplicationOut], summary=N_("列管變更申請")
)
def list_applications(
    request: HttpRequest,
    state: Annotated[ApplicationState | None, Query()] = None,
    page: PageNumber = 1,
    page_size: PageSize = 100,
) -> Any:
    """Applications, the newest first."""
    rows = queries.applications(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state)
    start = (page - 1) * page_size
    return {"count": rows.count(), "items": [document(each) for each in rows[start : start + page_size]]}


@router.post(
    "/register/{project_id}/applications",
    permission="projects.edit",
    response=ApplicationOut,
    summary=N_("申請變更列管"),
)
def apply_for(request: HttpRequest, response: HttpResponse, project_id: Id, given: ApplicationIn) -> Any:
    """Ask for a change of control."""
    actor = actor_of(request)
    projects.project(actor, project_id)
    made = actions.apply_for(actor, project_id, _values(given), given.papers)
    return _shown(actor, response, made.pk)


@router.get(
    "/applications/{application_id}",
    permission="projects.view",
    response=ApplicationOut,
    summary=N_("一份列管變更申請"),
)
def read_application(request: HttpRequest, response: HttpResponse, application_id: Id) -> Any:
    """One application."""
    return _shown(actor_of(request), response, application_id)


@router.post(
    "/applications/{application_id}/again",
    permission="projects.edit",
    response=ApplicationOut,
    summary=N_("補正後再送申請"),
)
def send_again(
    request: HttpRequest,
    response: HttpResponse,
    application_id: Id,
    given: ApplicationIn,
    if_match: Match = None,
) -> Any:
    """Send it again, mended; If-Match carries the version read."""
    actor = actor_of(request)
    version = read_version(if_match, queries.application(actor, application_id).version)
    actions.send_again(actor, application_id, version=version, values=_values(given), held=given.papers)
    return _shown(actor, response, application_id)


@router.post(
    "/applications/{application_id}/opinion",
    permission="projects.endorse",
    response=ApplicationOut,
    summary=N_("對列管變更申請表示意見"),
)
def give_opinion(request: HttpRequest, response: HttpResponse, application_id: Id, given: OpinionIn) -> Any:
    """The opinion of the agency's supervisor or control officer; the commission approves only after it."""
    actor = actor_of(request)
    queries.application(actor, application_id)
    actions.give_opinion(actor, application_id, version=None, opinion=given.opinion)
    return _shown(actor, response, application_id)


@router.post(
    "/applications/{application_id}/approve",
    permission="projects.withdraw",
    response=ApplicationOut,
    summary=N_("核定列管變更"),
)
def approve(
    request: HttpRequest, response: HttpResponse, application_id: Id, given: ApplicationDecisionIn
) -> Any:
    """Approve it; control changes at once."""
    actor = actor_of(request)
    queries.application(actor, application_id)
    actions.approve_application(actor, application_id, version=None, decision=given.decision)
    return _shown(actor, response, application_id)


@router.post(
    "/applications/{application_id}/return",
    permission="projects.withdraw",
    response=ApplicationOut,
    summary=N_("退回列管變更申請"),
)
def send_back(
    request: HttpRequest, response: HttpResponse, application_id: Id, given: ApplicationDecisionIn
) -> Any:
    """Send it back with what is missing."""
    actor = actor_of(request)
    queries.application(actor, application_id)
    actions.send_application_back(actor, application_id, version=None, decision=given.decision)
    return _shown(actor, response, application_id)


@router.post(
    "/applications/{application_id}/cancel",
    permission="projects.edit",
    response=ApplicationOut,
    summary=N_("收回列管變更申請"),
)
def take_back(request: HttpRequest, response: HttpResponse, application_id: Id, given: BackIn) -> Any:
    """Take it back, with a reason."""
    actor = actor_of(request)
    queries.application(actor, application_id)
    actions.take_application_back(actor, application_id, version=None, reason=given.reason)
    return _shown(actor, response, application_id)
