"""Which way mails go out of this installation, and what they say around a message."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from shizheng.kernel.notifications.mail import IntoFolder, Mail, OverSmtp, Server, Transport
from shizheng.kernel.notifications.models import Delivery, Message
from shizheng.kernel.notifications.rules import one_line
from shizheng.kernel.organisations import queries as organisations

RULER = "—" * 12


def outbox() -> Path:
    """Where mails go in test mode."""
    return Path(settings.DATA_DIR) / "outbox"


def reaches_people() -> bool:
    """Whether mails leave this installation: only in live mode, and never out of a demonstration database."""
    return settings.MAIL_MODE == "live" and bool(settings.MAIL_URL) and not organisations.is_demonstration()


def transport() -> Transport:
    """The way out that is in force now."""
    return OverSmtp(Server.of(settings.MAIL_URL)) if reaches_people() else IntoFolder(outbox())


def composed(delivery: Delivery) -> Mail:
    """The mail of a delivery, in its receiver's language, for the address that the account has now."""
    user = delivery.user
    with override(user.language):
        if delivery.message is not None:
            subject, text = delivery.message.subject, _one(delivery.message)
        else:
            parts = [
                each.message
                for each in delivery.gathered.select_related("message").order_by("pk")
                if each.message is not None
            ]
            n = len(parts)
            subject = ngettext("今日通知彙整：%(n)s 則", "今日通知彙整：%(n)s 則", n) % {"n": n}
            text = f"\n\n{RULER}\n\n".join(f"{each.subject}\n\n{_one(each)}" for each in parts)
        foot = _("這封信由系統寄出，請勿回信。要改收信的方式：%(url)s") % {
            "url": f"{settings.BASE_URL}/notifications/preferences/"
        }
        subject = _("［施政］%(subject)s") % {"subject": one_line(subject)}
    return Mail(
        settings.MAIL_FROM, user.email, user.display_name, subject, f"{text}\n\n{RULER}\n{foot}\n",
        delivery.mail_id, delivery.created_at, user.language,
    )  # fmt: skip


def _one(message: Message) -> str:
    return f"{message.body}\n\n{settings.BASE_URL}{message.url}"
