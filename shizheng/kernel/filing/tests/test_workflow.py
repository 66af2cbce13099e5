"""The tables are whole and drawn as they are; the API goes the same way as the pages."""

import inspect
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common.permissions import declared
from shizheng.common.workflow import diagram
from shizheng.kernel.filing import actions
from shizheng.kernel.filing.models import Return, ReturnState, RoundState
from shizheng.kernel.filing.rules.workflow import (
    GONE,
    RETURN,
    RETURN_STATES,
    ROUND,
    ROUND_STATES,
    SIGN,
    START,
)
from shizheng.kernel.filing.tests.conftest import again
from shizheng.kernel.filing.tests.kind import CODE

README = Path(__file__).resolve().parents[1] / "README.md"


def test_the_states_of_the_tables_are_the_states_of_the_models() -> None:
    assert {each.value: str(each.label) for each in RoundState} == ROUND_STATES
    assert {each.value: str(each.label) for each in ReturnState} == RETURN_STATES


@pytest.mark.parametrize(("states", "table"), [(ROUND_STATES, ROUND), (RETURN_STATES, RETURN)])
def test_every_state_is_reachable_and_every_act_is_an_action(states: dict[str, str], table: Any) -> None:
    reached, waiting = set(), [START]
    while waiting:
        here = waiting.pop()
        for act in table.values():
            for target in act.targets if here in act.sources else ():
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
    assert reached - {GONE} == set(states)
    codes = {each.code for each in declared()}
    for act in table.values():
        assert act.permission in codes | {SIGN}
        reason = inspect.signature(getattr(actions, act.name)).parameters.get("reason")
        assert not act.needs_reason or (reason is not None and reason.default is inspect.Parameter.empty)


def test_the_readme_shows_the_diagrams_of_the_tables() -> None:
    text = README.read_text(encoding="utf-8")
    for states, table in ((ROUND_STATES, ROUND), (RETURN_STATES, RETURN)):
        assert f"```mermaid\n{diagram(states, table.values())}\n```" in text


@pytest.mark.django_db
def test_a_return_is_filed_signed_locked_and_corrected_over_the_api(
    town: SimpleNamespace, july: None
) -> None:
    def call(user: Any, method: str, path: str, **body: Any) -> Any:
        browser = Client()
        browser.force_login(user)
        answer = browser.generic(
            method, f"/api/v1/filing/{path}", json.dumps(body), content_type="application/json"
        )
        return answer.status_code, answer.json()

    status, made = call(town.rdec, "POST", "rounds", kind=CODE, period="2017-H1", at_once=True)
    assert (status, made["state"], made["filed"], made["expected"]) == (201, "open", 0, 2)
    status, rows = call(town.officer, "GET", f"rounds/{made['id']}/returns?not_filed=true")
    assert rows["count"] == 1
    pk = rows["items"][0]["id"]
    entries = [
        {"row": row, "field": name, "text": text, "version": 0}
        for row in "12"
        for name, text in (("a", "167"), ("b", "216"))
    ]
    status, saved = call(town.officer, "PUT", f"returns/{pk}/entries", entries=entries)
    assert status == 200 and [each["version"] for each in saved] == [1, 1, 1, 1]
    entries[0]["text"] = "1"
    status, told = call(town.officer2, "PUT", f"returns/{pk}/entries", entries=entries[:1])
    assert (status, told["code"]) == (409, "entry_conflict")
    status, sent = call(town.officer, "POST", f"returns/{pk}/submit")
    assert sent["state"] == "submitted" and sent["narratives"]["1"] == "77.31%（167 ÷ 216）"
    assert call(town.other, "GET", f"returns/{pk}")[0] == 404
    assert call(town.officer, "POST", f"returns/{pk}/sign")[0] == 403
    assert call(town.chief, "POST", f"returns/{pk}/sign")[1]["signed_levels"] == 1
    assert call(town.head, "POST", f"returns/{pk}/sign")[1]["state"] == "signed"
    assert call(town.rdec, "POST", f"rounds/{made['id']}/lock")[1]["code"] == "not_all_signed"
    assert call(town.rdec, "POST", f"rounds/{made['id']}/lock", reason="公園局另案")[0] == 200
    change = [{"row": "1", "field": "a", "text": "166"}]
    status, asked = call(town.officer, "POST", f"returns/{pk}/corrections", changes=change, reason="漏計")
    assert status == 201 and asked["changes"][0]["before"] == "167"
    assert (
        call(town.control, "POST", f"corrections/{asked['id']}/approve", reason="核對")[1]["state"]
        == "approved"
    )
    assert again(Return.objects.get(pk=pk)).corrected_at is not None
