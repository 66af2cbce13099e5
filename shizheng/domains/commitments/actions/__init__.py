"""What people do with commitments. Each is one transaction: permission, lock, rule, write, history."""

from shizheng.domains.commitments.actions.chasing import chase
from shizheng.domains.commitments.actions.commitments import (
    Source,
    add_from_source,
    create_commitment,
    edit_commitment,
)
from shizheng.domains.commitments.actions.ending import (
    reopen_commitment,
    restore_commitment,
    withdraw_commitment,
)
from shizheng.domains.commitments.actions.extending import (
    ask_extension,
    decide_extension,
    take_back_extension,
)
from shizheng.domains.commitments.actions.lists import create_list, edit_list, load_shipped_lists
from shizheng.domains.commitments.actions.releasing import ask_release, decide_release, take_back_release
from shizheng.domains.commitments.actions.sheets import import_commitments
from shizheng.domains.commitments.actions.sources import follow_source, withdraw_source
from shizheng.domains.commitments.actions.telling import EVIDENCE, tell

__all__ = [
    "EVIDENCE",
    "Source",
    "add_from_source",
    "ask_extension",
    "ask_release",
    "chase",
    "create_commitment",
    "create_list",
    "decide_extension",
    "decide_release",
    "edit_commitment",
    "edit_list",
    "follow_source",
    "import_commitments",
    "load_shipped_lists",
    "reopen_commitment",
    "restore_commitment",
    "take_back_extension",
    "take_back_release",
    "tell",
    "withdraw_commitment",
    "withdraw_source",
]
