"""`{% load promises %}`: states of action plans, and shares of a tally."""

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shizheng.domains.planning.rules.promises import STATE_LABELS, State, Tally
from shizheng.web.templatetags import ui

register = template.Library()

TONES = {
    State.BEHIND: ("bad", "alert-triangle"),
    State.NOT_BEGUN: ("calm", "circle-dashed"),
    State.ON_TRACK: ("good", "trending-up"),
    State.DONE: ("good", "circle-check"),
}


def state_word(state: State | str) -> str:
    """The word of a state, in the reader's language."""
    return _(STATE_LABELS[State(state)])


@register.simple_tag
def promise_state(state: State | str | None, count: int | None = None) -> SafeString | str:
    """The state of an action plan: icon, word and soft colour; a missing one as its kind. `count` stands behind the word."""
    if not state:
        return ""
    known = State(state)
    word = state_word(known) if count is None else f"{state_word(known)} {count}"
    if known in TONES:
        tone, icon = TONES[known]
        return ui.state(tone, word, icon)
    return ui.missing(known.value, word)


@register.filter
def counted(found: Tally) -> list[tuple[State, int]]:
    """The states that occur in a tally, with their counts."""
    return [(state, found.of(state)) for state in State if found.of(state)]


@register.filter
def percent(value: Decimal | None) -> str:
    """A progress with two decimals; nothing for none."""
    return "" if value is None else ui.number(value, places=2, unit="%")
