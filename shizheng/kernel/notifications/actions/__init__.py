"""Telling people, what they do with it, the words of templates, and getting mails out."""

from shizheng.kernel.notifications.actions.delivering import deliver, send_again
from shizheng.kernel.notifications.actions.notifying import notify, notify_all
from shizheng.kernel.notifications.actions.preferring import set_preferences
from shizheng.kernel.notifications.actions.reading import mark_all_read, mark_read
from shizheng.kernel.notifications.actions.templating import (
    checked_words,
    edit_template,
    load_shipped_templates,
    restore_template,
)

__all__ = [
    "checked_words",
    "deliver",
    "edit_template",
    "load_shipped_templates",
    "mark_all_read",
    "mark_read",
    "notify",
    "notify_all",
    "restore_template",
    "send_again",
    "set_preferences",
]
