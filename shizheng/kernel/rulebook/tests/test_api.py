"""The rulebook for programs."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from shizheng.kernel.people.factories import person
from shizheng.kernel.rulebook import queries

pytestmark = pytest.mark.django_db
CHANGE = {"value": "85", "valid_from": "115-01-01", "source": "115 年度施政計畫", "reason": "依新計畫"}


def caller(role: str) -> Client:
    client = Client()
    client.force_login(person(role=role, second_factor=True))
    return client


def ask(client: Client, path: str, body: Any = None, status: int = 200) -> Any:
    address = f"/api/v1/rulebook/{path}"
    answer = (
        client.get(address) if body is None else client.post(address, body, content_type="application/json")
    )
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_a_rule_is_told_for_a_day() -> None:
    found = ask(caller("officer"), "rules/PS-01?on=106-06-30")
    assert (found["number"], found["value"], found["text"]) == (2, {"times": 1, "per": "month"}, "每月 1 次")
    assert ask(caller("officer"), "rules/PS-02?on=2018-06-30")["number"] == 3
    assert ask(caller("officer"), "rules/TC-17?on=100-01-01", status=409)["code"] == "no_rule_in_force"
    assert ask(caller("officer"), "rules/none", status=404)["code"] == "not_found"
    assert ask(caller("officer"), "rules/TC-17?on=whenever", status=422)["code"] == "invalid"


def test_all_rules_of_a_topic_and_what_differs_between_days() -> None:
    client = caller("officer")
    assert {each["code"] for each in ask(client, "rules?topic=safety&on=107-06-30")} == {
        "RS-01",
        "RS-02",
        "PS-01",
        "PS-04",
    }
    codes = {each["code"] for each in ask(client, "differences?a=106-06-30&b=107-06-30")}
    assert "PS-01" in codes and "TC-17" not in codes
    assert [each["number"] for each in ask(client, "rules/kpi.met/versions")] == [3, 2, 1]


def test_a_change_is_proposed_and_approved_by_another() -> None:
    author, chief = caller("rdec_officer"), caller("rdec_head")
    assert ask(author, "rules/TC-17/preview", CHANGE) == []
    row = ask(author, "rules/TC-17/proposals", CHANGE)
    assert row["state"] == "proposed" and [each["version_id"] for each in ask(chief, "proposals")] == [
        row["version_id"]
    ]
    path = f"proposals/{row['version_id']}"
    ask(author, f"{path}/approve", {"version": row["rule_version"], "reason": "可"}, status=403)
    ask(chief, f"{path}/approve", {"version": row["rule_version"] + 1, "reason": "可"}, status=409)
    done = ask(chief, f"{path}/approve", {"version": row["rule_version"], "reason": "可"})
    assert (done["state"], done["number"]) == ("in_force", 2)
    assert queries.value_of("TC-17", date(2026, 5, 1)).raw == "85"
    assert ask(chief, path)["effects"] == []


def test_what_is_wrong_is_told_by_field() -> None:
    author = caller("rdec_officer")
    wrong = ask(author, "rules/TC-17/proposals", CHANGE | {"value": {"n": 1}}, status=422)
    assert "value" in wrong["fields"]
    ask(author, "rules/TC-17/proposals", CHANGE | {"extra": 1}, status=422)
    ask(author, "rules/TC-17/proposals", CHANGE | {"source": "甲\x00"}, status=422)
    ask(author, "proposals/999999999/withdraw", {"reason": "無"}, status=404)
    row = ask(author, "rules/TC-17/proposals", CHANGE)
    assert ask(author, f"proposals/{row['version_id']}/withdraw", {"reason": "撤"})["state"] == "withdrawn"
    again = ask(author, "rules/TC-17/proposals", CHANGE)
    chief = caller("rdec_head")
    assert ask(chief, f"proposals/{again['version_id']}/reject", {"reason": "不"})["decided_reason"] == "不"
