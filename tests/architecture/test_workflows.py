"""Every workflow is whole: reachable, labelled, ending, permitted, and drawn as it is."""

import inspect
from pathlib import Path

import pytest

from shizheng.domains.planning import actions
from shizheng.domains.planning.models import PlanState
from shizheng.domains.planning.rules.workflow import GONE, START, STATES, TRANSITIONS, diagram
from tests.architecture.test_permission_matrix import CODES

README = Path(__file__).resolve().parents[2] / "shizheng" / "domains" / "planning" / "README.md"


def test_the_states_of_the_table_are_the_states_of_the_model() -> None:
    assert {state.value: str(state.label) for state in PlanState} == STATES


def test_every_state_is_reachable_and_leads_on_or_ends() -> None:
    reached, waiting = set(), [START]
    while waiting:
        here = waiting.pop()
        for act in TRANSITIONS.values():
            if here in act.sources and act.target not in reached:
                reached.add(act.target)
                waiting.append(act.target)
    assert reached == {*STATES, GONE}
    assert [code for code in STATES if all(code not in act.sources for act in TRANSITIONS.values())] == [
        "superseded"
    ]


@pytest.mark.parametrize(
    "act", [act for act in TRANSITIONS.values() if act.permission], ids=lambda act: act.name
)
def test_every_act_is_an_action_with_its_permission_and_its_reason(act) -> None:  # type: ignore[no-untyped-def]
    action = getattr(actions, act.name)
    assert act.permission in CODES and act.permission in inspect.getsource(action)
    reason = inspect.signature(action).parameters.get("reason")
    assert not act.needs_reason or (reason is not None and reason.default is inspect.Parameter.empty)


def test_the_readme_shows_the_diagram_of_the_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in README.read_text(encoding="utf-8")
