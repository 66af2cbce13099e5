"""Types, and the derived lists of tenders that failed or are due."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema

from shizheng.common.api_fields import (
    NO_NUL,
    DayOut,
    DayText,
    Given,
    Id,
    Line,
    Listed,
    Match,
    actor_of,
    read_version,
    tag,
)
from shizheng.common.words import N_
from shizheng.domains.projects import actions
from shizheng.domains.projects.api.answers import TenderingOut, TenderTypeOut
from shizheng.domains.projects.api.fields import Percent
from shizheng.domains.projects.api.routing import router
from shizheng.domains.projects.models import Stage
from shizheng.domains.projects.queries import ageing, tendering
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.queries.documents import stand_document, type_document
from shizheng.kernel.measures import view as measure_view

Code = Annotated[str, Field(pattern=r"^[a-z0-9_-]*$", max_length=40)]
Name = Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=60)]


class TypePointIn(Given):
    code: Code = ""
    name: Name
    name_en: Annotated[str, Field(pattern=NO_NUL, max_length=100)] = ""
    stage: Stage
    weight: Percent
    days: Annotated[int, Field(ge=0, le=3650)] = 30


class TypeIn(Given):
    """Fields to set; those left out stay as they are."""

    name: Name = ""
    name_en: Annotated[str, Field(pattern=NO_NUL, max_length=100)] = ""
    has_works: bool = False
    in_use: bool = True
    checkpoints: Annotated[list[TypePointIn], Field(max_length=40)] = []


class ChangedType(TypeIn):
    reason: Line = ""


class FailedTendersOut(Schema):
    """Failed as often as `threshold` or more and not awarded, out of `unawarded`; `rule` in words."""

    on: DayOut
    rule: str
    threshold: Any
    unawarded: int
    count: int
    items: list[TenderingOut]


class DueTendersOut(Schema):
    """`due` out of `had_to`, by `rule`; `forecast` until a day, out of `preparing`; `unplanned` have no day."""

    on: DayOut
    until: DayOut
    rule: str
    had_to: int
    preparing: int
    unplanned: int
    due: list[TenderingOut]
    forecast: list[TenderingOut]


class AgeingOut(Schema):
    """A completed tender; `days` since then, `unaccepted` and `unvalued`: the level that was reached, in days."""

    project_id: int
    project: str
    state: str
    completed_on: DayOut
    days: int
    unaccepted: int | None
    unvalued: int | None


class AgeingTendersOut(Schema):
    """Those that reached a level, out of all that wait; `rules` in words."""

    on: DayOut
    rules: list[str]
    waiting: int
    count: int
    items: list[AgeingOut]


@router.get("/types", permission="projects.view", response=Listed[TenderTypeOut], summary=N_("標案類型"))
def list_types(request: HttpRequest) -> Any:
    """Types with the checkpoints that they propose."""
    return {"items": [type_document(each) for each in queries.types()]}


@router.post("/types", permission="projects.manage_types", response=TenderTypeOut, summary=N_("新增標案類型"))
def create_type(request: HttpRequest, response: HttpResponse, given: TypeIn) -> Any:
    """A type with its checkpoints; weights make 100."""
    actor = actor_of(request)
    row = actions.create_type(actor, given.model_dump(exclude_unset=True))
    tag(response, row.version)
    return type_document(queries.project_type(row.pk))


@router.patch(
    "/types/{type_id}", permission="projects.manage_types", response=TenderTypeOut, summary=N_("修改標案類型")
)
def edit_type(
    request: HttpRequest, response: HttpResponse, type_id: Id, given: ChangedType, if_match: Match = None
) -> Any:
    """Change a type, with a reason; tenders that are there keep their checkpoints."""
    actor = actor_of(request)
    version = read_version(if_match, queries.project_type(type_id).version)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"})
    row = actions.edit_type(actor, type_id, version=version, changes=changes, reason=given.reason)
    tag(response, row.version)
    return type_document(queries.project_type(row.pk))


@router.get("/failed", permission="projects.view", response=FailedTendersOut, summary=N_("流廢標追蹤"))
def list_failed(request: HttpRequest, as_of: DayText = "") -> Any:
    """Failed as often as the rule says or more, and still not awarded; out of those not awarded."""
    actor = actor_of(request)
    found = tendering.failed(actor, measure_view.day_from(as_of))
    return {
        "on": found.on.isoformat(),
        "rule": found.rule.label,
        "threshold": found.rule.raw,
        "unawarded": found.unawarded,
        "count": len(found.rows),
        "items": [stand_document(each) for each in found.rows],
    }


@router.get(
    "/due", permission="projects.view", response=DueTendersOut, summary=N_("應發包而未發包與發包預告")
)
def list_due(request: HttpRequest, as_of: DayText = "") -> Any:
    """Planned to be announced by now and not announced, out of those that had to be; and what is to come."""
    actor = actor_of(request)
    found = tendering.due(actor, measure_view.day_from(as_of))
    return {
        "on": found.on.isoformat(),
        "until": found.until.isoformat(),
        "rule": found.rule.label,
        "had_to": found.had_to,
        "preparing": found.preparing,
        "unplanned": found.unplanned,
        "due": [stand_document(each) for each in found.due],
        "forecast": [stand_document(each) for each in found.forecast],
    }


@router.get(
    "/ageing", permission="projects.view", response=AgeingTendersOut, summary=N_("完工未驗收與未結算")
)
def list_ageing(request: HttpRequest, as_of: DayText = "") -> Any:
    """Completed and not accepted or not valued for as long as the rules say, out of all that wait."""
    actor = actor_of(request)
    found = ageing.ageing(actor, measure_view.day_from(as_of))
    return {
        "on": found.on.isoformat(),
        "rules": [each.label for each in found.rules],
        "waiting": found.waiting,
        "count": len(found.rows),
        "items": [
            {
                "project_id": each.project.pk,
                "project": each.project.number,
                "state": each.state.value,
                "completed_on": each.left.completed_on.isoformat(),
                "days": each.days,
                "unaccepted": each.unaccepted.days if each.unaccepted else None,
                "unvalued": each.unvalued.days if each.unvalued else None,
            }
            for each in found.rows
        ],
    }
