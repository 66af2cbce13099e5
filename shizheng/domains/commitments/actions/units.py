"""Which units owe a commitment: put as they are to be; who hands it on stays on record (不再負責)."""

from collections.abc import Sequence

from shizheng.common.permissions import Actor
from shizheng.domains.commitments.actions.shared import step
from shizheng.domains.commitments.models import Commitment, CommitmentUnit, Part
from shizheng.domains.commitments.rules.workflow import Act, UnitState


def put_units(
    actor: Actor,
    row: Commitment,
    owing: Sequence[CommitmentUnit],
    wanted: tuple[int, list[int]],
    reason: str,
) -> bool:
    """Main and joint units as wanted; whether anything changed (helper: the caller records, locks and settles)."""
    main, joint = wanted
    parts = {main: Part.MAIN.value, **dict.fromkeys(joint, Part.JOINT.value)}
    there = {each.unit_id: each for each in owing}
    moved = False
    # who hands the main part on goes first: there is one main unit at every moment
    for each in sorted(owing, key=lambda one: parts.get(one.unit_id) == Part.MAIN.value):
        part, dropped = parts.get(each.unit_id), each.state == UnitState.DROPPED.value
        if part is None and not dropped and each.state != UnitState.RELEASED.value:
            step(actor, row, each, Act.DROPPED, reason)
            each.asked_on, each.passed = None, 0
        elif part is None and not dropped:
            if each.part == Part.JOINT.value:
                continue  # released already: it stays as it is
            each.part = Part.JOINT.value
        elif part is not None and dropped:
            step(actor, row, each, Act.TAKEN_UP, reason)
            each.part = part
        elif part is not None and each.part != part:
            each.part = part
        else:
            continue
        each.save()
        moved = True
    for unit_id, part in parts.items():
        if unit_id not in there:
            CommitmentUnit.objects.create(commitment=row, unit_id=unit_id, part=part)
            moved = True
    return moved
