"""A kind of cases of the tests' own: it proves that the kernel needs no domain."""

from typing import Any

from shizheng.common.errors import CannotDo
from shizheng.common.workflow import Transition
from shizheng.kernel.cases import registry
from shizheng.kernel.cases.registry import CaseKind
from shizheng.kernel.cases.rules import State, Workflow

CODE = "tests.case"
STATES = (
    State("received", "待受理"),
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
WORKFLOW = Workflow(CODE, STATES, ACTS, "received")


class Domain:
    """What a domain does with what happens to a case."""

    def __init__(self) -> None:
        self.followed: list[tuple[int, str]] = []
        self.broken = False

    def on_transition(self, _actor: Any, case: Any, act: Transition, _step: Any) -> None:
        if self.broken:
            raise CannotDo("這個領域現在不能接受。")
        self.followed.append((case.pk, act.name))

    def register(self) -> CaseKind:
        made = CaseKind(
            code=CODE,
            name="測試案件",
            prefix="tests",
            workflow=WORKFLOW,
            number=lambda year, serial: f"{year}-T-{serial:05d}",
            url=lambda pk: f"/tests/{pk}/",
            on_transition=self.on_transition,
            field_names={"what": "補什麼"},
        )
        registry.register(made)
        return made
