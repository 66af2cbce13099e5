"""跨機關協調事項: list, raised, changed, settled, taken up again."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema

from shizheng.common.api_fields import (
    NO_NUL,
    DayOut,
    Given,
    Id,
    Key,
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
from shizheng.domains.projects.models import CrossAgencyMatter
from shizheng.domains.projects.queries import matters as queries

Text = Annotated[str, Field(pattern=NO_NUL, max_length=1000)]


class MatterIn(Given):
    """Which unit is asked for what."""

    unit_id: Key
    text: Text


class ChangedMatter(Given):
    """Fields to set; those left out stay as they are."""

    unit_id: Key | None = None
    text: Text | None = None
    reason: Line = ""


class SettledMatter(Given):
    """What came of it, and when (today where nothing is said)."""

    outcome: Text
    on: date | None = None


class ReopenedMatter(Given):
    reason: Line = ""


class MatterOut(Schema):
    """What one unit is asked for; `agency_id`: the agency of the tender that asks."""

    id: int
    project_id: int
    project: str
    agency_id: int
    unit_id: int
    text: str
    raised_on: DayOut
    settled_on: DayOut | None
    outcome: str
    version: int


def matter_document(row: CrossAgencyMatter) -> dict[str, Any]:
    """One of them."""
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "project": row.project.number,
        "agency_id": row.project.agency_id,
        "unit_id": row.unit_id,
        "text": row.text,
        "raised_on": row.raised_on.isoformat(),
        "settled_on": row.settled_on.isoformat() if row.settled_on else None,
        "outcome": row.outcome,
        "version": row.version,
    }


def _shown(response: HttpResponse, row: CrossAgencyMatter) -> dict[str, Any]:
    tag(response, row.version)
    return matter_document(row)


@router.get("/matters", permission="projects.view", response=Paged[MatterOut], summary=N_("跨機關協調事項"))
def list_matters(
    request: HttpRequest,
    open: Annotated[bool | None, Query()] = None,
    page: PageNumber = 1,
    page_size: PageSize = 100,
) -> Any:
    """What agencies ask of each other; `open`: only those still to be settled, or only the others."""
    actor = actor_of(request)
    rows = queries.matters(actor)
    if open is not None:
        rows = rows.filter(settled_on__isnull=open)
    start = (page - 1) * page_size
    return {
        "count": rows.count(),
        "items": [matter_document(each) for each in rows[start : start + page_size]],
    }


@router.post(
    "/register/{project_id}/matters",
    permission="projects.edit",
    response=MatterOut,
    summary=N_("提請跨機關協調"),
)
def raise_matter(request: HttpRequest, response: HttpResponse, project_id: Id, given: MatterIn) -> Any:
    """Ask another unit for what a tender needs."""
    actor = actor_of(request)
    return _shown(response, actions.raise_matter(actor, project_id, given.model_dump()))


@router.patch(
    "/matters/{matter_id}", permission="projects.edit", response=MatterOut, summary=N_("修改協調事項")
)
def edit_matter(
    request: HttpRequest, response: HttpResponse, matter_id: Id, given: ChangedMatter, if_match: Match = None
) -> Any:
    """Change it, with a reason; If-Match carries the version read."""
    actor = actor_of(request)
    version = read_version(if_match, queries.matter(actor, matter_id).version)
    changes = given.model_dump(exclude_unset=True, exclude_none=True, exclude={"reason"})
    row = actions.edit_matter(actor, matter_id, version=version, changes=changes, reason=given.reason)
    return _shown(response, row)


@router.post(
    "/matters/{matter_id}/settle", permission="projects.edit", response=MatterOut, summary=N_("登錄協調結果")
)
def settle_matter(
    request: HttpRequest, response: HttpResponse, matter_id: Id, given: SettledMatter, if_match: Match = None
) -> Any:
    """It is settled."""
    actor = actor_of(request)
    version = read_version(if_match, queries.matter(actor, matter_id).version)
    row = actions.settle_matter(actor, matter_id, version=version, outcome=given.outcome, on=given.on)
    return _shown(response, row)


@router.post(
    "/matters/{matter_id}/reopen",
    permission="projects.edit",
    response=MatterOut,
    summary=N_("重新提出協調事項"),
)
def reopen_matter(
    request: HttpRequest, response: HttpResponse, matter_id: Id, given: ReopenedMatter, if_match: Match = None
) -> Any:
    """It is not settled after all, with a reason."""
    actor = actor_of(request)
    version = read_version(if_match, queries.matter(actor, matter_id).version)
    return _shown(response, actions.reopen_matter(actor, matter_id, version=version, reason=given.reason))
