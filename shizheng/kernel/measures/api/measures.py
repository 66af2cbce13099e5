"""Measures and the versions of their definitions."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Schema

from shizheng.common.api_fields import Given, actor_of
from shizheng.common.errors import BadInput
from shizheng.common.numbers import plain
from shizheng.common.words import N_
from shizheng.kernel.measures import actions, queries
from shizheng.kernel.measures.api.fields import Id, Number, PageQuery, RowId, Text
from shizheng.kernel.measures.api.routing import router
from shizheng.kernel.measures.models import DefinitionVersion, Measure
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.render import to_label, to_text
from shizheng.kernel.measures.rules.standards import formula_from_standard
from shizheng.kernel.measures.rules.storing import from_json, to_json
from shizheng.kernel.measures.rules.tree import FormulaError, Node


class MeasureOut(Schema):
    id: int
    code: str
    name: str
    owner_id: int
    owner_name: str
    version: int = Field(description=N_("給修訂時比對用的版次（樂觀鎖）"))


class DefinitionOut(Schema):
    id: int
    number: int
    valid_from: date
    valid_to: date | None = Field(description=N_("不含這一天"))
    unit: str
    direction: str
    target: str | None
    target_period: str
    targets: dict[str, str]
    places: int
    formula: str | None
    formula_tree: dict[str, Any] | None
    formula_text: str
    inputs: list[dict[str, Any]]
    aggregation_time: str
    aggregation_units: str
    progress: str
    readings: list[dict[str, Any]]
    reading_in_force: str
    needs_confirmation: bool
    notes: list[str]
    source: str
    reason: str
    recorded_at: str


class MeasureDetailOut(MeasureOut):
    definitions: list[DefinitionOut]


class MeasuresOut(Schema):
    count: int
    items: list[MeasureOut]


class InputIO(Given):
    name: Text = Field(max_length=40)
    label: Text = Field("", max_length=300)
    unit: Text = Field("", max_length=20)
    list: bool = False


class DefinitionIn(Given):
    valid_from: date
    valid_to: date | None = None
    unit: Text = Field("", max_length=20)
    direction: Literal[">=", "<=", "="] = ">="
    target: Number | None = None
    target_period: Literal["year", "half", "quarter", "month"] = "year"
    targets: dict[Annotated[Text, Field(max_length=20)], Number] = Field(default_factory=dict, max_length=200)
    places: int = Field(2, ge=0, le=12)
    formula: Text | None = Field(None, max_length=4000, description=N_("例如 100*a/b；不填表示公式待確認"))
    formula_text: Text = Field("", max_length=4000)
    inputs: list[InputIO] = Field(default_factory=list, max_length=100)
    aggregation_time: Literal["latest", "sum", "mean", "ratio_of_sums"] = "latest"
    aggregation_units: Literal["ratio_of_sums", "sum", "mean", "none"] = "none"
    progress: Literal["value_over_target", "target_over_value"] = "value_over_target"
    source: Text = Field("", max_length=1000)


class MeasureIn(Given):
    code: Text = Field(max_length=80, min_length=1)
    name: Text = Field(max_length=300, min_length=1)
    owner_id: Id
    definition: DefinitionIn
    reason: Text = Field("", max_length=2000)


class RevisionIn(Given):
    version: int = Field(ge=0, le=2**31 - 1, description=N_("讀到的版次；之後又改過就回 409"))
    reason: Text = Field(max_length=2000, min_length=1)
    definition: DefinitionIn


class ReadingIn(Given):
    version: int = Field(ge=0, le=2**31 - 1)
    reading: Text = Field(max_length=40)
    reason: Text = Field(max_length=2000, min_length=1)


class StandardIn(Given):
    text: Text = Field(max_length=2000, description=N_("印出的衡量標準"))
    unit: Text | None = Field(None, max_length=20)


def _measure_out(found: Measure) -> dict[str, Any]:
    return {"id": found.pk, "code": found.code, "name": found.name, "owner_id": found.owner_id,
            "owner_name": found.owner.name, "version": found.version}  # fmt: skip


def _definition_out(found: DefinitionVersion) -> dict[str, Any]:
    names = ("id", "number", "valid_from", "valid_to", "unit", "direction", "target_period", "targets", "places",
             "formula_text", "inputs", "aggregation_time", "aggregation_units", "progress", "readings",
             "reading_in_force", "needs_confirmation", "notes", "source", "reason")  # fmt: skip
    return {
        **{name: getattr(found, name) for name in names},
        "target": None if found.target is None else plain(found.target),
        "formula": to_text(from_json(found.formula)) if found.formula else None,
        "formula_tree": found.formula,
        "recorded_at": found.recorded_at.isoformat(),
    }


def _tree(text: str | None) -> Node | None:
    if text is None or not text.strip():
        return None
    try:
        return parse(text)
    except FormulaError as error:
        raise BadInput(error.message, fields={"formula": [error.message]}) from error


def _content(given: DefinitionIn) -> actions.Content:
    data = given.model_dump()
    tree = _tree(data.pop("formula"))
    return actions.Content(formula=tree, needs_confirmation=tree is None, **data)


@router.get("/", permission="measures.view", response=MeasuresOut, summary=N_("指標清單"))
def measures(request: HttpRequest, page: Query[PageQuery]) -> dict[str, Any]:
    found = queries.visible_to(actor_of(request)).order_by("code")
    if page.q:
        found = found.filter(name__icontains=page.q) | found.filter(code__icontains=page.q)
    rows = found[page.offset : page.offset + page.limit]
    return {"count": found.count(), "items": [_measure_out(each) for each in rows]}


@router.post("/", permission="measures.define", response=MeasureDetailOut, summary=N_("新增指標"))
def define(request: HttpRequest, given: MeasureIn) -> dict[str, Any]:
    made = actions.define_measure(
        actor_of(request), code=given.code, name=given.name, owner_id=given.owner_id,
        content=_content(given.definition), reason=given.reason,
    )  # fmt: skip
    return one(request, made.pk)


@router.post("/standards", permission="measures.view", summary=N_("把印出的衡量標準讀成公式"))
def standard(request: HttpRequest, given: StandardIn) -> dict[str, Any]:
    found = formula_from_standard(given.text, given.unit)
    return {
        "certainty": found.certainty.value,
        "formula": found.text,
        "formula_label": to_label(found.tree, found.labels) if found.tree else None,
        "formula_tree": to_json(found.tree) if found.tree else None,
        "inputs": [each.as_json() for each in found.inputs],
        "readings": [{**each.as_json(), "formula_text": each.text} for each in found.readings],
        "in_force": found.in_force or None,
        "needs_confirmation": found.needs_confirmation,
        "notes": list(found.notes),
    }


@router.get(
    "/{measure_id}", permission="measures.view", response=MeasureDetailOut, summary=N_("一個指標與各版定義")
)
def one(request: HttpRequest, measure_id: RowId) -> dict[str, Any]:
    found = queries.readable(measure_id, actor_of(request))
    versions = [_definition_out(each) for each in queries.versions_of(measure_id)]
    return {**_measure_out(found), "definitions": versions}


@router.post(
    "/{measure_id}/definitions", permission="measures.define", response=DefinitionOut, summary=N_("修訂定義")
)
def revise(request: HttpRequest, measure_id: RowId, given: RevisionIn) -> dict[str, Any]:
    made = actions.revise_definition(
        actor_of(request),
        measure_id,
        version=given.version,
        content=_content(given.definition),
        reason=given.reason,
    )
    return _definition_out(made)


@router.post(
    "/{measure_id}/reading", permission="measures.define", response=DefinitionOut, summary=N_("選定讀法")
)
def choose(request: HttpRequest, measure_id: RowId, given: ReadingIn) -> dict[str, Any]:
    made = actions.choose_reading(
        actor_of(request), measure_id, version=given.version, reading=given.reading, reason=given.reason
    )
    return _definition_out(made)
