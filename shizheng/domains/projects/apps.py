from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "shizheng.domains.projects"
    verbose_name = _("標案管考")

    def ready(self) -> None:
        from shizheng.domains.projects import (
            diary,
            external_frame,
            frame,
            meeting_agendas,
            month_filing,
            month_frame,
            publications,
            targets,
        )
        from shizheng.domains.projects.actions import bulletin
        from shizheng.domains.projects.queries import photos

        diary.register()
        frame.register()
        photos.register()
        month_filing.register_filing()
        month_frame.register()
        meeting_agendas.register()
        bulletin.register()
        publications.register()
        external_frame.register()
        targets.register()
