"""Django app of the portal (label ``portal``): home, my work, search, the style page, the public site's frame."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Registers the portal's own navigation, and keeps saved views."""

    name = "shizheng.portal"
    label = "portal"
    verbose_name = _("入口")

    def ready(self) -> None:
        """Plug into the frame."""
        from shizheng.portal.saved_views import DatabaseViews
        from shizheng.web import nav, saved_views

        nav.register(nav.NavEntry(_("我的工作"), "portal:work", "inbox", None, 10, area="top"))
        nav.register(
            nav.NavEntry(_("樣式"), "portal:style", "palette", "portal.view_style", 900, area="system")
        )
        nav.register(
            nav.NavEntry(_("施政成果"), "portal:public", "home", None, 10, area="public", prefix="/public/")
        )
        saved_views.keep_with(DatabaseViews())
