"""States of a commitment and of each unit that owes it: 待處理 → 待解列 → 已解列; it closes with the last unit (domain-rules 4)."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from shizheng.common.words import N_


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


ACT_LABELS = {
    Act.ASKED: N_("申請解列"),
    Act.PASSED: N_("初審通過"),
    Act.RELEASED: N_("同意解列"),
    Act.SENT_BACK: N_("退回解列申請"),
    Act.TAKEN_BACK: N_("撤回解列申請"),
    Act.REOPENED: N_("重新列管"),
    Act.DROPPED: N_("改由其他單位負責"),
    Act.TAKEN_UP: N_("再負責"),
    Act.WITHDRAWN: N_("撤銷列管"),
    Act.RESTORED: N_("恢復列管"),
}
TABLE: dict[Act, tuple[tuple[UnitState, ...], UnitState]] = {
    Act.ASKED: ((UnitState.PENDING,), UnitState.ASKED),
    Act.PASSED: ((UnitState.ASKED,), UnitState.ASKED),
    Act.RELEASED: ((UnitState.ASKED,), UnitState.RELEASED),
    Act.SENT_BACK: ((UnitState.ASKED,), UnitState.PENDING),
    Act.TAKEN_BACK: ((UnitState.ASKED,), UnitState.PENDING),
    Act.REOPENED: ((UnitState.RELEASED,), UnitState.PENDING),
    Act.DROPPED: ((UnitState.PENDING, UnitState.ASKED), UnitState.DROPPED),
    Act.TAKEN_UP: ((UnitState.DROPPED,), UnitState.PENDING),
}
"""From which states an act goes, and to which it leads. 撤銷 and 恢復 are of the whole, and leave the units where they are."""
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
    if act not in TABLE or state not in TABLE[act][0]:
        raise CannotGo(act, state)
    return TABLE[act][1]


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
    allowed = (
        (Act.RESTORED,)
        if state is State.WITHDRAWN
        else ON_CLOSED
        if state is State.CLOSED
        else tuple(each for each in Act if each is not Act.RESTORED)
    )
    if act not in allowed:
        raise CannotGo(act, state)


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
