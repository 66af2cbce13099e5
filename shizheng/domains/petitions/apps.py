from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PetitionsConfig(AppConfig):
    name = "shizheng.domains.petitions"
    verbose_name = _("人民陳情")

    def ready(self) -> None:
        from shizheng.domains.petitions import frame, old_records

        frame.register()
        old_records.register()
