"""The life of a tender under control: what can happen to it, and what state that leaves (B01; domain-rules 4)."""

from collections.abc import Iterable
from enum import StrEnum

from shizheng.common.words import N_


class State(StrEnum):
    """Where a tender stands. All but the last two are 繼續列管, the denominator of the rates."""

    PREPARING = "preparing"
    TENDERING = "tendering"
    PERFORMING = "performing"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


STATE_LABELS = {
    State.PREPARING: N_("籌辦中"),
    State.TENDERING: N_("招標中"),
    State.PERFORMING: N_("履約中"),
    State.SUSPENDED: N_("停工中"),
    State.COMPLETED: N_("已完工，待驗收"),
    State.ACCEPTED: N_("已驗收，待結案"),
    State.CLOSED: N_("已結案"),
    State.WITHDRAWN: N_("已撤銷列管"),
}
CONTINUING = tuple(state for state in State if state not in (State.CLOSED, State.WITHDRAWN))
UNAWARDED = (State.PREPARING, State.TENDERING)


class Kind(StrEnum):
    """What can happen. 流標 and 廢標 are two outcomes (採購法 48); a change of the contract is no award."""

    FUNDED = "funded"
    ANNOUNCED = "announced"
    FAILED = "failed"
    VOID = "void"
    AWARDED = "awarded"
    STARTED = "started"
    CHANGED = "changed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    TERMINATED = "terminated"
    COMPLETED = "completed"
    ACCEPTED = "accepted"
    VALUED = "valued"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"


KIND_LABELS = {
    Kind.FUNDED: N_("經費到位"),
    Kind.ANNOUNCED: N_("公告招標"),
    Kind.FAILED: N_("流標"),
    Kind.VOID: N_("廢標"),
    Kind.AWARDED: N_("決標"),
    Kind.STARTED: N_("開工"),
    Kind.CHANGED: N_("契約變更"),
    Kind.SUSPENDED: N_("停工"),
    Kind.RESUMED: N_("復工"),
    Kind.TERMINATED: N_("終止契約"),
    Kind.COMPLETED: N_("竣工"),
    Kind.ACCEPTED: N_("驗收合格"),
    Kind.VALUED: N_("結算"),
    Kind.CLOSED: N_("結案"),
    Kind.WITHDRAWN: N_("撤銷列管"),
    Kind.RESTORED: N_("恢復列管"),
}
STAYS = None
"""The state is the same afterwards."""
_P, _T, _W, _S, _C, _A = (
    State.PREPARING, State.TENDERING, State.PERFORMING, State.SUSPENDED, State.COMPLETED, State.ACCEPTED,
)  # fmt: skip
TABLE: dict[Kind, tuple[tuple[State, ...], State | None]] = {
    Kind.FUNDED: ((_P,), STAYS),
    Kind.ANNOUNCED: ((_P, _T), _T),
    Kind.FAILED: ((_T,), STAYS),
    Kind.VOID: ((_T,), STAYS),
    Kind.AWARDED: ((_T,), _W),
    Kind.STARTED: ((_W,), STAYS),
    Kind.CHANGED: ((_W, _S), STAYS),
    Kind.SUSPENDED: ((_W,), _S),
    Kind.RESUMED: ((_S,), _W),
    Kind.TERMINATED: ((_W, _S), _P),
    Kind.COMPLETED: ((_W,), _C),
    Kind.ACCEPTED: ((_C,), _A),
    Kind.VALUED: ((_C, _A), STAYS),
    Kind.CLOSED: ((_A,), State.CLOSED),
    Kind.WITHDRAWN: (CONTINUING, State.WITHDRAWN),
    Kind.RESTORED: ((State.CLOSED, State.WITHDRAWN), STAYS),
}
"""Kind → the states in which it can happen, and the state that it leaves (`RESTORED`: the one before)."""


class Ground(StrEnum):
    """Why a tender is no longer controlled (domain-rules 4): applied for two months before the end."""

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


class CannotHappen(ValueError):
    """What was named cannot happen in the state that the earlier happenings leave."""

    def __init__(self, kind: Kind, state: State) -> None:
        super().__init__(f"{kind} in {state}")
        self.kind, self.state = kind, state


def state_after(kinds: Iterable[Kind]) -> State:
    """The state that happenings leave, in their order. Raises CannotHappen."""
    state, before = State.PREPARING, State.PREPARING
    for kind in kinds:
        allowed, leads_to = TABLE[kind]
        if state not in allowed:
            raise CannotHappen(kind, state)
        if kind is Kind.RESTORED:
            state = before
        elif leads_to is not None:
            before, state = state, leads_to
    return state


def possible_in(state: State) -> tuple[Kind, ...]:
    """What can happen next."""
    return tuple(kind for kind, (allowed, _) in TABLE.items() if state in allowed)
