"""What notifications add to the frame of every page, and what they listen to below themselves."""

from django.utils.translation import gettext_lazy as _

from shizheng.kernel.notifications import about_rules, templates
from shizheng.kernel.rulebook import events
from shizheng.web import frame, nav


def plug_in() -> None:
    """Called once when the app is ready."""
    templates.register_own()
    events.register(about_rules.tell_about)
    frame.register_tool(frame.Tool("bell", _("通知"), "bell", "notifications:inbox", "notifications:bell"))
    nav.register(nav.NavEntry(_("通知"), "notifications:inbox", "bell", None, 5, area="account"))
    nav.register(
        nav.NavEntry(_("通知設定"), "notifications:preferences", "bell-cog", None, 6, area="account")
    )
    nav.register(
        nav.NavEntry(
            _("通知範本"),
            "notifications:templates",
            "template",
            "notifications.edit_templates",
            60,
            area="system",
        )
    )
    nav.register(
        nav.NavEntry(
            _("信件寄送"), "notifications:deliveries", "mail", "notifications.manage", 85, area="system"
        )
    )
