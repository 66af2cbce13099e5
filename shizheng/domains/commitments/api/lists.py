"""Lists of commitments: read, made, changed."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field

from shizheng.common.api_fields import NO_NUL, Given, Id, Line, Listed, Match, actor_of, read_version, tag
from shizheng.common.words import N_
from shizheng.domains.commitments import actions
from shizheng.domains.commitments.api.answers import CommitmentListOut
from shizheng.domains.commitments.api.routing import router
from shizheng.domains.commitments.queries import commitments as queries
from shizheng.domains.commitments.queries.documents import list_document
from shizheng.domains.commitments.rules.days import Cycle
from shizheng.domains.commitments.rules.fields import OwnField
from shizheng.domains.commitments.rules.workflow import Needed, Releaser

Name = Annotated[str, Field(pattern=NO_NUL, max_length=100)]


class OwnFieldIn(Given):
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=30)]
    name: Name
    name_en: Name = ""
    kind: Literal["text", "number", "date", "choice"]
    required: bool = False
    choices: Annotated[list[Name], Field(max_length=20)] = []


class ListIn(Given):
    """Fields to set; those left out stay as they are."""

    name: Name = ""
    name_en: Name = ""
    note: Line = ""
    cycle: Cycle = Cycle.MONTH
    releaser: Releaser = Releaser.RDEC
    needed: Needed = Needed.TOLD
    fields_: Annotated[list[OwnFieldIn], Field(max_length=8, alias="fields")] = []
    in_use: bool = True


class NewList(ListIn):
    code: Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=20)]


class ChangedList(ListIn):
    reason: Line = ""


def _values(given: ListIn) -> dict[str, Any]:
    values = given.model_dump(exclude_unset=True, exclude={"reason", "fields_"}, mode="json")
    if "fields_" in given.model_fields_set:
        values["fields"] = [
            OwnField(each.code, each.name, each.kind, each.name_en, each.required, tuple(each.choices))
            for each in given.fields_
        ]
    return values


@router.get(
    "/lists", permission="commitments.view", response=Listed[CommitmentListOut], summary=N_("列管清單")
)
def list_lists(request: HttpRequest) -> Any:
    """All lists in their order."""
    return {"items": [list_document(each) for each in queries.lists()]}


@router.post(
    "/lists", permission="commitments.manage_lists", response=CommitmentListOut, summary=N_("新增列管清單")
)
def create_list(request: HttpRequest, response: HttpResponse, given: NewList) -> Any:
    """Make a list."""
    actor = actor_of(request)
    row = actions.create_list(actor, _values(given))
    tag(response, row.version)
    return list_document(row)


@router.patch(
    "/lists/{int:list_id}",
    permission="commitments.manage_lists",
    response=CommitmentListOut,
    summary=N_("修改列管清單"),
)
def edit_list(
    request: HttpRequest, response: HttpResponse, list_id: Id, given: ChangedList, if_match: Match = None
) -> Any:
    """Change a list, with a reason; If-Match carries the version read."""
    actor = actor_of(request)
    version = read_version(if_match, queries.commitment_list(list_id).version)
    row = actions.edit_list(actor, list_id, version=version, changes=_values(given), reason=given.reason)
    tag(response, row.version)
    return list_document(row)
