"""States of a commitment and of each unit that owes it: 待處理 → 待解列 → 已解列; it closes with the last unit (domain-rules 4)."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from shizheng.common import workflow
from shizheng.common.words import N_
from shizheng.common.workflow import Transition


class UnitState(StrEnum):
    """Where one responsible unit stands."""

    PENDING = "pending"
    ASKED = "asked"
    RELEASED = "released"
    DROPPED = "dropped"


UNIT_LABELS = {
    UnitState.PENDING: N_("待處理"),
    UnitState.ASKED: N_("待解列"),
    UnitState.RELEASED: N_("已解列"),
    UnitState.DROPPED: N_("不再負責"),
}


class State(StrEnum):
    """Where the whole stands; it follows from its units and from whether it was withdrawn."""

    ONGOING = "ongoing"
    WAITING = "waiting"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


STATE_LABELS = {
    State.ONGOING: N_("列管中"),
    State.WAITING: N_("待解列"),
    State.CLOSED: N_("已解列"),
    State.WITHDRAWN: N_("已撤銷列管"),
}
OPEN = (State.ONGOING, State.WAITING)


class Act(StrEnum):
    """What can happen to a unit, and (the last two) to the whole."""

    ASKED = "asked"
    PASSED = "passed"
    RELEASED = "released"
    SENT_BACK = "sent_back"
    TAKEN_BACK = "taken_back"
    REOPENED = "reopened"
    DROPPED = "dropped"
    TAKEN_UP = "taken_up"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"


VIEW, FILE, EDIT = "commitments.view", "commitments.file", "commitments.edit"
DECIDE, LISTS = "commitments.decide", "commitments.manage_lists"
_P, _A, _R, _D = UnitState
OF_UNIT = {
    Act(each.name): each
    for each in (
        Transition(Act.ASKED, N_("申請解列"), (_P,), (_A,), FILE, True),
        Transition(Act.PASSED, N_("初審通過"), (_A,), (_A,), DECIDE, True),
        Transition(Act.RELEASED, N_("同意解列"), (_A,), (_R,), DECIDE, True),
        Transition(Act.SENT_BACK, N_("退回解列申請"), (_A,), (_P,), DECIDE, True),
        Transition(Act.TAKEN_BACK, N_("撤回解列申請"), (_A,), (_P,), FILE, True),
        Transition(Act.REOPENED, N_("重新列管"), (_R,), (_P,), DECIDE, True),
        Transition(Act.DROPPED, N_("改由其他單位負責"), (_P, _A), (_D,), EDIT, True),
        Transition(Act.TAKEN_UP, N_("再負責"), (_D,), (_P,), EDIT, True),
    )
}
"""What happens to one unit, from which of its states to which."""
OF_WHOLE = {
    Act(each.name): each
    for each in (
        Transition(Act.WITHDRAWN, N_("撤銷列管"), OPEN, (State.WITHDRAWN,), DECIDE, True, ("ground",)),
        Transition(Act.RESTORED, N_("恢復列管"), (State.WITHDRAWN,), (*OPEN, State.CLOSED), DECIDE, True),
    )
}
"""What happens to the whole; its units stay where they are, and it is restored to what follows from them."""
ACTS = OF_UNIT | OF_WHOLE
ON_CLOSED = (Act.REOPENED,)
"""What may still happen to a unit once the whole is closed."""


class Ground(StrEnum):
    """The four grounds on which control ends before the work is done (domain-rules 4)."""

    MERGED = "merged"
    POLICY = "policy"
    REORGANISED = "reorganised"
    RESOURCES = "resources"


GROUND_LABELS = {
    Ground.MERGED: N_("案件併案或分案"),
    Ground.POLICY: N_("政策變更"),
    Ground.REORGANISED: N_("機關組織調整"),
    Ground.RESOURCES: N_("經費或資源未能取得"),
}


class Releaser(StrEnum):
    """Who looks at a request for release, in which order."""

    RDEC = "rdec"
    AGENCY = "agency"
    BOTH = "agency_rdec"


RELEASER_LABELS = {
    Releaser.RDEC: N_("研考會解列"),
    Releaser.AGENCY: N_("機關自行解列"),
    Releaser.BOTH: N_("機關初審、研考會解列"),
}
LEVELS: dict[Releaser, tuple[str, ...]] = {
    Releaser.RDEC: ("rdec",),
    Releaser.AGENCY: ("agency",),
    Releaser.BOTH: ("agency", "rdec"),
}
LEVEL_LABELS = {"agency": N_("機關"), "rdec": N_("研考會")}


class Needed(StrEnum):
    """What a unit must have told before it may ask for release: the list's rule."""

    TOLD = "told"
    DONE = "done"
    EVIDENCE = "evidence"
    BOTH = "done_evidence"


