"""The API of measures: definitions, facts, figures with their trace. Numbers are decimal strings, never floats."""

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path, Query, Schema
from pydantic import AfterValidator, ConfigDict

from shizheng.common.api import Router
from shizheng.common.errors import BadInput
from shizheng.common.numbers import plain
from shizheng.common.words import N_, tell
from shizheng.kernel.measures import actions, queries, view
from shizheng.kernel.measures.models import DefinitionVersion, Fact, Measure
from shizheng.kernel.measures.reading import rows_of
from shizheng.kernel.measures.rules.evaluate import Row
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.render import to_label, to_text
from shizheng.kernel.measures.rules.standards import formula_from_standard
from shizheng.kernel.measures.rules.storing import from_json, to_json
from shizheng.kernel.measures.rules.traces import value_json
from shizheng.kernel.measures.rules.tree import FormulaError, Node

router = Router()

BIGGEST = 2**63 - 1


def _storable(text: str) -> str:
    """Text that the database can hold: no NUL, no lone surrogates."""
    if "\x00" in text:
        raise ValueError(tell("不能含有空字元（NUL）"))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(tell("含有不成對的代理字元")) from error
    return text


def _storable_json(value: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(value, ensure_ascii=False)
    if len(text) > 20_000:
        raise ValueError(tell("太長：最多 20,000 字"))
    if "\\u0000" in text:
        raise ValueError(tell("不能含有空字元（NUL）"))
    _storable(text)
    return value


RowId = Annotated[int, Path(ge=1, le=BIGGEST)]
Id = Annotated[int, Field(ge=1, le=BIGGEST)]
Text = Annotated[str, AfterValidator(_storable)]
Loose = Annotated[dict[str, Any], AfterValidator(_storable_json)]
Number = Annotated[Decimal, Field(max_digits=30, decimal_places=10)]
Missing = Literal["not_filed", "to_be_confirmed", "not_yet_measurable", "not_applicable"]


class Strict(Schema):
    """Input that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid")


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


class RowIO(Strict):
    key: Text = Field(max_length=200, min_length=1)
    value: Number | None = None
    missing: Missing | None = None
    name: Text = Field("", max_length=300)
    done_on: date | None = None


class FactOut(Schema):
    id: int
    measure_id: int
    input: str
    unit_id: int
    period: str
    value: str | None
    missing: str | None
    rows: list[dict[str, Any]] | None
    source: dict[str, Any]
    filed_by: str
    recorded_at: str
    supersedes: int | None
    superseded_by: int | None
    reason: str


class FactsOut(Schema):
    count: int
    items: list[FactOut]


class InputIO(Strict):
    name: Text = Field(max_length=40)
    label: Text = Field("", max_length=300)
    unit: Text = Field("", max_length=20)
    list: bool = False


class DefinitionIn(Strict):
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


class MeasureIn(Strict):
    code: Text = Field(max_length=80, min_length=1)
    name: Text = Field(max_length=300, min_length=1)
    owner_id: Id
    definition: DefinitionIn
    reason: Text = Field("", max_length=2000)


class RevisionIn(Strict):
    version: int = Field(ge=0, le=2**31 - 1, description=N_("讀到的版次；別人先改了就回 409"))
    reason: Text = Field(max_length=2000, min_length=1)
    definition: DefinitionIn


class ReadingIn(Strict):
    version: int = Field(ge=0, le=2**31 - 1)
    reading: Text = Field(max_length=40)
    reason: Text = Field(max_length=2000, min_length=1)


class FactIn(Strict):
    measure_id: Id
    input: Text = Field(max_length=40)
    unit_id: Id
    period: Text = Field(max_length=20, description=N_("2017、2017-H1、2017-Q2、2017-06 或 106 年上半年"))
    value: Number | None = None
    missing: Missing | None = None
    rows: list[RowIO] | None = Field(None, max_length=5000)
    source: Loose = Field(default_factory=dict)
    reason: Text = Field("", max_length=2000)


class FactsIn(Strict):
    facts: list[FactIn] = Field(max_length=5000, min_length=1)


class CorrectionIn(Strict):
    value: Number | None = None
    missing: Missing | None = None
    rows: list[RowIO] | None = Field(None, max_length=5000)
    source: Loose = Field(default_factory=dict)
    reason: Text = Field(max_length=2000, min_length=1)


class StandardIn(Strict):
    text: Text = Field(max_length=2000, description=N_("印出的衡量標準"))
    unit: Text | None = Field(None, max_length=20)


class FigureQuery(Schema):
    unit: Id = Field(description=N_("單位編號"))
    period: Text = Field(max_length=20)
    as_of: Text = Field("", max_length=20, description=N_("截至這一天（民國或西元）；不填為現在"))


class AsOfQuery(Schema):
    as_of: Text = Field("", max_length=20)
    unit: Id | None = None


class PageQuery(Schema):
    q: Text = Field("", max_length=200)
    offset: int = Field(0, ge=0, le=10**7)
    limit: int = Field(100, ge=1, le=1000)


def _actor(request: HttpRequest) -> Any:
    return request.auth  # type: ignore[attr-defined]


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


def _fact_out(found: Fact) -> dict[str, Any]:
    return {
        "id": found.pk, "measure_id": found.measure_id, "input": found.input, "unit_id": found.unit_id,
        "period": found.period, "value": None if found.value is None else plain(found.value), "missing": found.missing,
        "rows": found.rows, "source": found.source, "recorded_at": found.recorded_at.isoformat(),
        "filed_by": found.filed_by.display_name if found.filed_by else found.recorded_by,
        "supersedes": found.supersedes_id, "reason": found.reason,
        "superseded_by": found.superseded_by.pk if hasattr(found, "superseded_by") else None,
    }  # fmt: skip


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


def _rows(given: list[RowIO] | None) -> tuple[Row, ...] | None:
    return None if given is None else rows_of([_row(each) for each in given])


def _row(given: RowIO) -> dict[str, Any]:
    return {"key": given.key, "name": given.name, "missing": given.missing,
            "value": None if given.value is None else str(given.value),
            "done_on": given.done_on.isoformat() if given.done_on else None}  # fmt: skip


@router.get("/", permission="measures.view", response=MeasuresOut, summary=N_("指標清單"))
def measures(request: HttpRequest, page: Query[PageQuery]) -> dict[str, Any]:
    found = queries.visible_to(_actor(request)).order_by("code")
    if page.q:
        found = found.filter(name__icontains=page.q) | found.filter(code__icontains=page.q)
    rows = found[page.offset : page.offset + page.limit]
    return {"count": found.count(), "items": [_measure_out(each) for each in rows]}


@router.post("/", permission="measures.define", response=MeasureDetailOut, summary=N_("新增指標"))
def define(request: HttpRequest, given: MeasureIn) -> dict[str, Any]:
    made = actions.define_measure(
        _actor(request), code=given.code, name=given.name, owner_id=given.owner_id,
        content=_content(given.definition), reason=given.reason,
    )  # fmt: skip
    return one(request, made.pk)


@router.post(
    "/facts", permission="measures.file", response=FactsOut, summary=N_("填報（全部成立或全部不成立）")
)
def record(request: HttpRequest, given: FactsIn) -> dict[str, Any]:
    filings = [
        actions.Filing(
            each.measure_id, each.input, each.unit_id, each.period, each.value, each.missing, _rows(each.rows),
            {**each.source, "kind": "reported"}, each.reason,
        )
        for each in given.facts
    ]  # fmt: skip
    made = actions.record_facts(_actor(request), filings)
    rows = (
        Fact.objects.filter(pk__in=[each.pk for each in made])
        .select_related("filed_by", "superseded_by")
        .order_by("pk")
    )
    return {"count": len(made), "items": [_fact_out(each) for each in rows]}


@router.post(
    "/facts/{fact_id}/corrections", permission="measures.correct", response=FactOut, summary=N_("更正一筆")
)
def correct(request: HttpRequest, fact_id: RowId, given: CorrectionIn) -> dict[str, Any]:
    made = actions.correct_fact(
        _actor(request), fact_id, reason=given.reason, value=given.value, missing=given.missing,
        rows=_rows(given.rows), source={**given.source, "kind": "reported"},
    )  # fmt: skip
    return _fact_out(queries.fact(made.pk))


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
    found = queries.readable(measure_id, _actor(request))
    versions = [_definition_out(each) for each in queries.versions_of(measure_id)]
    return {**_measure_out(found), "definitions": versions}


@router.post(
    "/{measure_id}/definitions", permission="measures.define", response=DefinitionOut, summary=N_("修訂定義")
)
def revise(request: HttpRequest, measure_id: RowId, given: RevisionIn) -> dict[str, Any]:
    made = actions.revise_definition(
        _actor(request),
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
        _actor(request), measure_id, version=given.version, reading=given.reading, reason=given.reason
    )
    return _definition_out(made)


@router.get(
    "/{measure_id}/facts", permission="measures.view", response=FactsOut, summary=N_("填報的數，含已更正的")
)
def facts(request: HttpRequest, measure_id: RowId, page: Query[PageQuery]) -> dict[str, Any]:
    queries.readable(measure_id, _actor(request))
    found = queries.facts_of(measure_id)
    rows = found[page.offset : page.offset + page.limit]
    return {"count": found.count(), "items": [_fact_out(each) for each in rows]}


@router.get("/{measure_id}/figure", permission="measures.view", summary=N_("一個數字"))
def figure(request: HttpRequest, measure_id: RowId, wanted: Query[FigureQuery]) -> dict[str, Any]:
    return {key: value for key, value in trace(request, measure_id, wanted).items() if key in _FIGURE}


_FIGURE = frozenset(
    [
        "figure",
        "measure",
        "unit_id",
        "unit_name",
        "period",
        "value",
        "exact",
        "missing",
        "unit",
        "formula",
        "expression",
        "verdict",
        "target",
        "direction",
        "progress",
        "rounding",
        "as_of",
        "coverage",
        "made_from",
        "rule",
        "superseded_by",
    ]
)


@router.get("/{measure_id}/trace", permission="measures.view", summary=N_("一個數字的來歷"))
def trace(request: HttpRequest, measure_id: RowId, wanted: Query[FigureQuery]) -> dict[str, Any]:
    queries.readable(measure_id, _actor(request))
    as_of = queries.as_of_day(view.day_from(wanted.as_of))
    return queries.trace(measure_id, wanted.unit, view.period_from(wanted.period), as_of).as_json()


@router.get("/{measure_id}/series", permission="measures.view", summary=N_("一個指標各期的數"))
def series(request: HttpRequest, measure_id: RowId, wanted: Query[AsOfQuery]) -> list[dict[str, Any]]:
    found = queries.readable(measure_id, _actor(request))
    as_of = queries.as_of_day(view.day_from(wanted.as_of))
    return [
        {"period": each.period.code, "label": each.period.label, "value": each.value_text,
         "missing": each.missing.kind.value if each.missing else None, "unit": each.unit,
         "verdict": each.verdict.code.value, "figure": each.id,
         "inputs": {name: value_json(value) for name, value in each.inputs.items()}}
        for each in queries.series(measure_id, wanted.unit or found.owner_id, as_of)
    ]  # fmt: skip
