"""Themes of petitions: listed, one with its shape, made, changed; what belongs to one; and what is near a petition."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema

from shizheng.common.api_fields import (
    NO_NUL,
    Given,
    Id,
    Line,
    Listed,
    Match,
    Paged,
    PageNumber,
    PageSize,
    Words,
    actor_of,
    read_version,
    tag,
)
from shizheng.common.words import N_
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.api.routing import router
from shizheng.domains.petitions.models import Belonging
from shizheng.domains.petitions.queries import petitions
from shizheng.domains.petitions.queries import themes as queries
from shizheng.domains.petitions.queries.near import near_to

Name = Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=60)]
Text = Annotated[str, Field(pattern=NO_NUL, max_length=1000)]
Word = Annotated[str, Field(pattern=r"^[^\x00\n\r]*$", min_length=2, max_length=30)]


class ThemeIn(Given):
    name: Name
    name_en: Annotated[str, Field(pattern=NO_NUL, max_length=120)] = ""
    words: Annotated[list[Word], Field(max_length=60)] = []
    note: Text = ""
    in_use: bool = True


class ThemeChangedIn(ThemeIn):
    reason: Line


class ThemeDecidedIn(Given):
    """`version`: of the belonging, 0 where there is none yet."""

    state: Belonging
    version: Annotated[int | None, Field(ge=0, le=2**31 - 1)] = None
    reason: Annotated[str, Field(pattern=NO_NUL, max_length=500)] = ""


class ThemeOut(Schema):
    """A theme; counts are of petitions that the caller may see. `version` goes back in If-Match."""

    id: int
    name: str
    name_en: str
    words: Sequence[str]
    note: str
    in_use: bool
    inside: int
    confirmed: int
    proposed: int
    open: int
    agencies: int
    version: int


class ThemeMonthOut(Schema):
    month: str
    received: int


class ThemeAgencyOut(Schema):
    unit_id: int
    unit: str
    count: int
    open: int


class ThemeDistrictOut(Schema):
    district_code: str
    count: int


class ThemeInFullOut(ThemeOut):
    """With what came each month, agencies and districts."""

    months: Sequence[ThemeMonthOut]
    by_agency: Sequence[ThemeAgencyOut]
    by_district: Sequence[ThemeDistrictOut]


class ThemePetitionOut(Schema):
    """One petition of a theme: nothing of what the citizen wrote."""

    id: int
    number: str
    subject: str
    category: str | None
    district_code: str
    unit_id: int
    state: str
    belonging: str
    version: int


class ThemeBelongingOut(Schema):
    """What was decided of a petition and a theme."""

    theme_id: int
    petition_id: int
    belonging: str
    decided_at: datetime | None
    version: int


class NearPetitionOut(Schema):
    """A near petition and why: metres (null where either has no point), days, percent of like words, words in both."""

    id: int
    number: str
    subject: str
    metres: int | None
    days: int
    percent: str
    shared: Sequence[str]
    same_category: bool


@router.get("/themes", permission="petitions.view", response=Listed[ThemeOut], summary=N_("陳情議題清單"))
def list_themes(request: HttpRequest, q: Words = "") -> Any:
    """All themes with their counts."""
    rows = queries.themes(actor_of(request)).filter(pk__in=queries.found(q).values("pk"))
    return {"items": [queries.theme_document(each) for each in rows]}


@router.post("/themes", permission="petitions.manage", response=ThemeOut, summary=N_("新增陳情議題"))
def create_theme(request: HttpRequest, response: HttpResponse, given: ThemeIn) -> Any:
    """A new theme; what its words find is proposed at once."""
    actor = actor_of(request)
    row = actions.create_theme(actor, values=_values(given))
    return _shown(actor, response, row.pk)


@router.get(
    "/themes/{int:theme_id}", permission="petitions.view", response=ThemeInFullOut, summary=N_("一個陳情議題")
)
def read_theme(request: HttpRequest, response: HttpResponse, theme_id: Id) -> Any:
    """One theme with months, agencies and districts."""
    actor = actor_of(request)
    document = _shown(actor, response, theme_id)
    shape = queries.shape(actor, queries.theme(theme_id))
    return {
        **document,
        "months": [{"month": f"{day:%Y-%m}", "received": count} for day, count in shape.months],
        "by_agency": [
            {"unit_id": unit.id, "unit": unit.name, "count": count, "open": open_}
            for unit, count, open_ in shape.agencies
        ],
        "by_district": [{"district_code": code, "count": count} for code, count in shape.districts],
    }


@router.put(
    "/themes/{int:theme_id}", permission="petitions.manage", response=ThemeOut, summary=N_("修改陳情議題")
)
def edit_theme(
    request: HttpRequest, response: HttpResponse, theme_id: Id, given: ThemeChangedIn, if_match: Match = None
) -> Any:
    """All of a theme anew, with the reason; If-Match carries the version read."""
    actor = actor_of(request)
    version = read_version(if_match, queries.theme(theme_id).version)
    actions.edit_theme(actor, theme_id, version=version, changes=_values(given), reason=given.reason)
    return _shown(actor, response, theme_id)


@router.get(
    "/themes/{int:theme_id}/petitions",
    permission="petitions.view",
    response=Paged[ThemePetitionOut],
    summary=N_("議題的陳情案件"),
)
def list_theme_petitions(
    request: HttpRequest,
    theme_id: Id,
    belonging: Annotated[Belonging, Query()] = Belonging.CONFIRMED,
    page: PageNumber = 1,
    page_size: PageSize = 100,
) -> Any:
    """Petitions of a theme by belonging, the newest first."""
    rows = queries.members(actor_of(request), queries.theme(theme_id), belonging)
    start = (page - 1) * page_size
    return {"count": rows.count(), "items": [_member(each) for each in rows[start : start + page_size]]}


@router.post(
    "/themes/{int:theme_id}/petitions/{int:case_id}",
    permission="petitions.handle",
    response=ThemeBelongingOut,
    summary=N_("確認議題歸屬"),
)
def decide_theme(request: HttpRequest, theme_id: Id, case_id: Id, given: ThemeDecidedIn) -> Any:
    """Confirm, exclude, or open again whether a petition belongs to a theme."""
    actor = actor_of(request)
    row = actions.decide_theme(
        actor, theme_id, case_id, state=given.state, version=given.version, reason=given.reason
    )
    return {
        "theme_id": row.theme_id,
        "petition_id": case_id,
        "belonging": row.state,
        "decided_at": row.at,
        "version": row.version,
    }


@router.get(
    "/{int:case_id}/near",
    permission="petitions.view",
    response=Listed[NearPetitionOut],
    summary=N_("相近的陳情"),
)
def list_near(request: HttpRequest, case_id: Id) -> Any:
    """Petitions near one in place, time and words, each with why."""
    actor = actor_of(request)
    return {
        "items": [
            {
                "id": each.petition.case_id,
                "number": each.petition.case.number,
                "subject": each.petition.case.title,
                "metres": each.why.metres,
                "days": each.why.days,
                "percent": str(round(each.why.percent, 2)),
                "shared": each.why.shared,
                "same_category": each.why.same_category,
            }
            for each in near_to(actor, petitions.petition(actor, case_id))
        ]
    }


def _values(given: ThemeIn) -> dict[str, Any]:
    return {**given.model_dump(exclude={"reason", "words"}), "words": "\n".join(given.words)}


def _shown(actor: Any, response: HttpResponse, theme_id: int) -> dict[str, Any]:
    queries.theme(theme_id)
    row = queries.themes(actor).get(pk=theme_id)
    tag(response, row.version)
    return queries.theme_document(row)


def _member(each: Any) -> dict[str, Any]:
    case = each.petition.case
    return {
        "id": case.pk,
        "number": case.number,
        "subject": case.title,
        "category": each.petition.category.code if each.petition.category else None,
        "district_code": case.district_code,
        "unit_id": case.unit_id,
        "state": case.state,
        "belonging": each.state,
        "version": each.version,
    }
