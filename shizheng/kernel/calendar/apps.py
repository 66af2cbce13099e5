from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarConfig(AppConfig):
    name = "shizheng.kernel.calendar"
    verbose_name = _("工作日曆")

    def ready(self) -> None:
        from shizheng.kernel.calendar import shipped
        from shizheng.web import nav, speech

        speech.register_names(shipped.english_names)

        nav.register(
            nav.NavEntry(_("工作日曆"), "calendar:year", "calendar", "calendar.view", 40, area="system")
        )
