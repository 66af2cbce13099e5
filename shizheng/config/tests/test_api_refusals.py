"""Inputs of the API that are refused: in Chinese, field by field, and nothing that was asked for is silently left out."""

from typing import Any

import pytest
from django.test import Client

from shizheng.common.api_errors import explain
from shizheng.common.permissions import declared
from shizheng.kernel.people.factories import person, role


@pytest.fixture
def client(db: None) -> Client:
    made = Client()
    codes = [permission.code for permission in declared()]
    made.force_login(person(role=role("everything", name="全部權限", permissions=codes)))
    return made


def test_what_is_missing_or_wrong_is_said_in_chinese(client: Client) -> None:
    def post(path: str, body: Any) -> Any:
        return client.post(f"/api/v1{path}", body, content_type="application/json")

    missing = post("/meetings/items/1/move", {}).json()
    assert missing["code"] == "invalid" and list(missing["fields"].values()) == [["缺少這個欄位。"]]
    page = client.get("/api/v1/projects/register?page=0&state=nothing&agency_id=x").json()["fields"]
    assert page["page"] == ["不能小於 1。"] and page["agency_id"] == ["要是整數。"]
    assert page["state"][0].startswith("只能是 preparing, ")


def test_an_unknown_query_parameter_is_refused_and_the_known_ones_are_named(client: Client) -> None:
    answer = client.get("/api/v1/projects/register?agency=3")
    assert answer.status_code == 422
    told = answer.json()
    assert list(told["fields"]) == ["agency"] and "agency_id" in told["message"]
    opened = client.post("/api/v1/meetings/meetings/open?period=2025-04&series=7")
    assert opened.status_code == 422 and "series" in opened.json()["fields"]
    assert client.get("/api/v1/projects/register?agency_id=3").status_code == 200
    assert Client().get("/api/v1/projects/register?agency=3").status_code == 401


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"type": "missing", "msg": "Field required"}, "缺少這個欄位。"),
        ({"type": "string_too_long", "ctx": {"max_length": 5}}, "最多 5 個字。"),
        ({"type": "literal_error", "ctx": {"expected": "'a', 'b' or 'c'"}}, "只能是 a, b, c。"),
        ({"type": "date_from_datetime_parsing", "ctx": {"error": "x"}}, "要是西元日期，例如 2026-10-05。"),
        ({"type": "something_new", "msg": "Something new"}, "這一欄的值不合格式。"),
    ],
)
def test_every_sort_of_failure_has_a_sentence(error: Any, said: str) -> None:
    assert explain(error) == said
