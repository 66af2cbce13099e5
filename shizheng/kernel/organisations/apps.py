from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "shizheng.kernel.organisations"
    verbose_name = _("組織")

    def ready(self) -> None:
        from shizheng.kernel.organisations import frame

        frame.plug_in()
