from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "shizheng.kernel.meetings"
    verbose_name = _("會議")

    def ready(self) -> None:
        from shizheng.kernel.meetings import diary, frame

        diary.register()
        frame.plug_in()
