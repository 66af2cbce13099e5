"""What happened to a tender, as it stands: corrections in the place of what they correct, struck ones left out."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from shizheng.domains.projects.rules.life import CannotHappen, Kind, State, state_after

Told = TypeVar("Told", bound=Any)
"""A happening as kept: pk, kind, on, amount, contractor, tender_no, struck, supersedes_id."""


class Outcome(NamedTuple):
    """What happenings leave: state, contractor and amount of the award that holds, last tender number, day of funds."""

    state: State
    contractor: str
    award_amount: Decimal | None
    tender_no: str
    funds_held_on: date | None


def root_of(happening: Any, by_id: dict[int, Any]) -> int:
    """The id of the first telling that a correction goes back to."""
    here = happening
    while here.supersedes_id is not None and here.supersedes_id in by_id:
        here = by_id[here.supersedes_id]
    return int(here.pk or 0)


def standing(happenings: Iterable[Told]) -> list[Told]:
    """Those that count, in the order of their days; on one day in the order in which they were first told."""
    rows = list(happenings)
    by_id: dict[int, Any] = {each.pk: each for each in rows if each.pk is not None}
    gone = {each.supersedes_id for each in rows}
    left = [each for each in rows if each.pk not in gone and not each.struck]
    last = 2**62  # what is not kept yet comes last on its day
    return sorted(left, key=lambda each: (each.on, root_of(each, by_id) or last))


def outcome_of(happenings: Iterable[Any]) -> Outcome:
    """What standing happenings leave. Raises CannotHappen where they cannot follow each other."""
    kinds: list[Kind] = []
    contractor, amount, tender_no, funds = "", None, "", None
    for each in happenings:
        kind = Kind(each.kind)
        kinds.append(kind)
        if kind is Kind.AWARDED:
            contractor, amount = each.contractor, each.amount
        elif kind is Kind.TERMINATED:
            contractor, amount = "", None
        elif kind is Kind.ANNOUNCED and each.tender_no:
            tender_no = each.tender_no
        elif kind is Kind.FUNDED:
            funds = each.on
    return Outcome(state_after(kinds), contractor, amount, tender_no, funds)


__all__ = ["CannotHappen", "Outcome", "outcome_of", "standing"]
