"""Tags of the pages of meetings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template

from shizheng.common.words import called as called_
from shizheng.kernel.meetings.registry import Outcome
from shizheng.web.templatetags import ui

register = template.Library()


@register.filter
def iso_day(text: str) -> str:
    """A day kept as ISO 8601, as everywhere on the pages."""
    return ui.day_text(date.fromisoformat(text)) if text else ""


@register.filter
def outcome_of(outcomes: Mapping[int, Outcome] | None, resolution_id: int) -> Outcome | None:
    """Where a resolution is kept under control; None where it is not."""
    return (outcomes or {}).get(resolution_id)


@register.filter
def called(thing: Any) -> str:
    """What something is called in the reader's language."""
    return called_(thing)
