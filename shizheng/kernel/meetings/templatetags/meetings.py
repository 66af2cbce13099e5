"""Tags of the pages of meetings."""

from datetime import date
from typing import Any

from django import template

from shizheng.common.words import called as called_
from shizheng.web.templatetags import ui

register = template.Library()


@register.filter
def iso_day(text: str) -> str:
    """A day kept as ISO 8601, as everywhere on the pages."""
    return ui.day_text(date.fromisoformat(text)) if text else ""


@register.filter
def called(thing: Any) -> str:
    """What something is called in the reader's language."""
    return called_(thing)
