from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class JobsConfig(AppConfig):
    name = "shizheng.kernel.jobs"
    verbose_name = _("背景工作")

    def ready(self) -> None:
        from shizheng.web import nav

        nav.register(
            nav.NavEntry(
                pgettext_lazy("nav", "背景工作"), "jobs:jobs", "list-check", "jobs.view", 90, area="system"
            )
        )
