"""Tags of publications: periods and verdicts in words, text without names."""

from django import template
from django.utils.translation import gettext as _

from shizheng.kernel.measures.rules.judging import VERDICT_LABELS, VerdictCode
from shizheng.kernel.measures.rules.periods import PeriodNotUnderstood, parse_period
from shizheng.kernel.publication import queries

register = template.Library()


@register.filter
def period_label(code: str) -> str:
    """2017-H1 as 106 年上半年."""
    try:
        return parse_period(code).label
    except PeriodNotUnderstood:
        return code


@register.filter
def verdict_label(code: str) -> str:
    """A verdict's code in words."""
    return _(VERDICT_LABELS[VerdictCode(code)])


@register.filter
def without_names(text: str) -> str:
    """What an officer wrote, without the names of people."""
    return queries.without_names(text)
