"""What people do to the rulebook, and loading what ships."""

from shizheng.kernel.rulebook.actions.changing import (
    approve_change,
    create_rule,
    propose_change,
    reject_change,
    withdraw_change,
)
from shizheng.kernel.rulebook.actions.checking import checked_change
from shizheng.kernel.rulebook.actions.loading import load_shipped_rules

__all__ = [
    "approve_change",
    "checked_change",
    "create_rule",
    "load_shipped_rules",
    "propose_change",
    "reject_change",
    "withdraw_change",
]
