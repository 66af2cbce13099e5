"""The API of people: accounts, roles, assignments, and other people's tokens for who manages accounts."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Schema

from shizheng.common.api import Router
from shizheng.common.api_fields import Given, actor_of
from shizheng.common.errors import NotFound
from shizheng.common.permissions import declared
from shizheng.common.words import N_, tell
from shizheng.kernel.people import actions, delegations, queries
from shizheng.kernel.people.confirming import refuse_unconfirmed

router = Router()
LARGEST = 2**63 - 1


class HoldingOut(Schema):
    id: int
    role_id: int
    unit_id: int
    start_date: date
    end_date: date | None
    version: int


class PersonOut(Schema):
    """A person without contact data."""

    id: int
    username: str
    display_name: str
    name_en: str
    job_title: str
    is_active: bool
    version: int
    assignments: list[HoldingOut]


class People(Schema):
    count: int
    items: list[PersonOut]


class PersonIn(Given):
    username: str = Field(..., max_length=60)
    display_name: str = Field(..., max_length=60)
    name_en: str = Field("", max_length=100)
    job_title: str = Field("", max_length=60)
    email: str = Field("", max_length=254)
    reason: str = Field("", max_length=500)


class MadeOut(Schema):
    """The temporary password is in this answer and nowhere else."""

    person: PersonOut
    temporary_password: str


class PersonChange(Given):
    version: int = Field(..., ge=0, le=2**31 - 1)
    display_name: str | None = Field(None, max_length=60)
    name_en: str | None = Field(None, max_length=100)
    job_title: str | None = Field(None, max_length=60)
    email: str | None = Field(None, max_length=254)
    is_active: bool | None = None
    reason: str = Field("", max_length=500)


class AssignIn(Given):
    role_id: int = Field(..., ge=1, le=LARGEST)
    unit_id: int = Field(..., ge=1, le=LARGEST)
    start_date: date | None = None
    end_date: date | None = None
    reason: str = Field("", max_length=500)


class EndIn(Given):
    on: date | None = None
    version: int | None = Field(None, ge=0, le=2**31 - 1)
    reason: str = Field(..., max_length=500)


class RoleOut(Schema):
    id: int
    code: str
    name: str
    name_en: str
    description: str
    permissions: list[str]
    requires_second_factor: bool
    is_active: bool
    version: int


class RoleIn(Given):
    code: str = Field(..., max_length=40)
    name: str = Field(..., max_length=40)
    name_en: str = Field("", max_length=80)
    description: str = Field("", max_length=300)
    permissions: list[str] = Field([], max_length=500)
    requires_second_factor: bool = False
    reason: str = Field("", max_length=500)


class RoleChange(Given):
    version: int = Field(..., ge=0, le=2**31 - 1)
    name: str | None = Field(None, max_length=40)
    name_en: str | None = Field(None, max_length=80)
    description: str | None = Field(None, max_length=300)
    permissions: list[str] | None = Field(None, max_length=500)
    requires_second_factor: bool | None = None
    is_active: bool | None = None
    reason: str = Field(..., max_length=500)


class PermissionOut(Schema):
    code: str
    label: str
    label_en: str
    group: str


class TokenOut(Schema):
    id: int
    use: str
    name: str
    hint: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class DelegationOut(Schema):
    """While somebody is away: `to_user_id` acts with the permissions of `from_user_id`, `end_date` not included."""

    id: int
    from_user_id: int
    to_user_id: int
    start_date: date
    end_date: date
    reason: str
    version: int


class Delegations(Schema):
    count: int
    items: list[DelegationOut]


class DelegationIn(Given):
    from_user_id: int = Field(..., ge=1, le=LARGEST)
    to_user_id: int = Field(..., ge=1, le=LARGEST)
    start_date: date
    end_date: date
    reason: str = Field(..., max_length=500)


class TokenReasonIn(Given):
    reason: str = Field(..., max_length=500)


def _confirmed(request: HttpRequest) -> Any:
    """The actor of an act that hands out access: in a browser's session, one who has confirmed lately who it is."""
    refuse_unconfirmed(request, actor_of(request))
    return actor_of(request)


def _out(user: Any) -> dict[str, Any]:
    return {
        "id": user.pk, "username": user.username, "display_name": user.display_name, "name_en": user.name_en,
        "job_title": user.job_title, "is_active": user.is_active, "version": user.version,
        "assignments": user.current,
    }  # fmt: skip


def _person(request: HttpRequest, pk: int) -> Any:
    people = queries.with_current_assignments(queries.visible_to(actor_of(request)))
    found = people.filter(pk=pk).first() if pk <= LARGEST else None
    if found is None:
        raise NotFound(tell("找不到這個人員，或您不能看。"))
    return found


def _given(data: Schema, *without: str) -> dict[str, Any]:
    return {
        name: value for name, value in data.model_dump().items() if value is not None and name not in without
    }


@router.get("/people", permission="people.view", response=People, summary=N_("人員"))
def people(
    request: HttpRequest,
    unit_id: int | None = Query(None, ge=1, le=LARGEST, description=N_("在這個機關任職")),
    role_id: int | None = Query(None, ge=1, le=LARGEST, description=N_("有這個角色")),
    limit: int = Query(100, ge=1, le=500),
    offset: int = Query(0, ge=0, le=1_000_000),
) -> Any:
    """People whom the caller may see, with their assignments in force today."""
    found = queries.with_current_assignments(queries.visible_to(actor_of(request)))
    if unit_id is not None:
        found = found.filter(pk__in=queries.user_ids_in_unit(unit_id))
    if role_id is not None:
        found = found.filter(pk__in=queries.user_ids_with_role(role_id))
    return {"count": found.count(), "items": [_out(user) for user in found[offset : offset + limit]]}


