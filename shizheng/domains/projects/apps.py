from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "shizheng.domains.projects"
    verbose_name = _("標案管考")
