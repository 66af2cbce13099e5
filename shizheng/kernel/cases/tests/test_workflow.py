"""A table that leads nowhere is refused when it is made; a sound one is drawn as it is."""

from dataclasses import replace

import pytest

from shizheng.common.workflow import GONE, START, Transition
from shizheng.kernel.cases.rules import State, Workflow, WorkflowNotSound

STATES = (
    State("received", "待分案"),
    State("handling", "處理中", public="處理中"),
    State("supplement", "待補件", "warn", clock_runs=False),
    State("closed", "已結案", "good", clock_runs=False, terminal=True),
)
ACTS = (
    Transition("accept", "受理", ("received",), ("handling",), "tests.handle"),
    Transition("ask", "請補件", ("handling",), ("supplement",), "tests.handle", fields=("what",)),
    Transition("supplied", "補件到", ("supplement",), ("handling",), "tests.handle"),
    Transition("close", "結案", ("handling",), ("closed",), "tests.decide", needs_reason=True),
    Transition("reopen", "重啟", ("closed",), ("handling",), "tests.decide", needs_reason=True),
)


def problems(
    states: tuple[State, ...] = STATES, acts: tuple[Transition, ...] = ACTS, start: str = "received"
) -> str:
    with pytest.raises(WorkflowNotSound) as refused:
        Workflow("tests.case", states, acts, start)
    return "; ".join(refused.value.problems)


def test_a_sound_table_says_what_can_be_done_and_is_drawn() -> None:
    table = Workflow("tests.case", STATES, ACTS, "received")
    assert [act.name for act in table.possible_in("handling")] == ["ask", "close"]
    assert table.open_states == ("received", "handling", "supplement")
    assert table.by_name["close"].target == "closed" and table.by_code["supplement"].clock_runs is False
    assert table.diagram().splitlines() == [
        "stateDiagram-v2",
        "    received : 待分案",
        "    handling : 處理中",
        "    supplement : 待補件",
        "    closed : 已結案",
        "    [*] --> received : open_case 受理",
        "    received --> handling : accept 受理",
        "    handling --> supplement : ask 請補件",
        "    supplement --> handling : supplied 補件到",
        "    handling --> closed : close 結案",
        "    closed --> handling : reopen 重啟",
        "    closed --> [*]",
    ]


@pytest.mark.parametrize(
    ("states", "acts", "start", "said"),
    [
        ((*STATES, State("lost", "不見")), ACTS, "received", "state lost is never reached"),
        ((*STATES, State("lost", "不見")), ACTS, "received", "state lost leads to no end"),
        (STATES, ACTS[:3], "received", "state closed is never reached"),
        (tuple(replace(each, terminal=False) for each in STATES), ACTS, "received", "state handling leads to no end"),
        (STATES, ACTS, "new", "begins in 'new'"),
        ((*STATES, STATES[0]), ACTS, "received", "state received stands twice"),
        (STATES, (*ACTS, ACTS[0]), "received", "act accept stands twice"),
        ((replace(STATES[0], label=""), *STATES[1:]), ACTS, "received", "no label"),
        (STATES, (*ACTS, replace(ACTS[0], name="x", targets=("nowhere",))), "received", "act x names 'nowhere'"),
        (STATES, (*ACTS, replace(ACTS[0], name="x", targets=("handling", "closed"))), "received", "lead to one state"),
        (STATES, (*ACTS, replace(ACTS[0], name="x", sources=())), "received", "act x begins nowhere"),
        (STATES, (*ACTS, replace(ACTS[0], name="x", permission="")), "received", "no name, label or permission"),
        (STATES, (*ACTS, replace(ACTS[0], name="x", sources=(START,))), "received", "opened by open_case"),
        (STATES, (*ACTS, replace(ACTS[0], name="x", targets=(GONE,))), "received", "none is ever gone"),
    ],
)  # fmt: skip
def test_an_unsound_table_is_refused_with_what_is_wrong(
    states: tuple[State, ...], acts: tuple[Transition, ...], start: str, said: str
) -> None:
    assert said in problems(states, acts, start)
