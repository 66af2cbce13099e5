"""What is done to cases."""

from shizheng.kernel.cases.actions.assigning import assign, hand_back, release, rule_on_responsibility
from shizheng.kernel.cases.actions.bringing import OldCase, bring_in, days_without_rules
from shizheng.kernel.cases.actions.escalating import Taken, escalate
from shizheng.kernel.cases.actions.extending import ask_extension, decide_extension, pause, resume
from shizheng.kernel.cases.actions.limiting import change_limit
from shizheng.kernel.cases.actions.linking import link, merge, unlink, unmerge
from shizheng.kernel.cases.actions.opening import NewCase, open_case
from shizheng.kernel.cases.actions.sealing import anonymise, read_sealed, seal
from shizheng.kernel.cases.actions.settling import derive_again
from shizheng.kernel.cases.actions.shared import locked_case
from shizheng.kernel.cases.actions.transitions import apply_transition
from shizheng.kernel.cases.models import Confidentiality, How, LinkKind, Part

__all__ = [
    "Confidentiality",
    "How",
    "LinkKind",
    "NewCase",
    "OldCase",
    "Part",
    "Taken",
    "anonymise",
    "apply_transition",
    "ask_extension",
    "assign",
    "bring_in",
    "change_limit",
    "days_without_rules",
    "decide_extension",
    "derive_again",
    "escalate",
    "hand_back",
    "link",
    "locked_case",
    "merge",
    "open_case",
    "pause",
    "read_sealed",
    "release",
    "resume",
    "rule_on_responsibility",
    "seal",
    "unlink",
    "unmerge",
]
