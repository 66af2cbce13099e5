"""Numbers that follow from what a domain keeps: brought to what it says now, a changed one as a correction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from shizheng.common.permissions import Actor
from shizheng.kernel.measures.actions.filing import Filing, correct_fact, record_facts
from shizheng.kernel.measures.queries.knowledge import facts_of_periods
from shizheng.kernel.measures.rules.filed import Filed
from shizheng.kernel.measures.rules.missing import MissingKind
from shizheng.kernel.measures.rules.periods import Period


@dataclass(frozen=True, slots=True)
class Brought:
    """One input of one unit as the domain counts it; None where nobody filed what it is counted from."""

    measure_id: int
    input: str
    unit_id: int
    value: Decimal | None
    source: Mapping[str, Any] = field(default_factory=dict)
    filed: Filed | None = None
    """Who filed and signed what it is counted from."""


def bring_facts(actor: Actor, period: Period, wanted: Sequence[Brought], *, reason: str, action: str) -> int:
    """Bring the facts of a period to these values; how many changed. What stands as it is stays untouched.

    A number in place of nothing or of 未填報 is filed, another number in place of a number is a correction with `reason`.
    """
    held = {
        (each.unit_id, each.measure_id, each.input): each
        for each in facts_of_periods(
            {each.measure_id for each in wanted}, {each.unit_id for each in wanted}, {period.code}
        )
    }
    new: list[Filing] = []
    corrected = 0
    for each in wanted:
        missing = MissingKind.NOT_FILED if each.value is None else None
        before = held.get((each.unit_id, each.measure_id, each.input))
        content: dict[str, Any] = {"missing": missing} if missing else {"value": each.value}
        if before is None or (before.missing and each.value is not None):
            new.append(
                Filing(
                    each.measure_id, each.input, each.unit_id, period, source=each.source,
                    reason=reason if before is not None else "", filed=each.filed, counted=True, **content,
                )
            )  # fmt: skip
        elif (before.number, before.missing) != (each.value, missing.value if missing else None):
            correct_fact(
                actor, before.id, reason=reason, source=each.source, filed=each.filed, counted=True, **content
            )
            corrected += 1
    record_facts(actor, new, action=action)
    return len(new) + corrected
