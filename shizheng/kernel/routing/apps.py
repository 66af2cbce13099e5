from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutingConfig(AppConfig):
    name = "shizheng.kernel.routing"
    verbose_name = _("分案模型")

    def ready(self) -> None:
        from shizheng.kernel.routing import frame

        frame.register()
