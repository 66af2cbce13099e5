from django.apps import AppConfig
from django.core.signals import request_finished, request_started
from django.utils.translation import gettext_lazy as _


class RulebookConfig(AppConfig):
    name = "shizheng.kernel.rulebook"
    verbose_name = _("規則")

    def ready(self) -> None:
        from shizheng.kernel.rulebook import frame
        from shizheng.kernel.rulebook.queries import memory

        frame.register()
        request_started.connect(memory.begin_request, dispatch_uid="rulebook_begin")
        request_finished.connect(memory.end_request, dispatch_uid="rulebook_end")
