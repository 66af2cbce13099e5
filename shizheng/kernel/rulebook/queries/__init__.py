"""Reading the rulebook: what a rule says on a day, which versions there are, which proposals wait."""

from shizheng.kernel.rulebook.queries.lists import (
    proposal,
    proposals_of,
    rule,
    rules,
    searched,
    versions_of,
    waiting,
    waiting_for,
)
from shizheng.kernel.rulebook.queries.memory import Book, HeldRule, book
from shizheng.kernel.rulebook.queries.values import (
    Difference,
    Moment,
    NoRuleInForce,
    RuleValue,
    as_of_day,
    differences,
    proposed_value,
    rule_value,
    value_of,
    value_or_none,
    values_of,
    version,
)

__all__ = [
    "Book",
    "Difference",
    "HeldRule",
    "Moment",
    "NoRuleInForce",
    "RuleValue",
    "as_of_day",
    "book",
    "differences",
    "proposal",
    "proposals_of",
    "proposed_value",
    "rule",
    "rule_value",
    "rules",
    "searched",
    "value_of",
    "value_or_none",
    "values_of",
    "version",
    "versions_of",
    "waiting",
    "waiting_for",
]
