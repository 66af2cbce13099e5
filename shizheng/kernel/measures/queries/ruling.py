"""By which version of the rulebook's rules a figure is judged: those in force on the last day of its period (A04, X-13)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from shizheng.common.roc import format_roc
from shizheng.kernel.measures.reading import AsOf
from shizheng.kernel.measures.rules.judging import DEFAULT_RULE, RULE_CODE, Rule
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.rulebook import queries as rulebook

AT_RISK = "kpi.at_risk"


def rules_for(periods: Iterable[Period], as_of: AsOf | None = None) -> dict[Period, Rule]:
    """The rule for each period, as far as was known as of then (one query, none where this request has asked already).

    Before the first version of the rulebook, the rule that has always been built in.
    """
    wanted = set(periods)
    days = {period.last_day for period in wanted}
    said = rulebook.values_on_days((RULE_CODE, AT_RISK), days, as_of)
    by_day = {day: rule_from(said.get((RULE_CODE, day)), said.get((AT_RISK, day))) for day in days}
    return {period: by_day[period.last_day] for period in wanted}


def rule_from(met: rulebook.RuleValue | None, at_risk: rulebook.RuleValue | None) -> Rule:
    """The rule as pure judging takes it, with what the trace tells of it."""
    if met is None:
        return DEFAULT_RULE
    share = at_risk.value if at_risk and isinstance(at_risk.value, Decimal) else DEFAULT_RULE.at_risk_share
    return Rule(
        version=met.number,
        judge_exact=met.value == "exact",
        since=_day(met.valid_from),
        source=met.source,
        to_be_confirmed=met.unconfirmed,
        id=met.version_id,
        reading=met.reading,
        at_risk_share=share,
        at_risk_version=at_risk.number if at_risk else 0,
        at_risk_id=at_risk.version_id if at_risk else None,
    )


def _day(day: date) -> str:
    return format_roc(day, "short").replace(".", "-")
