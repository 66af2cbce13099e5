"""Reading messages, templates, preferences and mails on their way."""

from shizheng.kernel.notifications.queries.inbox import (
    counts_by_template,
    message,
    messages_of,
    unread_count,
)
from shizheng.kernel.notifications.queries.mails import (
    Outlook,
    attempts_of,
    deliveries,
    delivery,
    outlook,
    trouble_with_mail_server,
)
from shizheng.kernel.notifications.queries.preferences import Wishes, wishes_of
from shizheng.kernel.notifications.queries.templates import current_version, template, templates, versions_of

__all__ = [
    "Outlook",
    "Wishes",
    "attempts_of",
    "counts_by_template",
    "current_version",
    "deliveries",
    "delivery",
    "message",
    "messages_of",
    "outlook",
    "template",
    "templates",
    "trouble_with_mail_server",
    "unread_count",
    "versions_of",
    "wishes_of",
]
