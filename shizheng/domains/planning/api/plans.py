"""Plans: listed, read, imported, and led through their life."""

import base64
import binascii
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema

from shizheng.common.api_fields import NO_NUL, DayText, Given, Id, Match, PageNumber, PageSize, actor_of, tag
from shizheng.common.errors import BadInput
from shizheng.common.numbers import LARGEST_KEY
from shizheng.common.words import N_, tell
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.api.fields import MAX_FILE, PlanReasonIn, Year, moment_of, optional_version
from shizheng.domains.planning.api.routing import router
from shizheng.domains.planning.models import Plan, PlanState
from shizheng.domains.planning.parsing import to_json
from shizheng.domains.planning.queries.documents import (
    plan_document,
)
from shizheng.domains.planning.rules.document import as_document
from shizheng.kernel.organisations import queries as organisations


class PlanOut(Schema):
    """A plan in a list."""

    id: int
    title: str
    agency_id: int
    agency: str
    roc_year: int
    edition: int
    state: str
    version: int


class PlansOut(Schema):
    count: int
    page: int
    items: list[PlanOut]


class ImportIn(Given):
    """A document as text, or its bytes in base64. `dry_run` reads and saves nothing."""

    file_name: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=255)]
    text: Annotated[str, Field(pattern=NO_NUL, max_length=MAX_FILE)] | None = None
    content_base64: Annotated[str, Field(max_length=MAX_FILE * 4 // 3 + 4)] | None = None
    agency_id: Annotated[int, Field(ge=1, le=LARGEST_KEY)] | None = None
    roc_year: Annotated[int, Field(ge=1, le=300)] | None = None
    dry_run: bool = False


def plan_out(plan: Plan) -> dict[str, Any]:
    return {
        "id": plan.pk,
        "title": plan.title,
        "agency_id": plan.agency_id,
        "agency": plan.agency.name,
        "roc_year": plan.roc_year,
        "edition": plan.edition,
        "state": plan.state,
        "version": plan.version,
    }


@router.get("/plans", permission="planning.view", response=PlansOut, summary=N_("施政計畫清單"))
def list_plans(
    request: HttpRequest,
    roc_year: Year = None,
    state: Annotated[PlanState | None, Query()] = None,
    agency_id: Annotated[int | None, Query(ge=1, le=LARGEST_KEY)] = None,
    q: Annotated[str, Query(pattern=NO_NUL, max_length=100)] = "",
    as_of: DayText = "",
    page: PageNumber = 1,
    page_size: PageSize = 50,
) -> Any:
    """Plans that the caller may see, newest year first."""
    actor = actor_of(request)
    rows = queries.plans_found(actor, q) if q.strip() else queries.visible_to(actor).select_related("agency")
    for name, value in (("roc_year", roc_year), ("agency_id", agency_id)):
        if value is not None:
            rows = rows.filter(**{name: value})
    found = queries.plans_then(
        actor, rows.order_by("-roc_year", "agency_id", "-edition"), moment_of(as_of)[1]
    )
    if state is not None:
        found = [plan for plan in found if plan.state == state]
    start = (page - 1) * page_size
    return {
        "count": len(found),
        "page": page,
        "items": [plan_out(plan) for plan in found[start : start + page_size]],
    }


@router.post("/plans/import", permission="planning.import", summary=N_("匯入計畫（可只讀不存）"))
def import_plan(request: HttpRequest, given: ImportIn) -> Any:
    """Read a document; save it as a draft unless `dry_run`. The same file twice gives the plan that is in already."""
    actor = actor_of(request)
    data = _bytes(given)
    parsed = actions.read_document(data, given.file_name)
    answer: dict[str, Any] = as_document(to_json(parsed))
    if not given.dry_run:
        if given.agency_id is not None and organisations.unit(given.agency_id) is None:
            text = tell("沒有這個機關，沒有存。請從機關清單選一個。")
            raise BadInput(text, fields={"agency_id": [text]})
        done = actions.import_plan(
            actor, data, given.file_name, agency_id=given.agency_id, roc_year=given.roc_year, parsed=parsed
        )
        url = f"/planning/plans/{done.plan.pk}/"
        answer["plan"] = {**plan_out(done.plan), "url": url, "created": done.created}
    return answer


def _bytes(given: ImportIn) -> bytes:
    if (given.text is None) == (given.content_base64 is None):
        text = tell("text 和 content_base64 要給一個，也只能給一個。")
        raise BadInput(text, fields={"text": [text]})
    if given.text is not None:
        return given.text.encode()
    try:
        return base64.b64decode(given.content_base64 or "", validate=True)
    except (binascii.Error, ValueError) as failure:
        text = tell("content_base64 不是有效的 base64。")
        raise BadInput(text, fields={"content_base64": [text]}) from failure


@router.get("/plans/{plan_id}", permission="planning.view", summary=N_("一份計畫的全部內容"))
def read_plan(request: HttpRequest, response: HttpResponse, plan_id: Id, as_of: DayText = "") -> Any:
    """One plan with everything in it, as of a day."""
    actor = actor_of(request)
    day, moment = moment_of(as_of)
    plan = queries.plan_then(actor, plan_id, day)
    tag(response, plan.version)
    return plan_document(plan, moment)


@router.post(
    "/plans/{plan_id}/accept", permission="planning.accept", response=PlanOut, summary=N_("採認計畫")
)
def accept_plan(request: HttpRequest, plan_id: Id, given: PlanReasonIn, if_match: Match = None) -> Any:
    """Bring a draft into force."""
    return _act(request, plan_id, actions.accept_plan, given.reason, if_match)


@router.post(
    "/plans/{plan_id}/publish", permission="planning.publish", response=PlanOut, summary=N_("公布計畫")
)
def publish_plan(request: HttpRequest, plan_id: Id, given: PlanReasonIn, if_match: Match = None) -> Any:
    """Show an accepted plan to everybody."""
    return _act(request, plan_id, actions.publish_plan, given.reason, if_match)


@router.post(
    "/plans/{plan_id}/withdraw", permission="planning.publish", response=PlanOut, summary=N_("撤回公布")
)
def withdraw_plan(request: HttpRequest, plan_id: Id, given: PlanReasonIn, if_match: Match = None) -> Any:
    """Take a published plan back from the public site."""
    return _act(request, plan_id, actions.withdraw_plan, given.reason, if_match)


@router.delete("/plans/{plan_id}", permission="planning.import", response={204: None}, summary=N_("刪除草稿"))
def discard_plan(
    request: HttpRequest,
    plan_id: Id,
    reason: Annotated[str, Query(pattern=NO_NUL, max_length=2000)] = "",
    if_match: Match = None,
) -> Any:
    """Discard a draft, with a reason."""
    actor = actor_of(request)
    plan = queries.plan(actor, plan_id)
    actions.discard_plan(actor, plan.pk, version=optional_version(if_match, plan.version), reason=reason)
    return 204, None


def _act(request: HttpRequest, plan_id: int, action: Any, reason: str, if_match: str | None) -> Any:
    actor = actor_of(request)
    plan = queries.plan(actor, plan_id)
    return plan_out(action(actor, plan.pk, version=optional_version(if_match, plan.version), reason=reason))
