"""Showing history to people."""

import json
from typing import Any

from django import template
from django.utils.translation import gettext as _

from shizheng.kernel.history import queries
from shizheng.kernel.history.models import Entry

register = template.Library()


@register.filter
def changes(entry: Entry) -> list[queries.Change]:
    """The columns that an entry changed."""
    return queries.changes_of(entry)


@register.filter
def action_name(entry: Entry) -> str:
    """What was done, in words: 修改「政府辦公日」."""
    return f"{entry.get_operation_display()}{_('「')}{queries.name_of_model(entry.model)}{_('」')}"


@register.filter
def plain(value: Any) -> str:
    """A column's value as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
