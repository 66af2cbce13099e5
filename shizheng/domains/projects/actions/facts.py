"""Numbers that a lock leaves as facts of measures 100 × part ÷ whole, so that the trace of every rate says what was divided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shizheng.common.permissions import Actor, Carrying
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures import queries as known_measures
from shizheng.kernel.measures.rules.filed import Filed
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.organisations import queries as organisations

CARRIED = frozenset({"measures.file", "measures.correct", "measures.view", "measures.define"})
"""Whoever locks a period thereby lets its numbers count."""
SINCE = date(2011, 1, 1)
Numbers = Mapping[tuple[int, str], tuple[Decimal | None, Decimal | None]]
"""Unit and code of the measure → numerator and denominator; None for 未填報."""


@dataclass(frozen=True, slots=True)
class Defined:
    """A measure 100 × `part` ÷ `whole`, with what its inputs are called."""

    code: str
    name: str
    part: str
    whole: str
    unit: str
    source: str


def put(
    actor: Actor,
    defined: Sequence[Defined],
    period: Period,
    numbers: Numbers,
    sources: Mapping[int, Mapping[str, Any]],
    *,
    reason: str,
    action: str,
    period_kind: str = "month",
    filed: Mapping[int, Filed] | None = None,
) -> None:
    """Bring the facts of these units for a period to `numbers`; another number is a correction, with the reason.

    `sources`: unit → where its numbers come from. `filed`: unit → who filed and signed that.
    """
    carrier = Carrying(actor, CARRIED)
    ids = ensure(carrier, defined, period_kind)
    wanted = [
        measures.Brought(ids[code], name, unit_id, value, sources[unit_id], (filed or {}).get(unit_id))
        for (unit_id, code), pair in numbers.items()
        for name, value in zip(("part", "whole"), pair, strict=True)
    ]
    measures.bring_facts(carrier, period, wanted, reason=reason, action=action)


def ensure(actor: Actor, defined: Iterable[Defined], period_kind: str = "month") -> dict[str, int]:
    """Measures by code; those that are not there yet are defined."""
    wanted = list(defined)
    found = known_measures.ids_by_code([each.code for each in wanted])
    for each in wanted:
        if each.code not in found:
            found[each.code] = measures.define_measure(
                actor,
                code=each.code,
                name=each.name,
                owner_id=organisations.city().pk,
                content=measures.Content(
                    valid_from=SINCE,
                    unit="%",
                    target_period=period_kind,
                    places=2,
                    formula=parse("100*part/whole"),
                    formula_text=f"({each.part} / {each.whole}) × 100%",
                    inputs=[
                        {"name": "part", "label": each.part, "unit": each.unit, "list": False},
                        {"name": "whole", "label": each.whole, "unit": each.unit, "list": False},
                    ],
                    aggregation_units="ratio_of_sums",
                    source=each.source,
                ),
            ).pk
    return found
