"""How categories are offered over Open311, and what each of them asks."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Schema

from shizheng.common.api_fields import NO_NUL, Given, Id, Line, Listed, actor_of
from shizheng.common.words import N_
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.api.routing import router
from shizheng.domains.petitions.models import CategoryAttribute, Datatype, Timing
from shizheng.domains.petitions.queries import services as queries

Version = Annotated[int | None, Field(ge=0, le=2**31 - 1)]
Text = Annotated[str, Field(pattern=NO_NUL, max_length=300)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


class AttributeValue(Given):
    """An option of a list."""

    key: Code
    name: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=120)]
    name_en: Annotated[str, Field(pattern=NO_NUL, max_length=120)] = ""


class CategoryAttributeOut(Schema):
    """A question of a category."""

    id: int
    code: str
    datatype: Datatype
    label: str
    label_en: str
    help: str
    help_en: str
    required: bool
    variable: bool
    values: list[AttributeValue]
    order: int
    in_use: bool
    version: int


class OpenServiceOut(Schema):
    """A category as a service of Open311, with every question, also those that are no longer asked."""

    category_id: int
    service_code: str
    name: str
    group: str
    offered: bool
    timing: Timing
    description: str
    description_en: str
    words_public: bool
    others_listed: bool
    version: int
    attributes: list[CategoryAttributeOut]


class OpenServiceIn(Given):
    """Fields to set; those left out stay as they are."""

    version: Version = None
    reason: Line = ""
    offered: bool = True
    timing: Timing = Timing.REALTIME
    description: Text = ""
    description_en: Text = ""
    words_public: bool = False
    others_listed: bool = False


class CategoryAttributeIn(Given):
    """A question to be changed: fields to set; those left out stay as they are."""

    version: Version = None
    reason: Line = ""
    datatype: Datatype = Datatype.STRING
    label: Annotated[str, Field(pattern=NO_NUL, max_length=200)] = ""
    label_en: Annotated[str, Field(pattern=NO_NUL, max_length=200)] = ""
    help: Annotated[str, Field(pattern=NO_NUL, max_length=200)] = ""
    help_en: Annotated[str, Field(pattern=NO_NUL, max_length=200)] = ""
    required: bool = False
    variable: bool = True
    values: Annotated[list[AttributeValue], Field(max_length=60)] = []
    order: Annotated[int, Field(ge=0, le=32767)] = 0
    in_use: bool = True


class NewCategoryAttributeIn(CategoryAttributeIn):
    """A new question; its code stays."""

    code: Code


def _attribute(row: CategoryAttribute) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CategoryAttributeOut.model_fields}


def _service(each: queries.Service) -> dict[str, Any]:
    names = ("offered", "timing", "description", "description_en", "words_public", "others_listed", "version")
    return {
        "category_id": each.category.pk,
        "service_code": each.category.code,
        "name": each.category.name,
        "group": each.category.parent.name if each.category.parent else "",
        **{name: getattr(each.setting, name) for name in names},
        "attributes": [_attribute(row) for row in each.attributes],
    }


@router.get(
    "/services", permission="petitions.view", response=Listed[OpenServiceOut], summary=N_("Open311 服務清單")
)
def list_services(request: HttpRequest) -> Any:
    """Every category below a heading with how it is offered and what it asks; version 0: nobody has set anything."""
    return {"items": [_service(each) for each in queries.all_services()]}


@router.put(
    "/services/{int:category_id}",
    permission="petitions.manage",
    response=OpenServiceOut,
    summary=N_("維護 Open311 服務"),
)
def save_service(request: HttpRequest, category_id: Id, given: OpenServiceIn) -> Any:
    """Say how a category is offered."""
    changes = given.model_dump(exclude_unset=True, exclude={"version", "reason"})
    actions.save_service(
        actor_of(request), category_id, version=given.version, changes=changes, reason=given.reason
    )
    return _service(queries.service(category_id))


@router.post(
    "/services/{int:category_id}/attributes",
    permission="petitions.manage",
    response=CategoryAttributeOut,
    summary=N_("新增題目"),
)
def new_attribute(request: HttpRequest, category_id: Id, given: NewCategoryAttributeIn) -> Any:
    """Add a question to a category."""
    changes = given.model_dump(exclude={"version", "reason"})
    row = actions.save_attribute(
        actor_of(request), category_id, None, version=None, changes=changes, reason=given.reason
    )
    return _attribute(row)


@router.put(
    "/services/{int:category_id}/attributes/{int:attribute_id}",
    permission="petitions.manage",
    response=CategoryAttributeOut,
    summary=N_("修改題目"),
)
def change_attribute(
    request: HttpRequest, category_id: Id, attribute_id: Id, given: CategoryAttributeIn
) -> Any:
    """Change a question with the reason; one that is no longer asked is set out of use."""
    changes = given.model_dump(exclude_unset=True, exclude={"version", "reason"})
    row = actions.save_attribute(
        actor_of(request),
        category_id,
        attribute_id,
        version=given.version,
        changes=changes,
        reason=given.reason,
    )
    return _attribute(row)