@router.get("/people/{int:pk}", permission="people.view", response=PersonOut, summary=N_("一位人員"))
def person(request: HttpRequest, pk: int) -> Any:
    return _out(_person(request, pk))


@router.post("/people", permission="people.manage", response={201: MadeOut}, summary=N_("建立帳號"))
def create(request: HttpRequest, data: PersonIn) -> Any:
    user, password = actions.create_person(_confirmed(request), **data.model_dump())
    user.current = []  # type: ignore[attr-defined]
    return 201, {"person": _out(user), "temporary_password": password}


@router.patch("/people/{int:pk}", permission="people.manage", response=PersonOut, summary=N_("改人員資料"))
def change(request: HttpRequest, pk: int, data: PersonChange) -> Any:
    _person(request, pk)
    changes = _given(data, "version", "reason")
    actor = _confirmed(request) if data.is_active else actor_of(request)
    actions.change_person(actor, pk, version=data.version, changes=changes, reason=data.reason)
    return _out(_person(request, pk))


@router.post(
    "/people/{int:pk}/assignments",
    permission="people.assign_roles",
    response={201: HoldingOut},
    summary=N_("指派角色"),
)
def assign(request: HttpRequest, pk: int, data: AssignIn) -> Any:
    _person(request, pk)
    return 201, actions.assign_role(_confirmed(request), user_id=pk, **data.model_dump())


@router.post(
    "/assignments/{int:pk}/end",
    permission="people.assign_roles",
    response=HoldingOut,
    summary=N_("結束角色指派"),
)
def end(request: HttpRequest, pk: int, data: EndIn) -> Any:
    if pk > LARGEST or queries.assignment(actor_of(request), pk) is None:
        raise NotFound(tell("找不到這個角色指派，或您不能看。"))
    return actions.end_assignment(_confirmed(request), pk, **data.model_dump())


@router.get("/roles", permission="people.view", response=list[RoleOut], summary=N_("角色"))
def roles(request: HttpRequest) -> Any:
    return list(queries.roles())


@router.post("/roles", permission="people.manage", response={201: RoleOut}, summary=N_("建立角色"))
def create_role(request: HttpRequest, data: RoleIn) -> Any:
    return 201, actions.create_role(_confirmed(request), **data.model_dump())


@router.patch("/roles/{int:pk}", permission="people.manage", response=RoleOut, summary=N_("改角色"))
def change_role(request: HttpRequest, pk: int, data: RoleChange) -> Any:
    if pk > LARGEST or not queries.roles().filter(pk=pk).exists():
        raise NotFound(tell("找不到這個角色。"))
    changes = _given(data, "version", "reason")
    return actions.change_role(
        _confirmed(request), pk, version=data.version, changes=changes, reason=data.reason
    )


@router.get("/permissions", permission="people.view", response=list[PermissionOut], summary=N_("所有的權限"))
def permissions(request: HttpRequest) -> Any:
    return [{"code": p.code, "label": p.label, "label_en": p.label_en, "group": p.group} for p in declared()]


@router.get(
    "/people/{int:pk}/tokens", permission="people.manage", response=list[TokenOut], summary=N_("某人的權杖")
)
def tokens(request: HttpRequest, pk: int) -> Any:
    _person(request, pk)
    if not queries.may_manage(actor_of(request), pk):
        raise NotFound(tell("找不到這個人員，或您不能管理他的帳號。"))
    return list(queries.tokens_of(pk))


@router.post("/tokens/{int:pk}/revoke", permission="people.manage", response=TokenOut, summary=N_("撤銷權杖"))
def revoke(request: HttpRequest, pk: int, data: TokenReasonIn) -> Any:
    if pk > LARGEST:
        raise NotFound(tell("找不到這個權杖。"))
    return actions.revoke_token(actor_of(request), pk, reason=data.reason)


@router.get("/delegations", permission="people.view", response=Delegations, summary=N_("代理"))
def list_delegations(
    request: HttpRequest, limit: int = Query(100, ge=1, le=500), offset: int = Query(0, ge=0, le=1_000_000)
) -> Any:
    """Who stands in for whom, as far as the caller may see."""
    found = delegations.delegations_visible_to(actor_of(request))
    return {"count": found.count(), "items": list(found[offset : offset + limit])}


@router.post(
    "/delegations", permission="people.assign_roles", response={201: DelegationOut}, summary=N_("設定代理")
)
def delegate(request: HttpRequest, data: DelegationIn) -> Any:
    return 201, actions.delegate(_confirmed(request), **data.model_dump())


@router.post(
    "/delegations/{int:pk}/end",
    permission="people.assign_roles",
    response=DelegationOut,
    summary=N_("結束代理"),
)
def end_delegation(request: HttpRequest, pk: int, data: EndIn) -> Any:
    if not delegations.delegations_visible_to(actor_of(request)).filter(pk=pk).exists():
        raise NotFound(tell("找不到這個代理，或您不能看。"))
    return actions.end_delegation(actor_of(request), pk, **data.model_dump())
