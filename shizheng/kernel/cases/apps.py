from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "shizheng.kernel.cases"
    verbose_name = _("案件")

    def ready(self) -> None:
        from shizheng.kernel.cases import frame

        frame.plug_in()
