"""The API of the tree: reading it as of any day, and every change that the pages offer."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Schema

from shizheng.common.api import Router
from shizheng.common.api_fields import Given, actor_of
from shizheng.common.errors import BadInput, NotFound
from shizheng.common.words import N_, tell
from shizheng.kernel.organisations import actions, queries
from shizheng.kernel.organisations.rules import Node

router = Router()
DAY = Query(None, description=N_("哪一天；不給就是今天"))

# What PostgreSQL's bigint holds; a larger number is not a number of a row.
LARGEST = 2**63 - 1


class UnitOut(Schema):
    """One unit as it stands on the day asked for (today without `as_of`)."""

    id: int
    code: str
    kind: str
    name: str
    short_name: str
    name_en: str
    parent_id: int | None
    control_level: str
    start_date: date
    end_date: date | None


class PeriodOut(Schema):
    start_date: date
    end_date: date | None
    name: str
    short_name: str
    name_en: str
    parent_id: int | None
    control_level: str
    legal_basis: str


class SuccessionOut(Schema):
    predecessor_id: int
    successor_id: int
    kind: str
    effective_date: date
    legal_basis: str


class UnitDetail(Schema):
    id: int
    code: str
    kind: str
    version: int
    names: list[str]
    periods: list[PeriodOut]
    predecessors: list[SuccessionOut]
    successors: list[SuccessionOut]


class Change(Given):
    """Every change has its effective day, a basis or a reason, and the version that was read."""

    on: date
    legal_basis: str = Field("", max_length=300)
    reason: str = Field("", max_length=500)


class Versioned(Change):
    version: int = Field(..., ge=0, le=2**31 - 1)


class OpenIn(Change):
    code: str = Field(..., max_length=40)
    kind: str
    name: str = Field(..., max_length=100)
    short_name: str = Field("", max_length=50)
    name_en: str = Field("", max_length=200)
    parent_id: int = Field(..., ge=1, le=LARGEST)
    control_level: str = "agency"


class RenameIn(Versioned):
    name: str = Field(..., max_length=100)
    short_name: str | None = Field(None, max_length=50)
    name_en: str | None = Field(None, max_length=200)


class UnitMoveIn(Versioned):
    parent_id: int = Field(..., ge=1, le=LARGEST)


class NewUnitIn(Given):
    code: str = Field(..., max_length=40)
    name: str = Field(..., max_length=100)
    short_name: str = Field("", max_length=50)
    name_en: str = Field("", max_length=200)


class MergeIn(Change):
    """`into_id` names a unit that takes the others in; `into_new` opens one. Exactly one of them."""

    unit_ids: list[int] = Field(..., min_length=1, max_length=100)
    into_id: int | None = Field(None, ge=1, le=LARGEST)
    into_new: NewUnitIn | None = None
    versions: dict[int, int] = {}


class SplitIn(Versioned):
    """`children`: which part, by code, takes which unit below. `keeps`: the unit itself lives on."""

    parts: list[NewUnitIn] = Field(..., min_length=1, max_length=50)
    keeps: bool = False
    children: dict[int, str] = {}


def _out(node: Node) -> dict[str, Any]:
    return {
        "id": node.id, "code": node.code, "kind": node.kind, "name": node.name, "short_name": node.short_name,
        "name_en": node.name_en, "parent_id": node.parent_id, "control_level": node.control_level,
        "start_date": node.start, "end_date": node.end,
    }  # fmt: skip


def _detail(pk: int) -> dict[str, Any]:
    unit = queries.unit(pk) if pk <= LARGEST else None
    if unit is None:
        raise NotFound(tell("找不到這個機關。"))
    return {
        "id": unit.pk, "code": unit.code, "kind": unit.kind, "version": unit.version,
        "names": [alias.name for alias in unit.aliases.all()],
        "periods": list(queries.periods_of(pk)),
        "predecessors": list(queries.predecessors_of(pk)),
        "successors": list(queries.successors_of(pk)),
    }  # fmt: skip


@router.get("/units", permission="organisations.view", response=list[UnitOut], summary=N_("某一天的機關樹"))
def units(
    request: HttpRequest,
    as_of: date | None = DAY,
    kind: str | None = None,
    under: int | None = Query(None, ge=1, le=LARGEST, description=N_("只要這個機關和它的下級")),
) -> Any:
    """The tree of a day, depth first. First-level agencies (`kind=agency`) are the denominator of rates (X-02)."""
    tree = queries.tree(as_of)
    inside = tree.subtree_ids(under) if under is not None else None
    return [_out(n) for n in tree if (kind is None or n.kind == kind) and (inside is None or n.id in inside)]


@router.get(
    "/units/by-name", permission="organisations.view", response=UnitDetail, summary=N_("用名稱找機關")
)
def by_name(request: HttpRequest, name: str, as_of: date | None = None) -> Any:
    """The unit that bore a name on a day: full, without the city, short, or an alias; 404 when none or several did."""
    found = queries.unit_by_name(name, as_of)
    if found is None:
        raise NotFound(tell("這一天沒有機關用這個名稱，或不只一個。"))
    return _detail(found.pk)


@router.get(
    "/units/{int:pk}", permission="organisations.view", response=UnitDetail, summary=N_("一個機關的沿革")
)
def unit(request: HttpRequest, pk: int) -> Any:
    return _detail(pk)


@router.post("/units", permission="organisations.change", response={201: UnitDetail}, summary=N_("設立機關"))
def open_unit(request: HttpRequest, data: OpenIn) -> Any:
    made = actions.open_unit(actor_of(request), **data.model_dump())
    return 201, _detail(made.pk)


@router.post(
    "/units/{int:pk}/rename", permission="organisations.change", response=UnitDetail, summary=N_("更名")
)
def rename(request: HttpRequest, pk: int, data: RenameIn) -> Any:
    _detail(pk)
    actions.rename_unit(actor_of(request), pk, **data.model_dump())
    return _detail(pk)


@router.post(
    "/units/{int:pk}/move", permission="organisations.change", response=UnitDetail, summary=N_("改隸")
)
def move(request: HttpRequest, pk: int, data: UnitMoveIn) -> Any:
    _detail(pk)
    actions.move_unit(actor_of(request), pk, **data.model_dump())
    return _detail(pk)


@router.post(
    "/units/{int:pk}/close", permission="organisations.change", response=UnitDetail, summary=N_("裁撤")
)
def close(request: HttpRequest, pk: int, data: Versioned) -> Any:
    _detail(pk)
    actions.close_unit(actor_of(request), pk, **data.model_dump())
    return _detail(pk)


@router.post("/units/merge", permission="organisations.change", response=UnitDetail, summary=N_("整併"))
def merge(request: HttpRequest, data: MergeIn) -> Any:
    for pk in (*data.unit_ids, *([data.into_id] if data.into_id else [])):
        _detail(pk)
    into: Any = data.into_id
    if (data.into_id is None) == (data.into_new is None):
        raise BadInput(
            tell("into_id 和 into_new 要給一個，而且只給一個。"), fields={"into_id": [tell("恰好給一個。")]}
        )
    if data.into_new is not None:
        into = actions.NewUnit(**data.into_new.model_dump())
    made = actions.merge_units(
        actor_of(request), data.unit_ids, into=into, on=data.on, versions=data.versions,
        legal_basis=data.legal_basis, reason=data.reason,
    )  # fmt: skip
    return _detail(made.pk)


@router.post(
    "/units/{int:pk}/split", permission="organisations.change", response=list[UnitDetail], summary=N_("分設")
)
def split(request: HttpRequest, pk: int, data: SplitIn) -> Any:
    _detail(pk)
    values = data.model_dump()
    values["parts"] = [actions.NewUnit(**part) for part in values["parts"]]
    return [_detail(part.pk) for part in actions.split_unit(actor_of(request), pk, **values)]
