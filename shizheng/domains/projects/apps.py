from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "shizheng.domains.projects"
    verbose_name = _("標案管考")

    def ready(self) -> None:
        from shizheng.domains.projects import diary, filing, frame, meeting_agendas, publications, targets
        from shizheng.domains.projects.actions import bulletin
        from shizheng.domains.projects.queries import applications, photos, rule_effects
        from shizheng.kernel.measures import counting

        counting.register(
            "projects.record_months",
            "projects.record_progress",
            "projects.record_grant_months",
            "projects.feed_linked",
        )
        for each in (
            frame, diary, filing, meeting_agendas, publications, targets, bulletin, photos, applications,
            rule_effects,
        ):  # fmt: skip
            each.register()
