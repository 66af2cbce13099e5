"""The openings of a tender: each goes from its announcement to an award, or ends without one (無法決標: 流標 or 廢標)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any, ClassVar

from shizheng.domains.projects.rules.life import Kind

NO_AWARD = (Kind.FAILED, Kind.VOID)


@dataclass(slots=True)
class Opening:
    """One opening. `outcome` is None while it is open; amounts in NTD. `ended` says how the contract ended, and when."""

    OUTCOMES: ClassVar[tuple[Kind, ...]] = (Kind.AWARDED, *NO_AWARD)
    number: int
    announced_on: date | None = None
    tender_no: str = ""
    outcome: Kind | None = None
    decided_on: date | None = None
    bidders: int | None = None
    contractor: str = ""
    amount: int | None = None
    final_amount: int | None = None
    completed_on: date | None = None
    ended: Kind | None = None
    ended_on: date | None = None


def openings_of(happenings: Iterable[Any]) -> list[Opening]:
    """The openings that standing happenings tell of, the first one first. What comes before any announcement makes none.

    A happening has `kind`, `on`, `amount`, `bidders`, `contractor` and `tender_no`; amounts are whole NTD.
    """
    found: list[Opening] = []
    for each in happenings:
        kind = Kind(each.kind)
        here = found[-1] if found else None
        if kind in (Kind.ANNOUNCED, *Opening.OUTCOMES) and (here is None or _is_over(here)):
            here = Opening(len(found) + 1, tender_no=found[-1].tender_no if found else "")
            found.append(here)
        if here is not None:
            _tell(here, kind, each)
    return found


def told_openings(facts: Iterable[Mapping[str, Any]]) -> list[Opening]:
    """The same of happenings as they were published: plain JSON, days in ISO 8601."""
    return openings_of(SimpleNamespace(**{**each, "on": date.fromisoformat(each["on"])}) for each in facts)


def _is_over(here: Opening) -> bool:
    """Whether what comes now belongs to the next opening: this one was decided, or its contract is at an end."""
    return here.outcome is not None or here.ended is not None


def _tell(here: Opening, kind: Kind, each: Any) -> None:
    if kind is Kind.ANNOUNCED:
        here.announced_on = here.announced_on or each.on
        here.tender_no = each.tender_no or here.tender_no
    elif kind in Opening.OUTCOMES:
        here.outcome, here.decided_on, here.bidders = kind, each.on, each.bidders
        if kind is Kind.AWARDED:
            here.contractor, here.amount = each.contractor, _whole(each.amount)
    elif kind is Kind.COMPLETED:
        here.completed_on = each.on
    elif kind is Kind.VALUED:
        here.final_amount = _whole(each.amount)
    elif kind in (Kind.TERMINATED, Kind.ACCEPTED, Kind.CLOSED, Kind.WITHDRAWN):
        if here.outcome not in NO_AWARD:
            here.ended, here.ended_on = kind, each.on
    elif kind is Kind.RESTORED:
        here.ended = here.ended_on = None


def _whole(amount: Any) -> int | None:
    return None if amount is None else int(amount)
