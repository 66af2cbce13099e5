from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitizensConfig(AppConfig):
    name = "shizheng.citizens"
    verbose_name = _("市民服務")

    def ready(self) -> None:
        from shizheng.citizens import frame

        frame.register()
