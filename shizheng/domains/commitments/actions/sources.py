"""What follows from something elsewhere goes with it: changed, it changes; struck, it is withdrawn. Called by journeys."""

from collections.abc import Sequence
from datetime import date

from shizheng.common.permissions import Actor
from shizheng.common.reasons import need_reason
from shizheng.domains.commitments.actions.commitments import Source, add_from_source, set_fields
from shizheng.domains.commitments.actions.ending import restore_commitment, withdraw_commitment
from shizheng.domains.commitments.actions.shared import locked_commitment, require_control
from shizheng.domains.commitments.models import Commitment
from shizheng.domains.commitments.rules.workflow import EDIT, Ground, State
from shizheng.kernel.history.actions import recorded


def follow_source(
    actor: Actor,
    list_code: str,
    *,
    text: str,
    main: int,
    joint: Sequence[int] = (),
    due: date | None,
    source: Source,
    agreed_on: date,
    reason: str,
) -> Commitment:
    """What was decided elsewhere was changed: so is the commitment, with the reason; made where there is none yet.

    Of one that is closed the text and the day change, not who owes it. One that had been withdrawn is restored.
    """
    row = Commitment.objects.filter(source_kind=source.kind, source_key=source.key).first()
    if row is None:
        return add_from_source(
            actor, list_code, text=text, main=main, joint=joint, due=due, source=source, agreed_on=agreed_on
        )
    if row.state == State.WITHDRAWN:
        restore_commitment(actor, row.pk, version=None, reason=reason)
    with recorded(by=actor, action="commitments.follow_source", reason=need_reason(reason)):
        row = locked_commitment(row.pk)
        require_control(actor, EDIT, row)
        changes: dict[str, object] = {"text": text, "agreed_due": due, "source_label": source.label}
        if row.state != State.CLOSED:
            changes |= {"main_id": main, "joint_ids": list(joint)}
        set_fields(actor, row, changes, reason=reason)
    return row


def withdraw_source(actor: Actor, kind: str, key: str, *, reason: str) -> Commitment | None:
    """What was decided elsewhere no longer counts: its commitment is withdrawn, on the ground of a changed policy.

    None where it has none, or where it is closed or withdrawn already.
    """
    row = Commitment.objects.filter(source_kind=kind, source_key=key).first()
    if row is None or row.state in (State.CLOSED, State.WITHDRAWN):
        return None
    return withdraw_commitment(actor, row.pk, version=None, ground=Ground.POLICY.value, reason=reason)
