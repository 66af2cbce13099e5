"""`{% load petitions %}`: states of petitions, names of their sources and channels."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from shizheng.common import clock
from shizheng.common.words import called as called_words
from shizheng.domains.petitions import channels
from shizheng.domains.petitions.rules.workflow import WORKFLOW
from shizheng.kernel.cases.registry import state_label
from shizheng.web.templatetags import ui

register = template.Library()
ICONS = {
    "accent": "progress",
    "warn": "hourglass",
    "good": "circle-check",
    "calm": "circle-minus",
    "bad": "circle-x",
}


@register.simple_tag
def petition_state(case: Any) -> SafeString:
    """The state of a petition: icon, word and soft colour."""
    tone = WORKFLOW.by_code[case.state].tone
    return ui.state(tone, state_label(case.kind, case.state), ICONS[tone])


@register.filter
def is_late(case: Any) -> bool:
    """Whether it is open and its last moment is over, and the clock had not been stopped before it."""
    if case.closed_at is not None or case.merged_into_id is not None or case.due_at is None:
        return False
    return case.due_at < (case.stopped_at or clock.now())


@register.filter
def called(thing: Any) -> str:
    """What a unit or a category is called in the reader's language."""
    return called_words(thing)


@register.filter
def channel_name(code: str) -> str:
    """What a channel is called."""
    return channels.name_of(code)
