"""`{% load procurement %}`: outcomes, events, causes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shizheng.common.words import called as called_words
from shizheng.common.words import listed
from shizheng.domains.procurement.queries.patterns import Counted, PatternRow
from shizheng.domains.procurement.rules import workflow
from shizheng.domains.procurement.rules.failed import (
    CAUSE_LABELS,
    KIND_LABELS,
    OUTCOME_LABELS,
    Cause,
    Kind,
    Outcome,
)
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.web.templatetags import ui

register = template.Library()

TONES = {
    Outcome.OPEN: ("warn", "gavel"),
    Outcome.AWARDED: ("good", "flag-check"),
    Outcome.DROPPED: ("calm", "player-stop"),
}
TONES_OF_KINDS = {Kind.FAILED: "bad", Kind.VOID: "bad"}


@register.simple_tag
def outcome(code: str) -> SafeString:
    """Where a case stands: icon, word and soft colour."""
    known = Outcome(code)
    tone, icon = TONES[known]
    return ui.state(tone, _(OUTCOME_LABELS[known]), icon)


@register.filter
def event_word(event: Any) -> str:
    return _(KIND_LABELS[Kind(event.kind)])


@register.filter
def event_tone(event: Any) -> str:
    """How what happened is marked on the timeline: `bad` or nothing."""
    return TONES_OF_KINDS.get(Kind(event.kind), "")


@register.filter
def cause_words(codes: Sequence[str]) -> str:
    """The causes in the reader's language."""
    return listed(_(CAUSE_LABELS[Cause(code)]) for code in codes if code)


@register.filter
def called(thing: Any) -> str:
    """What a unit is called in the reader's language."""
    return called_words(thing)


def counted_address(counted: Counted) -> str:
    """The list with the cases that a count of the page of patterns counts."""
    return f"{reverse('procurement:cases')}?{urlencode({'pattern': str(counted)})}"


@register.simple_tag
def count_of(row: PatternRow, group: str, stood: str, year: int, day: date) -> SafeString | str:
    """A count of a pattern; it opens its cases. Nothing counted opens nothing."""
    counts = {
        "repeated": row.repeated,
        **{name: getattr(row.settled, name) for name in ("listed", "awarded", "open", "dropped")},
    }
    if not counts[stood]:
        return "0"
    address = counted_address(Counted(year, day, group, row.code, stood))
    return format_html('<a href="{}">{}</a>', address, f"{counts[stood]:,}")


@register.simple_tag
def review_state(code: str) -> SafeString:
    """Where a design review stands: icon, word and soft colour."""
    tone, icon = workflow.TONES[code]
    return ui.state(tone, _(workflow.STATES[code]), icon)


@register.filter
def period_label(code: str) -> str:
    """A period as people write it."""
    return parse_period(code).label
