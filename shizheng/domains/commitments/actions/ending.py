"""撤銷列管 on one of four grounds, 恢復列管, and 重新列管 of what was released."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import Actor
from shizheng.common.reasons import need_reason
from shizheng.domains.commitments.actions.shared import (
    locked_commitment,
    require_act,
    settle,
    step,
)
from shizheng.domains.commitments.models import Commitment, CommitmentUnit
from shizheng.domains.commitments.rules.workflow import Act, Ground, UnitState
from shizheng.kernel.history.actions import recorded


def withdraw_commitment(
    actor: Actor, commitment_id: int, *, version: int | None, ground: str, reason: str
) -> Commitment:
    """撤銷列管: merged or split, policy changed, reorganised, resources gone (domain-rules 4); the units stay where they are."""
    with recorded(by=actor, action="commitments.withdraw", reason=need_reason(reason)):
        row = locked_commitment(commitment_id, version)
        require_act(actor, Act.WITHDRAWN, row)
        if ground not in [each.value for each in Ground]:
            text = _("請選撤銷事由：併案或分案、政策變更、組織調整、資源未能取得。")
            raise BadInput(text, fields={"ground": [text]})
        step(actor, row, None, Act.WITHDRAWN, reason.strip(), ground=ground)
        row.ground = ground
        settle(row, withdrawn=True)
    return row


def restore_commitment(actor: Actor, commitment_id: int, *, version: int | None, reason: str) -> Commitment:
    """恢復列管 of what was withdrawn: every unit stands where it stood."""
    with recorded(by=actor, action="commitments.restore", reason=need_reason(reason)):
        row = locked_commitment(commitment_id, version)
        require_act(actor, Act.RESTORED, row)
        step(actor, row, None, Act.RESTORED, reason.strip())
        row.ground = ""
        settle(row, withdrawn=False)
    return row


def reopen_commitment(
    actor: Actor,
    commitment_id: int,
    *,
    version: int | None,
    reason: str,
    owed_ids: Collection[int] | None = None,
) -> Commitment:
    """重新列管 of released units: they owe it again. Units are released one by one, so they are taken up one by one:

    `owed_ids` may be left out only where a single unit was released.
    """
    with recorded(by=actor, action="commitments.reopen", reason=need_reason(reason)):
        row = locked_commitment(commitment_id, version)
        require_act(actor, Act.REOPENED, row)
        released = CommitmentUnit.objects.select_for_update().filter(
            commitment=row, state=UnitState.RELEASED.value
        )
        units = list(released)
        if owed_ids is None and len(units) > 1:
            text = _("有 %(n)s 個單位已經解列，沒有執行。請選要重新列管的單位。") % {"n": len(units)}
            raise BadInput(text, fields={"units": [text]})
        if owed_ids is not None:
            if not owed_ids:
                text = _("請選要重新列管的單位。")
                raise BadInput(text, fields={"units": [text]})
            units = [each for each in units if each.pk in set(owed_ids)]
            if len(units) < len(set(owed_ids)):
                raise CannotDo(
                    _("選的單位裡有沒解列或不在這一件的，沒有執行。請重新整理再看。"), code="wrong_state"
                )
        if not units:
            raise CannotDo(_("沒有已解列的單位可以重新列管，沒有執行。請重新整理再看。"), code="wrong_state")
        for owed in units:
            step(actor, row, owed, Act.REOPENED, reason.strip())
            owed.passed, owed.asked_on, owed.released_on = 0, None, None
            owed.save()
        settle(row)
    return row
