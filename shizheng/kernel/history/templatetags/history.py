"""Showing history to people."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import gettext as _

from shizheng.kernel.history import queries, words
from shizheng.kernel.history.models import Entry

register = template.Library()


@register.filter
def changes(entry: Entry) -> list[queries.Change]:
    """The columns that an entry changed."""
    return queries.changes_of(entry)


@register.filter
def acts(entries: Iterable[Entry]) -> list[queries.Act]:
    """Entries by the act that made them."""
    return queries.acts_of(entries)


@register.simple_tag(takes_context=True)
def beside_of(context: template.Context, act: queries.Act) -> list[queries.Beside]:
    """What stands beside an act: of each row that it is about once, as far as the page's `beside` knows it.

    Then what else that action wrote in its transaction, as far as the page's `alongside` knows it: rows that are only
    ever added have no changes of their own.
    """
    known = context.get("beside") or {}
    rows = dict.fromkeys((each.model, each.object_id) for each in reversed(act.entries))
    alongside = (context.get("alongside") or {}).get((act.first.transaction_id, act.first.action), ())
    return [*(found for row in rows if (found := known.get(row))), *alongside]


@register.filter
def row_name(entry: Entry) -> str:
    """What people call the row, as the change left it; empty where it has no name."""
    return words.row_name(entry.after or entry.before or {})


@register.filter
def action_name(entry: Entry) -> str:
    """What happened to which kind of row: 修改「政府辦公日」."""
    return f"{entry.get_operation_display()}{_('「')}{queries.name_of_model(entry.model)}{_('」')}"


@register.filter
def action_words(code: str) -> str:
    """The name of an action by its code."""
    return words.action(code) if code else "—"


@register.filter
def origin_words(origin: dict[str, Any]) -> str:
    """Where a change came from."""
    return words.origin(origin or {})


@register.filter
def headline(entry: Entry) -> str:
    """What was done by the name of the action; what happened to the row where nobody names it."""
    known = words.actions().get(entry.action)
    return str(known) if known else action_name(entry)


@register.filter
def plain(value: Any) -> str:
    """Arguments and the like as people read them."""
    return words.value(None, value)
