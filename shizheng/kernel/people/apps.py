from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "shizheng.kernel.people"
    verbose_name = _("人員")

    def ready(self) -> None:
        from shizheng.kernel.people import frame, signals

        signals.connect()
        frame.plug_in()
