from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "shizheng.kernel.intake"
    verbose_name = _("資料匯入")

    def ready(self) -> None:
        from shizheng.kernel.intake import frame

        frame.register()
