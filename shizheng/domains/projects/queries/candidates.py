"""Tenders that other systems know and the register does not: what each is worth, and whether it has to be entered (TC-01, TC-11)."""

from datetime import date
from decimal import Decimal

from shizheng.common import clock
from shizheng.domains.projects.models import ExternalRecord
from shizheng.domains.projects.rules.reconciling import amount_of
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue

FLOOR = "TC-01"
AMOUNTS = ("award_amount", "budget", "approved", "suggested")
"""What a source may tell of the worth of a tender, the surest first. TC-11 goes by the budget, TC-01 by what is announced."""
BUDGETED = ("budget", "approved", "suggested", "award_amount")


def floor_rule(on: date | None = None) -> RuleValue | None:
    """The rule that says from which amount on a tender is entered; None before its first version."""
    return rulebook.value_or_none(FLOOR, on or clock.today())


def worth(record: ExternalRecord) -> Decimal | None:
    """What a source tells a tender is worth, in NTD."""
    return _first(record, AMOUNTS)


def size(record: ExternalRecord, rule: RuleValue | None) -> str:
    """`over` where its budget (else what else is told) reaches the threshold, that amount included; `under`; empty: unknown."""
    amount = _first(record, BUDGETED)
    if amount is None or not amount.is_finite() or rule is None or not isinstance(rule.value, Decimal):
        return ""
    return "over" if amount >= rule.value else "under"


def _first(record: ExternalRecord, codes: tuple[str, ...]) -> Decimal | None:
    for code in codes:
        value = amount_of(record.payload.get(code))
        if value is not None:
            return value
    return None
