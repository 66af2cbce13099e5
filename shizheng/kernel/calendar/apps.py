from django.apps import AppConfig
from django.core.signals import request_finished, request_started
from django.utils.translation import gettext_lazy as _


class CalendarConfig(AppConfig):
    name = "shizheng.kernel.calendar"
    verbose_name = _("工作日曆")

    def ready(self) -> None:
        from shizheng.kernel.calendar import queries, shipped
        from shizheng.web import nav, speech

        speech.register_names(shipped.english_names)

        nav.register(
            nav.NavEntry(_("工作日曆"), "calendar:year", "calendar", "calendar.view", 40, area="system")
        )
        request_started.connect(queries.begin_request, dispatch_uid="calendar_begin")
        request_finished.connect(queries.end_request, dispatch_uid="calendar_end")
