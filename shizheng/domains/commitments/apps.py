from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitmentsConfig(AppConfig):
    name = "shizheng.domains.commitments"
    verbose_name = _("列管事項")

    def ready(self) -> None:
        from shizheng.domains.commitments import diary, frame

        frame.register()
        diary.register()
