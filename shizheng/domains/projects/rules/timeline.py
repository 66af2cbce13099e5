"""What happened to a tender, as it stands: corrections in the place of what they correct, struck ones left out."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from shizheng.domains.projects.rules.life import Kind, State, state_after

Told = TypeVar("Told", bound=Any)
"""A happening as kept: pk, kind, on, amount, contractor, tender_no, struck, supersedes_id."""


class Outcome(NamedTuple):
    """What happenings leave: state, contractor and amount of the award that holds, last tender number, day of funds."""

    state: State
    contractor: str
    award_amount: Decimal | None
    tender_no: str
    funds_held_on: date | None


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
