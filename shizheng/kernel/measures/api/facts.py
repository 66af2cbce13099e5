"""Facts: filed, corrected, listed with their corrections."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Schema

from shizheng.common.api_fields import Given, actor_of
from shizheng.common.numbers import plain
from shizheng.common.words import N_
from shizheng.kernel.measures import actions, queries
from shizheng.kernel.measures.api.fields import (
    Id,
    Loose,
    Missing,
    Number,
    PageQuery,
    RowId,
    Text,
)
from shizheng.kernel.measures.api.routing import router
from shizheng.kernel.measures.models import Fact
from shizheng.kernel.measures.reading import rows_of
from shizheng.kernel.measures.rules.evaluate import Row


class RowIO(Given):
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


class FactIn(Given):
    measure_id: Id
    input: Text = Field(max_length=40)
    unit_id: Id
    period: Text = Field(max_length=20, description=N_("2017、2017-H1、2017-Q2、2017-06 或 106 年上半年"))
    value: Number | None = None
    missing: Missing | None = None
    rows: list[RowIO] | None = Field(None, max_length=5000)
    source: Loose = Field(default_factory=dict)
    reason: Text = Field("", max_length=2000)


class FactsIn(Given):
    facts: list[FactIn] = Field(max_length=5000, min_length=1)


class FactCorrectionIn(Given):
    value: Number | None = None
    missing: Missing | None = None
    rows: list[RowIO] | None = Field(None, max_length=5000)
    source: Loose = Field(default_factory=dict)
    reason: Text = Field(max_length=2000, min_length=1)


def _fact_out(found: Fact) -> dict[str, Any]:
    return {
        "id": found.pk, "measure_id": found.measure_id, "input": found.input, "unit_id": found.unit_id,
        "period": found.period, "value": None if found.value is None else plain(found.value), "missing": found.missing,
        "rows": found.rows, "source": found.source, "recorded_at": found.recorded_at.isoformat(),
        "filed_by": found.filed_by.display_name if found.filed_by else found.recorded_by,
        "supersedes": found.supersedes_id, "reason": found.reason,
        "superseded_by": found.superseded_by.pk if hasattr(found, "superseded_by") else None,
    }  # fmt: skip


def _rows(given: list[RowIO] | None) -> tuple[Row, ...] | None:
    return None if given is None else rows_of([_row(each) for each in given])


def _row(given: RowIO) -> dict[str, Any]:
    return {"key": given.key, "name": given.name, "missing": given.missing,
            "value": None if given.value is None else str(given.value),
            "done_on": given.done_on.isoformat() if given.done_on else None}  # fmt: skip


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
    made = actions.record_facts(actor_of(request), filings)
    rows = (
        Fact.objects.filter(pk__in=[each.pk for each in made])
        .select_related("filed_by", "superseded_by")
        .order_by("pk")
    )
    return {"count": len(made), "items": [_fact_out(each) for each in rows]}


@router.post(
    "/facts/{fact_id}/corrections", permission="measures.correct", response=FactOut, summary=N_("更正一筆")
)
def correct(request: HttpRequest, fact_id: RowId, given: FactCorrectionIn) -> dict[str, Any]:
    made = actions.correct_fact(
        actor_of(request), fact_id, reason=given.reason, value=given.value, missing=given.missing,
        rows=_rows(given.rows), source={**given.source, "kind": "reported"},
    )  # fmt: skip
    return _fact_out(queries.fact(made.pk))


@router.get(
    "/{measure_id}/facts", permission="measures.view", response=FactsOut, summary=N_("填報的數，含已更正的")
)
def facts(request: HttpRequest, measure_id: RowId, page: Query[PageQuery]) -> dict[str, Any]:
    queries.readable(measure_id, actor_of(request))
    found = queries.facts_of(measure_id)
    rows = found[page.offset : page.offset + page.limit]
    return {"count": found.count(), "items": [_fact_out(each) for each in rows]}
