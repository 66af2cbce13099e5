"""What is done to people, roles, tokens, and at the door."""

from shizheng.kernel.people.actions.accounts import (
    change_password_done,
    change_person,
    create_person,
    reset_password,
    reset_second_factor,
    set_preferences,
)
from shizheng.kernel.people.actions.assignments import assign_role, create_person_with_role, end_assignment
from shizheng.kernel.people.actions.delegations import delegate, end_delegation
from shizheng.kernel.people.actions.door import (
    end_sessions,
    forget_old_guards,
    note_failure,
    note_success,
    refuse_if_locked,
    unlock,
)
from shizheng.kernel.people.actions.roles import change_role, create_role, load_shipped_roles, set_matrix
from shizheng.kernel.people.actions.tokens import create_token, revoke_token

__all__ = [
    "assign_role",
    "change_password_done",
    "change_person",
    "change_role",
    "create_person",
    "create_person_with_role",
    "create_role",
    "create_token",
    "delegate",
    "end_assignment",
    "end_delegation",
    "end_sessions",
    "forget_old_guards",
    "load_shipped_roles",
    "note_failure",
    "note_success",
    "refuse_if_locked",
    "reset_password",
    "reset_second_factor",
    "revoke_token",
    "set_matrix",
    "set_preferences",
    "unlock",
]
