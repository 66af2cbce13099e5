"""The API, as a program meets it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from shizheng.kernel.measures import queries
from shizheng.kernel.measures.rules.evaluate import Row
from shizheng.kernel.measures.tests.factories import make_measure

pytestmark = pytest.mark.django_db


def call(browser: Client, method: str, path: str, **body: Any) -> tuple[int, Any]:
    answer = getattr(browser, method)(
        f"/api/v1/measures{path}", data=json.dumps(body) if body else None, content_type="application/json"
    )
    return answer.status_code, json.loads(answer.content)


def test_the_api_defines_files_corrects_and_traces(browser: Client, agency: Any) -> None:
    definition = {"valid_from": "2017-01-01", "unit": "%", "target": "75", "formula": "100*a/b",
                  "inputs": [{"name": "a", "label": "相符"}, {"name": "b", "label": "列管"}]}  # fmt: skip
    status, made = call(
        browser, "post", "/", code="api", name="介面", owner_id=agency.pk, definition=definition
    )
    assert status == 200, made
    common = {"measure_id": made["id"], "unit_id": agency.pk, "period": "106 年上半年"}
    facts = [{**common, "input": "a", "value": "167"}, {**common, "input": "b", "value": "216"}]
    status, filed = call(browser, "post", "/facts", facts=facts)
    assert (status, filed["count"]) == (200, 2)
    status, again = call(browser, "post", "/facts", facts=facts)
    assert (status, again["code"]) == (409, "conflict")
    first = filed["items"][0]["id"]
    status, corrected = call(browser, "post", f"/facts/{first}/corrections", value="166", reason="晚到")
    assert (status, corrected["supersedes"]) == (200, first)
    status, found = call(browser, "get", f"/{made['id']}/trace?unit={agency.pk}&period=2017-H1")
    assert (status, found["value"]) == (200, "76.85")
    status, figure = call(browser, "get", f"/{made['id']}/figure?unit={agency.pk}&period=2017-H1")
    assert (figure["value"], figure["figure"]) == ("76.85", found["figure"])
    status, series = call(browser, "get", f"/{made['id']}/series")
    assert series[0]["inputs"] == {"a": "166", "b": "216"}
    status, listed = call(browser, "get", f"/{made['id']}/facts")
    assert listed["count"] == 3
    status, revised = call(
        browser,
        "post",
        f"/{made['id']}/definitions",
        version=1,
        reason="改目標",
        definition={**definition, "target": "80"},
    )
    assert (status, revised["number"], revised["target"]) == (200, 2, "80")
    status, _late = call(
        browser, "post", f"/{made['id']}/definitions", version=1, reason="晚了", definition=definition
    )
    assert status == 409
    status, all_ = call(browser, "get", "/?q=api")
    assert (all_["count"], len(call(browser, "get", f"/{made['id']}")[1]["definitions"])) == (1, 2)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("get", f"/{2**70}", {}, 422),
        ("get", "/999999999", {}, 404),
        ("get", "/1/trace?unit=1&period=%00", {}, 422),
        ("get", "/?q=%00", {}, 422),
        ("post", "/facts", {"facts": []}, 422),
        (
            "post",
            "/facts",
            {"facts": [{"measure_id": 1, "input": "a\x00", "unit_id": 1, "period": "2017"}]},
            422,
        ),
        (
            "post",
            "/facts",
            {"facts": [{"measure_id": 1, "input": "a", "unit_id": 1, "period": "2017", "value": 1e400}]},
            422,
        ),
        ("post", "/facts/1/corrections", {"reason": "x", "value": "NaN"}, 422),
        ("post", "/standards", {"text": "甲/乙", "more": 1}, 422),
    ],
)
def test_the_api_refuses_what_it_cannot_take(
    browser: Client, method: str, path: str, body: dict[str, Any], status: int
) -> None:
    found, answer = call(browser, method, path, **body)
    assert found == status, answer
    assert answer["message"]


def test_the_api_reads_printed_standards(browser: Client) -> None:
    status, found = call(
        browser, "post", "/standards", text="總件數-未發包或開工件數-迄未填報/總件數-未發包或開工", unit="%"
    )
    assert (status, found["formula"], found["certainty"]) == (200, "100*(a-b-c)/(a-b)", "ambiguous")
    assert (
        found["formula_label"] == "100 × (總件數 − 未發包或開工件數 − 迄未填報) ÷ (總件數 − 未發包或開工件數)"
    )


def test_rows_go_through_the_api(browser: Client, agency: Any) -> None:
    measure = make_measure(agency, formula="mean(x)", unit="分")
    rows = [
        {"key": "1", "value": "92"},
        {"key": "2", "missing": "not_yet_measurable"},
        {"key": "3", "value": "94"},
    ]
    status, answer = call(
        browser, "post", "/facts",
        facts=[{"measure_id": measure.pk, "input": "x", "unit_id": agency.pk, "period": "2017", "rows": rows}],
    )  # fmt: skip
    assert status == 200, answer
    assert queries.figure(measure.pk, agency.pk, "2017").value == 93
    assert Row("2").value is None
