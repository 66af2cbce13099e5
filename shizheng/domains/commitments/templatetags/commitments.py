"""`{% load commitments %}`: states of commitments and of the units that owe them."""

from datetime import date
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.words import called as called_words
from shizheng.domains.commitments.models import Commitment, CommitmentUnit
from shizheng.domains.commitments.rules.days import is_overdue
from shizheng.domains.commitments.rules.workflow import STATE_LABELS, UNIT_LABELS, State, UnitState
from shizheng.web.templatetags import ui

register = template.Library()
TONES = {
    State.ONGOING: ("accent", "progress"),
    State.WAITING: ("warn", "hourglass"),
    State.CLOSED: ("good", "circle-check"),
    State.WITHDRAWN: ("calm", "player-stop"),
}
UNIT_TONES = {
    UnitState.PENDING: ("accent", "progress"),
    UnitState.ASKED: ("warn", "hourglass"),
    UnitState.RELEASED: ("good", "circle-check"),
    UnitState.DROPPED: ("calm", "player-stop"),
}


@register.simple_tag
def commitment_state(row: Commitment) -> SafeString:
    """The state of a commitment: icon, word and soft colour."""
    known = State(row.state)
    tone, icon = TONES[known]
    return ui.state(tone, _(STATE_LABELS[known]), icon)


@register.simple_tag
def unit_state(owed: CommitmentUnit) -> SafeString:
    """The state of a unit's part."""
    known = UnitState(owed.state)
    tone, icon = UNIT_TONES[known]
    return ui.state(tone, _(UNIT_LABELS[known]), icon)


@register.filter
def called(thing: Any) -> str:
    """What a unit or a list is called in the reader's language."""
    return called_words(thing)


@register.filter
def is_late(owed: CommitmentUnit, due: date | None) -> bool:
    """Whether a unit's part is late today."""
    return is_overdue(UnitState(owed.state), due, clock.today())


@register.filter
def days_late(due: date | None) -> int:
    """How many days ago the day was; 0 where it is not over."""
    return max(0, (clock.today() - due).days) if due else 0
