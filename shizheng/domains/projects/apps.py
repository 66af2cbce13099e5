from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "shizheng.domains.projects"
    verbose_name = _("標案管考")

    def ready(self) -> None:
        from shizheng.domains.projects import (
            assessment_frame,
            diary,
            external_frame,
            frame,
            grant_filing,
            grant_frame,
            meeting_agendas,
            month_filing,
            month_frame,
            programme_filing,
            publications,
            targets,
        )
        from shizheng.domains.projects.actions import bulletin
        from shizheng.domains.projects.queries import applications, photos

        assessment_frame.register()
        diary.register()
        frame.register()
        photos.register()
        applications.register()
        month_filing.register_filing()
        month_frame.register()
        meeting_agendas.register()
        bulletin.register()
        programme_filing.register_filing()
        grant_filing.register_filing()
        grant_frame.register()
        publications.register()
        external_frame.register()
        targets.register()
