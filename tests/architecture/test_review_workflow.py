"""The workflow of design reviews is whole: reachable, labelled, ending, permitted, with a rule for every wait, drawn as it is."""

import inspect
from pathlib import Path

import pytest

from shizheng.domains.procurement import actions
from shizheng.domains.procurement.models import ReviewCase
from shizheng.domains.procurement.rules.workflow import (
    DUE,
    ENDS,
    START,
    STATES,
    TAKES,
    TONES,
    TRANSITIONS,
    diagram,
)
from tests.architecture.test_permission_matrix import CODES

README = Path(__file__).resolve().parents[2] / "shizheng" / "domains" / "procurement" / "README.md"


def test_the_states_of_the_table_are_those_of_the_model_with_colour_and_wait() -> None:
    assert dict(ReviewCase._meta.get_field("state").choices or ()) == STATES
    assert set(TONES) == set(STATES) and set(DUE) == set(STATES) - set(ENDS)


def test_every_state_is_reachable_and_leads_on_or_ends() -> None:
    reached, waiting = set(), [START]
    while waiting:
        here = waiting.pop()
        for act in TRANSITIONS.values():
            if here in act.sources and act.target not in reached:
                reached.add(act.target)
                waiting.append(act.target)
    assert reached == set(STATES)
    assert {code for code in STATES if all(code not in act.sources for act in TRANSITIONS.values())} == set(
        ENDS
    )


@pytest.mark.parametrize("act", TRANSITIONS.values(), ids=lambda act: act.name)
def test_every_act_is_an_action_with_its_permission_its_reason_and_its_form(act) -> None:  # type: ignore[no-untyped-def]
    action = getattr(actions, act.name)
    assert act.permission in CODES and act.permission in inspect.getsource(action)
    reason = inspect.signature(action).parameters.get("reason")
    assert act.needs_reason == (reason is not None and reason.default is inspect.Parameter.empty)
    if START not in act.sources:
        assert ("reason" in TAKES[act.name]) == act.needs_reason


def test_the_readme_shows_the_diagram_of_the_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in README.read_text(encoding="utf-8")
