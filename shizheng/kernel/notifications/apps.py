from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "shizheng.kernel.notifications"
    verbose_name = _("通知")

    def ready(self) -> None:
        from shizheng.kernel.notifications import frame

        frame.plug_in()
