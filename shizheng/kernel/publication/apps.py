from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationConfig(AppConfig):
    name = "shizheng.kernel.publication"
    verbose_name = _("公布")

    def ready(self) -> None:
        from shizheng.kernel.publication import frame

        frame.register()
