"""What is done to rounds, returns and corrections."""

from shizheng.kernel.filing.actions.corrections import (
    approve_correction,
    reject_correction,
    request_correction,
    withdraw_correction,
)
from shizheng.kernel.filing.actions.entries import (
    EntryConflict,
    SavedEntry,
    TypedEntry,
    assign_holder,
    save_entries,
    save_entry,
    save_sheet,
)
from shizheng.kernel.filing.actions.locking import lock_round
from shizheng.kernel.filing.actions.missed import new_days
from shizheng.kernel.filing.actions.presence import note_presence, note_presence_in
from shizheng.kernel.filing.actions.reminding import move_rounds, remind
from shizheng.kernel.filing.actions.rounds import (
    add_missing_returns,
    cancel_round,
    change_round,
    close_round,
    extend_due,
    open_round,
    plan_round,
    reopen_round,
)
from shizheng.kernel.filing.actions.signing import send_back, sign_return, submit_return, withdraw_return

__all__ = [
    "EntryConflict",
    "SavedEntry",
    "TypedEntry",
    "add_missing_returns",
    "approve_correction",
    "assign_holder",
    "cancel_round",
    "change_round",
    "close_round",
    "extend_due",
    "lock_round",
    "move_rounds",
    "new_days",
    "note_presence",
    "note_presence_in",
    "open_round",
    "plan_round",
    "reject_correction",
    "remind",
    "reopen_round",
    "request_correction",
    "save_entries",
    "save_entry",
    "save_sheet",
    "send_back",
    "sign_return",
    "submit_return",
    "withdraw_correction",
    "withdraw_return",
]
