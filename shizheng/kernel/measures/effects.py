"""What a change of the rule that judges would alter: the figures whose verdict would be another."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from shizheng.kernel.measures import view
from shizheng.kernel.measures.models import Fact
from shizheng.kernel.measures.queries import Key, figures
from shizheng.kernel.measures.queries.ruling import AT_RISK, rule_from
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.judging import RULE_CODE
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.effects import Effect

MOST_FIGURES = 20_000
"""Own figures looked at, newest periods first; roll-ups follow their rounding and are not told apart."""


def changed_verdicts(proposed: rulebook.RuleValue, current: rulebook.RuleValue | None) -> Iterator[Effect]:
    """The units' own figures, of periods whose last day the proposal covers, that it would judge otherwise."""
    keys = _keys(proposed.valid_from, proposed.valid_to)
    days = {key.period.last_day for key in keys}
    said = rulebook.values_on_days((RULE_CODE, AT_RISK), days)
    tree = organisations.tree()
    for key, figure in figures(keys).items():
        day = key.period.last_day
        met, at_risk = said.get((RULE_CODE, day)), said.get((AT_RISK, day))
        rule = rule_from(
            proposed if proposed.code == RULE_CODE else met, proposed if proposed.code == AT_RISK else at_risk
        )
        judged = replace(figure, rule=rule)
        if judged.verdict.code is not figure.verdict.code:
            node = tree.by_id.get(key.unit_id)
            yield _effect(figure, judged, node.name if node else "")


def _effect(before: Figure, after: Figure, unit: str) -> Effect:
    return Effect(
        text=f"{unit} {before.name} {before.period.label} {before.verdict.comparison}".strip(),
        url=view.figure_url(before),
        before=_(before.verdict.code.label),
        after=_(after.verdict.code.label),
    )


def _keys(start: date, end: date | None) -> list[Key]:
    rows = Fact.objects.filter(period_end__gt=start)
    if end is not None:
        rows = rows.filter(period_end__lte=end)
    found = rows.values_list("measure_id", "unit_id", "period").distinct().order_by("-period")
    return [Key(measure, unit, parse_period(code)) for measure, unit, code in found[:MOST_FIGURES]]
