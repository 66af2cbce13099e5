"""Categories of petitions: the tree as it stands, added to and changed."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Schema

from shizheng.common.api_fields import NO_NUL, Given, Id, Key, Line, actor_of
from shizheng.common.words import N_
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.api.routing import router
from shizheng.domains.petitions.models import Category
from shizheng.domains.petitions.queries import petitions as queries
from shizheng.domains.petitions.rules.classes import PetitionClass

Called = Annotated[str, Field(pattern=NO_NUL, max_length=120)]


class PetitionCategoryOut(Schema):
    """One category. `parent_id` empty: a heading. `version` goes back with a change."""

    id: int
    code: str
    name: str
    name_en: str
    parent_id: int | None
    usual_class: str
    order: int
    in_use: bool
    version: int


class PetitionCategoryIn(Given):
    """A new category; its code stays for ever."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    name: Called
    name_en: Called = ""
    parent_id: Key | None = None
    usual_class: PetitionClass | None = None
    order: Annotated[int, Field(ge=0, le=32767)] = 0
    reason: Line = ""


class PetitionCategoryChangeIn(Given):
    """Fields to set, with the reason; those left out stay. `in_use` false retires it."""

    version: Annotated[int | None, Field(ge=0, le=2**31 - 1)] = None
    name: Called = ""
    name_en: Called = ""
    parent_id: Key | None = None
    usual_class: PetitionClass | None = None
    order: Annotated[int, Field(ge=0, le=32767)] = 0
    in_use: bool = True
    reason: Line


@router.get(
    "/categories", permission="petitions.view", response=list[PetitionCategoryOut], summary=N_("陳情分類")
)
def list_categories(request: HttpRequest) -> Sequence[Category]:
    """Every category, headings with what is below them; retired ones too."""
    return [row for top, below in queries.categories(every=True) for row in (top, *below)]


@router.post(
    "/categories",
    permission="petitions.manage",
    response={201: PetitionCategoryOut},
    summary=N_("新增陳情分類"),
)
def add_category(request: HttpRequest, given: PetitionCategoryIn) -> Any:
    """Add one."""
    row = actions.save_category(
        actor_of(request), None, version=None, changes=_changes(given), reason=given.reason
    )
    return 201, row


@router.patch(
    "/categories/{int:category_id}",
    permission="petitions.manage",
    response=PetitionCategoryOut,
    summary=N_("修改陳情分類"),
)
def change_category(request: HttpRequest, category_id: Id, given: PetitionCategoryChangeIn) -> Any:
    """Change or retire one."""
    return actions.save_category(
        actor_of(request), category_id, version=given.version, changes=_changes(given), reason=given.reason
    )


def _changes(given: Given) -> dict[str, Any]:
    found = given.model_dump(exclude_unset=True, exclude={"version", "reason"})
    if "usual_class" in found:
        found["usual_class"] = found["usual_class"].value if found["usual_class"] else ""
    return found
