"""The life of a round and of a return as two frozen tables: which act leads from which state to which."""

from datetime import date

from shizheng.common.words import N_
from shizheng.common.workflow import GONE, START, Transition

ROUND_STATES = {"planned": "已排定", "open": "填報中", "closed": "已截止", "locked": "已鎖定"}
RETURN_STATES = {
    "draft": "未送出",
    "submitted": "待簽核",
    "returned": "被退回",
    "signed": "已簽核",
    "locked": "已鎖定",
}
EDITABLE = frozenset({"draft", "returned"})
FILED = frozenset({"submitted", "signed", "locked"})
"""What counts as filed in a rate: sent in and not sent back."""


SIGN = "sign"
"""Stands for the permission of the level whose turn it is."""

ROUND = {
    each.name: each
    for each in (
        Transition("plan_round", N_("排定"), (START,), ("planned",), "filing.open"),
        Transition("open_round", N_("開放"), (START, "planned"), ("open",), "filing.open"),
        Transition("cancel_round", N_("取消"), ("planned",), (GONE,), "filing.open", needs_reason=True),
        Transition("close_round", N_("截止"), ("open",), ("closed",), "filing.open"),
        Transition("reopen_round", N_("重新開放"), ("closed",), ("open",), "filing.open", needs_reason=True),
        Transition("lock_round", N_("鎖定"), ("open", "closed"), ("locked",), "filing.lock"),
    )
}
RETURN = {
    each.name: each
    for each in (
        Transition("open_round", N_("開放"), (START,), ("draft",), "filing.open"),
        Transition(
            "submit_return", N_("送出"), ("draft", "returned"), ("submitted", "signed"), "filing.file"
        ),
        Transition("withdraw_return", N_("收回"), ("submitted",), ("draft",), "filing.file"),
        Transition("sign_return", N_("簽核"), ("submitted",), ("submitted", "signed", "locked"), SIGN),
        Transition("send_back", N_("退回"), ("submitted", "signed"), ("returned",), SIGN, needs_reason=True),
        Transition("lock_round", N_("鎖定"), ("signed",), ("locked",), "filing.lock"),
        Transition(
            "approve_correction",
            "更正",
            ("locked",),
            ("locked",),
            "filing.approve_correction",
            needs_reason=True,
        ),
    )
}


def takes_entries(round_state: str, extended_due: date | None, today: date) -> bool:
    """Whether returns of a round may be written and sent in: while it is open, or as long as one was given more time."""
    if round_state == "open":
        return True
    return round_state in ("closed", "locked") and extended_due is not None and today <= extended_due
