"""Petitions move: acts of the workflow, who handles them, links; each opens with what the actor may see."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput
from shizheng.common.permissions import Actor
from shizheng.domains.petitions.actions.shared import seen
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.cases.actions import How, Part
from shizheng.kernel.history.actions import recorded

APART = ("dispatch", "hand_back", "rule", "draft")
"""Acts that take more than reason and fields: they have an action of their own."""


def act(
    actor: Actor,
    case_id: int,
    name: str,
    *,
    version: int | None,
    reason: str = "",
    fields: Mapping[str, Any] | None = None,
) -> Any:
    """One act of the workflow (`rules.workflow.ACTS`). Raises NotFound, NotPermitted, Conflict, BadInput, CannotDo."""
    seen(actor, case_id)
    if name in APART:
        raise BadInput(_("這個動作要另外填資料，沒有執行。"), code="no_such_act")
    return cases.apply_transition(actor, case_id, name, version=version, reason=reason, fields=fields)


def dispatch(
    actor: Actor,
    case_id: int,
    *,
    version: int | None,
    unit_id: int,
    officer_id: int | None = None,
    how: How = How.MANUAL,
    reason: str = "",
) -> Any:
    """Give a petition to a unit (分案), or to another one (改分, with the reason). Raises what cases.assign raises."""
    seen(actor, case_id)
    with recorded(by=actor, action="petitions.dispatch", reason=reason.strip()):
        cases.apply_transition(actor, case_id, "dispatch", version=version, reason=reason)
        return cases.assign(
            actor, case_id, version=None, unit_id=unit_id, officer_id=officer_id, how=how, reason=reason
        )


def hand_back(
    actor: Actor, case_id: int, *, version: int | None, reason: str, suggested_unit_id: int | None = None
) -> Any:
    """Hand a petition back to who dispatches (退分), within the limit and so many times. Raises what cases.hand_back raises."""
    seen(actor, case_id)
    with recorded(by=actor, action="petitions.hand_back", reason=reason.strip()):
        cases.apply_transition(actor, case_id, "hand_back", version=version, reason=reason)
        return cases.hand_back(
            actor, case_id, version=None, reason=reason, suggested_unit_id=suggested_unit_id
        )


def rule_on_responsibility(
    actor: Actor, case_id: int, *, version: int | None, unit_id: int, reason: str
) -> Any:
    """Say whose petition it is (權責裁定); it can be handed back no more. Raises what cases.rule_on_responsibility raises."""
    seen(actor, case_id)
    with recorded(by=actor, action="petitions.rule", reason=reason.strip()):
        cases.apply_transition(actor, case_id, "rule", version=version, reason=reason)
        return cases.rule_on_responsibility(actor, case_id, version=None, unit_id=unit_id, reason=reason)


def ask_to_join(actor: Actor, case_id: int, *, version: int | None, unit_id: int, reason: str) -> Any:
    """Let one more unit handle it beside the main one (會辦). Raises what cases.assign raises."""
    seen(actor, case_id)
    return cases.assign(actor, case_id, version=version, unit_id=unit_id, part=Part.CO, reason=reason)
