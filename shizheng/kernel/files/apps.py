from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "shizheng.kernel.files"
    verbose_name = _("附件")

    def ready(self) -> None:
        from shizheng.kernel.files import frame

        frame.register()