NEEDED_LABELS = {
    Needed.TOLD: N_("填過辦理情形"),
    Needed.DONE: N_("進度達 100% 或達目標數量"),
    Needed.EVIDENCE: N_("附有佐證"),
    Needed.BOTH: N_("完成並附有佐證"),
}


class CannotGo(ValueError):
    """An act that the state does not allow."""

    def __init__(self, act: Act, state: UnitState | State) -> None:
        super().__init__(f"{act} in {state}")
        self.act, self.state = act, state


def after(state: UnitState, act: Act) -> UnitState:
    """The state that an act leaves a unit in. Raises CannotGo."""
    if act not in possible_for(state):
        raise CannotGo(act, state)
    return UnitState(OF_UNIT[act].target)


def possible_for(state: UnitState) -> tuple[Act, ...]:
    """What can happen to a unit in this state."""
    return tuple(act for act, each in OF_UNIT.items() if state in each.sources)


def replayed(acts: Iterable[Act]) -> UnitState:
    """The state of a unit after all that happened to it, in order. Raises CannotGo."""
    state = UnitState.PENDING
    for act in acts:
        state = after(state, act)
    return state


def state_of(units: Iterable[UnitState], withdrawn: bool) -> State:
    """The state of the whole: closed with the last unit, waiting when all that is left has asked for release."""
    if withdrawn:
        return State.WITHDRAWN
    left = {UnitState(each) for each in units} - {UnitState.DROPPED}
    if left == {UnitState.RELEASED}:
        return State.CLOSED
    return State.WAITING if left and left <= {UnitState.ASKED, UnitState.RELEASED} else State.ONGOING


def check_whole(state: State, act: Act) -> None:
    """Whether the whole lets an act happen to one of its units, or to itself. Raises CannotGo."""
    if act not in possible_on(state):
        raise CannotGo(act, state)


def possible_on(state: State) -> tuple[Act, ...]:
    """What the whole lets happen to itself and to its units: to these all while it is open, and what reopens a closed one."""
    of_units = tuple(OF_UNIT) if state in OPEN else ON_CLOSED if state is State.CLOSED else ()
    return (*of_units, *(act for act, each in OF_WHOLE.items() if state in each.sources))


def diagram() -> str:
    """The table of a unit as a Mermaid state diagram, for the README."""
    return workflow.diagram({state.value: label for state, label in UNIT_LABELS.items()}, OF_UNIT.values())


def next_level(releaser: Releaser, passed: int) -> str:
    """Who decides next on a request that has passed so many levels; empty when nobody is left."""
    levels = LEVELS[releaser]
    return levels[passed] if passed < len(levels) else ""


def lacking(needed: Needed, *, told: bool, done: bool, evidence: bool) -> tuple[str, ...]:
    """What keeps a unit from asking for release: `told`, `done`, `evidence`."""
    found: list[str] = [] if told else ["told"]
    if needed in (Needed.DONE, Needed.BOTH) and not done:
        found.append("done")
    if needed in (Needed.EVIDENCE, Needed.BOTH) and not evidence:
        found.append("evidence")
    return tuple(found)


def is_done(progress: Any, quantity: Any, target: Any) -> bool:
    """Whether 100% or the target quantity was reached; what was not told is not done."""
    if target is not None and quantity is not None:
        return bool(quantity >= target)
    return progress is not None and bool(progress >= 100)
