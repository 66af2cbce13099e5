"""The month's bulletins: months with editions, the foreword, publishing (B08)."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema

from shizheng.common.api_fields import NO_NUL, Given, Listed, Match, actor_of, read_version, tag
from shizheng.common.words import N_
from shizheng.domains.projects import actions
from shizheng.domains.projects.api.fields import Month
from shizheng.domains.projects.api.routing import router
from shizheng.domains.projects.queries import bulletins as queries
from shizheng.kernel.measures.rules.periods import parse_period


class ForewordIn(Given):
    text: Annotated[str, Field(pattern=NO_NUL, max_length=4000)]


class PublishIn(Given):
    reason: Annotated[str, Field(pattern=NO_NUL, max_length=2000)] = ""


class BulletinEditionOut(Schema):
    """An edition by the code under which it was published."""

    code: str
    edition: int
    withdrawn: bool


class BulletinMonthOut(Schema):
    """A locked month; `foreword`: whether one was written."""

    period: str
    foreword: bool
    editions: list[BulletinEditionOut]


class ForewordOut(Schema):
    """What stands before the figures of a month. `version` goes back in If-Match."""

    period: str
    text: str
    version: int


class BulletinOut(Schema):
    """The edition that was published."""

    code: str
    edition: int
    period: str


@router.get(
    "/bulletins",
    permission="projects.view",
    response=Listed[BulletinMonthOut],
    summary=N_("重大列管案件進度月報"),
)
def list_bulletins(request: HttpRequest) -> Any:
    """The months that are locked, each with the codes of its editions, the newest first."""
    actor = actor_of(request)
    return {
        "items": [
            {
                "period": each.period.code,
                "foreword": each.foreword,
                "editions": [
                    {"code": one.code, "edition": one.edition, "withdrawn": one.withdrawn is not None}
                    for one in each.editions
                ],
            }
            for each in queries.months(actor)
        ]
    }


@router.get(
    "/bulletins/{period}", permission="projects.compile", response=ForewordOut, summary=N_("一個月的月報前言")
)
def read_bulletin(request: HttpRequest, response: HttpResponse, period: Month) -> Any:
    """The foreword of a month, with its version as ETag (0 where nothing was written)."""
    found = queries.foreword_values(parse_period(period))
    tag(response, found["version"])
    return {"period": period, **found}


@router.put(
    "/bulletins/{period}/foreword",
    permission="projects.compile",
    response=ForewordOut,
    summary=N_("撰寫月報前言"),
)
def write_foreword(request: HttpRequest, period: Month, given: ForewordIn, if_match: Match = None) -> Any:
    """What stands before the figures; If-Match carries the version read."""
    actor = actor_of(request)
    version = read_version(if_match, queries.foreword_values(parse_period(period))["version"])
    row = actions.write_foreword(actor, period, version=version, text=given.text)
    return {"period": row.period, "text": row.text, "version": row.version}


@router.post(
    "/bulletins/{period}/publish",
    permission="projects.compile",
    response=BulletinOut,
    summary=N_("公布重大列管案件進度月報"),
)
def publish_bulletin(request: HttpRequest, period: Month, given: PublishIn) -> Any:
    """Publish the next edition; heads are told."""
    actor = actor_of(request)
    made = actions.publish_bulletin(actor, period, reason=given.reason)
    return {"code": made.code, "edition": made.edition, "period": made.period}
